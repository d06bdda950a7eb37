-- What happened lately, where, to whom, and in whose words?
SELECT start_date, place_name, country, sub_event_type, actor, target, killed_min, killed_max, outlet, quote
FROM incidents
WHERE status = 'happened'
ORDER BY start_date DESC NULLS LAST, incident_id
LIMIT 20;
