-- needs: event_coding, countries
CREATE OR REPLACE VIEW plover AS
WITH sectors (sector, code) AS (
    VALUES ('State forces', 'MIL'), ('External/Other forces', 'MIL'), ('Rebel group', 'REB'), ('Political militia', 'UAF'),
        ('Identity militia', 'UAF'), ('Rioters', 'OPP'), ('Protesters', 'OPP'), ('Civilians', 'CVL')
),
base AS (
    SELECT *,
        CASE
            WHEN event_type IN ('Protests', 'Riots') AND sub_event_type <> 'Excessive force against protesters' THEN 'PROTEST'
            WHEN event_type IN ('Battles', 'Explosions/Remote violence', 'Violence against civilians', 'Protests') THEN 'ASSAULT'
            WHEN sub_event_type = 'Agreement' THEN 'AGREE'
            WHEN sub_event_type = 'Arrests' THEN 'COERCE'
            WHEN sub_event_type = 'Looting/property destruction' THEN 'ASSAULT'
            WHEN sub_event_type = 'Non-violent transfer of territory' THEN 'RETREAT'
            WHEN sub_event_type IN ('Headquarters or base established', 'Change to group/activity') THEN 'MOBILIZE'
        END AS plover_type,
        CASE
            WHEN sub_event_type = 'Peaceful protest' THEN 'demo'
            WHEN event_type = 'Riots' THEN 'riot'
            WHEN sub_event_type = 'Excessive force against protesters' THEN 'crowd-control'
            WHEN sub_event_type = 'Abduction/forced disappearance' OR list_contains(attributes, 'kidnapping') THEN 'abduct'
            WHEN sub_event_type = 'Sexual violence' THEN 'sexual'
            WHEN sub_event_type = 'Suicide bomb' THEN 'suicide-attack'
            WHEN sub_event_type = 'Chemical weapon' THEN 'unconventional'
            WHEN list_contains(attributes, 'assassination') THEN 'targeted'
            WHEN sub_event_type = 'Air/drone strike' AND list_contains(weapons, 'drone') THEN 'drone'
            WHEN sub_event_type = 'Air/drone strike' THEN 'aerial'
            WHEN sub_event_type = 'Shelling/artillery/missile attack' THEN 'heavy-weapons'
            WHEN event_type = 'Explosions/Remote violence' OR list_contains(attributes, 'bombing') THEN 'explosives'
            WHEN sub_event_type = 'Looting/property destruction' OR list_has_any(attributes, ['arson', 'looting'])
                THEN 'destroy'
            WHEN list_contains(weapon_kinds, 'heavy weapons') THEN 'heavy-weapons'
            WHEN list_contains(weapon_kinds, 'light weapons') OR list_contains(attributes, 'shooting') THEN 'firearms'
            WHEN list_contains(weapon_kinds, 'melee') THEN 'primitive'
        END AS plover_mode,
        nullif(concat_ws(';',
            CASE WHEN event_type = 'Battles' OR side_a_sector IN ('State forces', 'External/Other forces') THEN 'military' END,
            CASE WHEN sub_event_type = 'Suicide bomb' THEN 'terrorism' END,
            CASE WHEN list_contains(attributes, 'robbery') THEN 'crime' END,
            CASE WHEN event_type = 'Violence against civilians' THEN 'human_rights' END
        ), '') AS contexts
    FROM event_coding
)
SELECT
    base.event_id AS "Event ID",
    base.start_date AS "Event Date",
    base.plover_type AS "Event Type",
    base.plover_mode AS "Event Mode",
    NULL::DOUBLE AS "Intensity",
    NULL::INTEGER AS "Quad Code",
    base.contexts AS "Contexts",
    base.side_a AS "Actor Name",
    one.alpha_3 AS "Actor Country",
    NULL::VARCHAR AS "Actor COW",
    actor_sector.code AS "Primary Actor Sector",
    actor_sector.code AS "Actor Sectors",
    NULL::VARCHAR AS "Actor Title",
    base.side_a AS "Actor Name Raw",
    NULL::VARCHAR AS "Wikipedia Actor ID",
    base.side_b AS "Recipient Name",
    two.alpha_3 AS "Recipient Country",
    NULL::VARCHAR AS "Recipient COW",
    recipient_sector.code AS "Primary Recipient Sector",
    recipient_sector.code AS "Recipient Sectors",
    NULL::VARCHAR AS "Recipient Title",
    base.side_b AS "Recipient Name Raw",
    NULL::VARCHAR AS "Wikipedia Recipient ID",
    base.place_name AS "Placename",
    CASE WHEN base.ucdp_where_precision <= 2 THEN base.place_name END AS "City",
    NULL::VARCHAR AS "District",
    base.admin1 AS "Province",
    base.country_name AS "Country",
    base.latitude AS "Latitude",
    base.longitude AS "Longitude",
    base.geonames_id AS "GeoNames ID",
    base.place_text AS "Raw Placename",
    NULL::VARCHAR AS "Feature Type",
    base.tellings[1].outlet AS "Source",
    base.tellings[1].published_day AS "Publication Date",
    NULL::VARCHAR AS "Story People",
    NULL::VARCHAR AS "Story Organizations",
    NULL::VARCHAR AS "Story Locations",
    base.tellings[1].language AS "Language",
    'Dateline' AS "Version"
FROM base
-- police are State forces to ACLED and a sector of their own here
LEFT JOIN LATERAL (
    SELECT CASE WHEN regexp_matches(base.side_a, '(?i)\bpolice') THEN 'COP' ELSE max(code) END AS code
    FROM sectors WHERE sector = base.side_a_sector
) AS actor_sector ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN regexp_matches(base.side_b, '(?i)\bpolice') THEN 'COP' ELSE max(code) END AS code
    FROM sectors WHERE sector = base.side_b_sector
) AS recipient_sector ON true
LEFT JOIN countries AS one ON one.alpha_2 = base.side_a_country
LEFT JOIN countries AS two ON two.alpha_2 = base.side_b_country
WHERE base.plover_type IS NOT NULL;

COMMENT ON VIEW plover IS 'Events in the shape of PLOVER as POLECAT publishes it (40 columns); it has no casualties. What we cannot fill is null: see code_book_losses.';
COMMENT ON COLUMN plover."Event ID" IS 'Our event_id.';
COMMENT ON COLUMN plover."Event Date" IS 'First day it can have happened.';
COMMENT ON COLUMN plover."Event Type" IS 'ASSAULT, PROTEST, COERCE, AGREE, MOBILIZE or RETREAT.';
COMMENT ON COLUMN plover."Event Mode" IS 'Mode of ASSAULT and PROTEST; null where none is told.';
COMMENT ON COLUMN plover."Intensity" IS 'Null: the manual''s scale by mode could not be verified.';
COMMENT ON COLUMN plover."Quad Code" IS 'Null: which number stands for which category could not be verified.';
COMMENT ON COLUMN plover."Contexts" IS 'military, terrorism, crime, human_rights: what its kind says.';
COMMENT ON COLUMN plover."Actor Name" IS 'First actor by name.';
COMMENT ON COLUMN plover."Actor Country" IS 'Its country (ISO 3166 alpha-3).';
COMMENT ON COLUMN plover."Actor COW" IS 'Null: Correlates of War codes are not kept.';
COMMENT ON COLUMN plover."Primary Actor Sector" IS 'COP, MIL, REB, UAF, OPP, CVL; null where its kind is not known.';
COMMENT ON COLUMN plover."Actor Sectors" IS 'The same: one sector a name.';
COMMENT ON COLUMN plover."Actor Title" IS 'Null: titles are not read apart.';
COMMENT ON COLUMN plover."Actor Name Raw" IS 'The same: the words of each article are in evidence.';
COMMENT ON COLUMN plover."Wikipedia Actor ID" IS 'Null: names are not linked to Wikipedia.';
COMMENT ON COLUMN plover."Recipient Name" IS 'First target, or second actor by name.';
COMMENT ON COLUMN plover."Recipient Country" IS 'Its country (ISO 3166 alpha-3).';
COMMENT ON COLUMN plover."Recipient COW" IS 'Null: Correlates of War codes are not kept.';
COMMENT ON COLUMN plover."Primary Recipient Sector" IS 'COP, MIL, REB, UAF, OPP, CVL; null where its kind is not known.';
COMMENT ON COLUMN plover."Recipient Sectors" IS 'The same: one sector a name.';
COMMENT ON COLUMN plover."Recipient Title" IS 'Null: titles are not read apart.';
COMMENT ON COLUMN plover."Recipient Name Raw" IS 'The same: the words of each article are in evidence.';
COMMENT ON COLUMN plover."Wikipedia Recipient ID" IS 'Null: names are not linked to Wikipedia.';
COMMENT ON COLUMN plover."Placename" IS 'Name of the place.';
COMMENT ON COLUMN plover."City" IS 'The same, where it is a town or near one.';
COMMENT ON COLUMN plover."District" IS 'Null: second-level divisions are not resolved.';
COMMENT ON COLUMN plover."Province" IS 'First-level administrative division.';
COMMENT ON COLUMN plover."Country" IS 'Common English name of the country.';
COMMENT ON COLUMN plover."Latitude" IS 'Latitude (degrees, WGS 84).';
COMMENT ON COLUMN plover."Longitude" IS 'Longitude (degrees, WGS 84).';
COMMENT ON COLUMN plover."GeoNames ID" IS 'GeoNames id of the place.';
COMMENT ON COLUMN plover."Raw Placename" IS 'The place as the most confident article writes it.';
COMMENT ON COLUMN plover."Feature Type" IS 'Null: GeoNames feature classes are not kept.';
COMMENT ON COLUMN plover."Source" IS 'Outlet of the first article.';
COMMENT ON COLUMN plover."Publication Date" IS 'Its day of publication, where it was published.';
COMMENT ON COLUMN plover."Story People" IS 'Null: persons who take no part are not kept.';
COMMENT ON COLUMN plover."Story Organizations" IS 'Null: organisations that take no part are not kept.';
COMMENT ON COLUMN plover."Story Locations" IS 'Null: other places of the story are not kept.';
COMMENT ON COLUMN plover."Language" IS 'Language of the first article.';
COMMENT ON COLUMN plover."Version" IS 'Who coded it.';
