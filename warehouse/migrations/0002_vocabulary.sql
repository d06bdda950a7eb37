-- Reference tables. tests/test_migrations.py holds them against warehouse/vocabulary.py: a new
-- term there needs a new migration that inserts it here.

CREATE TABLE store.acled_types (rank INTEGER NOT NULL, event_type VARCHAR NOT NULL, sub_event_type VARCHAR PRIMARY KEY);
COMMENT ON TABLE store.acled_types IS 'ACLED event types with their sub-event types.';
COMMENT ON COLUMN store.acled_types.rank IS 'Order in warehouse/vocabulary.py: of two types that fit, the first one is coded.';
COMMENT ON COLUMN store.acled_types.event_type IS 'Event type.';
COMMENT ON COLUMN store.acled_types.sub_event_type IS 'Sub-event type.';
INSERT INTO store.acled_types VALUES
    (1, 'Violence against civilians', 'Sexual violence'),
    (2, 'Violence against civilians', 'Attack'),
    (3, 'Violence against civilians', 'Abduction/forced disappearance'),
    (4, 'Explosions/Remote violence', 'Chemical weapon'),
    (5, 'Explosions/Remote violence', 'Air/drone strike'),
    (6, 'Explosions/Remote violence', 'Suicide bomb'),
    (7, 'Explosions/Remote violence', 'Shelling/artillery/missile attack'),
    (8, 'Explosions/Remote violence', 'Remote explosive/landmine/IED'),
    (9, 'Explosions/Remote violence', 'Grenade'),
    (10, 'Battles', 'Government regains territory'),
    (11, 'Battles', 'Non-state actor overtakes territory'),
    (12, 'Battles', 'Armed clash'),
    (13, 'Riots', 'Violent demonstration'),
    (14, 'Riots', 'Mob violence'),
    (15, 'Protests', 'Excessive force against protesters'),
    (16, 'Protests', 'Protest with intervention'),
    (17, 'Protests', 'Peaceful protest'),
    (18, 'Strategic developments', 'Agreement'),
    (19, 'Strategic developments', 'Arrests'),
    (20, 'Strategic developments', 'Change to group/activity'),
    (21, 'Strategic developments', 'Disrupted weapons use'),
    (22, 'Strategic developments', 'Headquarters or base established'),
    (23, 'Strategic developments', 'Looting/property destruction'),
    (24, 'Strategic developments', 'Non-violent transfer of territory'),
    (25, 'Strategic developments', 'Other');

CREATE TABLE store.outcomes (outcome VARCHAR PRIMARY KEY, meaning VARCHAR NOT NULL);
COMMENT ON TABLE store.outcomes IS 'What can become of a requested URL, besides error:<kind>.';
COMMENT ON COLUMN store.outcomes.outcome IS 'The outcome.';
COMMENT ON COLUMN store.outcomes.meaning IS 'What it means.';
INSERT INTO store.outcomes VALUES
    ('ok', 'The page came whole; an article page was read as an article.'),
    ('not_modified', 'The server said that nothing changed since the last capture.'),
    ('blocked', 'The site refused us or showed a challenge for bots.'),
    ('consent_wall', 'A consent dialogue came instead of the page.'),
    ('paywall', 'The text stands behind a subscription.'),
    ('soft_404', 'A page that says "not found" with a status that says "found".'),
    ('not_article', 'A page without an article: a listing, a gallery, an empty shell.'),
    ('language_unsupported', 'An article in a language that is not read yet.'),
    ('too_large', 'The body passed the size limit and was cut off.'),
    ('truncated', 'The body ended before its announced length.'),
    ('robots_denied', 'robots.txt, or the lack of an answer for it, forbids the page.');
