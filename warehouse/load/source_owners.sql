-- Whoever loads a source that nobody owns yet owns it from then on.
CREATE OR REPLACE TEMP TABLE incoming AS
SELECT DISTINCT source_id, 1::BIGINT AS number, $writer AS writer, $host AS host, $now::TIMESTAMP AS since
FROM partitions
WHERE source_id NOT IN (SELECT source_id FROM store.source_owners);

MERGE INTO store.source_owners AS old USING incoming AS new ON old.source_id = new.source_id AND old.number = new.number
WHEN NOT MATCHED THEN INSERT BY NAME;
