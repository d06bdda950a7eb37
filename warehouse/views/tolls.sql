CREATE OR REPLACE VIEW tolls AS
SELECT incident_id, toll['outcome'] AS outcome, toll['count_min'] AS count_min,
    coalesce(toll['count_max'], toll['count_min']) AS count_max
FROM (SELECT incident_id, unnest(tolls) AS toll FROM store.incidents);

COMMENT ON VIEW tolls IS 'The toll an incident gives, one row an outcome: what its claims come to; no background totals, no parts of another figure, nothing told twice counted twice.';
COMMENT ON COLUMN tolls.incident_id IS 'The incident.';
COMMENT ON COLUMN tolls.outcome IS 'killed, injured, missing, captured or displaced.';
COMMENT ON COLUMN tolls.count_min IS 'Least number its words allow.';
COMMENT ON COLUMN tolls.count_max IS 'Greatest number its words allow; the least number where they are open-ended.';
