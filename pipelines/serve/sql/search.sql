-- Articles that hold all the words (or a quoted row of words), the best first: by BM25 (k1 1.2, b 0.75), a word in the
-- title counting as five in the text. How rare a word is plays no part, since each article has them all. Then the newest.
-- Of more than 5,000 articles those with the words in the title are weighed, then the newest.
WITH holding AS (
    SELECT article_id, revision,
        len(list_filter($words::VARCHAR[], lambda word: contains(lower(coalesce(title, '')), word))) AS in_title
    FROM store.articles SEMI JOIN store.latest_revisions USING (article_id, revision)
    WHERE len(list_filter($words::VARCHAR[], lambda word: NOT (contains(lower(text), word) OR contains(lower(coalesce(title, '')), word)))) = 0
        AND ($source::VARCHAR[] IS NULL OR list_contains($source::VARCHAR[], source_id))
    ORDER BY in_title DESC, published_at DESC NULLS LAST, article_id
    LIMIT 5000
), weighed AS (
    SELECT article_id, revision, published_at, lower(text) AS body, lower(coalesce(title, '')) AS heading,
        0.3 + 0.9 * strlen(text) / greatest(avg(strlen(text)) OVER (), 1) AS long
    FROM store.articles SEMI JOIN holding USING (article_id, revision)
), found AS (
    SELECT article_id, revision, published_at, list_sum(list_transform(
        list_transform($words::VARCHAR[], lambda word: (strlen(body) - strlen(replace(body, word, ''))
            + 5 * (strlen(heading) - strlen(replace(heading, word, '')))) / strlen(word)),
        lambda times: times * 2.2 / (times + long)
    )) AS score
    FROM weighed
    ORDER BY score DESC, published_at DESC NULLS LAST, article_id
    LIMIT $size OFFSET $size * ($page - 1)
)
SELECT found.*, articles.title, articles.text, articles.url, coalesce(sources.name, articles.source_id) AS outlet,
    (SELECT count(DISTINCT told.incident_id) FROM store.incidents AS told
        WHERE told.article_id = found.article_id AND told.revision = found.revision) AS incidents
FROM found JOIN store.articles AS articles USING (article_id, revision) LEFT JOIN store.sources AS sources USING (source_id)
ORDER BY score DESC, found.published_at DESC NULLS LAST, article_id
