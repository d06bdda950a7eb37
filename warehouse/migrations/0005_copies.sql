-- Copies among the articles of all sources. All three tables are made from store.articles, within COPY_DAYS
-- of what changed (warehouse/copies.py), and can be made again from it.

CREATE TABLE store.stories (
    article_id VARCHAR PRIMARY KEY, source_id VARCHAR NOT NULL, told_at TIMESTAMP NOT NULL, text_id VARCHAR NOT NULL,
    fingerprints BIGINT[] NOT NULL, version VARCHAR NOT NULL
);
COMMENT ON TABLE store.stories IS 'What is compared of the latest revision of each article to find its copies.';
COMMENT ON COLUMN store.stories.article_id IS 'The article.';
COMMENT ON COLUMN store.stories.source_id IS 'The source that carries it.';
COMMENT ON COLUMN store.stories.told_at IS 'When it was published, else first captured (UTC).';
COMMENT ON COLUMN store.stories.text_id IS 'Names its words: the same for exact copies.';
COMMENT ON COLUMN store.stories.fingerprints IS 'Hashes of the runs of words that stand for the text.';
COMMENT ON COLUMN store.stories.version IS 'Version of the comparison that made them.';

CREATE TABLE store.overlaps (
    one_id VARCHAR NOT NULL, two_id VARCHAR NOT NULL, share_of_one DOUBLE NOT NULL, share_of_two DOUBLE NOT NULL,
    same_text BOOLEAN NOT NULL, PRIMARY KEY (one_id, two_id)
);
COMMENT ON TABLE store.overlaps IS 'Two articles told within two weeks of each other that have much text in common.';
COMMENT ON COLUMN store.overlaps.one_id IS 'The article whose id sorts first.';
COMMENT ON COLUMN store.overlaps.two_id IS 'The other article.';
COMMENT ON COLUMN store.overlaps.share_of_one IS 'Part of the first that stands in the second, 0 to 1; what an outlet prints again and again is not counted.';
COMMENT ON COLUMN store.overlaps.share_of_two IS 'Part of the second that stands in the first.';
COMMENT ON COLUMN store.overlaps.same_text IS 'True where the words are the same.';

CREATE TABLE store.copies (
    article_id VARCHAR PRIMARY KEY, cluster_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, model_id VARCHAR,
    share DOUBLE, share_of_model DOUBLE
);
COMMENT ON TABLE store.copies IS 'Members of the clusters of two or more articles that carry one text.';
COMMENT ON COLUMN store.copies.article_id IS 'The article.';
COMMENT ON COLUMN store.copies.cluster_id IS 'The article of the cluster that was told first; an earlier copy that comes to light later renames it.';
COMMENT ON COLUMN store.copies.kind IS 'first, or what the article is to its model: exact, near, part.';
COMMENT ON COLUMN store.copies.model_id IS 'The earlier member it has most text of; null for the first.';
COMMENT ON COLUMN store.copies.share IS 'Part of its text that stands in the model, 0 to 1.';
COMMENT ON COLUMN store.copies.share_of_model IS 'Part of the model''s text that stands in it.';

COMMENT ON COLUMN store.articles.cluster_id IS 'Names the words of the text: shared by exact copies. Copies that were edited or cut: store.copies.';
