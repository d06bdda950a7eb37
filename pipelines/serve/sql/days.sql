-- How many events on each day.
SELECT day, count(*) AS events, count(*) FILTER (WHERE latitude IS NULL OR longitude IS NULL) AS nowhere
FROM wanted GROUP BY day ORDER BY day
