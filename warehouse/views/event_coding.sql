-- needs: countries
CREATE OR REPLACE VIEW event_coding AS
WITH sectors AS (
    SELECT actor.name AS name, actor.sector AS sector, actor.country AS country, count(*) AS n
    FROM (SELECT unnest(actors) AS actor FROM store.incidents)
    GROUP BY ALL
),
best AS (
    SELECT name, arg_max(sector, (n, sector)) FILTER (WHERE sector IS NOT NULL) AS sector,
        arg_max(country, (n, country)) FILTER (WHERE country IS NOT NULL) AS country
    FROM sectors
    GROUP BY name
),
told AS (
    SELECT members.event_id,
        arg_max(incidents.summary, (incidents.confidence, incidents.incident_id)) AS notes,
        string_agg(DISTINCT coalesce(sources.name, incidents.source_id), '; '
            ORDER BY coalesce(sources.name, incidents.source_id)) AS sources,
        max(articles.first_seen) AS last_change,
        list_sort(list_distinct(flatten(list(incidents.attributes)))) AS attributes,
        list_sort(list_distinct(flatten(list(list_transform(incidents.weapons, lambda weapon: weapon.category)))))
            AS weapon_kinds,
        list_sort(list(DISTINCT struct_pack(
            published_at := articles.published_at,
            published_day := coalesce(articles.published_day, articles.published_at::DATE), outlet := coalesce(sources.name, incidents.source_id),
            title := articles.title, url := articles.url, language := articles.language,
            source_id := incidents.source_id
        )) FILTER (WHERE articles.article_id IS NOT NULL)) AS tellings,
        -- of those that have the event's own place: others may know no more than the country
        arg_max(incidents.place.geonames_id, (incidents.confidence, incidents.incident_id))
            FILTER (WHERE incidents.place.name = events.place_name) AS geonames_id,
        arg_max(incidents.place.text, (incidents.confidence, incidents.incident_id))
            FILTER (WHERE incidents.place.name = events.place_name) AS place_text
    FROM store.event_members AS members
    JOIN store.events AS events USING (event_id)
    JOIN store.incidents AS incidents USING (incident_id)
    LEFT JOIN store.sources AS sources USING (source_id)
    LEFT JOIN store.articles AS articles
        ON articles.article_id = incidents.article_id AND articles.revision = incidents.revision
    GROUP BY members.event_id
),
sides AS (
    SELECT event_id, list_extract(actors, 1) AS side_a,
        -- two parties that fight each other are both actors; else the second party is the target
        coalesce(list_extract(targets, 1), list_extract(actors, 2)) AS side_b
    FROM store.events
)
SELECT
    events.event_id, events.event_type, events.sub_event_type, events.start_date, events.end_date,
    events.time_precision, events.ucdp_date_precision,
    events.place_name, events.admin1, events.country, countries.name AS country_name, countries.iso AS country_iso,
    events.latitude, events.longitude, events.geo_precision, events.ucdp_where_precision, told.geonames_id, told.place_text,
    sides.side_a, one.sector AS side_a_sector, one.country AS side_a_country,
    sides.side_b, two.sector AS side_b_sector, two.country AS side_b_country,
    events.weapons, told.weapon_kinds, told.attributes,
    events.killed_min, events.killed_max, events.injured_min, events.injured_max,
    told.notes, told.sources, told.tellings, told.last_change
FROM store.events AS events
JOIN told USING (event_id)
JOIN sides USING (event_id)
LEFT JOIN best AS one ON one.name = sides.side_a
LEFT JOIN best AS two ON two.name = sides.side_b
LEFT JOIN countries ON countries.alpha_2 = events.country;

COMMENT ON VIEW event_coding IS 'What the code-book exports (acled, ucdp_ged, gtd, plover, airwars) read: an event with its two sides and their kinds.';
COMMENT ON COLUMN event_coding.event_id IS 'Names the event.';
COMMENT ON COLUMN event_coding.event_type IS 'ACLED event type.';
COMMENT ON COLUMN event_coding.sub_event_type IS 'ACLED sub-event type.';
COMMENT ON COLUMN event_coding.start_date IS 'First day it can have happened.';
COMMENT ON COLUMN event_coding.end_date IS 'Last day it can have happened.';
COMMENT ON COLUMN event_coding.time_precision IS 'ACLED time precision.';
COMMENT ON COLUMN event_coding.ucdp_date_precision IS 'UCDP date precision.';
COMMENT ON COLUMN event_coding.place_name IS 'Name of the place.';
COMMENT ON COLUMN event_coding.admin1 IS 'First-level administrative division.';
COMMENT ON COLUMN event_coding.country IS 'Country (ISO 3166 alpha-2).';
COMMENT ON COLUMN event_coding.country_name IS 'Its common English name.';
COMMENT ON COLUMN event_coding.country_iso IS 'Its ISO 3166 numeric code.';
COMMENT ON COLUMN event_coding.latitude IS 'Latitude (degrees, WGS 84).';
COMMENT ON COLUMN event_coding.longitude IS 'Longitude (degrees, WGS 84).';
COMMENT ON COLUMN event_coding.geo_precision IS 'ACLED geo precision.';
COMMENT ON COLUMN event_coding.ucdp_where_precision IS 'UCDP geo precision.';
COMMENT ON COLUMN event_coding.geonames_id IS 'GeoNames id of the place, of the most confident incident that has one.';
COMMENT ON COLUMN event_coding.place_text IS 'The place as that article writes it.';
COMMENT ON COLUMN event_coding.side_a IS 'First actor by name.';
COMMENT ON COLUMN event_coding.side_a_sector IS 'What kind it is, by most of its mentions anywhere.';
COMMENT ON COLUMN event_coding.side_a_country IS 'Its country, likewise.';
COMMENT ON COLUMN event_coding.side_b IS 'First target; where there is none, the second actor.';
COMMENT ON COLUMN event_coding.side_b_sector IS 'What kind it is.';
COMMENT ON COLUMN event_coding.side_b_country IS 'Its country.';
COMMENT ON COLUMN event_coding.weapons IS 'With what.';
COMMENT ON COLUMN event_coding.weapon_kinds IS 'Kinds of those weapons (weapons.csv).';
COMMENT ON COLUMN event_coding.attributes IS 'What ACLED folds away: arson, assassination, kidnapping, robbery ...';
COMMENT ON COLUMN event_coding.killed_min IS 'Lowest toll of killed.';
COMMENT ON COLUMN event_coding.killed_max IS 'Highest toll of killed.';
COMMENT ON COLUMN event_coding.injured_min IS 'Lowest number of injured.';
COMMENT ON COLUMN event_coding.injured_max IS 'Highest number of injured.';
COMMENT ON COLUMN event_coding.notes IS 'The sentence of the most confident incident.';
COMMENT ON COLUMN event_coding.sources IS 'Outlets that tell it, joined by "; ".';
COMMENT ON COLUMN event_coding.tellings IS 'Its articles in the order of time: outlet, title, URL, language, source.';
COMMENT ON COLUMN event_coding.last_change IS 'When the latest member was first captured.';
