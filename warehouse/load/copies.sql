CREATE OR REPLACE TEMP TABLE incoming AS FROM new_copies;

MERGE INTO store.copies AS old USING incoming AS new ON old.article_id = new.article_id
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

DELETE FROM store.copies
WHERE article_id IN (SELECT article_id FROM reached) AND article_id NOT IN (SELECT article_id FROM incoming);
