CREATE OR REPLACE TEMP TABLE affected AS
SELECT article_id FROM staged_articles
UNION
SELECT article_id FROM staged_incidents
UNION
SELECT article_id FROM store.articles WHERE page_id IN (SELECT page_id FROM staged_pages)
UNION
SELECT article_id FROM store.incidents
WHERE crawl_day = $day AND source_id IN (SELECT source_id FROM partitions WHERE stage = 'incidents');
