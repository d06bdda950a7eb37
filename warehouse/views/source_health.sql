CREATE OR REPLACE VIEW source_health AS
WITH captures AS (
    SELECT *,
        outcome IN ('ok', 'not_modified') AS good,
        outcome IN ('blocked', 'consent_wall') AS refused,
        outcome = 'robots_denied' AS denied,
        -- out of reach: the network, the server, its certificate; what it answers says nothing of the site
        regexp_matches(outcome, '^error:(dns|tls|timeout|connection|host_resting|http_5)|^truncated') AS out_of_reach,
        crawl_day = min(crawl_day) OVER of_page AS first_asked,
        crawl_day = min(crawl_day) FILTER (WHERE outcome = 'ok') OVER of_page AS first_read
    FROM store.pages
    -- a page is the same by http and by https
    WINDOW of_page AS (PARTITION BY source_id, regexp_replace(canonical_url, '^http:', 'https:'), purpose)
), counted AS (
    SELECT
        source_id, crawl_day, count(*) AS pages, count(*) FILTER (WHERE purpose = 'article') AS article_pages,
        count(*) FILTER (WHERE purpose = 'article' AND outcome = 'ok') AS articles,
        count(*) FILTER (WHERE purpose = 'article' AND outcome = 'ok' AND first_read) AS new_articles,
        count(*) FILTER (WHERE purpose = 'discovery') AS listings,
        count(*) FILTER (WHERE purpose = 'discovery' AND good) AS good_listings,
        count(*) FILTER (WHERE purpose = 'discovery' AND outcome = 'not_modified') AS unchanged_listings,
        sum(stories)::BIGINT AS stories,
        count(*) FILTER (WHERE outcome = 'not_modified') AS not_modified,
        count(*) FILTER (WHERE outcome NOT IN ('ok', 'not_modified') AND NOT starts_with(outcome, 'error:')) AS set_aside,
        count(*) FILTER (WHERE starts_with(outcome, 'error:')) AS errors,
        round(count(*) FILTER (WHERE good) / count(*), 3) AS good_share,
        -- of what was not simply unchanged: re-checks must not hide what becomes of all that is new
        count(*) FILTER (WHERE outcome <> 'not_modified') AS told,
        count(*) FILTER (WHERE refused) AS blocked, count(*) FILTER (WHERE denied) AS robots_denied,
        count(*) FILTER (WHERE out_of_reach) AS unreachable,
        count(*) FILTER (WHERE purpose = 'article' AND first_asked AND NOT (good OR refused OR denied OR out_of_reach)) AS unread,
        max(fetched_at) AS last_fetched_at
    FROM captures
    GROUP BY source_id, crawl_day
), usual AS (
    SELECT *, count(*) OVER past AS days_before, median(new_articles) OVER past AS usual_new,
        median(stories) OVER past AS usual_stories, min(new_articles) OVER past AS least_new
    FROM counted
    -- two weeks hold two of each weekday; days filled from archives, which ask no listing, are no history of crawls
    WINDOW past AS (
        PARTITION BY source_id, listings > 0 ORDER BY crawl_day
        RANGE BETWEEN INTERVAL 14 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING
    )
), judged AS (
    SELECT *,
        CASE
            WHEN listings = 0 THEN NULL
            -- a site that always refuses some pages and still gives its usual stories is well
            WHEN days_before >= 4 AND usual_new > 0 AND new_articles >= usual_new / 2 THEN 'ok'
            WHEN robots_denied >= told / 2 AND robots_denied > 0 THEN 'robots_denied'
            WHEN blocked >= told / 2 AND blocked > 0 THEN 'blocked'
            WHEN unreachable >= told / 2 AND unreachable > 0 THEN 'unreachable'
            WHEN good_listings = 0 THEN 'broken'
            WHEN stories = 0 AND unchanged_listings = 0 AND coalesce(usual_stories, 1) > 0 THEN 'broken'
            WHEN new_articles = 0 AND unread >= 3 THEN 'broken'
            WHEN new_articles = 0 THEN 'nothing_new'
            ELSE 'ok'
        END AS health
    FROM usual
), runs AS (
    SELECT *, health IS DISTINCT FROM lag(health) OVER (PARTITION BY source_id, listings > 0 ORDER BY crawl_day) AS turned
    FROM judged
)
SELECT
    runs.source_id, coalesce(sources.name, runs.source_id) AS outlet, runs.crawl_day, health,
    CASE health
        WHEN 'robots_denied' THEN format('robots.txt forbade {} of {} pages', robots_denied, told)
        WHEN 'blocked' THEN format('the site refused {} of {} pages', blocked, told)
        WHEN 'unreachable' THEN format('{} of {} pages could not be had', unreachable, told)
        WHEN 'broken' THEN CASE
            WHEN good_listings = 0 THEN format('none of its {} listings could be read', listings)
            WHEN stories = 0 THEN format(
                'its listings name no story, usually {}', coalesce(round(usual_stories)::BIGINT::VARCHAR, 'unknown')
            )
            ELSE format('none of {} new pages could be read as an article', unread)
        END
        WHEN 'nothing_new' THEN format('nothing new, usually {} articles', coalesce(round(usual_new)::BIGINT::VARCHAR, 'unknown'))
        WHEN 'ok' THEN format('{} new articles', new_articles)
    END AS because,
    -- a quiet day is news only from a source that has had none for as long as can be seen
    CASE health WHEN 'nothing_new' THEN days_before >= 4 AND least_new > 0 ELSE coalesce(health <> 'ok', false) END AS unusual,
    max(runs.crawl_day) FILTER (WHERE turned) OVER (
        PARTITION BY runs.source_id, listings > 0 ORDER BY runs.crawl_day ROWS UNBOUNDED PRECEDING
    ) AS health_since,
    pages, article_pages, articles, new_articles, usual_new, listings, stories, usual_stories, not_modified, set_aside,
    errors, good_share, last_fetched_at,
    (
        SELECT string_agg(mix.outcome || ' ' || mix.n, ', ' ORDER BY mix.n DESC, mix.outcome)
        FROM (SELECT same.source_id, same.crawl_day, same.outcome, count(*) AS n FROM store.pages AS same GROUP BY ALL) AS mix
        WHERE mix.source_id = runs.source_id AND mix.crawl_day = runs.crawl_day
    ) AS outcomes
FROM runs
LEFT JOIN store.sources AS sources USING (source_id);

COMMENT ON VIEW source_health IS 'How each source did each day, held against its own two weeks before: what became of the pages asked for, and what that says of the site.';
COMMENT ON COLUMN source_health.source_id IS 'The source.';
COMMENT ON COLUMN source_health.outlet IS 'Its name.';
COMMENT ON COLUMN source_health.crawl_day IS 'The day (partition) the crawl ran for.';
COMMENT ON COLUMN source_health.health IS 'ok; blocked: the site refuses us; robots_denied: robots.txt, or the lack of an answer for it, does; unreachable: network or server fail; broken: it answers, but its listings name no story or its pages hold none; nothing_new. Null where no listing was asked (archives).';
COMMENT ON COLUMN source_health.because IS 'What makes it so, in words.';
COMMENT ON COLUMN source_health.unusual IS 'True where somebody should look: anything but ok, and of days with nothing new those of a source that had something on each of at least four days before.';
COMMENT ON COLUMN source_health.health_since IS 'Since which of its days without a break it has been so.';
COMMENT ON COLUMN source_health.pages IS 'Captures: every requested URL, feeds and sitemaps included.';
COMMENT ON COLUMN source_health.article_pages IS 'Captures of pages that should be articles.';
COMMENT ON COLUMN source_health.articles IS 'Those of them that were read as articles.';
COMMENT ON COLUMN source_health.new_articles IS 'Those of them that had not been read before.';
COMMENT ON COLUMN source_health.usual_new IS 'Median of that over the two weeks before.';
COMMENT ON COLUMN source_health.listings IS 'Feeds, sitemaps and sections asked.';
COMMENT ON COLUMN source_health.stories IS 'How many of the source''s stories they named, known or new; null where none was read anew.';
COMMENT ON COLUMN source_health.usual_stories IS 'Median of that over the two weeks before.';
COMMENT ON COLUMN source_health.not_modified IS 'Captures that had not changed since the last one.';
COMMENT ON COLUMN source_health.set_aside IS 'Captures with a named outcome: soft 404, paywall, consent wall, robots_denied ...';
COMMENT ON COLUMN source_health.errors IS 'Captures that failed.';
COMMENT ON COLUMN source_health.good_share IS 'Share of captures that are ok or not_modified, 0 to 1.';
COMMENT ON COLUMN source_health.last_fetched_at IS 'Last capture of that day (UTC).';
COMMENT ON COLUMN source_health.outcomes IS 'The outcome mix in words.';
