-- Incidents of the day's partitions (claims apart). One that two days tell belongs to the earlier.
CREATE OR REPLACE TEMP TABLE incoming AS
SELECT * EXCLUDE (claims), coalesce(start_date, published_at::DATE, crawl_day) AS event_day
FROM staged_incidents
QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY source_id) = 1;

MERGE INTO store.incidents AS old USING incoming AS new ON old.incident_id = new.incident_id
WHEN MATCHED AND new.crawl_day <= old.crawl_day AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME
RETURNING merge_action;

-- an incident that extraction no longer finds
DELETE FROM store.incidents
WHERE crawl_day = $day AND source_id IN (SELECT source_id FROM partitions WHERE stage = 'incidents')
    AND incident_id NOT IN (SELECT incident_id FROM incoming)
RETURNING 'DELETE' AS merge_action;
