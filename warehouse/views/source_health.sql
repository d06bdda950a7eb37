CREATE OR REPLACE VIEW source_health AS
SELECT
    pages.source_id, coalesce(any_value(sources.name), pages.source_id) AS outlet, pages.crawl_day,
    count(*) AS pages, count(*) FILTER (WHERE purpose = 'article') AS article_pages,
    count(*) FILTER (WHERE purpose = 'article' AND outcome = 'ok') AS articles,
    count(*) FILTER (WHERE outcome = 'not_modified') AS not_modified,
    count(*) FILTER (WHERE outcome NOT IN ('ok', 'not_modified') AND NOT starts_with(outcome, 'error:')) AS set_aside,
    count(*) FILTER (WHERE starts_with(outcome, 'error:')) AS errors,
    round(count(*) FILTER (WHERE outcome IN ('ok', 'not_modified')) / count(*), 3) AS good_share,
    max(pages.fetched_at) AS last_fetched_at,
    (
        SELECT string_agg(mix.outcome || ' ' || mix.n, ', ' ORDER BY mix.n DESC, mix.outcome)
        FROM (SELECT same.source_id, same.crawl_day, same.outcome, count(*) AS n FROM store.pages AS same GROUP BY ALL) AS mix
        WHERE mix.source_id = pages.source_id AND mix.crawl_day = pages.crawl_day
    ) AS outcomes
FROM store.pages AS pages
LEFT JOIN store.sources AS sources USING (source_id)
GROUP BY pages.source_id, pages.crawl_day;

COMMENT ON VIEW source_health IS 'How each source did each day: what became of the pages asked for.';
COMMENT ON COLUMN source_health.source_id IS 'The source.';
COMMENT ON COLUMN source_health.outlet IS 'Its name.';
COMMENT ON COLUMN source_health.crawl_day IS 'The day (partition) the crawl ran for.';
COMMENT ON COLUMN source_health.pages IS 'Captures: every requested URL, feeds and sitemaps included.';
COMMENT ON COLUMN source_health.article_pages IS 'Captures of pages that should be articles.';
COMMENT ON COLUMN source_health.articles IS 'Those of them that were read as articles.';
COMMENT ON COLUMN source_health.not_modified IS 'Captures that had not changed since the last one.';
COMMENT ON COLUMN source_health.set_aside IS 'Captures with a named outcome: soft 404, paywall, consent wall, robots_denied ...';
COMMENT ON COLUMN source_health.errors IS 'Captures that failed.';
COMMENT ON COLUMN source_health.good_share IS 'Share of captures that are ok or not_modified, 0 to 1.';
COMMENT ON COLUMN source_health.last_fetched_at IS 'Last capture of that day (UTC).';
COMMENT ON COLUMN source_health.outcomes IS 'The outcome mix in words.';
