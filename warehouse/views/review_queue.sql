-- needs: incidents, review_reasons
CREATE OR REPLACE VIEW review_queue AS
SELECT
    row_number() OVER (ORDER BY why.score DESC, incidents.published_at DESC NULLS LAST, incidents.incident_id) AS place_in_line,
    why.score, why.reason, why.kinds, incidents.sub_event_type, incidents.status, incidents.start_date, incidents.place_name,
    incidents.country, incidents.actor, incidents.target, incidents.killed_min, incidents.killed_max,
    incidents.injured_min, incidents.injured_max, incidents.summary, incidents.outlet, incidents.published_at,
    incidents.title, incidents.url, incidents.incident_id, incidents.event_id, incidents.article_id
FROM incidents
JOIN (
    SELECT incident_id, sum(weight)::BIGINT AS score,
        string_agg(reason, '; ' ORDER BY weight DESC, reason) AS reason,
        list(DISTINCT kind ORDER BY kind) AS kinds
    FROM review_reasons
    GROUP BY incident_id
) AS why USING (incident_id);

COMMENT ON VIEW review_queue IS 'What a person should look at first, and why: incidents with their reasons for doubt or weight, the weightiest first. An incident without any is not in it.';
COMMENT ON COLUMN review_queue.place_in_line IS '1 for what to look at first; order by it.';
COMMENT ON COLUMN review_queue.score IS 'Sum of the weights of its reasons (see review_reasons).';
COMMENT ON COLUMN review_queue.reason IS 'Its reasons in words, the weightiest first.';
COMMENT ON COLUMN review_queue.kinds IS 'Kinds of its reasons, to filter by.';
COMMENT ON COLUMN review_queue.sub_event_type IS 'ACLED sub-event type.';
COMMENT ON COLUMN review_queue.status IS 'happened, alleged, threatened, denied or hypothetical.';
COMMENT ON COLUMN review_queue.start_date IS 'First day it can have happened.';
COMMENT ON COLUMN review_queue.place_name IS 'Name of the place.';
COMMENT ON COLUMN review_queue.country IS 'Country (ISO 3166 alpha-2).';
COMMENT ON COLUMN review_queue.actor IS 'Who acted.';
COMMENT ON COLUMN review_queue.target IS 'Who was acted on.';
COMMENT ON COLUMN review_queue.killed_min IS 'Least number of killed the article gives for it.';
COMMENT ON COLUMN review_queue.killed_max IS 'Greatest number of killed.';
COMMENT ON COLUMN review_queue.injured_min IS 'Least number of injured.';
COMMENT ON COLUMN review_queue.injured_max IS 'Greatest number of injured.';
COMMENT ON COLUMN review_queue.summary IS 'The sentence that tells it.';
COMMENT ON COLUMN review_queue.outlet IS 'Who published the article.';
COMMENT ON COLUMN review_queue.published_at IS 'When (UTC).';
COMMENT ON COLUMN review_queue.title IS 'Headline of the article.';
COMMENT ON COLUMN review_queue.url IS 'Address of the article.';
COMMENT ON COLUMN review_queue.incident_id IS 'The incident.';
COMMENT ON COLUMN review_queue.event_id IS 'The event it is merged into.';
COMMENT ON COLUMN review_queue.article_id IS 'The article: dateline explain shows it with the words of each field marked.';
