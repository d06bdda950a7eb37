-- UCDP's precision codes beside the ACLED ones; null in rows that were read before there were any.
ALTER TABLE store.incidents ADD COLUMN ucdp_date_precision BIGINT;
ALTER TABLE store.events ADD COLUMN ucdp_date_precision BIGINT;
ALTER TABLE store.events ADD COLUMN ucdp_where_precision BIGINT;
COMMENT ON COLUMN store.incidents.ucdp_date_precision IS 'UCDP date_prec: 1 day, 2 two to six days, 3 week, 4 month, 5 year.';
COMMENT ON COLUMN store.events.ucdp_date_precision IS 'UCDP date_prec, of its dates.';
COMMENT ON COLUMN store.events.ucdp_where_precision IS 'UCDP where_prec, of its place.';

-- A field more in a struct, by way of a second column, which 0011 puts in the place of the first (DuckDB alters no table
-- in the transaction that filled it). DuckDB 1.5.5 cannot replay ADD COLUMN place.ucdp_precision from its write-ahead
-- log, so a kill behind it would leave a file that nobody can open.
ALTER TABLE store.incidents ADD COLUMN placed STRUCT(
    "text" VARCHAR, "start" BIGINT, "end" BIGINT, "name" VARCHAR, geonames_id BIGINT, admin1 VARCHAR, country VARCHAR,
    latitude DOUBLE, longitude DOUBLE, geo_precision BIGINT, reason VARCHAR, confidence DOUBLE, ucdp_precision BIGINT
);
UPDATE store.incidents SET placed = struct_insert(place, ucdp_precision := NULL::BIGINT) WHERE place IS NOT NULL;
