-- Who told each event first, and how many hours later did each of the other outlets follow?
SELECT events.start_date, events.place_name, events.sub_event_type, events.first_outlet, told.outlet AS followed_by,
    round(date_diff('minute', events.first_published_at, told.at) / 60, 1) AS hours_later, told.url
FROM events
JOIN (
    SELECT event_id, outlet, min(published_at) AS at, arg_min(url, published_at) AS url
    FROM incidents
    WHERE published_at IS NOT NULL
    GROUP BY event_id, outlet
) AS told USING (event_id)
WHERE told.outlet <> events.first_outlet
ORDER BY events.first_published_at DESC, events.event_id, hours_later, followed_by;
