-- What an event was merged by, so that a load can merge anew what other rules have merged.
ALTER TABLE store.events ADD COLUMN merge_version VARCHAR;
COMMENT ON COLUMN store.events.merge_version IS 'Version of the merging that made it; a load of another version merges it again.';
