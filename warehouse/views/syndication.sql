-- needs: articles
CREATE OR REPLACE VIEW syndication AS
SELECT copies.cluster_id, count(*) OVER cluster AS copies,
    count(DISTINCT articles.source_id) OVER (PARTITION BY copies.cluster_id) AS outlets,
    row_number() OVER by_time AS place_in_line, copies.kind = 'first' AS first, copies.kind,
    articles.outlet, articles.title, articles.published_at, articles.first_seen,
    round(date_diff('second', first_value(stories.told_at) OVER by_time, stories.told_at) / 3600, 2) AS hours_after_first,
    model.outlet AS model_outlet, copies.share, copies.share_of_model,
    articles.url, articles.source_id, copies.article_id, copies.model_id
FROM store.copies AS copies
JOIN articles USING (article_id)
JOIN store.stories AS stories USING (article_id)
LEFT JOIN articles AS model ON model.article_id = copies.model_id
WINDOW cluster AS (PARTITION BY copies.cluster_id),
    by_time AS (PARTITION BY copies.cluster_id ORDER BY stories.told_at, copies.article_id);

COMMENT ON VIEW syndication IS 'Stories that several articles carry, word for word, edited, shortened or within a longer report, and who had them first.';
COMMENT ON COLUMN syndication.cluster_id IS 'Shared by the copies: the article that was published first. An earlier copy that comes to light renames it.';
COMMENT ON COLUMN syndication.copies IS 'How many articles share it.';
COMMENT ON COLUMN syndication.outlets IS 'How many sources share it.';
COMMENT ON COLUMN syndication.place_in_line IS '1 for the copy that was published first.';
COMMENT ON COLUMN syndication.first IS 'True for the copy that was published first.';
COMMENT ON COLUMN syndication.kind IS 'first, or what it is to its model: exact (the same words), near (mostly alike), part (one is held in the other, which has much besides).';
COMMENT ON COLUMN syndication.outlet IS 'Who carries this copy.';
COMMENT ON COLUMN syndication.title IS 'Its headline.';
COMMENT ON COLUMN syndication.published_at IS 'Its publication time (UTC).';
COMMENT ON COLUMN syndication.first_seen IS 'Its first capture (UTC).';
COMMENT ON COLUMN syndication.hours_after_first IS 'Hours from the first copy to this one; by the first capture where a page gives no time of day.';
COMMENT ON COLUMN syndication.model_outlet IS 'Who carries its model: the earlier copy it has most text of; null for the first.';
COMMENT ON COLUMN syndication.share IS 'Part of its text that stands in the model, 0 to 1: the rest is its own.';
COMMENT ON COLUMN syndication.share_of_model IS 'Part of the model''s text that stands in it: the rest was cut or rewritten.';
COMMENT ON COLUMN syndication.url IS 'Its address.';
COMMENT ON COLUMN syndication.source_id IS 'The source.';
COMMENT ON COLUMN syndication.article_id IS 'The article.';
COMMENT ON COLUMN syndication.model_id IS 'The model.';
