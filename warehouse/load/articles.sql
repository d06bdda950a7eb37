-- Article revisions. A row tells the earliest capture that showed the revision, whatever the order
-- in which days are loaded; last_seen only grows.
CREATE OR REPLACE TEMP TABLE incoming AS
SELECT * REPLACE (max(last_seen) OVER (PARTITION BY article_id, revision) AS last_seen)
FROM staged_articles
QUALIFY row_number() OVER (PARTITION BY article_id, revision ORDER BY first_seen, source_id, page_id) = 1;

MERGE INTO store.articles AS old
USING (
    -- a capture later than the stored one only moves last_seen
    SELECT * EXCLUDE (known_first_seen, known_last_seen) REPLACE (greatest(last_seen, known_last_seen) AS last_seen)
    FROM (
        SELECT incoming.*, stored.first_seen AS known_first_seen, stored.last_seen AS known_last_seen
        FROM incoming LEFT JOIN store.articles AS stored USING (article_id, revision)
    )
    WHERE known_first_seen IS NULL OR first_seen <= known_first_seen
) AS new ON old.article_id = new.article_id AND old.revision = new.revision
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

MERGE INTO store.articles AS old USING incoming AS new
    ON old.article_id = new.article_id AND old.revision = new.revision AND old.last_seen < new.last_seen
WHEN MATCHED THEN UPDATE SET last_seen = new.last_seen;

-- One capture tells one revision at most. Where cleaning now reads another text (or no article) out
-- of the same capture, the old reading goes: it was never the publisher's.
DELETE FROM store.articles
WHERE page_id IN (SELECT page_id FROM staged_pages)
    AND source_id IN (SELECT source_id FROM partitions WHERE stage = 'articles')
    AND (article_id, revision) NOT IN (SELECT (article_id, revision) FROM incoming);
