-- Every source that staged something; names where the caller gave them.
CREATE OR REPLACE TEMP TABLE incoming AS
SELECT source_id, any_value(name) AS name, any_value(home) AS home, any_value(country) AS country,
    any_value(language) AS language
FROM (
    SELECT source_id, name, home, country, language FROM staged_sources
    UNION ALL
    SELECT source_id, NULL, NULL, NULL, NULL FROM partitions
)
GROUP BY source_id;

MERGE INTO store.sources AS old USING incoming AS new ON old.source_id = new.source_id
WHEN MATCHED AND new.name IS NOT NULL AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
