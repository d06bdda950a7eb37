-- needs: event_coding
CREATE OR REPLACE VIEW airwars AS
WITH losses AS (
    -- each figure under every group that it speaks of
    SELECT members.event_id, claims.incident_id, claims.outcome, claims.count_min,
        coalesce(claims.count_max, claims.count_min) AS count_max, claims.part_of IS NULL AS whole,
        whole AND list_contains(sectors, 'Civilians') AS civilians,
        whole AND list_has_any(sectors, ['State forces', 'Rebel group', 'Political militia', 'Identity militia',
            'External/Other forces']) AS belligerents,
        whole AND NOT coalesce(civilians, false) AND NOT coalesce(belligerents, false) AS undetermined,
        regexp_matches(claims.party, '(?i)\b(child|children|boys?|girls?|infants?|bab(y|ies)|minors?)\b') AS children,
        regexp_matches(claims.party, '(?i)\bwom[ae]n\b') AS women,
        regexp_matches(claims.party, '(?i)\bm[ae]n\b') AS men,
        regexp_matches(claims.party, '(?i)\b(journalist|reporter|cameram[ae]n)s?\b') AS journalists,
        regexp_matches(claims.party, '(?i)\b(doctor|nurse|medic|paramedic)s?\b') AS healthcare_personnel
    FROM store.claims AS claims
    JOIN store.event_members AS members USING (incident_id)
    JOIN store.incidents AS incidents USING (incident_id)
    LEFT JOIN LATERAL (
        SELECT coalesce(list_transform(list_filter(incidents.actors, lambda actor: actor.name = claims.party_name),
            lambda actor: actor.sector), []) AS sectors
    ) AS named ON true
    WHERE claims.outcome IN ('killed', 'injured') AND NOT claims.background
),
by_incident AS (
    SELECT event_id, incident_id,
        sum(count_min) FILTER (WHERE civilians AND outcome = 'killed') AS civilians_killed_min,
        sum(count_max) FILTER (WHERE civilians AND outcome = 'killed') AS civilians_killed_max,
        sum(count_min) FILTER (WHERE civilians AND outcome = 'injured') AS civilians_injured_min,
        sum(count_max) FILTER (WHERE civilians AND outcome = 'injured') AS civilians_injured_max,
        sum(count_min) FILTER (WHERE belligerents AND outcome = 'killed') AS belligerents_killed_min,
        sum(count_max) FILTER (WHERE belligerents AND outcome = 'killed') AS belligerents_killed_max,
        sum(count_min) FILTER (WHERE belligerents AND outcome = 'injured') AS belligerents_injured_min,
        sum(count_max) FILTER (WHERE belligerents AND outcome = 'injured') AS belligerents_injured_max,
        sum(count_min) FILTER (WHERE undetermined AND outcome = 'killed') AS undetermined_killed_min,
        sum(count_max) FILTER (WHERE undetermined AND outcome = 'killed') AS undetermined_killed_max,
        sum(count_min) FILTER (WHERE undetermined AND outcome = 'injured') AS undetermined_injured_min,
        sum(count_max) FILTER (WHERE undetermined AND outcome = 'injured') AS undetermined_injured_max,
        sum(count_min) FILTER (WHERE children AND outcome = 'killed') AS children_killed_min,
        sum(count_max) FILTER (WHERE children AND outcome = 'killed') AS children_killed_max,
        sum(count_min) FILTER (WHERE children AND outcome = 'injured') AS children_injured_min,
        sum(count_max) FILTER (WHERE children AND outcome = 'injured') AS children_injured_max,
        sum(count_min) FILTER (WHERE women AND outcome = 'killed') AS women_killed_min,
        sum(count_max) FILTER (WHERE women AND outcome = 'killed') AS women_killed_max,
        sum(count_min) FILTER (WHERE women AND outcome = 'injured') AS women_injured_min,
        sum(count_max) FILTER (WHERE women AND outcome = 'injured') AS women_injured_max,
        sum(count_min) FILTER (WHERE men AND outcome = 'killed') AS men_killed_min,
        sum(count_max) FILTER (WHERE men AND outcome = 'killed') AS men_killed_max,
        sum(count_min) FILTER (WHERE men AND outcome = 'injured') AS men_injured_min,
        sum(count_max) FILTER (WHERE men AND outcome = 'injured') AS men_injured_max,
        sum(count_min) FILTER (WHERE journalists AND outcome = 'killed') AS journalists_killed_min,
        sum(count_max) FILTER (WHERE journalists AND outcome = 'killed') AS journalists_killed_max,
        sum(count_min) FILTER (WHERE journalists AND outcome = 'injured') AS journalists_injured_min,
        sum(count_max) FILTER (WHERE journalists AND outcome = 'injured') AS journalists_injured_max,
        sum(count_min) FILTER (WHERE healthcare_personnel AND outcome = 'killed') AS healthcare_personnel_killed_min,
        sum(count_max) FILTER (WHERE healthcare_personnel AND outcome = 'killed') AS healthcare_personnel_killed_max,
        sum(count_min) FILTER (WHERE healthcare_personnel AND outcome = 'injured') AS healthcare_personnel_injured_min,
        sum(count_max) FILTER (WHERE healthcare_personnel AND outcome = 'injured') AS healthcare_personnel_injured_max
    FROM losses
    GROUP BY event_id, incident_id
),
harm AS (
    SELECT event_id,
        max(coalesce(civilians_killed_max, 0) + coalesce(civilians_injured_max, 0) + coalesce(children_killed_max, 0)
            + coalesce(women_killed_max, 0)) AS civilians,
        min(civilians_killed_min)::BIGINT AS civilians_killed_min, max(civilians_killed_max)::BIGINT AS civilians_killed_max,
        min(civilians_injured_min)::BIGINT AS civilians_injured_min, max(civilians_injured_max)::BIGINT AS civilians_injured_max,
        min(belligerents_killed_min)::BIGINT AS belligerents_killed_min, max(belligerents_killed_max)::BIGINT AS belligerents_killed_max,
        min(belligerents_injured_min)::BIGINT AS belligerents_injured_min, max(belligerents_injured_max)::BIGINT AS belligerents_injured_max,
        min(undetermined_killed_min)::BIGINT AS undetermined_killed_min, max(undetermined_killed_max)::BIGINT AS undetermined_killed_max,
        min(undetermined_injured_min)::BIGINT AS undetermined_injured_min, max(undetermined_injured_max)::BIGINT AS undetermined_injured_max,
        min(children_killed_min)::BIGINT AS children_killed_min, max(children_killed_max)::BIGINT AS children_killed_max,
        min(children_injured_min)::BIGINT AS children_injured_min, max(children_injured_max)::BIGINT AS children_injured_max,
        min(women_killed_min)::BIGINT AS women_killed_min, max(women_killed_max)::BIGINT AS women_killed_max,
        min(women_injured_min)::BIGINT AS women_injured_min, max(women_injured_max)::BIGINT AS women_injured_max,
        min(men_killed_min)::BIGINT AS men_killed_min, max(men_killed_max)::BIGINT AS men_killed_max,
        min(men_injured_min)::BIGINT AS men_injured_min, max(men_injured_max)::BIGINT AS men_injured_max,
        min(journalists_killed_min)::BIGINT AS journalists_killed_min, max(journalists_killed_max)::BIGINT AS journalists_killed_max,
        min(journalists_injured_min)::BIGINT AS journalists_injured_min, max(journalists_injured_max)::BIGINT AS journalists_injured_max,
        min(healthcare_personnel_killed_min)::BIGINT AS healthcare_personnel_killed_min, max(healthcare_personnel_killed_max)::BIGINT AS healthcare_personnel_killed_max,
        min(healthcare_personnel_injured_min)::BIGINT AS healthcare_personnel_injured_min, max(healthcare_personnel_injured_max)::BIGINT AS healthcare_personnel_injured_max
    FROM by_incident
    GROUP BY event_id
),
coded AS (
    SELECT base.*,
        CASE
            WHEN list_contains(base.attributes, 'claimed') THEN 'Declared strike'
            WHEN list_contains(list_transform(events.disagreements, lambda one: one.field), 'actors') THEN 'Contested strike'
            WHEN len(list_distinct(list_transform(base.tellings, lambda telling: telling.source_id))) > 1 THEN 'Likely strike'
            ELSE 'Single source claim'
        END AS strike_status,
        CASE
            WHEN list_contains(base.attributes, 'claimed') THEN 'Confirmed'
            WHEN list_contains(list_transform(events.disagreements, lambda one: one.field), 'actors') THEN 'Contested'
            WHEN len(list_distinct(list_transform(base.tellings, lambda telling: telling.source_id))) > 1 THEN 'Fair'
            ELSE 'Weak'
        END AS grading,
        CASE
            WHEN base.sub_event_type = 'Air/drone strike' AND list_contains(base.weapons, 'drone') THEN 'Drone strike'
            WHEN base.sub_event_type = 'Air/drone strike' THEN 'Airstrike'
            WHEN base.sub_event_type = 'Shelling/artillery/missile attack' THEN 'Artillery'
            WHEN base.sub_event_type = 'Chemical weapon' THEN 'Chemical weapon'
            ELSE 'Explosive device'
        END AS strike_type
    FROM event_coding AS base
    JOIN store.events AS events USING (event_id)
    WHERE base.event_type = 'Explosions/Remote violence'
)
SELECT
    NULL::VARCHAR AS post_id,
    NULL::VARCHAR AS post_status,
    NULL::VARCHAR AS post_published,
    NULL::VARCHAR AS post_modified,
    NULL::VARCHAR AS permalink,
    coded.event_id AS code,
    NULL::VARCHAR AS previous_codes,
    CASE WHEN coded.start_date = coded.end_date THEN 'Single date' ELSE 'Date range' END AS date_type,
    coded.start_date AS date,
    CASE WHEN coded.start_date <> coded.end_date THEN coded.end_date END AS date_end,
    NULL::VARCHAR AS local_time_type,
    NULL::VARCHAR AS local_time,
    NULL::VARCHAR AS local_time_start,
    NULL::VARCHAR AS local_time_end,
    NULL::VARCHAR AS local_time_of_day,
    coded.tellings[1].published_at AS local_first_reported_date_time,
    coded.tellings[1].outlet AS local_first_reported_by,
    coded.tellings[1].url AS local_first_reported_url,
    coded.country_name,
    lower(replace(coded.country_name, ' ', '-')) AS country_slug,
    coded.place_name AS location_name,
    NULL::VARCHAR AS location_name_arabic,
    NULL::VARCHAR AS location_name_hebrew,
    NULL::VARCHAR AS location_name_ukrainian,
    coded.admin1 AS region,
    coded.strike_status AS strike_status_name,
    lower(replace(coded.strike_status, ' ', '-')) AS strike_status_slug,
    NULL::VARCHAR AS infrastructure_name,
    NULL::VARCHAR AS infrastructure_slug,
    coded.strike_type AS strike_type_name,
    lower(replace(coded.strike_type, ' ', '-')) AS strike_type_slug,
    CASE WHEN coded.side_b_sector NOT IN ('Civilians', 'Protesters', 'Rioters') THEN coded.side_b END AS targeted_belligerent_name,
    lower(replace(CASE WHEN coded.side_b_sector NOT IN ('Civilians', 'Protesters', 'Rioters') THEN coded.side_b END, ' ', '-')) AS targeted_belligerent_slug,
    NULL::VARCHAR AS observation_name,
    NULL::VARCHAR AS observation_slug,
    NULL::VARCHAR AS impact_name,
    NULL::VARCHAR AS impact_slug,
    1 AS total_strikes,
    CASE WHEN harm.civilians > 0 THEN 'Yes' ELSE 'No' END AS civilian_harm_reported,
    CASE WHEN harm.civilians > 0 THEN coded.grading END AS civilian_harm_status_name,
    lower(replace(CASE WHEN harm.civilians > 0 THEN coded.grading END, ' ', '-')) AS civilian_harm_status_slug,
    CASE WHEN list_contains(coded.weapon_kinds, 'chemical') THEN 'Chemical weapon' WHEN list_has_any(coded.weapon_kinds, ['explosives', 'heavy weapons', 'aircraft']) THEN 'Heavy weapons and explosive munitions' WHEN list_contains(coded.weapon_kinds, 'light weapons') THEN 'Small arms and light weapons' END AS cause_of_death_injury_name,
    lower(replace(CASE WHEN list_contains(coded.weapon_kinds, 'chemical') THEN 'Chemical weapon' WHEN list_has_any(coded.weapon_kinds, ['explosives', 'heavy weapons', 'aircraft']) THEN 'Heavy weapons and explosive munitions' WHEN list_contains(coded.weapon_kinds, 'light weapons') THEN 'Small arms and light weapons' END, ' ', '-')) AS cause_of_death_injury_slug,
    coded.latitude IS NOT NULL AS geolocated,
    coded.latitude,
    coded.longitude,
    NULL::VARCHAR AS geolocation_status_name,
    NULL::VARCHAR AS geolocation_status_slug,
    CASE coded.ucdp_where_precision WHEN 1 THEN 'Town' WHEN 2 THEN 'Nearby' WHEN 3 THEN 'Subdistrict' WHEN 4 THEN 'Province' ELSE 'Country' END AS geolocation_accuracy_name,
    lower(replace(CASE coded.ucdp_where_precision WHEN 1 THEN 'Town' WHEN 2 THEN 'Nearby' WHEN 3 THEN 'Subdistrict' WHEN 4 THEN 'Province' ELSE 'Country' END, ' ', '-')) AS geolocation_accuracy_slug,
    NULL::VARCHAR AS geojson_caption,
    coded.place_text AS geolocation_notes,
    NULL::VARCHAR AS geolocation_notes_internal,
    NULL::VARCHAR AS geolocation_sign_off_assessor,
    NULL::VARCHAR AS geolocation_sign_off_date_time,
    NULL::BIGINT AS num_media,
    NULL::BIGINT AS num_victims,
    NULL::BIGINT AS num_victims_named,
    NULL::BIGINT AS num_victims_named_english,
    NULL::BIGINT AS num_reconciled,
    NULL::BIGINT AS num_families,
    NULL::BIGINT AS num_individuals,
    NULL::VARCHAR AS victim_average_age,
    NULL::VARCHAR AS declassified_assessment,
    NULL::VARCHAR AS press_release,
    len(coded.tellings) AS num_sources,
    NULL::BIGINT AS num_sources_twitter,
    NULL::BIGINT AS num_sources_facebook,
    NULL::BIGINT AS num_sources_telegram,
    len(coded.tellings) AS num_sources_other,
    harm.civilians_killed_min AS civilian_non_combatants_killed_min,
    harm.civilians_killed_max AS civilian_non_combatants_killed_max,
    harm.civilians_injured_min AS civilian_non_combatants_injured_min,
    harm.civilians_injured_max AS civilian_non_combatants_injured_max,
    harm.children_killed_min,
    harm.children_killed_max,
    harm.children_injured_min,
    harm.children_injured_max,
    harm.women_killed_min,
    harm.women_killed_max,
    harm.women_injured_min,
    harm.women_injured_max,
    harm.men_killed_min,
    harm.men_killed_max,
    harm.men_injured_min,
    harm.men_injured_max,
    NULL::BIGINT AS human_rights_defenders_killed_min,
    NULL::BIGINT AS human_rights_defenders_killed_max,
    NULL::BIGINT AS human_rights_defenders_injured_min,
    NULL::BIGINT AS human_rights_defenders_injured_max,
    harm.journalists_killed_min,
    harm.journalists_killed_max,
    harm.journalists_injured_min,
    harm.journalists_injured_max,
    NULL::BIGINT AS trade_unionists_killed_min,
    NULL::BIGINT AS trade_unionists_killed_max,
    NULL::BIGINT AS trade_unionists_injured_min,
    NULL::BIGINT AS trade_unionists_injured_max,
    harm.healthcare_personnel_killed_min,
    harm.healthcare_personnel_killed_max,
    harm.healthcare_personnel_injured_min,
    harm.healthcare_personnel_injured_max,
    NULL::BIGINT AS other_civilian_non_combatants_killed_min,
    NULL::BIGINT AS other_civilian_non_combatants_killed_max,
    NULL::BIGINT AS other_civilian_non_combatants_injured_min,
    NULL::BIGINT AS other_civilian_non_combatants_injured_max,
    harm.undetermined_killed_min,
    harm.undetermined_killed_max,
    harm.undetermined_injured_min,
    harm.undetermined_injured_max,
    NULL::BIGINT AS other_protected_persons_killed_min,
    NULL::BIGINT AS other_protected_persons_killed_max,
    NULL::BIGINT AS other_protected_persons_injured_min,
    NULL::BIGINT AS other_protected_persons_injured_max,
    NULL::BIGINT AS medical_and_religious_personnel_state_killed_min,
    NULL::BIGINT AS medical_and_religious_personnel_state_killed_max,
    NULL::BIGINT AS medical_and_religious_personnel_state_injured_min,
    NULL::BIGINT AS medical_and_religious_personnel_state_injured_max,
    NULL::BIGINT AS medical_and_religious_personnel_non_state_killed_min,
    NULL::BIGINT AS medical_and_religious_personnel_non_state_killed_max,
    NULL::BIGINT AS medical_and_religious_personnel_non_state_injured_min,
    NULL::BIGINT AS medical_and_religious_personnel_non_state_injured_max,
    NULL::BIGINT AS persons_hors_de_combat_killed_min,
    NULL::BIGINT AS persons_hors_de_combat_killed_max,
    NULL::BIGINT AS persons_hors_de_combat_injured_min,
    NULL::BIGINT AS persons_hors_de_combat_injured_max,
    harm.belligerents_killed_min,
    harm.belligerents_killed_max,
    harm.belligerents_injured_min,
    harm.belligerents_injured_max,
    NULL::BIGINT AS member_of_armed_forces_killed_min,
    NULL::BIGINT AS member_of_armed_forces_killed_max,
    NULL::BIGINT AS member_of_armed_forces_injured_min,
    NULL::BIGINT AS member_of_armed_forces_injured_max,
    NULL::BIGINT AS persons_directly_participating_in_hostilities_killed_min,
    NULL::BIGINT AS persons_directly_participating_in_hostilities_killed_max,
    NULL::BIGINT AS persons_directly_participating_in_hostilities_injured_min,
    NULL::BIGINT AS persons_directly_participating_in_hostilities_injured_max,
    NULL::BIGINT AS civilian_role_in_military_killed_min,
    NULL::BIGINT AS civilian_role_in_military_killed_max,
    NULL::BIGINT AS civilian_role_in_military_injured_min,
    NULL::BIGINT AS civilian_role_in_military_injured_max
FROM coded
LEFT JOIN harm USING (event_id);

COMMENT ON VIEW airwars IS 'Strikes and explosions in the shape of Airwars'' incidents table (142 columns). What we cannot fill is null: see code_book_losses.';
COMMENT ON COLUMN airwars.post_id IS 'Null: of Airwars'' own site.';
COMMENT ON COLUMN airwars.post_status IS 'Null: of Airwars'' own site.';
COMMENT ON COLUMN airwars.post_published IS 'Null: of Airwars'' own site.';
COMMENT ON COLUMN airwars.post_modified IS 'Null: of Airwars'' own site.';
COMMENT ON COLUMN airwars.permalink IS 'Null: of Airwars'' own site.';
COMMENT ON COLUMN airwars.code IS 'Our event_id; Airwars numbers by country.';
COMMENT ON COLUMN airwars.previous_codes IS 'Null: of Airwars'' own site.';
COMMENT ON COLUMN airwars.date_type IS 'Single date or Date range.';
COMMENT ON COLUMN airwars.date IS 'First day it can have happened.';
COMMENT ON COLUMN airwars.date_end IS 'Last day, where the day is not known.';
COMMENT ON COLUMN airwars.local_time_type IS 'Null: the time of day is not read.';
COMMENT ON COLUMN airwars.local_time IS 'Null: the time of day is not read.';
COMMENT ON COLUMN airwars.local_time_start IS 'Null: the time of day is not read.';
COMMENT ON COLUMN airwars.local_time_end IS 'Null: the time of day is not read.';
COMMENT ON COLUMN airwars.local_time_of_day IS 'Null: the time of day is not read.';
COMMENT ON COLUMN airwars.local_first_reported_date_time IS 'When the first article was published (UTC, not local).';
COMMENT ON COLUMN airwars.local_first_reported_by IS 'Its outlet.';
COMMENT ON COLUMN airwars.local_first_reported_url IS 'Its address.';
COMMENT ON COLUMN airwars.country_name IS 'Common English name of the country.';
COMMENT ON COLUMN airwars.country_slug IS 'The same as a slug.';
COMMENT ON COLUMN airwars.location_name IS 'Name of the place.';
COMMENT ON COLUMN airwars.location_name_arabic IS 'Null: names in other scripts are not kept.';
COMMENT ON COLUMN airwars.location_name_hebrew IS 'Null: names in other scripts are not kept.';
COMMENT ON COLUMN airwars.location_name_ukrainian IS 'Null: names in other scripts are not kept.';
COMMENT ON COLUMN airwars.region IS 'First-level administrative division.';
COMMENT ON COLUMN airwars.strike_status_name IS 'Declared strike where the attacker says so, Contested strike where articles differ about who, Likely strike with two outlets, else Single source claim.';
COMMENT ON COLUMN airwars.strike_status_slug IS 'The same as a slug.';
COMMENT ON COLUMN airwars.infrastructure_name IS 'Null: not read.';
COMMENT ON COLUMN airwars.infrastructure_slug IS 'Null: not read.';
COMMENT ON COLUMN airwars.strike_type_name IS 'Airstrike, Drone strike, Artillery, Explosive device ...';
COMMENT ON COLUMN airwars.strike_type_slug IS 'The same as a slug.';
COMMENT ON COLUMN airwars.targeted_belligerent_name IS 'The target, where it is an armed side.';
COMMENT ON COLUMN airwars.targeted_belligerent_slug IS 'The same as a slug.';
COMMENT ON COLUMN airwars.observation_name IS 'Null: not read.';
COMMENT ON COLUMN airwars.observation_slug IS 'Null: not read.';
COMMENT ON COLUMN airwars.impact_name IS 'Null: not read.';
COMMENT ON COLUMN airwars.impact_slug IS 'Null: not read.';
COMMENT ON COLUMN airwars.total_strikes IS '1: each strike is an event of its own.';
COMMENT ON COLUMN airwars.civilian_harm_reported IS 'Yes where an article tells of civilians killed or injured.';
COMMENT ON COLUMN airwars.civilian_harm_status_name IS 'Confirmed where the attacker says so, Contested where articles differ about who, Fair with two outlets, else Weak; Discounted is never given.';
COMMENT ON COLUMN airwars.civilian_harm_status_slug IS 'The same as a slug.';
COMMENT ON COLUMN airwars.cause_of_death_injury_name IS 'By the kinds of weapons told.';
COMMENT ON COLUMN airwars.cause_of_death_injury_slug IS 'The same as a slug.';
COMMENT ON COLUMN airwars.geolocated IS 'Whether the place is on the map.';
COMMENT ON COLUMN airwars.latitude IS 'Latitude (degrees, WGS 84).';
COMMENT ON COLUMN airwars.longitude IS 'Longitude (degrees, WGS 84).';
COMMENT ON COLUMN airwars.geolocation_status_name IS 'Null: nobody geolocated it by imagery.';
COMMENT ON COLUMN airwars.geolocation_status_slug IS 'Null: nobody geolocated it by imagery.';
COMMENT ON COLUMN airwars.geolocation_accuracy_name IS 'How exactly the place is known.';
COMMENT ON COLUMN airwars.geolocation_accuracy_slug IS 'The same as a slug.';
COMMENT ON COLUMN airwars.geojson_caption IS 'Null: nobody geolocated it by imagery.';
COMMENT ON COLUMN airwars.geolocation_notes IS 'The place as the most confident article writes it.';
COMMENT ON COLUMN airwars.geolocation_notes_internal IS 'Null: nobody geolocated it by imagery.';
COMMENT ON COLUMN airwars.geolocation_sign_off_assessor IS 'Null: nobody geolocated it by imagery.';
COMMENT ON COLUMN airwars.geolocation_sign_off_date_time IS 'Null: nobody geolocated it by imagery.';
COMMENT ON COLUMN airwars.num_media IS 'Null: not read.';
COMMENT ON COLUMN airwars.num_victims IS 'Null: victims are not told one by one.';
COMMENT ON COLUMN airwars.num_victims_named IS 'Null: victims are not told one by one.';
COMMENT ON COLUMN airwars.num_victims_named_english IS 'Null: victims are not told one by one.';
COMMENT ON COLUMN airwars.num_reconciled IS 'Null: victims are not told one by one.';
COMMENT ON COLUMN airwars.num_families IS 'Null: victims are not told one by one.';
COMMENT ON COLUMN airwars.num_individuals IS 'Null: victims are not told one by one.';
COMMENT ON COLUMN airwars.victim_average_age IS 'Null: victims are not told one by one.';
COMMENT ON COLUMN airwars.declassified_assessment IS 'Null: not read.';
COMMENT ON COLUMN airwars.press_release IS 'Null: not read.';
COMMENT ON COLUMN airwars.num_sources IS 'Articles that tell it.';
COMMENT ON COLUMN airwars.num_sources_twitter IS 'Null: only news pages are read.';
COMMENT ON COLUMN airwars.num_sources_facebook IS 'Null: only news pages are read.';
COMMENT ON COLUMN airwars.num_sources_telegram IS 'Null: only news pages are read.';
COMMENT ON COLUMN airwars.num_sources_other IS 'The same: all are news pages.';
COMMENT ON COLUMN airwars.civilian_non_combatants_killed_min IS 'Civilians killed: lowest figure of any article; figures of one article''s parts are added.';
COMMENT ON COLUMN airwars.civilian_non_combatants_killed_max IS 'Civilians killed: highest figure of any article; figures of one article''s parts are added.';
COMMENT ON COLUMN airwars.civilian_non_combatants_injured_min IS 'Civilians injured: lowest figure of any article; figures of one article''s parts are added.';
COMMENT ON COLUMN airwars.civilian_non_combatants_injured_max IS 'Civilians injured: highest figure of any article; figures of one article''s parts are added.';
COMMENT ON COLUMN airwars.children_killed_min IS 'Children killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.children_killed_max IS 'Children killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.children_injured_min IS 'Children injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.children_injured_max IS 'Children injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.women_killed_min IS 'Women killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.women_killed_max IS 'Women killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.women_injured_min IS 'Women injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.women_injured_max IS 'Women injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.men_killed_min IS 'Men killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.men_killed_max IS 'Men killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.men_injured_min IS 'Men injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.men_injured_max IS 'Men injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.human_rights_defenders_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.human_rights_defenders_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.human_rights_defenders_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.human_rights_defenders_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.journalists_killed_min IS 'Journalists killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.journalists_killed_max IS 'Journalists killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.journalists_injured_min IS 'Journalists injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.journalists_injured_max IS 'Journalists injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.trade_unionists_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.trade_unionists_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.trade_unionists_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.trade_unionists_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.healthcare_personnel_killed_min IS 'Healthcare personnel killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.healthcare_personnel_killed_max IS 'Healthcare personnel killed, where the words of a claim say so.';
COMMENT ON COLUMN airwars.healthcare_personnel_injured_min IS 'Healthcare personnel injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.healthcare_personnel_injured_max IS 'Healthcare personnel injured, where the words of a claim say so.';
COMMENT ON COLUMN airwars.other_civilian_non_combatants_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.other_civilian_non_combatants_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.other_civilian_non_combatants_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.other_civilian_non_combatants_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.undetermined_killed_min IS 'Of unknown side killed, likewise.';
COMMENT ON COLUMN airwars.undetermined_killed_max IS 'Of unknown side killed, likewise.';
COMMENT ON COLUMN airwars.undetermined_injured_min IS 'Of unknown side injured, likewise.';
COMMENT ON COLUMN airwars.undetermined_injured_max IS 'Of unknown side injured, likewise.';
COMMENT ON COLUMN airwars.other_protected_persons_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.other_protected_persons_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.other_protected_persons_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.other_protected_persons_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.medical_and_religious_personnel_state_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.medical_and_religious_personnel_state_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.medical_and_religious_personnel_state_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.medical_and_religious_personnel_state_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.medical_and_religious_personnel_non_state_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.medical_and_religious_personnel_non_state_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.medical_and_religious_personnel_non_state_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.medical_and_religious_personnel_non_state_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.persons_hors_de_combat_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.persons_hors_de_combat_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.persons_hors_de_combat_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.persons_hors_de_combat_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.belligerents_killed_min IS 'Of the armed sides killed, likewise.';
COMMENT ON COLUMN airwars.belligerents_killed_max IS 'Of the armed sides killed, likewise.';
COMMENT ON COLUMN airwars.belligerents_injured_min IS 'Of the armed sides injured, likewise.';
COMMENT ON COLUMN airwars.belligerents_injured_max IS 'Of the armed sides injured, likewise.';
COMMENT ON COLUMN airwars.member_of_armed_forces_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.member_of_armed_forces_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.member_of_armed_forces_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.member_of_armed_forces_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.persons_directly_participating_in_hostilities_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.persons_directly_participating_in_hostilities_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.persons_directly_participating_in_hostilities_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.persons_directly_participating_in_hostilities_injured_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.civilian_role_in_military_killed_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.civilian_role_in_military_killed_max IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.civilian_role_in_military_injured_min IS 'Null: this group is not told apart.';
COMMENT ON COLUMN airwars.civilian_role_in_military_injured_max IS 'Null: this group is not told apart.';
