SELECT events.*, countries.name AS country_name
FROM events LEFT JOIN countries ON countries.alpha_2 = events.country
WHERE event_id = $event_id
