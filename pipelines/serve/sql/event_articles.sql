-- The articles that tell it, the first one first.
SELECT told.article_id, told.revision, list(told.incident_id) AS incident_ids, min(told.published_at) AS published_at
FROM store.event_members AS members JOIN store.incidents AS told USING (incident_id)
WHERE members.event_id = $event_id
GROUP BY ALL ORDER BY published_at NULLS LAST, told.article_id
