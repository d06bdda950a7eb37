-- The site profile of the day's partitions, without the lines of one story only.
CREATE OR REPLACE TEMP TABLE incoming AS
SELECT source_id, crawl_day, host, line, "text", standing, len(held)::BIGINT AS held, len(dropped)::BIGINT AS dropped,
    "rule", stories, of_stories, first_seen
FROM staged_profiles
WHERE "text" IS NOT NULL;

MERGE INTO store.site_lines AS old USING incoming AS new
    ON old.source_id = new.source_id AND old.crawl_day = new.crawl_day AND old.host = new.host AND old.line = new.line
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

DELETE FROM store.site_lines
WHERE crawl_day = $day AND source_id IN (SELECT source_id FROM partitions WHERE stage = 'profiles')
    AND (source_id, host, line) NOT IN (SELECT (source_id, host, line) FROM incoming);
