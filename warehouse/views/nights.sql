-- needs: source_health, incidents, article_revisions
CREATE OR REPLACE VIEW nights AS
WITH told AS (
    SELECT crawl_day, source_id, event_id, min(crawl_day) OVER (PARTITION BY event_id) AS first_told FROM incidents
), read AS (
    SELECT
        crawl_day, source_id, count(*) AS incidents, count(DISTINCT event_id) AS events,
        count(DISTINCT event_id) FILTER (first_told = crawl_day) AS new_events
    FROM told
    GROUP BY ALL
), revised AS (
    SELECT crawl_day, source_id, count(*) AS corrected FROM article_revisions WHERE revision_number > 1 GROUP BY ALL
)
SELECT
    health.crawl_day, health.source_id, health.outlet, health.pages, health.new_articles,
    coalesce(revised.corrected, 0) AS corrected, coalesce(read.incidents, 0) AS incidents,
    coalesce(read.events, 0) AS events, coalesce(read.new_events, 0) AS new_events,
    health.set_aside, health.errors, health.health, health.because, health.unusual, health.health_since
FROM source_health AS health
LEFT JOIN read ON read.crawl_day = health.crawl_day AND read.source_id = health.source_id
LEFT JOIN revised ON revised.crawl_day = health.crawl_day AND revised.source_id = health.source_id;

COMMENT ON VIEW nights IS 'What each night''s crawl of each source brought, and how it went: what dateline summary tells.';
COMMENT ON COLUMN nights.crawl_day IS 'The day (partition) the crawl ran for.';
COMMENT ON COLUMN nights.source_id IS 'The source.';
COMMENT ON COLUMN nights.outlet IS 'Its name.';
COMMENT ON COLUMN nights.pages IS 'Captures: every requested URL, feeds and sitemaps included.';
COMMENT ON COLUMN nights.new_articles IS 'Article pages read for the first time.';
COMMENT ON COLUMN nights.corrected IS 'Further revisions of articles known before.';
COMMENT ON COLUMN nights.incidents IS 'Incidents read from its articles.';
COMMENT ON COLUMN nights.events IS 'Events that those belong to. Outlets share events: count(DISTINCT event_id) of incidents adds them up.';
COMMENT ON COLUMN nights.new_events IS 'Those of them that no earlier day told.';
COMMENT ON COLUMN nights.set_aside IS 'Pages that are no article: blocked, paywalls, soft 404 and the like.';
COMMENT ON COLUMN nights.errors IS 'Pages that failed.';
COMMENT ON COLUMN nights.health IS 'How the site did (source_health). Null where only archives were read.';
COMMENT ON COLUMN nights.because IS 'What makes it so, in words.';
COMMENT ON COLUMN nights.unusual IS 'True where somebody should look at the source.';
COMMENT ON COLUMN nights.health_since IS 'Since which of its days without a break it has been so.';
