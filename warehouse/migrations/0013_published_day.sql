-- Times are stored in UTC, where an evening in New York is the next day: "on Friday" and an undated story would be read
-- against a day on which nobody there published.
ALTER TABLE store.articles ADD COLUMN published_day DATE;
COMMENT ON COLUMN store.articles.published_day IS 'Day of publication where it was published.';
