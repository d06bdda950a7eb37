SELECT * FROM event_disagreements WHERE event_id = $event_id ORDER BY field, first_said_at NULLS LAST, "value"
