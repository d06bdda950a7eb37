CREATE OR REPLACE VIEW events AS
SELECT
    events.event_id, events.event_type, events.sub_event_type,
    coalesce(events.start_date, told.first_day) AS "day", events.start_date, events.end_date,
    events.time_precision, events.ucdp_date_precision, events.place_name, events.admin1, events.country, events.latitude, events.longitude,
    events.geo_precision, events.ucdp_where_precision, array_to_string(events.actors, '; ') AS actors,
    array_to_string(events.targets, '; ') AS targets, array_to_string(events.weapons, '; ') AS weapons,
    events.killed_min, events.killed_max, events.injured_min, events.injured_max,
    told.incidents, told.articles, told.outlets, told.tellings, told.first_published_at, told.first_outlet, told.summary,
    len(events.disagreements) > 0 AS disputed, events.merge_version
FROM store.events AS events
JOIN (
    SELECT
        members.event_id, min(members.event_day) AS first_day, count(*) AS incidents, count(DISTINCT incidents.article_id) AS articles,
        count(DISTINCT incidents.source_id) AS outlets,
        count(DISTINCT coalesce(copies.cluster_id, incidents.article_id)) AS tellings, min(incidents.published_at) AS first_published_at,
        arg_min(coalesce(sources.name, incidents.source_id), (incidents.published_at, incidents.incident_id))
            FILTER (WHERE incidents.published_at IS NOT NULL) AS first_outlet,
        arg_max(incidents.summary, (incidents.confidence, incidents.incident_id)) AS summary
    FROM store.event_members AS members
    JOIN store.incidents AS incidents USING (incident_id)
    LEFT JOIN store.sources AS sources USING (source_id)
    LEFT JOIN store.copies AS copies ON copies.article_id = incidents.article_id
    GROUP BY members.event_id
) AS told USING (event_id);

COMMENT ON VIEW events IS 'What happened, one row an event, over all the articles that tell it.';
COMMENT ON COLUMN events.event_id IS 'Names the event; lasts when later articles join.';
COMMENT ON COLUMN events.event_type IS 'ACLED event type.';
COMMENT ON COLUMN events.sub_event_type IS 'ACLED sub-event type.';
COMMENT ON COLUMN events.start_date IS 'First day it can have happened.';
COMMENT ON COLUMN events.end_date IS 'Last day it can have happened.';
COMMENT ON COLUMN events."day" IS 'Day it counts for: start_date; where that is not known, the day its first article came out where it was published, else was captured.';
COMMENT ON COLUMN events.time_precision IS 'ACLED time precision: 1 day, 2 week, 3 month.';
COMMENT ON COLUMN events.ucdp_date_precision IS 'UCDP date precision (date_prec): 1 day, 2 two to six days, 3 week, 4 month, 5 year; null where the days span more.';
COMMENT ON COLUMN events.place_name IS 'Name of the place.';
COMMENT ON COLUMN events.admin1 IS 'First-level administrative division.';
COMMENT ON COLUMN events.country IS 'Country (ISO 3166 alpha-2).';
COMMENT ON COLUMN events.latitude IS 'Latitude (degrees, WGS 84).';
COMMENT ON COLUMN events.longitude IS 'Longitude (degrees, WGS 84).';
COMMENT ON COLUMN events.geo_precision IS 'ACLED geo precision: 1 town, 2 near a town or a small region, 3 a larger region.';
COMMENT ON COLUMN events.ucdp_where_precision IS 'UCDP geo precision (where_prec): 1 the place, 2 near it, 3 second-level and 4 first-level division, 5 larger or vaguer area, 6 country, 7 international water.';
COMMENT ON COLUMN events.actors IS 'Who acted: names, joined by "; ".';
COMMENT ON COLUMN events.targets IS 'Who was acted on: names, joined by "; ".';
COMMENT ON COLUMN events.weapons IS 'With what, joined by "; ".';
COMMENT ON COLUMN events.killed_min IS 'Lowest toll of killed any article gives; null where none gives a figure.';
COMMENT ON COLUMN events.killed_max IS 'Highest toll of killed any article gives.';
COMMENT ON COLUMN events.injured_min IS 'Lowest number of injured any article gives.';
COMMENT ON COLUMN events.injured_max IS 'Highest number of injured any article gives.';
COMMENT ON COLUMN events.incidents IS 'How many incidents are merged into it.';
COMMENT ON COLUMN events.articles IS 'How many articles tell it.';
COMMENT ON COLUMN events.outlets IS 'How many sources tell it.';
COMMENT ON COLUMN events.tellings IS 'How many texts tell it: copies of one text count once (see syndication), for an agency and its customers are one source.';
COMMENT ON COLUMN events.first_published_at IS 'When the first of them was published (UTC).';
COMMENT ON COLUMN events.first_outlet IS 'The outlet that was first.';
COMMENT ON COLUMN events.summary IS 'The sentence of the most confident incident.';
COMMENT ON COLUMN events.disputed IS 'True when the articles differ (see event_disagreements).';
COMMENT ON COLUMN events.merge_version IS 'Version of the merging that made it.';
