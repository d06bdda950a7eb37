-- Incidents of the day's partitions (claims apart). One that two days tell belongs to the earlier; a revision that
-- was captured on several days and read by different rules stands in the reading of the first alone.
CREATE OR REPLACE TEMP TABLE incoming AS
SELECT * EXCLUDE (claims), coalesce(start_date, published_day, published_at::DATE, crawl_day) AS event_day
FROM staged_incidents
-- joined, not asked by a correlated NOT EXISTS: DuckDB 1.5.5 answers one with two inequalities wrongly
WHERE incident_id NOT IN (
    SELECT staged.incident_id
    FROM staged_incidents AS staged
    JOIN store.articles AS first ON first.article_id = staged.article_id AND first.revision = staged.revision
    JOIN (SELECT DISTINCT source_id, crawl_day, extractor_version FROM store.incidents) AS told
        ON told.source_id = first.source_id AND told.crawl_day = first.crawl_day
    WHERE first.crawl_day < staged.crawl_day AND told.extractor_version <> staged.extractor_version
)
QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY source_id) = 1;

MERGE INTO store.incidents AS old USING incoming AS new ON old.incident_id = new.incident_id
WHEN MATCHED AND new.crawl_day <= old.crawl_day AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

-- an incident that extraction no longer finds
DELETE FROM store.incidents
WHERE crawl_day = $day AND source_id IN (SELECT source_id FROM partitions WHERE stage = 'incidents')
    AND incident_id NOT IN (SELECT incident_id FROM incoming);

-- what later days read by other rules in a revision that was first captured here
DELETE FROM store.incidents
WHERE crawl_day > $day
    AND (article_id, revision) IN (
        SELECT (article_id, revision) FROM store.articles
        WHERE crawl_day = $day AND source_id IN (SELECT source_id FROM partitions WHERE stage = 'incidents')
    )
    AND extractor_version NOT IN (SELECT extractor_version FROM staged_incidents)
    AND EXISTS (SELECT 1 FROM staged_incidents);
