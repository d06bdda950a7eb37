-- Which incidents should a person look at first, and why? (Then: dateline explain ARTICLE_ID.)
SELECT score, reason, sub_event_type, start_date, place_name, killed_min, killed_max, outlet, article_id
FROM review_queue
ORDER BY place_in_line
LIMIT 20;
