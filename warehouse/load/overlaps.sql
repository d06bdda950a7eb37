CREATE OR REPLACE TEMP TABLE incoming AS FROM new_overlaps;

-- from where clusters may change: the stories measured again and those that overlapped with them before
CREATE OR REPLACE TEMP TABLE reach_from AS
SELECT article_id FROM due
UNION
SELECT unnest([one_id, two_id]) FROM store.overlaps
WHERE one_id IN (SELECT article_id FROM due) OR two_id IN (SELECT article_id FROM due);

MERGE INTO store.overlaps AS old USING incoming AS new ON old.one_id = new.one_id AND old.two_id = new.two_id
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

DELETE FROM store.overlaps
WHERE (one_id IN (SELECT article_id FROM due) OR two_id IN (SELECT article_id FROM due))
    AND (one_id, two_id) NOT IN (SELECT (one_id, two_id) FROM incoming);
