CREATE TABLE store.site_lines (
    source_id VARCHAR NOT NULL, crawl_day DATE NOT NULL, host VARCHAR NOT NULL, line VARCHAR NOT NULL,
    "text" VARCHAR NOT NULL, standing VARCHAR NOT NULL, held BIGINT NOT NULL, dropped BIGINT NOT NULL, "rule" VARCHAR,
    stories BIGINT NOT NULL, of_stories BIGINT NOT NULL, first_seen DATE NOT NULL,
    PRIMARY KEY (source_id, crawl_day, host, line)
);
COMMENT ON TABLE store.site_lines IS 'Lines that recur over a site''s stories, or that its declaration names: one row a source, day, host and line.';
COMMENT ON COLUMN store.site_lines.source_id IS 'The source.';
COMMENT ON COLUMN store.site_lines.crawl_day IS 'The day (partition).';
COMMENT ON COLUMN store.site_lines.host IS 'The host the articles stand on, without www.';
COMMENT ON COLUMN store.site_lines.line IS 'Names the line by its words, whatever their typography.';
COMMENT ON COLUMN store.site_lines."text" IS 'The line as it read on one of the day''s articles.';
COMMENT ON COLUMN store.site_lines.standing IS 'learnt: furniture; place: it stood where the template holds no story; recurring: on several stories, but not furniture; single: dropped on an earlier day, and known of one story only by now; drop or keep: the declaration says so.';
COMMENT ON COLUMN store.site_lines.held IS 'Articles of the day it stood in.';
COMMENT ON COLUMN store.site_lines.dropped IS 'Articles of the day that lost it.';
COMMENT ON COLUMN store.site_lines."rule" IS 'The rule that took it from most of these; site-profile is the profile itself.';
COMMENT ON COLUMN store.site_lines.stories IS 'Different stories it had been seen on by then, within the window of the site profile.';
COMMENT ON COLUMN store.site_lines.of_stories IS 'Different stories seen on the host by then, within that window.';
COMMENT ON COLUMN store.site_lines.first_seen IS 'The first day it was seen on, within that window.';
