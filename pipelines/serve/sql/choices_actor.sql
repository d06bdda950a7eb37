-- The names met most, offered while one is typed.
SELECT name, count(*) AS events FROM (SELECT unnest(actors || targets) AS name FROM store.events)
GROUP BY name ORDER BY events DESC, name LIMIT 300
