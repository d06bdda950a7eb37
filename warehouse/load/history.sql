-- What a new reading changed. An incident of an article that was not there before is news, not a change;
-- one that came while others of its article went is a change, whatever revision it is read from.
INSERT INTO store.incident_history BY NAME
SELECT $load_id AS load_id, incident_id, $changed_at AS changed_at,
    coalesce(before.article_id, after.article_id) AS article_id,
    before.revision AS revision_before, after.revision AS revision_after,
    before.version AS version_before, after.version AS version_after,
    before.told AS told_before, after.told AS told_after
FROM told_before AS before FULL JOIN told_after AS after USING (incident_id)
WHERE before.told IS DISTINCT FROM after.told
    AND (
        before.incident_id IS NOT NULL
        OR (after.article_id, after.revision) IN (SELECT (article_id, revision) FROM known_revisions)
        OR after.article_id IN (
            SELECT article_id FROM told_before WHERE incident_id NOT IN (SELECT incident_id FROM told_after)
        )
    );
