-- needs: tolls
CREATE OR REPLACE VIEW incident_fields AS
WITH sides AS (
    SELECT incident_id, side.role AS role, string_agg(DISTINCT side.name, '; ' ORDER BY side.name) AS names
    FROM (SELECT incident_id, unnest(actors) AS side FROM store.incidents)
    GROUP BY incident_id, side.role
),
told AS (
    SELECT incident_id, 'type' AS field, event_type || ' / ' || sub_event_type AS "value" FROM store.incidents
    UNION ALL
    SELECT incident_id, 'status', status FROM store.incidents
    UNION ALL
    SELECT incident_id, 'date', start_date || CASE WHEN end_date > start_date THEN ' – ' || end_date ELSE '' END FROM store.incidents
    UNION ALL
    SELECT incident_id, 'place', concat_ws(', ', place['name'], place['admin1'], place['country']) FROM store.incidents WHERE place IS NOT NULL
    UNION ALL
    SELECT incident_id, role, names FROM sides
    UNION ALL
    SELECT incident_id, 'weapons', array_to_string(list_sort(list_distinct([weapon.name FOR weapon IN weapons])), '; ')
    FROM store.incidents WHERE len(weapons) > 0
    UNION ALL
    SELECT incident_id, 'attributes', array_to_string(list_sort(attributes), ', ') FROM store.incidents WHERE len(attributes) > 0
    UNION ALL
    SELECT incident_id, outcome, count_min || CASE WHEN count_max > count_min THEN '–' || count_max ELSE '' END FROM tolls
)
SELECT incidents.article_id, incidents.revision, told.incident_id, told.field, told."value", incidents.extractor_version
FROM told JOIN store.incidents AS incidents USING (incident_id)
WHERE told."value" IS NOT NULL;

COMMENT ON VIEW incident_fields IS 'What each incident tells, one row a filled field, in words that can be compared; those of earlier revisions of an article included.';
COMMENT ON COLUMN incident_fields.article_id IS 'The article.';
COMMENT ON COLUMN incident_fields.revision IS 'The revision that tells it so.';
COMMENT ON COLUMN incident_fields.incident_id IS 'The incident.';
COMMENT ON COLUMN incident_fields.field IS 'type, status, date, place, actor, target, associate, other, weapons, attributes, killed, injured, missing, captured or displaced.';
COMMENT ON COLUMN incident_fields."value" IS 'What it tells: names joined by "; ", a toll as 12 or 12–20.';
COMMENT ON COLUMN incident_fields.extractor_version IS 'Version of the extraction that read it.';
