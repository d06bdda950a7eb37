-- Which events the incidents of an article's revision are part of.
SELECT incident_id, event_id FROM store.incidents JOIN store.event_members USING (incident_id)
WHERE article_id = $article_id AND revision = $revision
