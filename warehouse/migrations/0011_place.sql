-- The column that 0008 filled takes its place.
ALTER TABLE store.incidents DROP COLUMN place;
ALTER TABLE store.incidents RENAME COLUMN placed TO place;
COMMENT ON COLUMN store.incidents.place IS 'Where: as written with its offsets, and as resolved in GeoNames.';
