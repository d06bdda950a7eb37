-- What this load may change among the incidents that make events: those of the articles it stages
-- or held before, with their claims. Taken before and after the tables are merged; where the two differ,
-- events are merged again.
SELECT incident_id, event_day, hash(incidents, told.claims) AS told
FROM store.incidents AS incidents SEMI JOIN store.current_incidents USING (incident_id)
LEFT JOIN (SELECT incident_id, bit_xor(hash(claims)) AS claims FROM store.claims AS claims GROUP BY incident_id) AS told
    USING (incident_id)
WHERE article_id IN (SELECT article_id FROM affected);
