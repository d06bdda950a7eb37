-- The other revisions, and the copies, of an article.
SELECT article_id, revision, outlet, title, first_seen, published_at, is_latest
FROM article_revisions
WHERE cluster_id = (SELECT any_value(cluster_id) FROM article_revisions WHERE article_id = $article_id)
    AND (article_id = $article_id OR is_latest)
ORDER BY article_id <> $article_id, first_seen
LIMIT 100
