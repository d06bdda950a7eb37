-- The base tables. People query the views (warehouse/views); only the loader writes here.
-- One primary key a table; no secondary indexes, foreign keys or ENUMs: each would block later
-- migrations. LIST and STRUCT columns only where DuckLake holds them too. All times are UTC.

CREATE SCHEMA store;

CREATE TABLE store.migrations (
    number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE store.migrations IS 'The numbered migrations this file has had, in order.';
COMMENT ON COLUMN store.migrations.number IS 'The number its file name begins with.';
COMMENT ON COLUMN store.migrations.name IS 'File name.';
COMMENT ON COLUMN store.migrations.sha256 IS 'Checksum of the file when it was applied; an edited file is refused.';
COMMENT ON COLUMN store.migrations.applied_at IS 'When (UTC).';

CREATE TABLE store.view_files (name VARCHAR PRIMARY KEY, sha256 VARCHAR NOT NULL);
COMMENT ON TABLE store.view_files IS 'The view files this file was built with; a changed file rebuilds the views.';
COMMENT ON COLUMN store.view_files.name IS 'The view.';
COMMENT ON COLUMN store.view_files.sha256 IS 'Checksum of its .sql file.';

CREATE TABLE store.sources (
    source_id VARCHAR PRIMARY KEY, name VARCHAR, home VARCHAR, country VARCHAR, language VARCHAR
);
COMMENT ON TABLE store.sources IS 'Who publishes: a row for each source that was ever loaded.';
COMMENT ON COLUMN store.sources.source_id IS 'Stem of the file that declares the source.';
COMMENT ON COLUMN store.sources.name IS 'Name of the outlet.';
COMMENT ON COLUMN store.sources.home IS 'Address of its home page.';
COMMENT ON COLUMN store.sources.country IS 'Country it publishes from (ISO 3166 alpha-2).';
COMMENT ON COLUMN store.sources.language IS 'Main language (BCP 47).';

CREATE TABLE store.pages (
    page_id VARCHAR PRIMARY KEY, source_id VARCHAR NOT NULL, crawl_day DATE NOT NULL, url VARCHAR NOT NULL,
    canonical_url VARCHAR NOT NULL, purpose VARCHAR NOT NULL, via VARCHAR NOT NULL, fetched_at TIMESTAMP NOT NULL,
    outcome VARCHAR NOT NULL, detail VARCHAR, status BIGINT, error VARCHAR, content_type VARCHAR, etag VARCHAR,
    last_modified VARCHAR, payload_digest VARCHAR, warc_file VARCHAR, warc_offset BIGINT, warc_length BIGINT,
    discovered_from VARCHAR, listed_published_at TIMESTAMP, reservations VARCHAR[] NOT NULL
);
COMMENT ON TABLE store.pages IS 'One row a capture: a requested URL and what became of it.';
COMMENT ON COLUMN store.pages.page_id IS 'Hash of canonical URL, capture time and payload digest.';
COMMENT ON COLUMN store.pages.source_id IS 'The source whose crawl asked for it.';
COMMENT ON COLUMN store.pages.crawl_day IS 'The day (partition) the crawl ran for.';
COMMENT ON COLUMN store.pages.url IS 'Address as requested.';
COMMENT ON COLUMN store.pages.canonical_url IS 'Address without tracking parameters and the like; what captures of one page share.';
COMMENT ON COLUMN store.pages.purpose IS 'discovery (a feed, sitemap or section) or article.';
COMMENT ON COLUMN store.pages.via IS 'How it came: live, sitemap, wordpress, wayback, ccnews or warc.';
COMMENT ON COLUMN store.pages.fetched_at IS 'When the bytes came (UTC).';
COMMENT ON COLUMN store.pages.outcome IS 'What became of it (see outcomes); the verdict of cleaning replaces the ok of fetching.';
COMMENT ON COLUMN store.pages.detail IS 'What cleaning saw that made it reach its verdict.';
COMMENT ON COLUMN store.pages.status IS 'HTTP status; null when nothing answered.';
COMMENT ON COLUMN store.pages.error IS 'What went wrong in fetching.';
COMMENT ON COLUMN store.pages.content_type IS 'Content-Type header.';
COMMENT ON COLUMN store.pages.etag IS 'ETag header, for the next conditional request.';
COMMENT ON COLUMN store.pages.last_modified IS 'Last-Modified header, for the next conditional request.';
COMMENT ON COLUMN store.pages.payload_digest IS 'Digest of the body.';
COMMENT ON COLUMN store.pages.warc_file IS 'WARC file, relative to the page store; null when nothing came back.';
COMMENT ON COLUMN store.pages.warc_offset IS 'Where its record begins in the WARC file (bytes).';
COMMENT ON COLUMN store.pages.warc_length IS 'Length of its compressed record (bytes).';
COMMENT ON COLUMN store.pages.discovered_from IS 'The feed, sitemap or page that listed it.';
COMMENT ON COLUMN store.pages.listed_published_at IS 'Publication time the listing gave (UTC).';
COMMENT ON COLUMN store.pages.reservations IS 'What the publisher reserved (TDM reservation, noai, noarchive ...).';

CREATE TABLE store.articles (
    article_id VARCHAR NOT NULL, revision VARCHAR NOT NULL, url VARCHAR NOT NULL, canonical_url VARCHAR NOT NULL,
    title VARCHAR, lead VARCHAR, text VARCHAR NOT NULL, authors VARCHAR[] NOT NULL, published_at TIMESTAMP,
    published_precision VARCHAR, modified_at TIMESTAMP, language VARCHAR, section VARCHAR, tags VARCHAR[] NOT NULL,
    removed STRUCT("text" VARCHAR, "rule" VARCHAR, "position" BIGINT)[] NOT NULL, cluster_id VARCHAR,
    cleaner_version VARCHAR NOT NULL, source_id VARCHAR NOT NULL, page_id VARCHAR NOT NULL, crawl_day DATE NOT NULL,
    first_seen TIMESTAMP NOT NULL, last_seen TIMESTAMP NOT NULL, PRIMARY KEY (article_id, revision)
);
COMMENT ON TABLE store.articles IS 'One row a revision of an article, from the earliest capture that showed it.';
COMMENT ON COLUMN store.articles.article_id IS 'Hash of the canonical URL.';
COMMENT ON COLUMN store.articles.revision IS 'Hash of the normalised title and text: a correction makes another revision.';
COMMENT ON COLUMN store.articles.url IS 'Address as fetched.';
COMMENT ON COLUMN store.articles.canonical_url IS 'Address that all captures of the article share.';
COMMENT ON COLUMN store.articles.title IS 'Headline.';
COMMENT ON COLUMN store.articles.lead IS 'Standfirst, where the page has one apart from the text.';
COMMENT ON COLUMN store.articles.text IS 'The text: paragraphs joined by a blank line. Evidence offsets count its characters from 0.';
COMMENT ON COLUMN store.articles.authors IS 'Bylines.';
COMMENT ON COLUMN store.articles.published_at IS 'Publication time (UTC).';
COMMENT ON COLUMN store.articles.published_precision IS 'How exact that time is.';
COMMENT ON COLUMN store.articles.modified_at IS 'Time of the last change, as the page states it (UTC).';
COMMENT ON COLUMN store.articles.language IS 'Language of the text (BCP 47).';
COMMENT ON COLUMN store.articles.section IS 'Section of the outlet.';
COMMENT ON COLUMN store.articles.tags IS 'Key words of the page.';
COMMENT ON COLUMN store.articles.removed IS 'Lines that cleaning took out: text, rule, paragraph number.';
COMMENT ON COLUMN store.articles.cluster_id IS 'Shared by syndicated copies.';
COMMENT ON COLUMN store.articles.cleaner_version IS 'Version of the cleaning that made the text.';
COMMENT ON COLUMN store.articles.source_id IS 'The source it came from.';
COMMENT ON COLUMN store.articles.page_id IS 'The capture it was read from.';
COMMENT ON COLUMN store.articles.crawl_day IS 'The day (partition) of that capture.';
COMMENT ON COLUMN store.articles.first_seen IS 'Earliest capture of this revision (UTC).';
COMMENT ON COLUMN store.articles.last_seen IS 'Latest capture of this revision (UTC).';

CREATE TABLE store.incidents (
    incident_id VARCHAR PRIMARY KEY, event_type VARCHAR NOT NULL, sub_event_type VARCHAR NOT NULL,
    status VARCHAR NOT NULL, confidence DOUBLE NOT NULL, attributes VARCHAR[] NOT NULL, start_date DATE,
    end_date DATE, time_precision BIGINT, date_confidence DOUBLE NOT NULL,
    place STRUCT("text" VARCHAR, "start" BIGINT, "end" BIGINT, "name" VARCHAR, geonames_id BIGINT, admin1 VARCHAR,
        country VARCHAR, latitude DOUBLE, longitude DOUBLE, geo_precision BIGINT, reason VARCHAR, confidence DOUBLE),
    actors STRUCT("role" VARCHAR, "text" VARCHAR, "start" BIGINT, "end" BIGINT, "name" VARCHAR, sector VARCHAR,
        country VARCHAR, confidence DOUBLE)[] NOT NULL,
    weapons STRUCT("text" VARCHAR, "start" BIGINT, "end" BIGINT, "name" VARCHAR, category VARCHAR)[] NOT NULL,
    evidence STRUCT(field VARCHAR, "start" BIGINT, "end" BIGINT, quote VARCHAR)[] NOT NULL,
    summary VARCHAR NOT NULL, extractor_version VARCHAR NOT NULL, article_id VARCHAR NOT NULL,
    revision VARCHAR NOT NULL, source_id VARCHAR NOT NULL, crawl_day DATE NOT NULL, published_at TIMESTAMP,
    event_day DATE NOT NULL
);
COMMENT ON TABLE store.incidents IS 'One row an incident as one revision of one article tells it.';
COMMENT ON COLUMN store.incidents.incident_id IS 'Names the incident by its content.';
COMMENT ON COLUMN store.incidents.event_type IS 'ACLED event type.';
COMMENT ON COLUMN store.incidents.sub_event_type IS 'ACLED sub-event type.';
COMMENT ON COLUMN store.incidents.status IS 'happened, alleged, threatened, denied or hypothetical.';
COMMENT ON COLUMN store.incidents.confidence IS 'Confidence in the incident as a whole, 0 to 1.';
COMMENT ON COLUMN store.incidents.attributes IS 'What ACLED folds away: robbery, arson, assassination, kidnapping ...';
COMMENT ON COLUMN store.incidents.start_date IS 'First day it can have happened.';
COMMENT ON COLUMN store.incidents.end_date IS 'Last day it can have happened.';
COMMENT ON COLUMN store.incidents.time_precision IS 'ACLED time precision: 1 day, 2 week, 3 month.';
COMMENT ON COLUMN store.incidents.date_confidence IS 'Confidence in the date, 0 to 1.';
COMMENT ON COLUMN store.incidents.place IS 'Where: as written with its offsets, and as resolved in GeoNames.';
COMMENT ON COLUMN store.incidents.actors IS 'Who: role, words with offsets, normalised name, sector, country.';
COMMENT ON COLUMN store.incidents.weapons IS 'With what: words with offsets, name and category.';
COMMENT ON COLUMN store.incidents.evidence IS 'For every filled field the words it came from, with offsets.';
COMMENT ON COLUMN store.incidents.summary IS 'The sentence that tells it.';
COMMENT ON COLUMN store.incidents.extractor_version IS 'Version of the extraction that read it.';
COMMENT ON COLUMN store.incidents.article_id IS 'The article that tells it.';
COMMENT ON COLUMN store.incidents.revision IS 'The revision that tells it.';
COMMENT ON COLUMN store.incidents.source_id IS 'The source of that article.';
COMMENT ON COLUMN store.incidents.crawl_day IS 'Day (partition) of the earliest capture it was read from.';
COMMENT ON COLUMN store.incidents.published_at IS 'When the article was published (UTC).';
COMMENT ON COLUMN store.incidents.event_day IS 'Day it is merged under: start_date, else the day of publication, else the crawl day.';

CREATE TABLE store.claims (
    incident_id VARCHAR NOT NULL, position BIGINT NOT NULL, claim_id VARCHAR NOT NULL, party VARCHAR,
    party_start BIGINT, party_end BIGINT, party_name VARCHAR, outcome VARCHAR NOT NULL, count_min BIGINT NOT NULL,
    count_max BIGINT, quantifier VARCHAR NOT NULL, "start" BIGINT NOT NULL, "end" BIGINT NOT NULL,
    quote VARCHAR NOT NULL, attributed_to VARCHAR, speaker_kind VARCHAR, hedge VARCHAR, background BOOLEAN NOT NULL,
    part_of VARCHAR, adds_to VARCHAR, confidence DOUBLE NOT NULL, PRIMARY KEY (incident_id, position)
);
COMMENT ON TABLE store.claims IS 'Who says how many: one row a casualty figure of an incident.';
COMMENT ON COLUMN store.claims.incident_id IS 'The incident it belongs to.';
COMMENT ON COLUMN store.claims.position IS 'Its number among the incident''s claims, from 0.';
COMMENT ON COLUMN store.claims.claim_id IS 'Names the claim by its content; part_of and adds_to refer to it.';
COMMENT ON COLUMN store.claims.party IS 'Whose losses, as written.';
COMMENT ON COLUMN store.claims.party_start IS 'Where those words begin in the text (characters).';
COMMENT ON COLUMN store.claims.party_end IS 'Where those words end.';
COMMENT ON COLUMN store.claims.party_name IS 'Whose losses, normalised.';
COMMENT ON COLUMN store.claims.outcome IS 'killed, injured, missing, captured or displaced.';
COMMENT ON COLUMN store.claims.count_min IS 'Least number the words allow.';
COMMENT ON COLUMN store.claims.count_max IS 'Greatest number the words allow; null when open-ended ("at least 12").';
COMMENT ON COLUMN store.claims.quantifier IS 'The words that count, verbatim: "about 100", "dozens", "no".';
COMMENT ON COLUMN store.claims."start" IS 'Where the quote begins in the text (characters).';
COMMENT ON COLUMN store.claims."end" IS 'Where the quote ends.';
COMMENT ON COLUMN store.claims.quote IS 'The words that hold figure and victims, verbatim.';
COMMENT ON COLUMN store.claims.attributed_to IS 'Who says so, as written.';
COMMENT ON COLUMN store.claims.speaker_kind IS 'What kind of speaker that is.';
COMMENT ON COLUMN store.claims.hedge IS 'Words that hedge it: "reportedly", "allegedly".';
COMMENT ON COLUMN store.claims.background IS 'True for totals of a war or a year, which are not this incident''s toll.';
COMMENT ON COLUMN store.claims.part_of IS 'Claim whose figure already holds this one ("12 people, including 3 children").';
COMMENT ON COLUMN store.claims.adds_to IS 'Claim this figure comes on top of ("two soldiers and three civilians").';
COMMENT ON COLUMN store.claims.confidence IS 'Confidence in the claim, 0 to 1.';

CREATE TABLE store.events (
    event_id VARCHAR PRIMARY KEY, event_type VARCHAR NOT NULL, sub_event_type VARCHAR NOT NULL, start_date DATE,
    end_date DATE, time_precision BIGINT, place_name VARCHAR, admin1 VARCHAR, country VARCHAR, latitude DOUBLE,
    longitude DOUBLE, geo_precision BIGINT, actors VARCHAR[] NOT NULL, targets VARCHAR[] NOT NULL,
    weapons VARCHAR[] NOT NULL, killed_min BIGINT, killed_max BIGINT, injured_min BIGINT, injured_max BIGINT,
    disagreements STRUCT(field VARCHAR, "value" VARCHAR, incident_ids VARCHAR[])[] NOT NULL
);
COMMENT ON TABLE store.events IS 'What happened, over all articles that tell it: incidents merged by place, date, type, actors and figures.';
COMMENT ON COLUMN store.events.event_id IS 'Named after the member that was published first, so that it lasts when later articles join.';
COMMENT ON COLUMN store.events.event_type IS 'ACLED event type.';
COMMENT ON COLUMN store.events.sub_event_type IS 'ACLED sub-event type.';
COMMENT ON COLUMN store.events.start_date IS 'First day it can have happened.';
COMMENT ON COLUMN store.events.end_date IS 'Last day it can have happened.';
COMMENT ON COLUMN store.events.time_precision IS 'ACLED time precision: 1 day, 2 week, 3 month.';
COMMENT ON COLUMN store.events.place_name IS 'Name of the place.';
COMMENT ON COLUMN store.events.admin1 IS 'First-level administrative division.';
COMMENT ON COLUMN store.events.country IS 'Country (ISO 3166 alpha-2).';
COMMENT ON COLUMN store.events.latitude IS 'Latitude (degrees, WGS 84).';
COMMENT ON COLUMN store.events.longitude IS 'Longitude (degrees, WGS 84).';
COMMENT ON COLUMN store.events.geo_precision IS 'ACLED geo precision: 1 town, 2 near a town or a small region, 3 a larger region.';
COMMENT ON COLUMN store.events.actors IS 'Names of those who acted.';
COMMENT ON COLUMN store.events.targets IS 'Names of those acted on.';
COMMENT ON COLUMN store.events.weapons IS 'Weapons named.';
COMMENT ON COLUMN store.events.killed_min IS 'Lowest toll of killed among the members; null where nobody gives a figure.';
COMMENT ON COLUMN store.events.killed_max IS 'Highest toll of killed among the members.';
COMMENT ON COLUMN store.events.injured_min IS 'Lowest number of injured among the members.';
COMMENT ON COLUMN store.events.injured_max IS 'Highest number of injured among the members.';
COMMENT ON COLUMN store.events.disagreements IS 'Fields the members tell differently: field, value, incidents that say so.';

CREATE TABLE store.event_members (
    incident_id VARCHAR PRIMARY KEY, event_id VARCHAR NOT NULL, event_day DATE NOT NULL
);
COMMENT ON TABLE store.event_members IS 'Which incidents make which event; an incident is in at most one.';
COMMENT ON COLUMN store.event_members.incident_id IS 'The incident.';
COMMENT ON COLUMN store.event_members.event_id IS 'The event it is part of.';
COMMENT ON COLUMN store.event_members.event_day IS 'The incident''s event_day; tells which events a load can touch.';

CREATE TABLE store.load_history (
    load_id BIGINT NOT NULL, table_name VARCHAR NOT NULL, crawl_day DATE NOT NULL, loaded_at TIMESTAMP NOT NULL,
    added BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL, unchanged BIGINT NOT NULL,
    PRIMARY KEY (load_id, table_name)
);
COMMENT ON TABLE store.load_history IS 'What each load did to each table; a load that changes nothing leaves no row.';
COMMENT ON COLUMN store.load_history.load_id IS 'Number of the load, from 1.';
COMMENT ON COLUMN store.load_history.table_name IS 'The table.';
COMMENT ON COLUMN store.load_history.crawl_day IS 'The day (partition) that was loaded.';
COMMENT ON COLUMN store.load_history.loaded_at IS 'When (UTC).';
COMMENT ON COLUMN store.load_history.added IS 'Rows added.';
COMMENT ON COLUMN store.load_history.changed IS 'Rows changed.';
COMMENT ON COLUMN store.load_history.removed IS 'Rows removed.';
COMMENT ON COLUMN store.load_history.unchanged IS 'Staged rows that were already there just so.';

CREATE VIEW store.latest_revisions AS
SELECT article_id, arg_max(revision, (last_seen, first_seen, revision)) AS revision FROM store.articles GROUP BY article_id;
COMMENT ON VIEW store.latest_revisions IS 'The revision of each article that stands: the one seen last.';
COMMENT ON COLUMN store.latest_revisions.article_id IS 'The article.';
COMMENT ON COLUMN store.latest_revisions.revision IS 'Its latest revision.';

CREATE VIEW store.current_incidents AS
SELECT incident_id FROM store.incidents AS incidents
WHERE NOT EXISTS (
    SELECT 1 FROM store.latest_revisions AS latest
    WHERE latest.article_id = incidents.article_id AND latest.revision <> incidents.revision
);
COMMENT ON VIEW store.current_incidents IS 'Incidents that the latest revision of their article tells.';
COMMENT ON COLUMN store.current_incidents.incident_id IS 'The incident.';
