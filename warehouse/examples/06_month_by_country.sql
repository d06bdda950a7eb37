-- How many events, and how many dead, by country, month and type?
SELECT country, date_trunc('month', day)::DATE AS month, event_type, sum(events) AS events,
    sum(killed_min) AS killed_min, sum(killed_max) AS killed_max
FROM daily_counts
GROUP BY ALL
ORDER BY month DESC, events DESC, country, event_type;
