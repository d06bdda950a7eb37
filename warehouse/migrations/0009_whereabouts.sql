-- What re-crawls and listings tell: where an article has moved to, and how many stories a listing named.

ALTER TABLE store.pages ADD COLUMN moved_to VARCHAR;
ALTER TABLE store.pages ADD COLUMN stories BIGINT;
COMMENT ON COLUMN store.pages.moved_to IS 'Where permanent redirects (301, 308) alone led to another page.';
COMMENT ON COLUMN store.pages.stories IS 'Of a listing that was read: how many of the source''s stories it named, known or new.';
