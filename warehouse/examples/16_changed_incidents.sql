-- What did corrections, or new rules of ours, change in the incidents?
SELECT changed_at, cause, change, field, before, after, outlet, title, article_id
FROM incident_changes
ORDER BY changed_at DESC, article_id, change, field
LIMIT 50;
