-- Articles that hold all the words (or a quoted row of words), those with all of them in the title first, then the newest.
WITH found AS (
    SELECT article_id, revision, published_at, len(list_filter($words::VARCHAR[], word -> contains(lower(title), word))) AS in_title
    FROM store.articles SEMI JOIN store.latest_revisions USING (article_id, revision)
    WHERE len(list_filter($words::VARCHAR[], word -> NOT (contains(lower(text), word) OR contains(lower(coalesce(title, '')), word)))) = 0
        AND ($source::VARCHAR[] IS NULL OR list_contains($source::VARCHAR[], source_id))
    ORDER BY coalesce(in_title, 0) DESC, published_at DESC NULLS LAST, article_id
    LIMIT $size OFFSET $size * ($page - 1)
)
SELECT found.*, articles.title, articles.text, articles.url, coalesce(sources.name, articles.source_id) AS outlet,
    (SELECT count(DISTINCT told.incident_id) FROM store.incidents AS told
        WHERE told.article_id = found.article_id AND told.revision = found.revision) AS incidents
FROM found JOIN store.articles AS articles USING (article_id, revision) LEFT JOIN store.sources AS sources USING (source_id)
ORDER BY coalesce(in_title, 0) DESC, found.published_at DESC NULLS LAST, article_id
