CREATE OR REPLACE VIEW tolls AS
WITH RECURSIVE sums(incident_id, outcome, root, claim_id, count_min, count_max) AS (
    SELECT incident_id, outcome, claim_id, claim_id, count_min, coalesce(count_max, count_min)
    FROM store.claims
    WHERE NOT background AND part_of IS NULL AND adds_to IS NULL
    UNION ALL
    -- "two soldiers and three civilians", "another five": figures on top of the root
    SELECT more.incident_id, more.outcome, sums.root, more.claim_id, more.count_min,
        coalesce(more.count_max, more.count_min)
    FROM store.claims AS more
    JOIN sums ON more.incident_id = sums.incident_id AND more.adds_to = sums.claim_id AND more.outcome = sums.outcome
    WHERE NOT more.background AND more.part_of IS NULL AND more.claim_id <> sums.claim_id
),
totals AS (
    SELECT incident_id, outcome, root, sum(count_min)::BIGINT AS count_min, sum(count_max)::BIGINT AS count_max
    FROM sums
    GROUP BY incident_id, outcome, root
)
SELECT incident_id, outcome, max(count_min) AS count_min, max(count_max) AS count_max
FROM totals
GROUP BY incident_id, outcome;

COMMENT ON VIEW tolls IS 'The toll an incident gives, one row an outcome: its greatest claim with what adds to it; no background totals, no parts of another figure.';
COMMENT ON COLUMN tolls.incident_id IS 'The incident.';
COMMENT ON COLUMN tolls.outcome IS 'killed, injured, missing, captured or displaced.';
COMMENT ON COLUMN tolls.count_min IS 'Least number its words allow.';
COMMENT ON COLUMN tolls.count_max IS 'Greatest number its words allow; the least number where they are open-ended.';
