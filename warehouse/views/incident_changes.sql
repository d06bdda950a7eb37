-- needs: incident_fields
CREATE OR REPLACE VIEW incident_changes AS
WITH revisions AS (
    SELECT article_id, revision, first_seen,
        lag(revision) OVER (PARTITION BY article_id ORDER BY first_seen, revision) AS previous
    FROM store.articles
),
fields AS (
    SELECT incident_id, any_value(article_id) AS article_id, any_value(revision) AS revision,
        any_value(extractor_version) AS version, list({field: field, value: "value"} ORDER BY field) AS told
    FROM incident_fields
    WHERE article_id IN (SELECT article_id FROM revisions WHERE previous IS NOT NULL)
    GROUP BY incident_id
),
-- both sides of every change: an article that was corrected, or one that was read again
before AS (
    SELECT 'correction' AS cause, revisions.first_seen AS changed_at, revisions.article_id,
        fields.incident_id AS incident_before, fields.told, fields.version, fields.revision
    FROM revisions JOIN fields ON fields.article_id = revisions.article_id AND fields.revision = revisions.previous
    UNION ALL
    SELECT 're-reading', changed_at, article_id, incident_id, told_before, version_before, revision_before
    FROM store.incident_history WHERE told_before IS NOT NULL
),
after AS (
    SELECT 'correction' AS cause, revisions.first_seen AS changed_at, revisions.article_id,
        fields.incident_id AS incident_after, fields.told, fields.version, fields.revision
    FROM revisions JOIN fields ON fields.article_id = revisions.article_id AND fields.revision = revisions.revision
    WHERE revisions.previous IS NOT NULL
    UNION ALL
    SELECT 're-reading', changed_at, article_id, incident_id, told_after, version_after, revision_after
    FROM store.incident_history WHERE told_after IS NOT NULL
),
-- an id names an incident by its words, so the same incident may have another one after the change: of two
-- readings of an article those are taken for one incident that tell most the same, each of the other
pairs AS (
    SELECT cause, changed_at, article_id, incident_before, incident_after,
        CASE WHEN incident_before = incident_after THEN 100 ELSE 0 END + len(list_intersect(
            [item FOR item IN before.told IF item.field NOT IN ('status', 'attributes')],
            [item FOR item IN after.told IF item.field NOT IN ('status', 'attributes')]
        )) AS shared
    FROM before JOIN after USING (cause, changed_at, article_id)
    WHERE shared >= 2
    QUALIFY row_number() OVER (PARTITION BY cause, changed_at, article_id, incident_before ORDER BY shared DESC, incident_after) = 1
        AND row_number() OVER (PARTITION BY cause, changed_at, article_id, incident_after ORDER BY shared DESC, incident_before) = 1
),
changes AS (
    SELECT cause, changed_at, article_id, incident_before, incident_after,
        before.revision AS revision_before, after.revision AS revision_after,
        before.version AS version_before, after.version AS version_after,
        map([item.field FOR item IN before.told], [item."value" FOR item IN before.told]) AS before,
        map([item.field FOR item IN after.told], [item."value" FOR item IN after.told]) AS after
    FROM before
    LEFT JOIN pairs USING (cause, changed_at, article_id, incident_before)
    FULL JOIN after USING (cause, changed_at, article_id, incident_after)
),
rows AS (
    SELECT *, 'changed' AS change, unnest(list_distinct(map_keys(before) || map_keys(after))) AS field
    FROM changes WHERE incident_before IS NOT NULL AND incident_after IS NOT NULL
    UNION ALL
    SELECT *, CASE WHEN incident_before IS NULL THEN 'added' ELSE 'removed' END, NULL
    FROM changes WHERE incident_before IS NULL OR incident_after IS NULL
)
SELECT
    rows.changed_at, rows.cause, rows.change, rows.field,
    CASE WHEN rows.field IS NOT NULL THEN rows.before[rows.field]
        ELSE array_to_string([key || ' ' || rows.before[key] FOR key IN map_keys(rows.before)], '; ') END AS before,
    CASE WHEN rows.field IS NOT NULL THEN rows.after[rows.field]
        ELSE array_to_string([key || ' ' || rows.after[key] FOR key IN map_keys(rows.after)], '; ') END AS after,
    articles.source_id, coalesce(sources.name, articles.source_id) AS outlet, articles.title, articles.url,
    rows.article_id, rows.revision_before, rows.revision_after, rows.version_before, rows.version_after,
    rows.incident_before, rows.incident_after
FROM rows
LEFT JOIN store.latest_revisions AS latest USING (article_id)
LEFT JOIN store.articles AS articles ON articles.article_id = rows.article_id AND articles.revision = latest.revision
LEFT JOIN store.sources AS sources ON sources.source_id = articles.source_id
WHERE rows.field IS NULL OR rows.before[rows.field] IS DISTINCT FROM rows.after[rows.field];

COMMENT ON VIEW incident_changes IS 'How what articles tell has changed: between two revisions of an article, and between two readings of the same one (new rules). One row a field that differs, or an incident that came or went.';
COMMENT ON COLUMN incident_changes.changed_at IS 'correction: when we first saw the new revision; re-reading: when the new reading was loaded (UTC).';
COMMENT ON COLUMN incident_changes.cause IS 'correction: the publisher changed the article; re-reading: we read it by other rules.';
COMMENT ON COLUMN incident_changes.change IS 'changed, added or removed.';
COMMENT ON COLUMN incident_changes.field IS 'The field that differs (see incident_fields); null where the whole incident came or went.';
COMMENT ON COLUMN incident_changes.before IS 'What it told before; all fields of an incident that went; null where it told nothing.';
COMMENT ON COLUMN incident_changes.after IS 'What it tells now; all fields of an incident that came; null where it tells nothing.';
COMMENT ON COLUMN incident_changes.source_id IS 'The source of the article.';
COMMENT ON COLUMN incident_changes.outlet IS 'Name of that source.';
COMMENT ON COLUMN incident_changes.title IS 'Headline of the article as it stands.';
COMMENT ON COLUMN incident_changes.url IS 'Address of the article.';
COMMENT ON COLUMN incident_changes.article_id IS 'The article.';
COMMENT ON COLUMN incident_changes.revision_before IS 'The revision before.';
COMMENT ON COLUMN incident_changes.revision_after IS 'The revision now.';
COMMENT ON COLUMN incident_changes.version_before IS 'Version of the extraction before.';
COMMENT ON COLUMN incident_changes.version_after IS 'Version of the extraction now.';
COMMENT ON COLUMN incident_changes.incident_before IS 'The incident before; null where it came.';
COMMENT ON COLUMN incident_changes.incident_after IS 'The incident now; null where it went.';
