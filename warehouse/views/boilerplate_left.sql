CREATE OR REPLACE VIEW boilerplate_left AS
WITH stories AS (
    -- copies of one story and revisions of one article repeat all their lines: one of each
    SELECT source_id, crawl_day, coalesce(cluster_id, article_id) AS story,
        arg_max("text", (last_seen, article_id)) AS "text"
    FROM store.articles JOIN store.latest_revisions USING (article_id, revision)
    GROUP BY ALL
), lines AS (
    SELECT DISTINCT source_id, crawl_day, story, unnest(string_split("text", chr(10) || chr(10))) AS line FROM stories
), leaks AS (
    -- LEAK_ARTICLES of pipelines/checks.py, held to it by tests/test_views.py
    FROM lines QUALIFY count(*) OVER (PARTITION BY source_id, crawl_day, line) >= 3
), hit AS (
    SELECT source_id, crawl_day, count(DISTINCT story) AS articles_hit, list_sort(list(DISTINCT line)) AS "lines"
    FROM leaks GROUP BY ALL
)
SELECT source_id, coalesce(any_value(name), source_id) AS outlet, crawl_day, count(*) AS articles,
    coalesce(any_value(articles_hit), 0) AS articles_hit, round(coalesce(any_value(articles_hit), 0) / count(*), 4) AS share,
    coalesce(any_value("lines"), []::VARCHAR[]) AS "lines"
FROM stories LEFT JOIN hit USING (source_id, crawl_day) LEFT JOIN store.sources USING (source_id)
GROUP BY source_id, crawl_day;

COMMENT ON VIEW boilerplate_left IS 'How much boilerplate gets through: stories of a source and day that hold a line which three or more of them hold.';
COMMENT ON COLUMN boilerplate_left.source_id IS 'The source.';
COMMENT ON COLUMN boilerplate_left.outlet IS 'Its name.';
COMMENT ON COLUMN boilerplate_left.crawl_day IS 'The day (partition); an article counts on the day its text was first seen.';
COMMENT ON COLUMN boilerplate_left.articles IS 'Stories of that source and day; copies count once.';
COMMENT ON COLUMN boilerplate_left.articles_hit IS 'Those that hold such a line.';
COMMENT ON COLUMN boilerplate_left.share IS 'articles_hit / articles.';
COMMENT ON COLUMN boilerplate_left."lines" IS 'The lines.';
