-- Events of the window, as merged again (new_events, new_members), once their members are in place.
CREATE OR REPLACE TEMP TABLE incoming AS SELECT *, $merge_version::VARCHAR AS merge_version FROM new_events;

MERGE INTO store.events AS old USING incoming AS new ON old.event_id = new.event_id
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

DELETE FROM store.events
WHERE event_id IN (FROM old_events UNION FROM bereft_events) AND event_id NOT IN (SELECT event_id FROM store.event_members);
