SELECT * FROM event_disagreements WHERE event_id = $event_id
ORDER BY list_position(['killed', 'injured', 'date', 'place', 'type', 'actors', 'targets', 'status'], field),
    first_said_at NULLS LAST, "value"
