-- The days on which events may differ now, the stored events that lie there, and the incidents that
-- must be seen to merge them again.
CREATE OR REPLACE TEMP TABLE window_days AS
SELECT DISTINCT (touched_day + away * INTERVAL 1 DAY)::DATE AS event_day
FROM touched, range(-$touched_days, $touched_days + 1) AS near(away);

CREATE OR REPLACE TEMP TABLE old_events AS
SELECT DISTINCT event_id FROM store.event_members WHERE event_day IN (SELECT event_day FROM window_days);

CREATE OR REPLACE TEMP TABLE window_incidents AS
SELECT incidents.* EXCLUDE (event_day), coalesce(claims.claims, []) AS claims
FROM store.incidents AS incidents
SEMI JOIN store.current_incidents USING (incident_id)
LEFT JOIN (
    SELECT incident_id, list(claim ORDER BY position) AS claims
    FROM (
        SELECT incident_id, position, struct_pack(
            claim_id := claim_id, party := party, party_start := party_start, party_end := party_end,
            party_name := party_name, outcome := outcome, count_min := count_min, count_max := count_max,
            quantifier := quantifier, "start" := "start", "end" := "end", quote := quote,
            attributed_to := attributed_to, speaker_kind := speaker_kind, hedge := hedge,
            background := background, part_of := part_of, adds_to := adds_to, confidence := confidence
        ) AS claim
        FROM store.claims
    )
    GROUP BY incident_id
) AS claims USING (incident_id)
WHERE incidents.event_day IN (
    SELECT DISTINCT (touched_day + away * INTERVAL 1 DAY)::DATE
    FROM touched, range(-$read_days, $read_days + 1) AS near(away)
);

CREATE OR REPLACE TEMP TABLE window_clusters AS
SELECT article_id, cluster_id FROM store.copies SEMI JOIN window_incidents USING (article_id);
