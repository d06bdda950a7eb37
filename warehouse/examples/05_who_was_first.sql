-- Which outlet was first with the most events that others told too?
SELECT first_outlet AS outlet, count(*) AS events_first, round(avg(articles), 1) AS articles_that_followed_on_average
FROM events
WHERE outlets > 1
GROUP BY first_outlet
ORDER BY events_first DESC, outlet;
