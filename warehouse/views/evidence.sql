CREATE OR REPLACE VIEW evidence AS
SELECT incident_id, item.field AS field, item."start" AS "start", item."end" AS "end", item.quote AS quote,
    article_id, revision
FROM (
    SELECT incident_id, article_id, revision, unnest(evidence) AS item
    FROM store.incidents SEMI JOIN store.current_incidents USING (incident_id)
);

COMMENT ON VIEW evidence IS 'For every filled field of every incident the words it came from.';
COMMENT ON COLUMN evidence.incident_id IS 'The incident.';
COMMENT ON COLUMN evidence.field IS 'The field: event_type, start_date, place, actors[0], weapons[1], claims[0], status ...';
COMMENT ON COLUMN evidence."start" IS 'Where the words begin in the text of the article (characters, from 0).';
COMMENT ON COLUMN evidence."end" IS 'Where they end.';
COMMENT ON COLUMN evidence.quote IS 'The words, verbatim.';
COMMENT ON COLUMN evidence.article_id IS 'The article.';
COMMENT ON COLUMN evidence.revision IS 'Its revision.';
