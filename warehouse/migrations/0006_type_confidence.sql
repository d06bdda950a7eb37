-- The confidence of a field is the share of such fields that were right on texts with known answers; the type
-- had none of its own.
ALTER TABLE store.incidents ADD COLUMN type_confidence DOUBLE DEFAULT 0.0;
ALTER TABLE store.incidents ALTER COLUMN type_confidence SET NOT NULL;
COMMENT ON COLUMN store.incidents.type_confidence IS 'Confidence in the type, 0 to 1; 0 in rows that were read before there was any.';
