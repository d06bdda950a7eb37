-- Who says how many, as the articles came out. As the view `claims` tells it, which would first look through all articles.
SELECT claims.*, told.article_id, told.revision, told.published_at, coalesce(sources.name, told.source_id) AS outlet
FROM store.event_members AS members
JOIN store.incidents AS told USING (incident_id)
JOIN store.claims AS claims USING (incident_id)
LEFT JOIN store.sources AS sources USING (source_id)
WHERE members.event_id = $event_id
ORDER BY list_position(['killed', 'injured', 'missing', 'captured', 'displaced'], outcome), background,
    published_at NULLS LAST, article_id, "start", position
