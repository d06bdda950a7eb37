-- A published warehouse of $events events for `python -m benchmarks serve`: three years, places as GeoNames has them, a few
-- told far more often than most, 1.3 tellings an event, an article of about 2 kB each. Chance is hash(): the same every time.
-- `places` (number, name, country, latitude, longitude) and `types` (number, event_type, sub_event_type) are put aside before.
CREATE TEMP TABLE chosen AS
SELECT n, md5('event' || n)[:16] AS event_id, DATE '2024-01-01' + (hash(n) % 1096)::INTEGER AS day,
    -- cubing leads to few places with many events
    floor(pow((hash(n, 1) % 100000) / 100000.0, 3) * (SELECT count(*) FROM places))::BIGINT AS place,
    hash(n, 2) % (SELECT count(*) FROM types) AS kind,
    'Group ' || floor(pow((hash(n, 3) % 1000) / 1000.0, 2) * 200)::BIGINT AS actor,
    'Group ' || floor(pow((hash(n, 4) % 1000) / 1000.0, 2) * 200)::BIGINT AS target,
    CASE WHEN hash(n, 5) % 3 > 0 THEN floor(pow((hash(n, 6) % 1000) / 1000.0, 6) * 120)::BIGINT END AS killed,
    hash(n, 7) % 10 = 0 AS disputed
FROM range($events) AS numbers(n);

INSERT INTO store.sources
SELECT 'outlet-' || n, 'Outlet ' || n, 'https://outlet-' || n || '.example/', NULL, 'en' FROM range(40) AS numbers(n);

CREATE TEMP TABLE tellings AS
SELECT chosen.*, telling, md5('article' || n || '.' || telling)[:16] AS article_id,
    md5('incident' || n || '.' || telling)[:16] AS incident_id, 'outlet-' || (hash(n, telling, 8) % 40) AS source_id,
    day + INTERVAL (telling + 1) HOUR + INTERVAL 1 DAY AS published_at, killed + telling * disputed::BIGINT AS said,
    places.name AS place_name, places.country, places.latitude, places.longitude, types.event_type, types.sub_event_type
FROM chosen JOIN places ON places.number = place JOIN types ON types.number = kind,
    range(CASE WHEN hash(n, 9) % 10 < 8 THEN 1 WHEN hash(n, 9) % 10 = 8 THEN 2 ELSE 3 END) AS times(telling);

CREATE TEMP TABLE written AS
SELECT *, format('{} fighters attacked {} in {} on {}, killing {} people, officials said.', actor, target, place_name,
    strftime(day, '%A'), coalesce(said, 0)) AS told
FROM tellings;

INSERT INTO store.articles BY NAME
SELECT article_id, md5(article_id)[:16] AS revision, 'https://' || source_id || '.example/' || article_id AS url, url AS canonical_url,
    format('{} attack {} in {}', actor, target, place_name) AS title,
    told || chr(10) || chr(10) || repeat(format('Residents of {} spoke of a long night. ', place_name), 30)
        || 'Word ' || (hash(n, 10) % 5000) || ' was heard.' AS text,
    []::VARCHAR[] AS authors, published_at, 'minute' AS published_precision, 'en' AS language, []::VARCHAR[] AS tags, [] AS removed,
    'bench' AS cleaner_version, source_id, article_id AS page_id, published_at::DATE AS crawl_day,
    published_at AS first_seen, published_at AS last_seen, 'article' AS kind
FROM written;

INSERT INTO store.pages BY NAME
SELECT page_id, source_id, crawl_day, url, canonical_url, 'article' AS purpose, 'live' AS via, first_seen AS fetched_at, 'ok' AS outcome,
    []::VARCHAR[] AS reservations
FROM store.articles;

INSERT INTO store.incidents BY NAME
SELECT incident_id, event_type, sub_event_type, 'happened' AS status, 0.8 AS confidence, []::VARCHAR[] AS attributes, day AS start_date,
    day AS end_date, 1 AS time_precision, 0.9 AS date_confidence,
    [{'role': 'actor', 'text': actor, 'start': 0, 'end': len(actor), 'name': actor, 'sector': 'Rebel group', 'country': country,
        'confidence': 0.8}] AS actors,
    [] AS weapons,
    [{'field': 'event_type', 'start': strpos(told, 'attacked') - 1, 'end': strpos(told, 'attacked') + 7, 'quote': 'attacked'}] AS evidence,
    told AS summary, 'bench' AS extractor_version, article_id, md5(article_id)[:16] AS revision, source_id,
    published_at::DATE AS crawl_day, published_at, day AS event_day, 0.8 AS type_confidence, 1 AS ucdp_date_precision,
    {'text': place_name, 'start': strpos(told, ' in ') + 3, 'end': strpos(told, ' in ') + 3 + len(place_name), 'name': place_name,
        'geonames_id': place, 'admin1': NULL, 'country': country, 'latitude': latitude, 'longitude': longitude, 'geo_precision': 1,
        'reason': '', 'confidence': 0.8, 'ucdp_precision': 1} AS place,
    [{'outcome': 'killed', 'count_min': said, 'count_max': said}] AS tolls
FROM written;

INSERT INTO store.claims BY NAME
SELECT incident_id, 0 AS position, incident_id AS claim_id, 'people' AS party, 'people' AS party_name, 'killed' AS outcome,
    said AS count_min, said AS count_max, said::VARCHAR AS quantifier, strpos(told, 'killing') - 1 AS start,
    strpos(told, ' people,') + 6 AS "end", format('killing {} people', said) AS quote, 'officials' AS attributed_to,
    'officials' AS speaker_kind, false AS background, 0.9 AS confidence
FROM written WHERE said IS NOT NULL;

INSERT INTO store.event_members SELECT incident_id, event_id, day FROM tellings;

INSERT INTO store.events BY NAME
SELECT event_id, any_value(event_type) AS event_type, any_value(sub_event_type) AS sub_event_type, day AS start_date, day AS end_date,
    1 AS time_precision, any_value(place_name) AS place_name, any_value(country) AS country, any_value(latitude) AS latitude,
    any_value(longitude) AS longitude, 1 AS geo_precision, [any_value(actor)] AS actors, [any_value(target)] AS targets,
    []::VARCHAR[] AS weapons, min(said) AS killed_min, max(said) AS killed_max,
    CASE WHEN min(said) < max(said)
        THEN list({'field': 'killed', 'value': said::VARCHAR, 'incident_ids': [incident_id]} ORDER BY telling) ELSE [] END
        AS disagreements, 1 AS ucdp_date_precision, 1 AS ucdp_where_precision
FROM tellings GROUP BY event_id, day;
