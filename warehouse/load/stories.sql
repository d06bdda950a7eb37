CREATE OR REPLACE TEMP TABLE incoming AS FROM new_stories;

-- Stories before and after, where they differ: the text, its time or its outlet.
CREATE OR REPLACE TEMP TABLE changed_stories AS
SELECT old.article_id, old.source_id, old.told_at::DATE AS day, old.fingerprints
FROM store.stories AS old LEFT JOIN incoming AS new ON new.article_id = old.article_id
WHERE new.article_id IS NULL AND old.article_id NOT IN (SELECT article_id FROM store.articles)
    OR new.article_id IS NOT NULL AND (old.source_id, old.told_at, old.text_id, old.fingerprints)
        IS DISTINCT FROM (new.source_id, new.told_at, new.text_id, new.fingerprints)
UNION ALL
SELECT new.article_id, new.source_id, new.told_at::DATE, new.fingerprints
FROM incoming AS new LEFT JOIN store.stories AS old ON old.article_id = new.article_id
WHERE (old.source_id, old.told_at, old.text_id, old.fingerprints)
    IS DISTINCT FROM (new.source_id, new.told_at, new.text_id, new.fingerprints);

MERGE INTO store.stories AS old USING incoming AS new ON old.article_id = new.article_id
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

DELETE FROM store.stories
WHERE article_id NOT IN (SELECT article_id FROM store.articles);
