-- needs: event_coding, tolls
CREATE OR REPLACE VIEW ucdp_ged AS
WITH base AS (
    SELECT *,
        -- UCDP's sides are organised; people without an organisation can only be the target
        side_a_sector = 'State forces' OR side_a_sector = 'External/Other forces' AS state_a,
        side_b_sector = 'State forces' OR side_b_sector = 'External/Other forces' AS state_b,
        side_a_sector IN ('Rebel group', 'Political militia', 'Identity militia') AS group_a,
        side_b_sector IN ('Rebel group', 'Political militia', 'Identity militia') AS group_b,
        list_transform(tellings, lambda telling: telling.outlet) AS outlets
    FROM event_coding
    WHERE killed_max >= 1
),
last_toll AS (
    SELECT members.event_id,
        arg_max(tolls.count_min, (incidents.published_at, incidents.confidence, tolls.incident_id)) AS killed,
        arg_max(tolls.incident_id, (incidents.published_at, incidents.confidence, tolls.incident_id)) AS incident_id
    FROM tolls
    JOIN store.incidents AS incidents USING (incident_id)
    JOIN store.event_members AS members USING (incident_id)
    WHERE tolls.outcome = 'killed'
    GROUP BY members.event_id
),
shares AS (
    -- whose the dead are, as the telling that gives the best estimate has it
    SELECT last_toll.event_id,
        sum(claims.count_min) FILTER (WHERE claims.party_name = base.side_a AND base.side_a_sector <> 'Civilians') AS a,
        sum(claims.count_min) FILTER (WHERE claims.party_name = base.side_b AND base.side_b_sector <> 'Civilians') AS b,
        sum(claims.count_min) FILTER (WHERE list_contains(list_transform(list_filter(incidents.actors,
            lambda actor: actor.sector = 'Civilians'), lambda actor: actor.name), claims.party_name)) AS civilians
    FROM last_toll
    JOIN base USING (event_id)
    JOIN store.incidents AS incidents ON incidents.incident_id = last_toll.incident_id
    JOIN store.claims AS claims ON claims.incident_id = last_toll.incident_id
    WHERE claims.outcome = 'killed' AND NOT claims.background AND claims.part_of IS NULL
    GROUP BY last_toll.event_id
),
deaths AS (
    -- claims that contradict each other cannot be shared out: the dead are then of unknown side
    SELECT base.event_id, coalesce(last_toll.killed, base.killed_min, 1) AS best,
        CASE WHEN coalesce(a, 0) + coalesce(b, 0) + coalesce(civilians, 0) <= best THEN coalesce(a, 0) ELSE 0 END AS a,
        CASE WHEN coalesce(a, 0) + coalesce(b, 0) + coalesce(civilians, 0) <= best THEN coalesce(b, 0) ELSE 0 END AS b,
        CASE WHEN coalesce(a, 0) + coalesce(b, 0) + coalesce(civilians, 0) <= best THEN coalesce(civilians, 0) ELSE 0 END
            AS civilians
    FROM base
    LEFT JOIN last_toll USING (event_id)
    LEFT JOIN shares USING (event_id)
)
SELECT
    base.event_id AS id, NULL::VARCHAR AS relid, year(base.start_date)::INTEGER AS "year", NULL::BOOLEAN AS active_year,
    NULL::VARCHAR AS code_status,
    CASE
        WHEN (base.state_a AND (base.state_b OR base.group_b)) OR (base.group_a AND base.state_b) THEN 1
        WHEN base.group_a AND base.group_b THEN 2
        WHEN (base.state_a OR base.group_a) AND base.side_b_sector IN ('Civilians', 'Protesters', 'Rioters') THEN 3
    END AS type_of_violence,
    NULL::BIGINT AS conflict_dset_id, NULL::BIGINT AS conflict_new_id, NULL::VARCHAR AS conflict_name,
    NULL::BIGINT AS dyad_dset_id, NULL::BIGINT AS dyad_new_id,
    CASE WHEN base.side_b IS NOT NULL THEN base.side_a || ' - ' || base.side_b END AS dyad_name,
    NULL::BIGINT AS side_a_dset_id, NULL::BIGINT AS side_a_new_id, base.side_a,
    NULL::BIGINT AS side_b_dset_id, NULL::BIGINT AS side_b_new_id, base.side_b,
    len(base.tellings) AS number_of_sources,
    array_to_string(list_transform(base.tellings, lambda telling:
        '"' || concat_ws(',', telling.outlet, telling.published_day, telling.title) || '"'), ';') AS source_article,
    array_to_string(base.outlets, ';') AS source_office,
    array_to_string(list_transform(base.tellings, lambda telling: coalesce(telling.published_day::VARCHAR, '')), ';') AS source_date,
    array_to_string(list_transform(base.tellings, lambda telling: coalesce(telling.title, '')), ';') AS source_headline,
    NULL::VARCHAR AS source_original,
    base.ucdp_where_precision AS where_prec, base.place_name AS where_coordinates, base.place_text AS where_description,
    base.admin1 AS adm_1, NULL::VARCHAR AS adm_2, base.latitude, base.longitude,
    'POINT (' || base.longitude || ' ' || base.latitude || ')' AS geom_wkt,
    -- PRIO-GRID 2.0: cells of half a degree, counted from the south-west, 720 to a row
    (least(floor((base.latitude + 90) * 2), 359) * 720 + least(floor((base.longitude + 180) * 2), 719) + 1)::BIGINT
        AS priogrid_gid,
    base.country_name AS country, NULL::INTEGER AS country_id, NULL::VARCHAR AS region,
    CASE WHEN base.start_date = base.end_date THEN 1 ELSE 2 END AS event_clarity,
    base.ucdp_date_precision AS date_prec, base.start_date AS date_start, base.end_date AS date_end,
    deaths.a AS deaths_a, deaths.b AS deaths_b, deaths.civilians AS deaths_civilians,
    deaths.best - deaths.a - deaths.b - deaths.civilians AS deaths_unknown, deaths.best,
    greatest(base.killed_max, deaths.best) AS high, least(coalesce(base.killed_min, deaths.best), deaths.best) AS low,
    NULL::INTEGER AS gwnoa, NULL::INTEGER AS gwnob
FROM base
JOIN deaths USING (event_id);

COMMENT ON VIEW ucdp_ged IS 'Events with at least one death in the shape of UCDP GED (49 columns of 23.1). What we cannot fill is null: see code_book_losses.';
COMMENT ON COLUMN ucdp_ged.id IS 'Our event_id; UCDP numbers its events.';
COMMENT ON COLUMN ucdp_ged.relid IS 'Null: UCDP''s own running name.';
COMMENT ON COLUMN ucdp_ged.year IS 'Year of date_start.';
COMMENT ON COLUMN ucdp_ged.active_year IS 'Null: needs UCDP''s 25 deaths a year and dyad.';
COMMENT ON COLUMN ucdp_ged.code_status IS 'Null: UCDP''s own checks.';
COMMENT ON COLUMN ucdp_ged.type_of_violence IS '1 state-based, 2 non-state, 3 one-sided; null where a side is not known or not organised.';
COMMENT ON COLUMN ucdp_ged.conflict_dset_id IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.conflict_new_id IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.conflict_name IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.dyad_dset_id IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.dyad_new_id IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.dyad_name IS 'The two sides.';
COMMENT ON COLUMN ucdp_ged.side_a_dset_id IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.side_a_new_id IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.side_a IS 'First actor by name.';
COMMENT ON COLUMN ucdp_ged.side_b_dset_id IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.side_b_new_id IS 'Null: UCDP''s own.';
COMMENT ON COLUMN ucdp_ged.side_b IS 'Target, or second actor.';
COMMENT ON COLUMN ucdp_ged.number_of_sources IS 'Articles that tell it.';
COMMENT ON COLUMN ucdp_ged.source_article IS 'Outlet, day and headline of each article.';
COMMENT ON COLUMN ucdp_ged.source_office IS 'Their outlets.';
COMMENT ON COLUMN ucdp_ged.source_date IS 'Their days of publication, each where it was published.';
COMMENT ON COLUMN ucdp_ged.source_headline IS 'Their headlines.';
COMMENT ON COLUMN ucdp_ged.source_original IS 'Null: who reported first is kept with each claim (claims.attributed_to).';
COMMENT ON COLUMN ucdp_ged.where_prec IS '1 exact, 2 limited area, 3 second-level and 4 first-level division, 5 larger or vague, 6 country, 7 water or airspace.';
COMMENT ON COLUMN ucdp_ged.where_coordinates IS 'Name of the place.';
COMMENT ON COLUMN ucdp_ged.where_description IS 'The place as the most confident article writes it.';
COMMENT ON COLUMN ucdp_ged.adm_1 IS 'First-level administrative division.';
COMMENT ON COLUMN ucdp_ged.adm_2 IS 'Null: not resolved.';
COMMENT ON COLUMN ucdp_ged.latitude IS 'Latitude (degrees, WGS 84).';
COMMENT ON COLUMN ucdp_ged.longitude IS 'Longitude (degrees, WGS 84).';
COMMENT ON COLUMN ucdp_ged.geom_wkt IS 'The point as well-known text.';
COMMENT ON COLUMN ucdp_ged.priogrid_gid IS 'Cell of PRIO-GRID.';
COMMENT ON COLUMN ucdp_ged.country IS 'Common English name of the country.';
COMMENT ON COLUMN ucdp_ged.country_id IS 'Null: Gleditsch and Ward''s numbers are not kept.';
COMMENT ON COLUMN ucdp_ged.region IS 'Null: UCDP''s world regions are not kept.';
COMMENT ON COLUMN ucdp_ged.event_clarity IS '1 told of one day, 2 of several.';
COMMENT ON COLUMN ucdp_ged.date_prec IS '1 day, 2 two to six days, 3 week, 4 month, 5 year.';
COMMENT ON COLUMN ucdp_ged.date_start IS 'First day it can have happened.';
COMMENT ON COLUMN ucdp_ged.date_end IS 'Last day it can have happened.';
COMMENT ON COLUMN ucdp_ged.deaths_a IS 'Of best, those said to be of side_a.';
COMMENT ON COLUMN ucdp_ged.deaths_b IS 'Of best, those said to be of side_b.';
COMMENT ON COLUMN ucdp_ged.deaths_civilians IS 'Of best, those said to be civilians.';
COMMENT ON COLUMN ucdp_ged.deaths_unknown IS 'The rest of best.';
COMMENT ON COLUMN ucdp_ged.best IS 'The toll of the article published last, by its lowest figure.';
COMMENT ON COLUMN ucdp_ged.high IS 'Highest toll any article gives.';
COMMENT ON COLUMN ucdp_ged.low IS 'Lowest toll any article gives.';
COMMENT ON COLUMN ucdp_ged.gwnoa IS 'Null: Gleditsch and Ward''s numbers are not kept.';
COMMENT ON COLUMN ucdp_ged.gwnob IS 'Null: Gleditsch and Ward''s numbers are not kept.';
