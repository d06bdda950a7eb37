-- What happened within 100 km of the place with most events? (Great-circle distance; put your own place or coordinates instead.)
WITH here AS (
    SELECT place_name, latitude, longitude
    FROM events
    WHERE latitude IS NOT NULL
    GROUP BY ALL
    ORDER BY count(*) DESC, place_name
    LIMIT 1
)
SELECT here.place_name AS around, events.start_date, events.place_name, events.sub_event_type, events.killed_min, events.killed_max,
    round(2 * 6371 * asin(sqrt(
        sin(radians(events.latitude - here.latitude) / 2) ** 2
        + cos(radians(here.latitude)) * cos(radians(events.latitude)) * sin(radians(events.longitude - here.longitude) / 2) ** 2
    )), 1) AS km
FROM events
CROSS JOIN here
WHERE km <= 100
ORDER BY events.start_date DESC, km, events.event_id;
