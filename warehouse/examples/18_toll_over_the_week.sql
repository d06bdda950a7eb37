-- How did the toll of each event grow over the week after it was first told, day by day? (Events told more than once.)
SELECT events.start_date, events.place_name, date_sub('day', events.first_published_at, incidents.published_at) AS day_after,
    count(*) AS tellings, min(incidents.killed_min) AS lowest_that_day, max(incidents.killed_max) AS highest_that_day,
    max(highest_that_day) OVER (PARTITION BY events.event_id ORDER BY day_after) AS highest_so_far
FROM events
JOIN incidents USING (event_id)
WHERE incidents.killed_min IS NOT NULL AND day_after BETWEEN 0 AND 7
GROUP BY events.event_id, events.start_date, events.place_name, day_after
QUALIFY sum(count(*)) OVER (PARTITION BY events.event_id) > 1
ORDER BY events.start_date DESC, events.event_id, day_after;
