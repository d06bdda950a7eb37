CREATE OR REPLACE VIEW article_revisions AS
SELECT
    articles.article_id, articles.revision, articles.source_id, coalesce(sources.name, articles.source_id) AS outlet,
    articles.title, articles.lead, articles.text, articles.authors, articles.published_at,
    coalesce(articles.published_day, articles.published_at::DATE, articles.first_seen::DATE) AS published_day, articles.published_precision,
    articles.modified_at, articles.language, articles.section, articles.tags, articles.kind,
    coalesce(copies.cluster_id, articles.article_id) AS cluster_id,
    len(articles.removed) AS removed_lines, articles.first_seen, articles.last_seen, articles.crawl_day,
    articles.url, articles.canonical_url, articles.page_id, pages.warc_file, pages.warc_offset,
    articles.cleaner_version,
    row_number() OVER by_time AS revision_number,
    articles.revision = latest.revision AS is_latest
FROM store.articles AS articles
JOIN store.latest_revisions AS latest USING (article_id)
LEFT JOIN store.sources AS sources USING (source_id)
LEFT JOIN store.pages AS pages USING (page_id)
LEFT JOIN store.copies AS copies USING (article_id)
WINDOW by_time AS (PARTITION BY articles.article_id ORDER BY articles.first_seen, articles.revision);

COMMENT ON VIEW article_revisions IS 'Every revision of every article: what was corrected, and when we saw it.';
COMMENT ON COLUMN article_revisions.article_id IS 'Names the article (hash of its canonical URL).';
COMMENT ON COLUMN article_revisions.revision IS 'Names the revision (hash of its normalised title and text).';
COMMENT ON COLUMN article_revisions.source_id IS 'The source that carries it.';
COMMENT ON COLUMN article_revisions.outlet IS 'Name of that source.';
COMMENT ON COLUMN article_revisions.title IS 'Headline.';
COMMENT ON COLUMN article_revisions.lead IS 'Standfirst, where the page has one apart from the text.';
COMMENT ON COLUMN article_revisions."text" IS 'The text: paragraphs joined by a blank line. Evidence offsets count its characters from 0.';
COMMENT ON COLUMN article_revisions.authors IS 'Bylines.';
COMMENT ON COLUMN article_revisions.published_at IS 'Publication time (UTC).';
COMMENT ON COLUMN article_revisions.published_day IS 'Day of publication, where it was published; the day of the first capture (UTC) where the page gives none.';
COMMENT ON COLUMN article_revisions.published_precision IS 'How exact published_at is.';
COMMENT ON COLUMN article_revisions.modified_at IS 'Time of the last change, as the page states it (UTC).';
COMMENT ON COLUMN article_revisions.language IS 'Language of the text (BCP 47).';
COMMENT ON COLUMN article_revisions.section IS 'Section of the outlet.';
COMMENT ON COLUMN article_revisions.tags IS 'Key words of the page.';
COMMENT ON COLUMN article_revisions.kind IS 'article or live_blog.';
COMMENT ON COLUMN article_revisions.cluster_id IS 'Shared by copies of one text: the article that had it first (see syndication). Without copies, the article itself.';
COMMENT ON COLUMN article_revisions.removed_lines IS 'How many lines cleaning took out (see boilerplate).';
COMMENT ON COLUMN article_revisions.first_seen IS 'Earliest capture of this revision (UTC).';
COMMENT ON COLUMN article_revisions.last_seen IS 'Latest capture of this revision (UTC).';
COMMENT ON COLUMN article_revisions.crawl_day IS 'Day (partition) of the earliest capture.';
COMMENT ON COLUMN article_revisions.url IS 'Address as fetched.';
COMMENT ON COLUMN article_revisions.canonical_url IS 'Address that all captures share.';
COMMENT ON COLUMN article_revisions.page_id IS 'The capture it was read from (see pages).';
COMMENT ON COLUMN article_revisions.warc_file IS 'Archived page: WARC file, relative to the page store.';
COMMENT ON COLUMN article_revisions.warc_offset IS 'Archived page: where its record begins (bytes).';
COMMENT ON COLUMN article_revisions.cleaner_version IS 'Version of the cleaning that made the text.';
COMMENT ON COLUMN article_revisions.revision_number IS '1 for the first revision we saw, then 2, 3 ...';
COMMENT ON COLUMN article_revisions.is_latest IS 'True for the revision that stands.';
