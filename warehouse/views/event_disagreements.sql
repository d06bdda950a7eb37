CREATE OR REPLACE VIEW event_disagreements AS
SELECT differ.event_id, differ.field, differ."value", count(DISTINCT told.incident_id) AS incidents,
    count(DISTINCT coalesce(copies.cluster_id, told.article_id)) AS tellings,
    string_agg(DISTINCT coalesce(sources.name, told.source_id), '; ' ORDER BY coalesce(sources.name, told.source_id)) AS outlets,
    string_agg(DISTINCT claims.attributed_to, '; ' ORDER BY claims.attributed_to) AS speakers,
    min(told.published_at) AS first_said_at, max(told.published_at) AS last_said_at
FROM (
    SELECT event_id, item.field AS field, item."value" AS "value", unnest(item.incident_ids) AS incident_id
    FROM (SELECT event_id, unnest(disagreements) AS item FROM store.events)
) AS differ
JOIN store.incidents AS told USING (incident_id)
LEFT JOIN store.sources AS sources USING (source_id)
LEFT JOIN store.copies AS copies ON copies.article_id = told.article_id
LEFT JOIN store.claims AS claims
    ON claims.incident_id = told.incident_id AND claims.outcome = differ.field AND NOT claims.background
GROUP BY differ.event_id, differ.field, differ."value";

COMMENT ON VIEW event_disagreements IS 'Where the articles of an event differ, and who tells it how, when: one row a field and value.';
COMMENT ON COLUMN event_disagreements.event_id IS 'The event.';
COMMENT ON COLUMN event_disagreements.field IS 'What they differ on: killed, injured, place, date, type, actors ...';
COMMENT ON COLUMN event_disagreements."value" IS 'One of the values told.';
COMMENT ON COLUMN event_disagreements.incidents IS 'How many incidents tell it so.';
COMMENT ON COLUMN event_disagreements.tellings IS 'How many texts tell it so: copies of one text count once (see syndication).';
COMMENT ON COLUMN event_disagreements.outlets IS 'The outlets that tell it so, joined by "; ".';
COMMENT ON COLUMN event_disagreements.speakers IS 'For figures, whom they give it on the authority of ("police"), joined by "; "; null where nobody is named.';
COMMENT ON COLUMN event_disagreements.first_said_at IS 'When it was first told so (UTC).';
COMMENT ON COLUMN event_disagreements.last_said_at IS 'When it was last told so (UTC).';
