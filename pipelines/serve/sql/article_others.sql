-- The other revisions, and the copies, of an article.
WITH same AS (
    SELECT $article_id::VARCHAR AS article_id
    UNION
    SELECT article_id FROM store.copies
    WHERE cluster_id = (SELECT any_value(cluster_id) FROM store.copies WHERE article_id = $article_id)
)
SELECT article_id, revision, coalesce(sources.name, source_id) AS outlet, title, first_seen, published_at,
    row_number() OVER (PARTITION BY article_id ORDER BY last_seen DESC, first_seen DESC, revision DESC) = 1 AS is_latest
FROM store.articles SEMI JOIN same USING (article_id) LEFT JOIN store.sources AS sources USING (source_id)
QUALIFY article_id = $article_id OR is_latest
ORDER BY article_id <> $article_id, first_seen
LIMIT 100
