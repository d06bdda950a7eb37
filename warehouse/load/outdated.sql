-- Days with an event that another version of merging has made.
SELECT DISTINCT event_day
FROM store.event_members SEMI JOIN (FROM store.events WHERE merge_version IS DISTINCT FROM $merge_version) USING (event_id);
