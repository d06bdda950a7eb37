-- needs: event_coding, countries
CREATE OR REPLACE VIEW gtd AS
WITH attack_types (code, label) AS (
    VALUES (1, 'Assassination'), (2, 'Armed Assault'), (3, 'Bombing/Explosion'), (4, 'Hijacking'),
        (5, 'Hostage Taking (Barricade Incident)'), (6, 'Hostage Taking (Kidnapping)'), (7, 'Facility/Infrastructure Attack'),
        (8, 'Unarmed Assault'), (9, 'Unknown')
),
target_types (code, label) AS (
    VALUES (2, 'Government (General)'), (3, 'Police'), (4, 'Military'), (7, 'Government (Diplomatic)'),
        (8, 'Educational Institution'), (10, 'Journalists & Media'), (14, 'Private Citizens & Property'),
        (15, 'Religious Figures/Institutions'), (17, 'Terrorists/Non-State Militia'), (20, 'Unknown')
),
weapon_types (code, label) AS (
    VALUES (2, 'Chemical'), (5, 'Firearms'), (6, 'Explosives'), (8, 'Incendiary'), (9, 'Melee'), (12, 'Other'), (13, 'Unknown')
),
coded AS (
    SELECT base.*,
        CASE
            WHEN list_contains(base.attributes, 'assassination') THEN 1
            WHEN list_contains(base.attributes, 'kidnapping') OR base.sub_event_type = 'Abduction/forced disappearance' THEN 6
            WHEN base.sub_event_type = 'Chemical weapon' THEN 8
            WHEN base.event_type = 'Explosions/Remote violence' OR list_contains(base.attributes, 'bombing') THEN 3
            WHEN list_has_any(base.attributes, ['arson', 'looting']) THEN 7
            WHEN base.event_type = 'Battles' OR base.sub_event_type = 'Attack' THEN 2
            ELSE 9
        END AS attack,
        CASE
            WHEN regexp_matches(base.side_b, '(?i)\bpolice|gendarme') THEN 3
            WHEN regexp_matches(base.side_b, '(?i)\bjournalist|\breporter') THEN 10
            WHEN regexp_matches(base.side_b, '(?i)\bembass|\bconsul|\bdiplomat|\bambassador') THEN 7
            WHEN regexp_matches(base.side_b, '(?i)\bschool|\bstudent|\bteacher|\buniversit') THEN 8
            WHEN regexp_matches(base.side_b, '(?i)\bmosque|\bchurch|\bpriest|\bimam|\bworshipp|\bsynagogue') THEN 15
            WHEN regexp_matches(base.side_b, '(?i)\bmayor|\bminister|\bgovernor|\bpresident\b|\bjudge') THEN 2
            WHEN base.side_b_sector IN ('State forces', 'External/Other forces') THEN 4
            WHEN base.side_b_sector IN ('Rebel group', 'Political militia', 'Identity militia') THEN 17
            WHEN base.side_b_sector IN ('Civilians', 'Protesters', 'Rioters') THEN 14
            ELSE 20
        END AS target,
        -- the kinds of weapons.csv in GTD's order, each once (projectiles, bombs and drones are its explosives);
        -- unknown where no weapon is told
        coalesce(nullif(list_sort(list_distinct(list_transform(base.weapon_kinds, lambda kind:
            map {'chemical': 2, 'light weapons': 5, 'explosives': 6, 'heavy weapons': 6, 'aircraft': 6, 'incendiary': 8,
                'melee': 9, 'other': 12}[kind]))), []), [13]) AS weapon_types,
        list_transform(base.tellings, lambda telling: concat_ws(', ', telling.outlet, '"' || telling.title || '"',
            telling.published_day, telling.url)) AS cites
    FROM event_coding AS base
    -- acts of states are not GTD's, nor is what hurts nobody and aims at nobody
    WHERE base.event_type IN ('Battles', 'Explosions/Remote violence', 'Violence against civilians')
        AND (base.side_a_sector IS NULL OR base.side_a_sector NOT IN ('State forces', 'External/Other forces'))
)
SELECT
    coded.event_id AS eventid,
    year(coded.start_date)::INTEGER AS iyear,
    CASE WHEN coded.time_precision IS NULL OR month(coded.start_date) <> month(coded.end_date) THEN 0 ELSE month(coded.start_date) END::INTEGER AS imonth,
    CASE WHEN coded.start_date = coded.end_date THEN day(coded.start_date) ELSE 0 END::INTEGER AS iday,
    CASE WHEN coded.start_date <> coded.end_date THEN coded.start_date || ' to ' || coded.end_date END AS approxdate,
    CASE WHEN coded.attack = 6 THEN NULL ELSE 0 END AS extended,
    NULL::VARCHAR AS resolution,
    NULL::VARCHAR AS country,
    coded.country_name AS country_txt,
    NULL::INTEGER AS region,
    NULL::VARCHAR AS region_txt,
    coded.admin1 AS provstate,
    CASE WHEN coded.ucdp_where_precision <= 2 THEN coded.place_name END AS city,
    coded.latitude,
    coded.longitude,
    CASE coded.ucdp_where_precision WHEN 1 THEN 1 WHEN 2 THEN 1 WHEN 3 THEN 3 WHEN 4 THEN 4 ELSE 5 END AS specificity,
    CASE WHEN coded.ucdp_where_precision = 2 THEN 1 WHEN coded.ucdp_where_precision = 1 THEN 0 END AS vicinity,
    coded.place_text AS location,
    coded.notes AS summary,
    NULL::INTEGER AS crit1,
    NULL::INTEGER AS crit2,
    NULL::INTEGER AS crit3,
    CASE WHEN coded.event_type = 'Battles' THEN 1 ELSE 0 END AS doubtterr,
    CASE WHEN coded.event_type = 'Battles' THEN 1 END AS alternative,
    CASE WHEN coded.event_type = 'Battles' THEN 'Insurgency/Guerilla Action' END AS alternative_txt,
    NULL::INTEGER AS multiple,
    CASE WHEN list_contains(coded.attributes, 'repelled') THEN 0 ELSE 1 END AS success,
    CASE WHEN coded.sub_event_type = 'Suicide bomb' OR list_contains(coded.attributes, 'suicide') THEN 1 ELSE 0 END AS suicide,
    coded.attack AS attacktype1,
    attack_types.label AS attacktype1_txt,
    NULL::VARCHAR AS attacktype2,
    NULL::VARCHAR AS attacktype2_txt,
    NULL::VARCHAR AS attacktype3,
    NULL::VARCHAR AS attacktype3_txt,
    coded.target AS targtype1,
    target_types.label AS targtype1_txt,
    NULL::INTEGER AS targsubtype1,
    NULL::VARCHAR AS targsubtype1_txt,
    NULL::VARCHAR AS corp1,
    coded.side_b AS target1,
    NULL::INTEGER AS natlty1,
    target_country.name AS natlty1_txt,
    NULL::VARCHAR AS targtype2,
    NULL::VARCHAR AS targtype2_txt,
    NULL::INTEGER AS targsubtype2,
    NULL::VARCHAR AS targsubtype2_txt,
    NULL::VARCHAR AS corp2,
    NULL::VARCHAR AS target2,
    NULL::INTEGER AS natlty2,
    NULL::VARCHAR AS natlty2_txt,
    NULL::VARCHAR AS targtype3,
    NULL::VARCHAR AS targtype3_txt,
    NULL::INTEGER AS targsubtype3,
    NULL::VARCHAR AS targsubtype3_txt,
    NULL::VARCHAR AS corp3,
    NULL::VARCHAR AS target3,
    NULL::INTEGER AS natlty3,
    NULL::VARCHAR AS natlty3_txt,
    coalesce(coded.side_a, 'Unknown') AS gname,
    NULL::VARCHAR AS gsubname,
    NULL::VARCHAR AS gname2,
    NULL::VARCHAR AS gsubname2,
    NULL::VARCHAR AS gname3,
    NULL::VARCHAR AS gsubname3,
    NULL::VARCHAR AS motive,
    NULL::INTEGER AS guncertain1,
    NULL::INTEGER AS guncertain2,
    NULL::INTEGER AS guncertain3,
    NULL::INTEGER AS individual,
    NULL::INTEGER AS nperps,
    NULL::INTEGER AS nperpcap,
    CASE WHEN list_contains(coded.attributes, 'claimed') THEN 1 ELSE 0 END AS claimed,
    NULL::INTEGER AS claimmode,
    NULL::VARCHAR AS claimmode_txt,
    NULL::INTEGER AS claim2,
    NULL::INTEGER AS claimmode2,
    NULL::VARCHAR AS claimmode2_txt,
    NULL::INTEGER AS claim3,
    NULL::INTEGER AS claimmode3,
    NULL::VARCHAR AS claimmode3_txt,
    NULL::INTEGER AS compclaim,
    list_extract(coded.weapon_types, 1) AS weaptype1,
    weapon_one.label AS weaptype1_txt,
    NULL::INTEGER AS weapsubtype1,
    NULL::VARCHAR AS weapsubtype1_txt,
    list_extract(coded.weapon_types, 2) AS weaptype2,
    weapon_two.label AS weaptype2_txt,
    NULL::INTEGER AS weapsubtype2,
    NULL::VARCHAR AS weapsubtype2_txt,
    list_extract(coded.weapon_types, 3) AS weaptype3,
    weapon_three.label AS weaptype3_txt,
    NULL::INTEGER AS weapsubtype3,
    NULL::VARCHAR AS weapsubtype3_txt,
    NULL::VARCHAR AS weaptype4,
    NULL::VARCHAR AS weaptype4_txt,
    NULL::INTEGER AS weapsubtype4,
    NULL::VARCHAR AS weapsubtype4_txt,
    nullif(array_to_string(coded.weapons, '; '), '') AS weapdetail,
    coded.killed_max AS nkill,
    NULL::INTEGER AS nkillus,
    NULL::INTEGER AS nkillter,
    coded.injured_max AS nwound,
    NULL::INTEGER AS nwoundus,
    NULL::INTEGER AS nwoundte,
    CASE WHEN list_has_any(coded.attributes, ['arson', 'looting']) OR coded.sub_event_type = 'Looting/property destruction' THEN 1 END AS property,
    NULL::INTEGER AS propextent,
    NULL::VARCHAR AS propextent_txt,
    NULL::INTEGER AS propvalue,
    NULL::VARCHAR AS propcomment,
    CASE WHEN coded.attack = 6 THEN 1 ELSE 0 END AS ishostkid,
    NULL::INTEGER AS nhostkid,
    NULL::INTEGER AS nhostkidus,
    NULL::INTEGER AS nhours,
    NULL::INTEGER AS ndays,
    NULL::INTEGER AS divert,
    NULL::VARCHAR AS kidhijcountry,
    NULL::INTEGER AS ransom,
    NULL::INTEGER AS ransomamt,
    NULL::INTEGER AS ransomamtus,
    NULL::INTEGER AS ransompaid,
    NULL::INTEGER AS ransompaidus,
    NULL::VARCHAR AS ransomnote,
    NULL::INTEGER AS hostkidoutcome,
    NULL::VARCHAR AS hostkidoutcome_txt,
    NULL::INTEGER AS nreleased,
    NULL::VARCHAR AS addnotes,
    coded.cites[1] AS scite1,
    coded.cites[2] AS scite2,
    coded.cites[3] AS scite3,
    'Dateline' AS dbsource,
    NULL::INTEGER AS INT_LOG,
    NULL::INTEGER AS INT_IDEO,
    NULL::INTEGER AS INT_MISC,
    NULL::INTEGER AS INT_ANY,
    NULL::VARCHAR AS related
FROM coded
JOIN attack_types ON attack_types.code = coded.attack
JOIN target_types ON target_types.code = coded.target
LEFT JOIN weapon_types AS weapon_one ON weapon_one.code = list_extract(coded.weapon_types, 1)
LEFT JOIN weapon_types AS weapon_two ON weapon_two.code = list_extract(coded.weapon_types, 2)
LEFT JOIN weapon_types AS weapon_three ON weapon_three.code = list_extract(coded.weapon_types, 3)
LEFT JOIN countries AS target_country ON target_country.alpha_2 = coded.side_b_country;

COMMENT ON VIEW gtd IS 'Attacks not made by states in the shape of the Global Terrorism Database (135 columns of 2018). What we cannot fill is null: see code_book_losses.';
COMMENT ON COLUMN gtd.eventid IS 'Our event_id; GTD numbers by day.';
COMMENT ON COLUMN gtd.iyear IS 'Year.';
COMMENT ON COLUMN gtd.imonth IS 'Month; 0 where not known.';
COMMENT ON COLUMN gtd.iday IS 'Day; 0 where not known.';
COMMENT ON COLUMN gtd.approxdate IS 'The span, where the day is not known.';
COMMENT ON COLUMN gtd.extended IS '0; null for kidnappings, whose length is not read.';
COMMENT ON COLUMN gtd.resolution IS 'Null: the end of a kidnapping is not read.';
COMMENT ON COLUMN gtd.country IS 'Null: GTD''s own country numbers are not kept.';
COMMENT ON COLUMN gtd.country_txt IS 'Common English name of the country.';
COMMENT ON COLUMN gtd.region IS 'Null: GTD''s world regions are not kept.';
COMMENT ON COLUMN gtd.region_txt IS 'Null: GTD''s world regions are not kept.';
COMMENT ON COLUMN gtd.provstate IS 'First-level administrative division.';
COMMENT ON COLUMN gtd.city IS 'Name of the place, where it is a town or near one.';
COMMENT ON COLUMN gtd.latitude IS 'Latitude (degrees, WGS 84).';
COMMENT ON COLUMN gtd.longitude IS 'Longitude (degrees, WGS 84).';
COMMENT ON COLUMN gtd.specificity IS '1 the town, 3 a second-level division, 4 a first-level one, 5 unknown.';
COMMENT ON COLUMN gtd.vicinity IS '1 near the town, 0 in it.';
COMMENT ON COLUMN gtd.location IS 'The place as the most confident article writes it.';
COMMENT ON COLUMN gtd.summary IS 'The sentence of the most confident incident.';
COMMENT ON COLUMN gtd.crit1 IS 'Null: GTD''s inclusion criteria are a judgement; whose acts are left out is told at the view.';
COMMENT ON COLUMN gtd.crit2 IS 'Null: GTD''s inclusion criteria are a judgement; whose acts are left out is told at the view.';
COMMENT ON COLUMN gtd.crit3 IS 'Null: GTD''s inclusion criteria are a judgement; whose acts are left out is told at the view.';
COMMENT ON COLUMN gtd.doubtterr IS '1 for battles, which may be insurgency; else 0.';
COMMENT ON COLUMN gtd.alternative IS '1 insurgency, for battles.';
COMMENT ON COLUMN gtd.alternative_txt IS 'The same in words.';
COMMENT ON COLUMN gtd.multiple IS 'Null: not read.';
COMMENT ON COLUMN gtd.success IS '0 where it was repelled; else 1: what is told is taken to have been carried out.';
COMMENT ON COLUMN gtd.suicide IS '1 where the attacker meant to die.';
COMMENT ON COLUMN gtd.attacktype1 IS '1 assassination, 2 armed assault, 3 bombing, 6 kidnapping, 7 facility, 8 unarmed, 9 unknown.';
COMMENT ON COLUMN gtd.attacktype1_txt IS 'The same in words.';
COMMENT ON COLUMN gtd.attacktype2 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.attacktype2_txt IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.attacktype3 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.attacktype3_txt IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.targtype1 IS '3 police, 4 military, 10 journalists, 14 private citizens, 15 religious, 17 militia, 20 unknown ...';
COMMENT ON COLUMN gtd.targtype1_txt IS 'The same in words.';
COMMENT ON COLUMN gtd.targsubtype1 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.targsubtype1_txt IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.corp1 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.target1 IS 'First target by name.';
COMMENT ON COLUMN gtd.natlty1 IS 'Null: GTD''s own country numbers are not kept.';
COMMENT ON COLUMN gtd.natlty1_txt IS 'Country of the first target.';
COMMENT ON COLUMN gtd.targtype2 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.targtype2_txt IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.targsubtype2 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.targsubtype2_txt IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.corp2 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.target2 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.natlty2 IS 'Null: GTD''s own country numbers are not kept.';
COMMENT ON COLUMN gtd.natlty2_txt IS 'Null: GTD''s own country numbers are not kept.';
COMMENT ON COLUMN gtd.targtype3 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.targtype3_txt IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.targsubtype3 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.targsubtype3_txt IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.corp3 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.target3 IS 'Null: one attack type and one target an event; sub-types and organisations behind targets are not coded.';
COMMENT ON COLUMN gtd.natlty3 IS 'Null: GTD''s own country numbers are not kept.';
COMMENT ON COLUMN gtd.natlty3_txt IS 'Null: GTD''s own country numbers are not kept.';
COMMENT ON COLUMN gtd.gname IS 'First actor by name; Unknown where none is told.';
COMMENT ON COLUMN gtd.gsubname IS 'Null: further groups are in events.actors; sub-groups and doubt are not coded.';
COMMENT ON COLUMN gtd.gname2 IS 'Null: further groups are in events.actors; sub-groups and doubt are not coded.';
COMMENT ON COLUMN gtd.gsubname2 IS 'Null: further groups are in events.actors; sub-groups and doubt are not coded.';
COMMENT ON COLUMN gtd.gname3 IS 'Null: further groups are in events.actors; sub-groups and doubt are not coded.';
COMMENT ON COLUMN gtd.gsubname3 IS 'Null: further groups are in events.actors; sub-groups and doubt are not coded.';
COMMENT ON COLUMN gtd.motive IS 'Null: not read.';
COMMENT ON COLUMN gtd.guncertain1 IS 'Null: further groups are in events.actors; sub-groups and doubt are not coded.';
COMMENT ON COLUMN gtd.guncertain2 IS 'Null: further groups are in events.actors; sub-groups and doubt are not coded.';
COMMENT ON COLUMN gtd.guncertain3 IS 'Null: further groups are in events.actors; sub-groups and doubt are not coded.';
COMMENT ON COLUMN gtd.individual IS 'Null: not read.';
COMMENT ON COLUMN gtd.nperps IS 'Null: not read.';
COMMENT ON COLUMN gtd.nperpcap IS 'Null: not read.';
COMMENT ON COLUMN gtd.claimed IS '1 where an article says that it was claimed.';
COMMENT ON COLUMN gtd.claimmode IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.claimmode_txt IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.claim2 IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.claimmode2 IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.claimmode2_txt IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.claim3 IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.claimmode3 IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.claimmode3_txt IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.compclaim IS 'Null: how and by whom else it was claimed is not read.';
COMMENT ON COLUMN gtd.weaptype1 IS '2 chemical, 5 firearms, 6 explosives, 8 incendiary, 9 melee, 12 other, 13 unknown.';
COMMENT ON COLUMN gtd.weaptype1_txt IS 'The same in words.';
COMMENT ON COLUMN gtd.weapsubtype1 IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weapsubtype1_txt IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weaptype2 IS 'A second kind.';
COMMENT ON COLUMN gtd.weaptype2_txt IS 'The same in words.';
COMMENT ON COLUMN gtd.weapsubtype2 IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weapsubtype2_txt IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weaptype3 IS 'A third kind.';
COMMENT ON COLUMN gtd.weaptype3_txt IS 'The same in words.';
COMMENT ON COLUMN gtd.weapsubtype3 IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weapsubtype3_txt IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weaptype4 IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weaptype4_txt IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weapsubtype4 IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weapsubtype4_txt IS 'Null: sub-types and a fourth weapon are not coded.';
COMMENT ON COLUMN gtd.weapdetail IS 'The weapons by name.';
COMMENT ON COLUMN gtd.nkill IS 'Highest toll of killed that any article gives; whether attackers are among them is not told apart.';
COMMENT ON COLUMN gtd.nkillus IS 'Null: tolls of Americans and of attackers are not told apart.';
COMMENT ON COLUMN gtd.nkillter IS 'Null: tolls of Americans and of attackers are not told apart.';
COMMENT ON COLUMN gtd.nwound IS 'Highest number of injured, likewise.';
COMMENT ON COLUMN gtd.nwoundus IS 'Null: tolls of Americans and of attackers are not told apart.';
COMMENT ON COLUMN gtd.nwoundte IS 'Null: tolls of Americans and of attackers are not told apart.';
COMMENT ON COLUMN gtd.property IS '1 where arson or destruction is told.';
COMMENT ON COLUMN gtd.propextent IS 'Null: extent and value of damage are not read.';
COMMENT ON COLUMN gtd.propextent_txt IS 'Null: extent and value of damage are not read.';
COMMENT ON COLUMN gtd.propvalue IS 'Null: extent and value of damage are not read.';
COMMENT ON COLUMN gtd.propcomment IS 'Null: extent and value of damage are not read.';
COMMENT ON COLUMN gtd.ishostkid IS '1 for kidnappings.';
COMMENT ON COLUMN gtd.nhostkid IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.nhostkidus IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.nhours IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.ndays IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.divert IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.kidhijcountry IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.ransom IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.ransomamt IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.ransomamtus IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.ransompaid IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.ransompaidus IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.ransomnote IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.hostkidoutcome IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.hostkidoutcome_txt IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.nreleased IS 'Null: the course of a kidnapping is not read.';
COMMENT ON COLUMN gtd.addnotes IS 'Null: not read.';
COMMENT ON COLUMN gtd.scite1 IS 'Outlet, headline, day and address of the first article.';
COMMENT ON COLUMN gtd.scite2 IS 'Of the second.';
COMMENT ON COLUMN gtd.scite3 IS 'Of the third.';
COMMENT ON COLUMN gtd.dbsource IS 'Who coded it.';
COMMENT ON COLUMN gtd.INT_LOG IS 'Null: needs nationalities of groups and targets that are not kept.';
COMMENT ON COLUMN gtd.INT_IDEO IS 'Null: needs nationalities of groups and targets that are not kept.';
COMMENT ON COLUMN gtd.INT_MISC IS 'Null: needs nationalities of groups and targets that are not kept.';
COMMENT ON COLUMN gtd.INT_ANY IS 'Null: needs nationalities of groups and targets that are not kept.';
COMMENT ON COLUMN gtd.related IS 'Null: not read.';
