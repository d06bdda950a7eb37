-- Which rule of cleaning took more than three times its usual share of a source's text, and on which day?
SELECT outlet, crawl_day, "rule", articles_hit, articles, share, usual
FROM (SELECT *, median(share) OVER (PARTITION BY source_id, "rule") AS usual FROM cleaning_rates)
WHERE share > 3 * usual AND articles_hit >= 3
ORDER BY share / usual DESC, outlet, crawl_day, "rule"
LIMIT 30;
