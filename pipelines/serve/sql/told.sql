-- Events of the list as they are shown. As the view `events` tells them, which would first put together those of all events.
WITH asked AS (
    SELECT unnest($ids::VARCHAR[]) AS event_id
), told AS (
    SELECT members.event_id, count(DISTINCT incidents.article_id) AS articles, count(DISTINCT incidents.source_id) AS outlets,
        arg_max(incidents.summary, (incidents.confidence, incidents.incident_id)) AS summary
    FROM store.event_members AS members SEMI JOIN asked USING (event_id)
    JOIN store.incidents AS incidents USING (incident_id)
    GROUP BY members.event_id
)
SELECT events.*, told.*, len(events.disagreements) > 0 AS disputed, countries.name AS country_name
FROM store.events AS events SEMI JOIN asked USING (event_id) JOIN told USING (event_id)
LEFT JOIN countries ON countries.alpha_2 = events.country
