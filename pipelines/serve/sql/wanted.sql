WITH undated AS (
    -- an event without a date stands at the day of its first telling
    SELECT event_id, min(event_day) AS day
    FROM store.event_members SEMI JOIN (FROM store.events WHERE start_date IS NULL) USING (event_id)
    GROUP BY event_id
), wanted AS (
    SELECT events.*, coalesce(events.start_date, undated.day) AS day
    FROM store.events AS events LEFT JOIN undated USING (event_id)
    WHERE ($since::DATE IS NULL OR coalesce(events.start_date, undated.day) >= $since)
        AND ($until::DATE IS NULL OR coalesce(events.start_date, undated.day) <= $until)
        AND ($country::VARCHAR[] IS NULL OR list_contains(list_transform($country::VARCHAR[], lambda code: upper(code)), country))
        AND ($type::VARCHAR[] IS NULL OR list_has_any($type::VARCHAR[], [event_type, sub_event_type]))
        AND ($actor::VARCHAR[] IS NULL OR len(list_filter($actor::VARCHAR[], lambda name:
            contains(lower(array_to_string(actors || targets, chr(10))), lower(name)))) > 0)
        AND ($place::VARCHAR IS NULL OR contains(lower(concat_ws(chr(10), place_name, admin1)), lower($place)))
        AND ($source::VARCHAR[] IS NULL OR event_id IN (
            SELECT members.event_id FROM store.event_members AS members JOIN store.incidents AS told USING (incident_id)
            WHERE list_contains($source::VARCHAR[], told.source_id)
        ))
        AND (NOT $disputed::BOOLEAN OR len(disagreements) > 0)
        -- places are kept to five decimals
        AND ($west::DOUBLE IS NULL OR (
            latitude BETWEEN $south::DOUBLE - 1e-6 AND $north::DOUBLE + 1e-6
            AND longitude BETWEEN $west - 1e-6 AND $east::DOUBLE + 1e-6
        ))
)
