-- What an article tells without a day happened on the day it came out where it came out, and is merged under that.
ALTER TABLE store.incidents ADD COLUMN published_day DATE;
COMMENT ON COLUMN store.incidents.published_day IS 'Day of publication where it was published.';
