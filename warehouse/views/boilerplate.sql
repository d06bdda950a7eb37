CREATE OR REPLACE VIEW boilerplate AS
SELECT line.rule AS rule, source_id, coalesce(any_value(name), source_id) AS outlet, line."text" AS "text",
    count(DISTINCT article_id) AS articles,
    min(line."position") AS first_paragraph, any_value(url ORDER BY url) AS example_url
FROM (
    SELECT unnest(articles.removed) AS line, articles.article_id, articles.source_id, articles.url, sources.name
    FROM store.articles AS articles
    JOIN store.latest_revisions USING (article_id, revision)
    LEFT JOIN store.sources AS sources USING (source_id)
)
GROUP BY line.rule, source_id, line."text";

COMMENT ON VIEW boilerplate IS 'The lines that cleaning took out, by rule and source: nothing is dropped silently.';
COMMENT ON COLUMN boilerplate."rule" IS 'The rule that took the line out.';
COMMENT ON COLUMN boilerplate.source_id IS 'The source.';
COMMENT ON COLUMN boilerplate.outlet IS 'Its name.';
COMMENT ON COLUMN boilerplate."text" IS 'The line.';
COMMENT ON COLUMN boilerplate.articles IS 'Articles it was taken out of; one that repeats it counts once.';
COMMENT ON COLUMN boilerplate.first_paragraph IS 'The earliest paragraph number at which it stood (from 0).';
COMMENT ON COLUMN boilerplate.example_url IS 'One of those articles.';
