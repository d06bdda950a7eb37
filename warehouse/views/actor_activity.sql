CREATE OR REPLACE VIEW actor_activity AS
SELECT actor.name AS actor, actor.role AS role, any_value(actor.sector ORDER BY actor.sector) AS sector,
    count(DISTINCT incident_id) AS incidents, count(DISTINCT event_id) AS events, min(event_day) AS first_day,
    max(event_day) AS last_day
FROM (
    SELECT incidents.incident_id, members.event_id, incidents.event_day, unnest(incidents.actors) AS actor
    FROM store.incidents AS incidents
    SEMI JOIN store.current_incidents USING (incident_id)
    LEFT JOIN store.event_members AS members USING (incident_id)
)
GROUP BY actor.name, actor.role;

COMMENT ON VIEW actor_activity IS 'Who appears in which role, how often and when.';
COMMENT ON COLUMN actor_activity.actor IS 'Normalised name.';
COMMENT ON COLUMN actor_activity.role IS 'actor, target, associate or other.';
COMMENT ON COLUMN actor_activity.sector IS 'What kind of actor, as ACLED codes it.';
COMMENT ON COLUMN actor_activity.incidents IS 'Incidents it appears in.';
COMMENT ON COLUMN actor_activity.events IS 'Events it appears in.';
COMMENT ON COLUMN actor_activity.first_day IS 'First day.';
COMMENT ON COLUMN actor_activity.last_day IS 'Last day.';
