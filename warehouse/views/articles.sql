-- needs: article_revisions, availability
CREATE OR REPLACE VIEW articles AS
SELECT article_revisions.* EXCLUDE (revision_number, is_latest), count_of.revisions,
    CASE WHEN availability.state = 'gone' THEN availability.since END AS gone_since,
    CASE WHEN availability.state = 'moved' THEN availability.since END AS moved_since, availability.moved_to
FROM article_revisions
JOIN (SELECT article_id, count(*) AS revisions FROM store.articles GROUP BY article_id) AS count_of USING (article_id)
LEFT JOIN availability USING (article_id)
WHERE is_latest;

COMMENT ON VIEW articles IS 'Articles as they stand: the latest revision of each.';
COMMENT ON COLUMN articles.article_id IS 'Names the article (hash of its canonical URL).';
COMMENT ON COLUMN articles.revision IS 'Names the revision (hash of its normalised title and text).';
COMMENT ON COLUMN articles.source_id IS 'The source that carries it.';
COMMENT ON COLUMN articles.outlet IS 'Name of that source.';
COMMENT ON COLUMN articles.title IS 'Headline.';
COMMENT ON COLUMN articles.lead IS 'Standfirst, where the page has one apart from the text.';
COMMENT ON COLUMN articles."text" IS 'The text: paragraphs joined by a blank line. Evidence offsets count its characters from 0.';
COMMENT ON COLUMN articles.authors IS 'Bylines.';
COMMENT ON COLUMN articles.published_at IS 'Publication time (UTC).';
COMMENT ON COLUMN articles.published_day IS 'Day of publication, where it was published; the day of the first capture (UTC) where the page gives none.';
COMMENT ON COLUMN articles.published_precision IS 'How exact published_at is.';
COMMENT ON COLUMN articles.modified_at IS 'Time of the last change, as the page states it (UTC).';
COMMENT ON COLUMN articles.language IS 'Language of the text (BCP 47).';
COMMENT ON COLUMN articles.section IS 'Section of the outlet.';
COMMENT ON COLUMN articles.tags IS 'Key words of the page.';
COMMENT ON COLUMN articles.kind IS 'article or live_blog.';
COMMENT ON COLUMN articles.cluster_id IS 'Shared by copies of one text: the article that had it first (see syndication). Without copies, the article itself.';
COMMENT ON COLUMN articles.removed_lines IS 'How many lines cleaning took out (see boilerplate).';
COMMENT ON COLUMN articles.first_seen IS 'Earliest capture of this revision (UTC).';
COMMENT ON COLUMN articles.last_seen IS 'Latest capture of this revision (UTC).';
COMMENT ON COLUMN articles.crawl_day IS 'Day (partition) of the earliest capture.';
COMMENT ON COLUMN articles.url IS 'Address as fetched.';
COMMENT ON COLUMN articles.canonical_url IS 'Address that all captures share.';
COMMENT ON COLUMN articles.page_id IS 'The capture it was read from (see pages).';
COMMENT ON COLUMN articles.warc_file IS 'Archived page: WARC file, relative to the page store.';
COMMENT ON COLUMN articles.warc_offset IS 'Archived page: where its record begins (bytes).';
COMMENT ON COLUMN articles.cleaner_version IS 'Version of the cleaning that made the text.';
COMMENT ON COLUMN articles.revisions IS 'How many revisions we have seen.';
COMMENT ON COLUMN articles.gone_since IS 'When a re-check first found it deleted (UTC); null while it is there (see availability).';
COMMENT ON COLUMN articles.moved_since IS 'When a re-check first found it moved to another address for good (UTC).';
COMMENT ON COLUMN articles.moved_to IS 'Where it has moved to.';
