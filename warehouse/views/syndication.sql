-- needs: articles
CREATE OR REPLACE VIEW syndication AS
SELECT cluster_id, count(*) OVER cluster AS copies, count(DISTINCT source_id) OVER (PARTITION BY cluster_id) AS outlets,
    row_number() OVER by_time AS place_in_line, row_number() OVER by_time = 1 AS first,
    outlet, title, published_at, first_seen,
    round(date_diff('second', first_value(coalesce(published_at, first_seen)) OVER by_time, coalesce(published_at, first_seen)) / 3600, 2) AS hours_after_first,
    url, source_id, article_id
FROM articles
WHERE cluster_id IS NOT NULL
WINDOW cluster AS (PARTITION BY cluster_id),
    by_time AS (PARTITION BY cluster_id ORDER BY coalesce(published_at, first_seen), article_id)
QUALIFY copies > 1;

COMMENT ON VIEW syndication IS 'Stories that several articles carry word for word or nearly so, and who had them first.';
COMMENT ON COLUMN syndication.cluster_id IS 'Shared by the copies.';
COMMENT ON COLUMN syndication.copies IS 'How many articles share it.';
COMMENT ON COLUMN syndication.outlets IS 'How many sources share it.';
COMMENT ON COLUMN syndication.place_in_line IS '1 for the copy that was published first.';
COMMENT ON COLUMN syndication.first IS 'True for the copy that was published first.';
COMMENT ON COLUMN syndication.outlet IS 'Who carries this copy.';
COMMENT ON COLUMN syndication.title IS 'Its headline.';
COMMENT ON COLUMN syndication.published_at IS 'Its publication time (UTC).';
COMMENT ON COLUMN syndication.first_seen IS 'Its first capture (UTC).';
COMMENT ON COLUMN syndication.hours_after_first IS 'Hours from the first copy to this one.';
COMMENT ON COLUMN syndication.url IS 'Its address.';
COMMENT ON COLUMN syndication.source_id IS 'The source.';
COMMENT ON COLUMN syndication.article_id IS 'The article.';
