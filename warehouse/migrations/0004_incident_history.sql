-- What incidents told before they were read again. Nothing else keeps it: a load replaces the rows of a
-- partition by what extraction finds now.
CREATE TABLE store.incident_history (
    load_id BIGINT NOT NULL, incident_id VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL, article_id VARCHAR NOT NULL,
    revision_before VARCHAR, revision_after VARCHAR, version_before VARCHAR, version_after VARCHAR,
    told_before STRUCT(field VARCHAR, "value" VARCHAR)[], told_after STRUCT(field VARCHAR, "value" VARCHAR)[],
    PRIMARY KEY (load_id, incident_id)
);
COMMENT ON TABLE store.incident_history IS 'Incidents that came, went or changed when an article that had been read before was read again: one row a load and incident.';
COMMENT ON COLUMN store.incident_history.load_id IS 'The load that brought the new reading (see load_history).';
COMMENT ON COLUMN store.incident_history.incident_id IS 'The incident.';
COMMENT ON COLUMN store.incident_history.changed_at IS 'When (UTC).';
COMMENT ON COLUMN store.incident_history.article_id IS 'The article that tells it.';
COMMENT ON COLUMN store.incident_history.revision_before IS 'The revision that told it before; null where it is new.';
COMMENT ON COLUMN store.incident_history.revision_after IS 'The revision that tells it now; null where it is gone.';
COMMENT ON COLUMN store.incident_history.version_before IS 'Version of the extraction before.';
COMMENT ON COLUMN store.incident_history.version_after IS 'Version of the extraction now.';
COMMENT ON COLUMN store.incident_history.told_before IS 'Its fields before, in words (see incident_fields); null where it is new.';
COMMENT ON COLUMN store.incident_history.told_after IS 'Its fields now; null where it is gone.';
