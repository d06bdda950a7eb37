-- needs: incidents, event_disagreements
-- Each reason to look is one SELECT; its weight says how much it counts in review_queue: 3 where a figure
-- or a side may be told wrong, 2 where the incident may lie elsewhere or not be one, 1 where a field is weak.
CREATE OR REPLACE VIEW review_reasons AS
WITH sides AS (
    SELECT incident_id, crawl_day, unnest(actors) AS side FROM store.incidents SEMI JOIN store.current_incidents USING (incident_id)
),
-- who was named when, over all that was ever read
first_named AS (
    SELECT side.name AS name, min(crawl_day) AS day
    FROM (SELECT crawl_day, unnest(actors) AS side FROM store.incidents)
    GROUP BY side.name
)
SELECT incident_id, 'high toll' AS kind, 3 AS weight, 'at least ' || killed_min || ' killed' AS reason
FROM incidents
WHERE killed_min >= 20
UNION ALL
SELECT told.incident_id, 'figures differ', 3, 'the articles give different numbers of ' || differ.field || ': ' || differ.figures
FROM incidents AS told
JOIN (
    SELECT event_id, field, string_agg("value", ', ' ORDER BY len("value"), "value") AS figures
    FROM event_disagreements
    WHERE field IN ('killed', 'injured')
    GROUP BY event_id, field
) AS differ USING (event_id)
UNION ALL
-- ranges of one party that no single number fits
SELECT incident_id, 'figures differ', 3,
    'the article itself gives ' || string_agg(DISTINCT quantifier, ' and ' ORDER BY quantifier) || ' ' || outcome || coalesce(' (' || party_name || ')', '')
FROM store.claims SEMI JOIN store.current_incidents USING (incident_id)
WHERE NOT background AND part_of IS NULL AND adds_to IS NULL
GROUP BY incident_id, outcome, party_name
HAVING max(count_min) > min(coalesce(count_max, 9223372036854775807))
UNION ALL
SELECT incident_id, 'on both sides', 3, side.name || ' stands on both sides'
FROM sides
GROUP BY incident_id, side.name
HAVING bool_or(side.role IN ('actor', 'associate')) AND bool_or(side.role = 'target')
UNION ALL
SELECT incident_id, 'unsure', 2, 'it may be no incident: confidence ' || printf('%.2f', confidence)
FROM incidents
WHERE confidence < 0.6
UNION ALL
SELECT incident_id, 'place', 2, CASE
        WHEN place_name IS NULL THEN 'no place was found'
        WHEN latitude IS NULL THEN 'the place "' || place_name || '" was not found in the gazetteer'
        ELSE 'the place ' || place_name || ' is unsure: confidence ' || printf('%.2f', place_confidence)
    END
FROM incidents
WHERE latitude IS NULL OR place_confidence < 0.5
UNION ALL
SELECT incident_id, 'date', 1, CASE
        WHEN start_date IS NULL THEN 'no date was found'
        WHEN NOT list_contains([item.field FOR item IN evidence], 'start_date') THEN 'no words say when: the date is the day of publication'
        ELSE 'the date ' || start_date || ' is unsure: confidence ' || printf('%.2f', date_confidence)
    END
FROM store.incidents SEMI JOIN store.current_incidents USING (incident_id)
WHERE start_date IS NULL OR date_confidence < 0.5 OR NOT list_contains([item.field FOR item IN evidence], 'start_date')
UNION ALL
SELECT incident_id, 'standing', 1, 'it is told as ' || status
FROM incidents
WHERE status <> 'happened'
UNION ALL
SELECT DISTINCT incident_id, 'hedged', 1, 'a figure is hedged: "' || hedge || '"'
FROM store.claims SEMI JOIN store.current_incidents USING (incident_id)
WHERE hedge IS NOT NULL AND NOT background
UNION ALL
SELECT incident_id, 'nobody acts', 1, 'nobody is named as having done it'
FROM incidents
WHERE actor IS NULL AND associate IS NULL
    AND event_type IN ('Battles', 'Explosions/Remote violence', 'Violence against civilians', 'Riots')
UNION ALL
SELECT DISTINCT incident_id, 'new name', 1, side.name || ' is named for the first time'
FROM sides
JOIN first_named ON first_named.name = side.name AND first_named.day = sides.crawl_day
WHERE side.sector IN ('Rebel group', 'Political militia', 'Identity militia')
    AND sides.crawl_day > (SELECT min(crawl_day) FROM store.incidents);

COMMENT ON VIEW review_reasons IS 'Why a person should look at an incident: one row a reason. review_queue puts them in order.';
COMMENT ON COLUMN review_reasons.incident_id IS 'The incident.';
COMMENT ON COLUMN review_reasons.kind IS 'high toll, figures differ, on both sides, unsure, place, date, standing, hedged, nobody acts or new name.';
COMMENT ON COLUMN review_reasons.weight IS 'How much it counts: 3 a figure or a side may be wrong, 2 it may lie elsewhere or be no incident, 1 a field is weak.';
COMMENT ON COLUMN review_reasons.reason IS 'The reason in words.';
