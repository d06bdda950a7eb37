-- Which overlaps must be measured again, and the stories that must be seen to do so. Near means within
-- $days of each other; every step needs a run of words in common.
CREATE OR REPLACE TEMP TABLE near_marks AS
SELECT article_id, source_id, told_at::DATE AS day, unnest(fingerprints) AS mark
FROM store.stories
WHERE told_at::DATE BETWEEN (SELECT min(day) FROM changed_stories) - 3 * $days
    AND (SELECT max(day) FROM changed_stories) + 3 * $days;

-- due: the changed stories, and those of their outlets whose standing text they can alter
CREATE OR REPLACE TEMP TABLE due AS
SELECT DISTINCT article_id FROM changed_stories
UNION
SELECT near.article_id
FROM near_marks AS near
SEMI JOIN (SELECT DISTINCT source_id, day, unnest(fingerprints) AS mark FROM changed_stories) AS changed
    ON changed.source_id = near.source_id AND changed.mark = near.mark
    AND near.day BETWEEN changed.day - $days AND changed.day + $days;

-- seen: whatever may overlap with a story that is due ...
CREATE OR REPLACE TEMP TABLE partners AS
SELECT DISTINCT near.article_id
FROM near_marks AS near
SEMI JOIN (SELECT DISTINCT day, mark FROM near_marks SEMI JOIN due USING (article_id)) AS changed
    ON changed.mark = near.mark AND near.day BETWEEN changed.day - $days AND changed.day + $days;

-- ... and what decides about the standing text of either
CREATE OR REPLACE TEMP TABLE seen_stories AS
SELECT stories.* EXCLUDE (version)
FROM store.stories AS stories
WHERE article_id IN (
    SELECT near.article_id
    FROM near_marks AS near
    SEMI JOIN (SELECT DISTINCT source_id, day, mark FROM near_marks SEMI JOIN partners USING (article_id)) AS changed
        ON changed.source_id = near.source_id AND changed.mark = near.mark
        AND near.day BETWEEN changed.day - $days AND changed.day + $days
);
