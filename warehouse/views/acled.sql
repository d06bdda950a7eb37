-- needs: event_coding
CREATE OR REPLACE VIEW acled AS
SELECT
    coalesce(base.country, '') || left(base.event_id, 12) AS event_id_cnty,
    base.start_date + ((base.end_date - base.start_date) // 2)::INTEGER AS event_date,
    year(event_date)::INTEGER AS "year",
    base.time_precision AS time_precision,
    CASE
        WHEN base.sub_event_type = 'Excessive force against protesters'
            THEN 'Political violence; Demonstrations'
        WHEN base.event_type IN ('Battles', 'Explosions/Remote violence', 'Violence against civilians')
            OR base.sub_event_type = 'Mob violence' THEN 'Political violence'
        WHEN base.event_type IN ('Protests', 'Riots') THEN 'Demonstrations'
        ELSE base.event_type
    END AS disorder_type,
    base.event_type,
    base.sub_event_type,
    base.side_a AS actor1,
    NULL::VARCHAR AS assoc_actor_1,
    base.side_a_sector AS inter1,
    base.side_b AS actor2,
    NULL::VARCHAR AS assoc_actor_2,
    base.side_b_sector AS inter2,
    CASE
        WHEN base.side_a_sector IS NULL THEN NULL
        WHEN base.side_b IS NULL THEN base.side_a_sector || ' only'
        WHEN base.side_b_sector IS NULL THEN NULL
        ELSE least_ranked.label
    END AS interaction,
    CASE WHEN base.event_type = 'Violence against civilians' OR base.side_b_sector = 'Civilians' THEN 'Civilian targeting' END
        AS civilian_targeting,
    base.country_iso AS iso,
    NULL::VARCHAR AS region,
    base.country_name AS country,
    base.admin1,
    NULL::VARCHAR AS admin2,
    NULL::VARCHAR AS admin3,
    base.place_name AS "location",
    round(base.latitude, 4) AS latitude,
    round(base.longitude, 4) AS longitude,
    base.geo_precision,
    base.sources AS source,
    NULL::VARCHAR AS source_scale,
    base.notes,
    coalesce(base.killed_min, 0) AS fatalities,
    NULL::VARCHAR AS tags,
    epoch(base.last_change)::BIGINT AS "timestamp"
FROM event_coding AS base
LEFT JOIN LATERAL (
    -- the label names the lower code first, but external forces come first against civilians
    SELECT CASE
        WHEN list_sort([base.side_a_sector, base.side_b_sector]) = ['Civilians', 'External/Other forces'] THEN 'External/Other forces-Civilians'
        WHEN list_position(ranks, base.side_a_sector) <= list_position(ranks, base.side_b_sector) THEN base.side_a_sector || '-' || base.side_b_sector
        ELSE base.side_b_sector || '-' || base.side_a_sector
    END AS label
    FROM (SELECT ['State forces', 'Rebel group', 'Political militia', 'Identity militia', 'Rioters', 'Protesters',
        'Civilians', 'External/Other forces'] AS ranks)
) AS least_ranked ON true;

COMMENT ON VIEW acled IS 'Events in the shape of an ACLED export (31 columns). What we cannot fill is null: see code_book_losses.';
COMMENT ON COLUMN acled.event_id_cnty IS 'Country code and the beginning of event_id.';
COMMENT ON COLUMN acled.event_date IS 'The day; of a week or a month the midpoint.';
COMMENT ON COLUMN acled.year IS 'Year of event_date.';
COMMENT ON COLUMN acled.time_precision IS '1 day, 2 week, 3 month.';
COMMENT ON COLUMN acled.disorder_type IS 'Political violence, Demonstrations, Strategic developments; combined where ACLED does.';
COMMENT ON COLUMN acled.event_type IS 'Event type.';
COMMENT ON COLUMN acled.sub_event_type IS 'Sub-event type.';
COMMENT ON COLUMN acled.actor1 IS 'First actor by name.';
COMMENT ON COLUMN acled.assoc_actor_1 IS 'Null: associates are not carried over to events yet.';
COMMENT ON COLUMN acled.inter1 IS 'Kind of actor1 (text, as ACLED gives it now).';
COMMENT ON COLUMN acled.actor2 IS 'Target, or second actor.';
COMMENT ON COLUMN acled.assoc_actor_2 IS 'Null: associates are not carried over to events yet.';
COMMENT ON COLUMN acled.inter2 IS 'Kind of actor2.';
COMMENT ON COLUMN acled.interaction IS 'Label of the pair of kinds; null where one is not known.';
COMMENT ON COLUMN acled.civilian_targeting IS '"Civilian targeting" where civilians are the target.';
COMMENT ON COLUMN acled.iso IS 'ISO 3166 numeric code of the country.';
COMMENT ON COLUMN acled.region IS 'Null: ACLED''s world regions are not kept.';
COMMENT ON COLUMN acled.country IS 'Common English name of the country.';
COMMENT ON COLUMN acled.admin1 IS 'First-level administrative division.';
COMMENT ON COLUMN acled.admin2 IS 'Null: not resolved.';
COMMENT ON COLUMN acled.admin3 IS 'Null: not resolved.';
COMMENT ON COLUMN acled.location IS 'Name of the place.';
COMMENT ON COLUMN acled.latitude IS 'Latitude, 4 decimals.';
COMMENT ON COLUMN acled.longitude IS 'Longitude, 4 decimals.';
COMMENT ON COLUMN acled.geo_precision IS '1 town, 2 area or near a town, 3 region.';
COMMENT ON COLUMN acled."source" IS 'Outlets that tell it, joined by "; ".';
COMMENT ON COLUMN acled.source_scale IS 'Null: not classified.';
COMMENT ON COLUMN acled.notes IS 'The sentence of the most confident incident.';
COMMENT ON COLUMN acled.fatalities IS 'The lowest figure told, as ACLED does; unknown is 0.';
COMMENT ON COLUMN acled.tags IS 'Null: not coded.';
COMMENT ON COLUMN acled."timestamp" IS 'When the latest member was first captured (Unix seconds).';
