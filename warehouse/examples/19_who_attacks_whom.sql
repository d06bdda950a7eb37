-- Who attacks whom: in how many events does each pair of actor and target stand, from when to when, with how many dead by the lowest figures?
SELECT acting.actor, struck.target, count(*) AS events, sum(killed_min) AS killed_min, min(start_date) AS first_day,
    max(start_date) AS last_day, string_agg(DISTINCT country, ', ' ORDER BY country) AS countries
FROM events, unnest(string_split(actors, '; ')) AS acting(actor), unnest(string_split(targets, '; ')) AS struck(target)
GROUP BY acting.actor, struck.target
ORDER BY events DESC, killed_min DESC NULLS LAST, actor, target
LIMIT 30;
