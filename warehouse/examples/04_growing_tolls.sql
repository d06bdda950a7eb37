-- How did the toll of each event grow as articles came in?
SELECT event_id, place_name, published_at, outlet, killed_min, killed_max,
    killed_min - lag(killed_min) OVER (PARTITION BY event_id ORDER BY published_at, incident_id) AS more_than_before
FROM incidents
WHERE event_id IS NOT NULL AND killed_min IS NOT NULL
QUALIFY count(*) OVER (PARTITION BY event_id) > 1
ORDER BY event_id, published_at, incident_id;
