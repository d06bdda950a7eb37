-- needs: events
CREATE OR REPLACE VIEW daily_counts AS
SELECT "day", country, event_type, count(*) AS events,
    sum(killed_min)::BIGINT AS killed_min, sum(killed_max)::BIGINT AS killed_max, sum(articles)::BIGINT AS articles
FROM events
GROUP BY ALL;

COMMENT ON VIEW daily_counts IS 'Events and their tolls by day, country and type.';
COMMENT ON COLUMN daily_counts."day" IS 'Day the events happened; where that is not known, the day of the first article.';
COMMENT ON COLUMN daily_counts.country IS 'Country (ISO 3166 alpha-2).';
COMMENT ON COLUMN daily_counts.event_type IS 'ACLED event type.';
COMMENT ON COLUMN daily_counts.events IS 'Number of events.';
COMMENT ON COLUMN daily_counts.killed_min IS 'Sum of the lowest tolls.';
COMMENT ON COLUMN daily_counts.killed_max IS 'Sum of the highest tolls.';
COMMENT ON COLUMN daily_counts.articles IS 'Number of articles that tell them.';
