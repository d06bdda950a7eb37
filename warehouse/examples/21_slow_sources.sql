-- How many hours after publication do we have the articles of each outlet, and is that getting worse? (Last 30 days of each.)
SELECT outlet, sum(articles) AS articles, round(median(median_hours), 1) AS typical_hours, max(p90_hours) AS worst_day,
    round(regr_slope(median_hours, epoch(published_day) / 86400), 2) AS more_hours_a_day
FROM (SELECT *, max(published_day) OVER (PARTITION BY source_id) AS last_day FROM lag)
WHERE published_day > last_day - 30
GROUP BY source_id, outlet
ORDER BY typical_hours DESC, outlet;
