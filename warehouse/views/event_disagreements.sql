CREATE OR REPLACE VIEW event_disagreements AS
SELECT event_id, field, "value", len(incident_ids) AS incidents, incidents.outlets, incidents.first_said_at
FROM (
    SELECT event_id, item.field AS field, item."value" AS "value", item.incident_ids AS incident_ids
    FROM (SELECT event_id, unnest(disagreements) AS item FROM store.events)
)
JOIN LATERAL (
    SELECT string_agg(DISTINCT coalesce(sources.name, told.source_id), '; ' ORDER BY coalesce(sources.name, told.source_id)) AS outlets,
        min(told.published_at) AS first_said_at
    FROM store.incidents AS told LEFT JOIN store.sources AS sources USING (source_id)
    WHERE list_contains(incident_ids, told.incident_id)
) AS incidents ON true;

COMMENT ON VIEW event_disagreements IS 'Where the articles of an event differ: one row a field and value.';
COMMENT ON COLUMN event_disagreements.event_id IS 'The event.';
COMMENT ON COLUMN event_disagreements.field IS 'What they differ on: killed, injured, place, date, type, actors ...';
COMMENT ON COLUMN event_disagreements."value" IS 'One of the values told.';
COMMENT ON COLUMN event_disagreements.incidents IS 'How many incidents tell it so.';
COMMENT ON COLUMN event_disagreements.outlets IS 'The outlets that tell it so, joined by "; ".';
COMMENT ON COLUMN event_disagreements.first_said_at IS 'When it was first told so (UTC).';
