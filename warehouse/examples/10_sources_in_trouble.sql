-- Which sources are in trouble on their last day, of what kind, and since when? Those in trouble come first.
SELECT outlet, crawl_day, health, because, health_since, unusual, outcomes
FROM source_health
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY crawl_day DESC) = 1
ORDER BY unusual DESC, health_since, outlet;
