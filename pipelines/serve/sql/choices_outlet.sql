-- Sources that articles are of.
SELECT source_id AS "value", coalesce(any_value(name), source_id) AS name
FROM (SELECT DISTINCT source_id FROM store.articles) LEFT JOIN store.sources USING (source_id)
GROUP BY source_id ORDER BY name
