-- Sources that tell events.
SELECT source_id AS "value", coalesce(any_value(name), source_id) AS name
FROM (SELECT DISTINCT source_id FROM store.incidents SEMI JOIN store.event_members USING (incident_id))
LEFT JOIN store.sources USING (source_id)
GROUP BY source_id ORDER BY name
