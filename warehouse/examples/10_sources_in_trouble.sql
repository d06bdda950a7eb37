-- Which sources did badly on their last day, and what went wrong?
SELECT outlet, crawl_day, pages, articles, errors, set_aside, good_share, outcomes
FROM source_health
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY crawl_day DESC) = 1
ORDER BY good_share, outlet;
