-- Countries that events are in.
SELECT country AS "value", coalesce(any_value(name), country) AS name, count(*) AS events
FROM store.events LEFT JOIN countries ON alpha_2 = country
WHERE country IS NOT NULL GROUP BY country ORDER BY name
