-- needs: article_revisions
CREATE OR REPLACE VIEW lag AS
SELECT
    articles.source_id, articles.outlet, articles.published_day, count(*) AS articles,
    round(median(date_diff('second', articles.published_at, articles.first_seen)) / 3600, 2) AS median_hours,
    round(quantile_cont(date_diff('second', articles.published_at, articles.first_seen), 0.9) / 3600, 2) AS p90_hours
FROM article_revisions AS articles
WHERE articles.revision_number = 1 AND articles.published_at IS NOT NULL
GROUP BY articles.source_id, articles.outlet, articles.published_day;

COMMENT ON VIEW lag IS 'How long after publication we had the articles, by source and day.';
COMMENT ON COLUMN lag.source_id IS 'The source.';
COMMENT ON COLUMN lag.outlet IS 'Its name.';
COMMENT ON COLUMN lag.published_day IS 'Day of publication, where it was published.';
COMMENT ON COLUMN lag.articles IS 'Articles with a publication time.';
COMMENT ON COLUMN lag.median_hours IS 'Median hours from publication to first capture.';
COMMENT ON COLUMN lag.p90_hours IS 'Nine in ten were captured within so many hours.';
