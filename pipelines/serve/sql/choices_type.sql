-- Sub-event types that events have, by event type.
SELECT event_type, sub_event_type, count(*) AS events FROM store.events GROUP BY ALL ORDER BY ALL
