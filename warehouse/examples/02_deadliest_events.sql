-- Which events cost most lives, by the lowest figure anyone gives?
SELECT start_date, place_name, country, sub_event_type, killed_min, killed_max, articles, outlets, event_id
FROM events
WHERE killed_min > 0
ORDER BY killed_min DESC, killed_max DESC, event_id
LIMIT 20;
