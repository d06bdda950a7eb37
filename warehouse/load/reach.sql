-- Every story that overlaps lead to from there, however remotely: clusters are made of whole such nets.
CREATE OR REPLACE TEMP TABLE reached AS
WITH RECURSIVE
    links AS (SELECT one_id AS article_id, two_id AS other_id FROM store.overlaps
        UNION ALL SELECT two_id, one_id FROM store.overlaps),
    reach AS (
        SELECT article_id FROM reach_from
        UNION
        SELECT links.other_id FROM reach JOIN links USING (article_id)
    )
SELECT article_id FROM reach;

CREATE OR REPLACE TEMP TABLE reached_stories AS
FROM store.stories SEMI JOIN reached USING (article_id)
WHERE article_id IN (SELECT one_id FROM store.overlaps) OR article_id IN (SELECT two_id FROM store.overlaps);
