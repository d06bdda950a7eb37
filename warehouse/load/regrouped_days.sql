-- Days of incidents whose articles join or leave a cluster of copies: their events are merged again.
CREATE OR REPLACE TEMP TABLE regrouped_days AS
SELECT DISTINCT incidents.event_day
FROM store.incidents AS incidents SEMI JOIN store.current_incidents USING (incident_id)
SEMI JOIN (
    SELECT article_id
    FROM (FROM store.copies SEMI JOIN reached USING (article_id)) AS old
    FULL JOIN new_copies AS new USING (article_id)
    WHERE old.cluster_id IS DISTINCT FROM new.cluster_id
) AS regrouped USING (article_id);
