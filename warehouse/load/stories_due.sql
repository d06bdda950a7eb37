-- Articles whose story must be read (again): what this load may have changed, and what no story of this
-- version is kept of. The latest revision speaks; it was told when the article was first seen.
SELECT articles.* REPLACE (seen.first_seen AS first_seen)
FROM store.articles AS articles
SEMI JOIN store.latest_revisions AS latest
    ON latest.article_id = articles.article_id AND latest.revision = articles.revision
JOIN (SELECT article_id, min(first_seen) AS first_seen FROM store.articles GROUP BY article_id) AS seen
    ON seen.article_id = articles.article_id
WHERE articles.article_id IN (SELECT article_id FROM affected)
    OR articles.article_id NOT IN (SELECT article_id FROM store.stories WHERE version = $version);
