CREATE OR REPLACE VIEW pages AS
SELECT pages.* EXCLUDE (outcome, detail, error), outcome, detail, error,
    coalesce(sources.name, pages.source_id) AS outlet
FROM store.pages AS pages
LEFT JOIN store.sources AS sources USING (source_id);

COMMENT ON VIEW pages IS 'Every requested URL and what became of it, one row a capture.';
COMMENT ON COLUMN pages.page_id IS 'Names the capture.';
COMMENT ON COLUMN pages.source_id IS 'The source whose crawl asked for it.';
COMMENT ON COLUMN pages.crawl_day IS 'The day (partition) the crawl ran for.';
COMMENT ON COLUMN pages.url IS 'Address as requested.';
COMMENT ON COLUMN pages.canonical_url IS 'Address that all captures of the page share.';
COMMENT ON COLUMN pages.purpose IS 'discovery (a feed, sitemap or section) or article.';
COMMENT ON COLUMN pages.via IS 'How it came: live, sitemap, wordpress, wayback, ccnews or warc.';
COMMENT ON COLUMN pages.fetched_at IS 'When the bytes came (UTC).';
COMMENT ON COLUMN pages.status IS 'HTTP status; null when nothing answered.';
COMMENT ON COLUMN pages.content_type IS 'Content-Type header.';
COMMENT ON COLUMN pages.etag IS 'ETag header.';
COMMENT ON COLUMN pages.last_modified IS 'Last-Modified header.';
COMMENT ON COLUMN pages.payload_digest IS 'Digest of the body.';
COMMENT ON COLUMN pages.warc_file IS 'WARC file, relative to the page store; null when nothing came back.';
COMMENT ON COLUMN pages.warc_offset IS 'Where its record begins in that file (bytes).';
COMMENT ON COLUMN pages.warc_length IS 'Length of its compressed record (bytes).';
COMMENT ON COLUMN pages.discovered_from IS 'The feed, sitemap or page that listed it.';
COMMENT ON COLUMN pages.listed_published_at IS 'Publication time the listing gave (UTC).';
COMMENT ON COLUMN pages.reservations IS 'What the publisher reserved (TDM reservation, noai, noarchive ...).';
COMMENT ON COLUMN pages.moved_to IS 'Where permanent redirects (301, 308) alone led to another page.';
COMMENT ON COLUMN pages.stories IS 'Of a listing that was read: how many of the source''s stories it named, known or new.';
COMMENT ON COLUMN pages.outcome IS 'What became of it (see outcomes).';
COMMENT ON COLUMN pages.detail IS 'What cleaning saw that made it reach its verdict.';
COMMENT ON COLUMN pages.error IS 'What went wrong in fetching.';
COMMENT ON COLUMN pages.outlet IS 'Name of the source.';
