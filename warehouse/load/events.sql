-- Events of the window, as merged again (new_events, new_members).
CREATE OR REPLACE TEMP TABLE incoming AS FROM new_events;

MERGE INTO store.events AS old USING incoming AS new ON old.event_id = new.event_id
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

DELETE FROM store.events
WHERE event_id IN (SELECT event_id FROM old_events) AND event_id NOT IN (SELECT event_id FROM incoming);
