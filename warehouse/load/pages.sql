-- Captures of the day's partitions. The verdict of cleaning replaces the ok of fetching.
CREATE OR REPLACE TEMP TABLE incoming AS
SELECT pages.* REPLACE (
    CASE WHEN pages.outcome = 'ok' THEN coalesce(verdicts.outcome, 'ok') ELSE pages.outcome END AS outcome
), CASE WHEN pages.outcome = 'ok' THEN verdicts.detail END AS detail
FROM staged_pages AS pages
LEFT JOIN (SELECT page_id, any_value(outcome) AS outcome, any_value(detail) AS detail FROM staged_verdicts GROUP BY page_id)
    AS verdicts USING (page_id)
QUALIFY row_number() OVER (PARTITION BY page_id ORDER BY source_id) = 1;

MERGE INTO store.pages AS old USING incoming AS new ON old.page_id = new.page_id
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

-- a capture the partition no longer holds
DELETE FROM store.pages
WHERE crawl_day = $day AND source_id IN (SELECT source_id FROM partitions WHERE stage = 'pages')
    AND page_id NOT IN (SELECT page_id FROM incoming);
