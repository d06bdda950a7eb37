CREATE OR REPLACE VIEW claims AS
SELECT
    claims.incident_id, claims.position, members.event_id, claims.outcome, claims.count_min, claims.count_max, claims.quantifier,
    claims.party, claims.party_name, claims.attributed_to, claims.speaker_kind, claims.hedge, claims.quote,
    claims.background, claims.part_of, claims.adds_to, claims.confidence, incidents.source_id,
    coalesce(sources.name, incidents.source_id) AS outlet, incidents.published_at, articles.title, articles.url,
    incidents.article_id, incidents.revision, claims."start", claims."end", claims.claim_id
FROM store.claims AS claims
SEMI JOIN store.current_incidents USING (incident_id)
JOIN store.incidents AS incidents USING (incident_id)
LEFT JOIN store.event_members AS members USING (incident_id)
LEFT JOIN store.articles AS articles
    ON articles.article_id = incidents.article_id AND articles.revision = incidents.revision
LEFT JOIN store.sources AS sources ON sources.source_id = incidents.source_id;

COMMENT ON VIEW claims IS 'Who says how many, one row a figure, with the words. Figures are never averaged away.';
COMMENT ON COLUMN claims.incident_id IS 'The incident.';
COMMENT ON COLUMN claims."position" IS 'Number of the claim among the incident''s, from 0.';
COMMENT ON COLUMN claims.event_id IS 'The event the incident is merged into.';
COMMENT ON COLUMN claims.outcome IS 'killed, injured, missing, captured or displaced.';
COMMENT ON COLUMN claims.count_min IS 'Least number the words allow.';
COMMENT ON COLUMN claims.count_max IS 'Greatest number the words allow; null when open-ended ("at least 12").';
COMMENT ON COLUMN claims.quantifier IS 'The words that count, verbatim: "about 100", "dozens", "no".';
COMMENT ON COLUMN claims.party IS 'Whose losses, as written.';
COMMENT ON COLUMN claims.party_name IS 'Whose losses, normalised.';
COMMENT ON COLUMN claims.attributed_to IS 'Who says so, as written.';
COMMENT ON COLUMN claims.speaker_kind IS 'What kind of speaker that is.';
COMMENT ON COLUMN claims.hedge IS 'Words that hedge it: "reportedly", "allegedly".';
COMMENT ON COLUMN claims.quote IS 'The words that hold figure and victims, verbatim.';
COMMENT ON COLUMN claims.background IS 'True for totals of a war or a year, which are not this incident''s toll.';
COMMENT ON COLUMN claims.part_of IS 'Claim whose figure already holds this one.';
COMMENT ON COLUMN claims.adds_to IS 'Claim this figure comes on top of.';
COMMENT ON COLUMN claims.confidence IS 'Confidence in the claim, 0 to 1.';
COMMENT ON COLUMN claims.source_id IS 'The source of the article.';
COMMENT ON COLUMN claims.outlet IS 'Name of that source.';
COMMENT ON COLUMN claims.published_at IS 'When the article was published (UTC).';
COMMENT ON COLUMN claims.title IS 'Headline of the article.';
COMMENT ON COLUMN claims.url IS 'Address of the article.';
COMMENT ON COLUMN claims.article_id IS 'The article.';
COMMENT ON COLUMN claims.revision IS 'Its revision.';
COMMENT ON COLUMN claims."start" IS 'Where the quote begins in the text of the article (characters, from 0).';
COMMENT ON COLUMN claims."end" IS 'Where it ends.';
COMMENT ON COLUMN claims.claim_id IS 'Names the claim; part_of and adds_to refer to it.';
