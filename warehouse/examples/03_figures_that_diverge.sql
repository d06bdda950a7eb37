-- Where do the figures diverge most, and who says what?
SELECT events.start_date, events.place_name, claims.outcome, claims.count_min, claims.count_max, claims.party,
    coalesce(claims.attributed_to, claims.outlet) AS says, claims.quote
FROM events
JOIN claims USING (event_id)
WHERE events.killed_max > events.killed_min AND claims.outcome = 'killed' AND NOT claims.background
ORDER BY events.killed_max - events.killed_min DESC, events.event_id, claims.count_min, claims.incident_id, claims.position;
