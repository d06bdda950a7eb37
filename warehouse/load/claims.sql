-- Claims of the incidents that this load wrote (its own partitions; see incidents.sql).
CREATE OR REPLACE TEMP TABLE incoming AS
SELECT incident_id, position, unnest(claim)
FROM (
    SELECT incident_id, generate_subscripts(claims, 1) - 1 AS position, unnest(claims) AS claim
    FROM (
        SELECT incident_id, claims
        FROM staged_incidents SEMI JOIN store.incidents USING (incident_id, crawl_day)
        QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY source_id) = 1
    )
);

MERGE INTO store.claims AS old USING incoming AS new
    ON old.incident_id = new.incident_id AND old.position = new.position
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

-- claims of incidents that went, and those an incident no longer makes
DELETE FROM store.claims
WHERE incident_id NOT IN (SELECT incident_id FROM store.incidents)
    OR incident_id IN (
        SELECT incident_id FROM staged_incidents SEMI JOIN store.incidents USING (incident_id, crawl_day)
    ) AND (incident_id, position) NOT IN (SELECT (incident_id, position) FROM incoming);
