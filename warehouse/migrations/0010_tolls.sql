-- What an incident's claims come to is decided where they are read, and stored; a view had put it together anew by a
-- simpler rule of its own. Incidents read before get what that view gave.
ALTER TABLE store.incidents ADD COLUMN tolls STRUCT(outcome VARCHAR, count_min BIGINT, count_max BIGINT)[];
COMMENT ON COLUMN store.incidents.tolls IS 'How many its claims give for each outcome, lowest and highest; no background totals, no parts of another figure.';

-- filled by an update: DuckDB 1.5.5 cannot replay DEFAULT [] from its write-ahead log
UPDATE store.incidents SET tolls = [];
UPDATE store.incidents SET tolls = given.tolls
FROM (
    WITH RECURSIVE sums(incident_id, outcome, root, claim_id, count_min, count_max) AS (
        SELECT incident_id, outcome, claim_id, claim_id, count_min, coalesce(count_max, count_min)
        FROM store.claims
        WHERE NOT background AND part_of IS NULL AND adds_to IS NULL
        UNION ALL
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
    ),
    greatest_told AS (
        SELECT incident_id, outcome, max(count_min) AS count_min, max(count_max) AS count_max
        FROM totals
        GROUP BY incident_id, outcome
    )
    SELECT incident_id,
        list(struct_pack(outcome := outcome, count_min := count_min, count_max := count_max) ORDER BY outcome) AS tolls
    FROM greatest_told
    GROUP BY incident_id
) AS given
WHERE store.incidents.incident_id = given.incident_id;
