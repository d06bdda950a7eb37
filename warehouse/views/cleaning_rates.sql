CREATE OR REPLACE VIEW cleaning_rates AS
WITH lines AS (
    SELECT source_id, crawl_day, article_id, revision, unnest(removed) AS line FROM store.articles
), dropped AS (
    SELECT source_id, crawl_day, line.rule AS "rule", count(DISTINCT (article_id, revision)) AS articles_hit, count(*) AS "lines",
        sum(length(line."text")) AS characters
    FROM lines GROUP BY ALL
), kept AS (
    SELECT source_id, crawl_day, count(*) AS articles, sum(length("text")) AS characters FROM store.articles GROUP BY ALL
)
SELECT source_id, coalesce(name, source_id) AS outlet, crawl_day, "rule", articles, articles_hit, "lines",
    round(dropped.characters / (kept.characters + sum(dropped.characters) OVER (PARTITION BY source_id, crawl_day)), 4) AS share
FROM kept JOIN dropped USING (source_id, crawl_day) LEFT JOIN store.sources USING (source_id);

COMMENT ON VIEW cleaning_rates IS 'How much each rule of cleaning takes out: one row a source, day and rule that took something.';
COMMENT ON COLUMN cleaning_rates.source_id IS 'The source.';
COMMENT ON COLUMN cleaning_rates.outlet IS 'Its name.';
COMMENT ON COLUMN cleaning_rates.crawl_day IS 'The day (partition); an article counts on the day its text was first seen.';
COMMENT ON COLUMN cleaning_rates."rule" IS 'The rule; site-profile is what was learnt of the site.';
COMMENT ON COLUMN cleaning_rates.articles IS 'Articles of the source and day.';
COMMENT ON COLUMN cleaning_rates.articles_hit IS 'Those from which the rule took a line.';
COMMENT ON COLUMN cleaning_rates."lines" IS 'Lines it took.';
COMMENT ON COLUMN cleaning_rates.share IS 'Share of the day''s extracted characters that it took, 0 to 1.';
