-- needs: tolls
CREATE OR REPLACE VIEW incidents AS
SELECT
    incidents.incident_id, members.event_id, incidents.event_type, incidents.sub_event_type, incidents.status,
    incidents.start_date, incidents.end_date, incidents.time_precision,
    incidents.ucdp_date_precision,
    incidents.place['name'] AS place_name, incidents.place['admin1'] AS admin1, incidents.place['country'] AS country,
    incidents.place['latitude'] AS latitude, incidents.place['longitude'] AS longitude,
    incidents.place['geo_precision'] AS geo_precision,
    incidents.place['ucdp_precision'] AS ucdp_where_precision, incidents.place['geonames_id'] AS geonames_id,
    nullif(array_to_string([actor.name FOR actor IN incidents.actors IF actor.role = 'actor'], '; '), '') AS actor,
    nullif(array_to_string([actor.name FOR actor IN incidents.actors IF actor.role = 'target'], '; '), '') AS target,
    nullif(array_to_string([actor.name FOR actor IN incidents.actors IF actor.role = 'associate'], '; '), '') AS associate,
    nullif(array_to_string([weapon.name FOR weapon IN incidents.weapons], '; '), '') AS weapons,
    killed.count_min AS killed_min, killed.count_max AS killed_max,
    injured.count_min AS injured_min, injured.count_max AS injured_max,
    coalesce(
        list_extract([item.quote FOR item IN incidents.evidence IF item.field = 'event_type'], 1),
        list_extract([item.quote FOR item IN incidents.evidence], 1)
    ) AS quote,
    incidents.summary, incidents.attributes, incidents.confidence, incidents.type_confidence, incidents.date_confidence,
    incidents.place['confidence'] AS place_confidence, incidents.source_id,
    coalesce(sources.name, incidents.source_id) AS outlet, incidents.published_at,
    coalesce(incidents.published_day, incidents.published_at::DATE) AS published_day, articles.title, articles.url,
    incidents.article_id, incidents.revision, incidents.crawl_day, incidents.extractor_version
FROM store.incidents AS incidents
SEMI JOIN store.current_incidents USING (incident_id)
LEFT JOIN store.event_members AS members USING (incident_id)
LEFT JOIN store.articles AS articles USING (article_id, revision)
LEFT JOIN store.sources AS sources ON sources.source_id = incidents.source_id
LEFT JOIN tolls AS killed ON killed.incident_id = incidents.incident_id AND killed.outcome = 'killed'
LEFT JOIN tolls AS injured ON injured.incident_id = incidents.incident_id AND injured.outcome = 'injured';

COMMENT ON VIEW incidents IS 'Incidents as articles tell them, one row an incident and article (its latest revision). For what happened, over articles, see events.';
COMMENT ON COLUMN incidents.incident_id IS 'Names the incident.';
COMMENT ON COLUMN incidents.event_id IS 'The event it is merged into; null when it did not happen (denied, threatened, hypothetical).';
COMMENT ON COLUMN incidents.event_type IS 'ACLED event type.';
COMMENT ON COLUMN incidents.sub_event_type IS 'ACLED sub-event type.';
COMMENT ON COLUMN incidents.status IS 'happened, alleged, threatened, denied or hypothetical.';
COMMENT ON COLUMN incidents.start_date IS 'First day it can have happened.';
COMMENT ON COLUMN incidents.end_date IS 'Last day it can have happened.';
COMMENT ON COLUMN incidents.time_precision IS 'ACLED time precision: 1 day, 2 week, 3 month.';
COMMENT ON COLUMN incidents.ucdp_date_precision IS 'UCDP date precision (date_prec): 1 day, 2 two to six days, 3 week, 4 month, 5 year; null where the days span more.';
COMMENT ON COLUMN incidents.place_name IS 'Name of the place.';
COMMENT ON COLUMN incidents.admin1 IS 'First-level administrative division.';
COMMENT ON COLUMN incidents.country IS 'Country (ISO 3166 alpha-2).';
COMMENT ON COLUMN incidents.latitude IS 'Latitude (degrees, WGS 84); null where the place is not resolved.';
COMMENT ON COLUMN incidents.longitude IS 'Longitude (degrees, WGS 84).';
COMMENT ON COLUMN incidents.geo_precision IS 'ACLED geo precision: 1 town, 2 near a town or a small region, 3 a larger region.';
COMMENT ON COLUMN incidents.ucdp_where_precision IS 'UCDP geo precision (where_prec): 1 the place, 2 near it, 3 second-level and 4 first-level division, 5 larger or vaguer area, 6 country, 7 international water.';
COMMENT ON COLUMN incidents.geonames_id IS 'GeoNames id of the place.';
COMMENT ON COLUMN incidents.actor IS 'Who acted: names, joined by "; ".';
COMMENT ON COLUMN incidents.target IS 'Who was acted on: names, joined by "; ".';
COMMENT ON COLUMN incidents.associate IS 'Who took part beside them: names, joined by "; ".';
COMMENT ON COLUMN incidents.weapons IS 'With what, joined by "; ".';
COMMENT ON COLUMN incidents.killed_min IS 'Least number of killed the article gives for it; no background totals, no parts of another figure.';
COMMENT ON COLUMN incidents.killed_max IS 'Greatest number of killed; as killed_min where the words are open-ended.';
COMMENT ON COLUMN incidents.injured_min IS 'Least number of injured.';
COMMENT ON COLUMN incidents.injured_max IS 'Greatest number of injured.';
COMMENT ON COLUMN incidents.quote IS 'The words that tell its type, verbatim. For every other field see evidence.';
COMMENT ON COLUMN incidents.summary IS 'The sentence that tells it.';
COMMENT ON COLUMN incidents.attributes IS 'What ACLED folds away: robbery, arson, assassination, kidnapping ...';
COMMENT ON COLUMN incidents.confidence IS 'Score of the rules for its being an incident at all, 0 to 1; no probability.';
COMMENT ON COLUMN incidents.type_confidence IS 'Confidence in the type, 0 to 1: the share of types so scored that were right (docs/incidents.md).';
COMMENT ON COLUMN incidents.date_confidence IS 'Confidence in the date, 0 to 1, likewise.';
COMMENT ON COLUMN incidents.place_confidence IS 'Confidence in the place, 0 to 1, likewise.';
COMMENT ON COLUMN incidents.source_id IS 'The source of the article.';
COMMENT ON COLUMN incidents.outlet IS 'Name of that source.';
COMMENT ON COLUMN incidents.published_at IS 'When the article was published (UTC).';
COMMENT ON COLUMN incidents.published_day IS 'Day of publication, where it was published.';
COMMENT ON COLUMN incidents.title IS 'Headline of the article.';
COMMENT ON COLUMN incidents.url IS 'Address of the article.';
COMMENT ON COLUMN incidents.article_id IS 'The article.';
COMMENT ON COLUMN incidents.revision IS 'Its revision.';
COMMENT ON COLUMN incidents.crawl_day IS 'Day (partition) of the earliest capture it was read from.';
COMMENT ON COLUMN incidents.extractor_version IS 'Version of the extraction that read it.';
