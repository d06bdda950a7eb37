-- The last two weeks of every source.
SELECT source_id, crawl_day, health, because, new_articles FROM source_health
WHERE health IS NOT NULL AND crawl_day > (SELECT max(crawl_day) FROM source_health) - INTERVAL 14 DAY
ORDER BY source_id, crawl_day
