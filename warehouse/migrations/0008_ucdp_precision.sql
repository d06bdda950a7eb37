-- UCDP's precision codes beside the ACLED ones; null in rows that were read before there were any.
ALTER TABLE store.incidents ADD COLUMN place.ucdp_precision BIGINT;
ALTER TABLE store.incidents ADD COLUMN ucdp_date_precision BIGINT;
ALTER TABLE store.events ADD COLUMN ucdp_date_precision BIGINT;
ALTER TABLE store.events ADD COLUMN ucdp_where_precision BIGINT;
COMMENT ON COLUMN store.incidents.ucdp_date_precision IS 'UCDP date_prec: 1 day, 2 two to six days, 3 week, 4 month, 5 year.';
COMMENT ON COLUMN store.events.ucdp_date_precision IS 'UCDP date_prec, of its dates.';
COMMENT ON COLUMN store.events.ucdp_where_precision IS 'UCDP where_prec, of its place.';
