-- Who may load a source. Rows are only ever added: the one of the greatest number holds, those before it are what was.
CREATE TABLE store.source_owners (
    source_id VARCHAR NOT NULL, number BIGINT NOT NULL, writer VARCHAR NOT NULL, host VARCHAR NOT NULL,
    since TIMESTAMP NOT NULL, PRIMARY KEY (source_id, number)
);
COMMENT ON TABLE store.source_owners IS 'Which data directory loads a source, and which did before; a load from another one is refused.';
COMMENT ON COLUMN store.source_owners.source_id IS 'The source.';
COMMENT ON COLUMN store.source_owners.number IS '1 for the writer that loaded it first, one more each time it was handed over; the greatest holds.';
COMMENT ON COLUMN store.source_owners.writer IS 'The writer: what the file warehouse/writer of its data directory holds.';
COMMENT ON COLUMN store.source_owners.host IS 'The machine that it ran on then.';
COMMENT ON COLUMN store.source_owners.since IS 'From when on (UTC).';

-- A DuckLake lets two transactions add the same key, but not rewrite the same row: each that writes rewrites this one.
CREATE TABLE store.fence (turns BIGINT NOT NULL);
INSERT INTO store.fence VALUES (0);
COMMENT ON TABLE store.fence IS 'One row that all loads rewrite, so that of two at once a DuckLake commits one.';
COMMENT ON COLUMN store.fence.turns IS 'How often it was rewritten.';
