CREATE OR REPLACE VIEW site_profiles AS
SELECT host, arg_max("text", (crawl_day, source_id)) AS "text",
    CASE
        WHEN arg_max(standing, (crawl_day, source_id)) IN ('drop', 'keep') THEN arg_max(standing, (crawl_day, source_id))
        -- 28 days: HISTORY_DAYS of pipelines.cleaning, held to it by tests/test_views.py
        WHEN max(crawl_day) < any_value(last_day) - 28 THEN 'aged out'
        ELSE arg_max(standing, (crawl_day, source_id))
    END AS standing,
    arg_max(stories, (crawl_day, source_id)) AS stories, arg_max(of_stories, (crawl_day, source_id)) AS of_stories,
    sum(dropped)::BIGINT AS times_dropped, max_by("rule", dropped) AS "rule", min(first_seen) AS first_seen, max(crawl_day) AS last_seen,
    list_sort(list(DISTINCT source_id)) AS source_ids
FROM (SELECT *, max(crawl_day) OVER (PARTITION BY host) AS last_day FROM store.site_lines)
GROUP BY host, line;

COMMENT ON VIEW site_profiles IS 'What is known of each site''s own lines: those that recur over its stories, how often each fell, and which were learnt to be furniture.';
COMMENT ON COLUMN site_profiles.host IS 'The host the articles stand on, without www.';
COMMENT ON COLUMN site_profiles."text" IS 'The line as it was read last.';
COMMENT ON COLUMN site_profiles.standing IS 'learnt: furniture, and dropped where it cannot be a subheading or a paragraph of the story; place: dropped because it stood where the template holds no story; recurring: on several stories, but kept unless a rule takes it; drop or keep: the source''s declaration says so; aged out: not seen for 28 days, and forgotten.';
COMMENT ON COLUMN site_profiles.stories IS 'Different stories it was seen on in the 28 days up to last_seen.';
COMMENT ON COLUMN site_profiles.of_stories IS 'Different stories of the host seen in those days.';
COMMENT ON COLUMN site_profiles.times_dropped IS 'How often an article lost it, over all days loaded.';
COMMENT ON COLUMN site_profiles."rule" IS 'The rule that took it on the day on which most lost it; site-profile is the profile itself.';
COMMENT ON COLUMN site_profiles.first_seen IS 'The first day it was seen on.';
COMMENT ON COLUMN site_profiles.last_seen IS 'The last day it was seen on.';
COMMENT ON COLUMN site_profiles.source_ids IS 'The sources whose articles held it.';
