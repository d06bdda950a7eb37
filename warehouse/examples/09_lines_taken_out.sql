-- Which lines did cleaning take out most often, and by which rule?
SELECT outlet, rule, articles, "text", example_url
FROM boilerplate
ORDER BY articles DESC, outlet, rule, "text"
LIMIT 30;
