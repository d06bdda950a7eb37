CREATE OR REPLACE TEMP TABLE incoming AS FROM new_members;

-- Events that lose a member to one of the window. Merged by one version these lie in the window themselves.
CREATE OR REPLACE TEMP TABLE bereft_events AS
SELECT DISTINCT event_id FROM store.event_members SEMI JOIN incoming USING (incident_id);

MERGE INTO store.event_members AS old USING incoming AS new ON old.incident_id = new.incident_id
WHEN MATCHED AND old IS DISTINCT FROM new THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

DELETE FROM store.event_members
WHERE event_id IN (SELECT event_id FROM old_events) AND incident_id NOT IN (SELECT incident_id FROM incoming);
