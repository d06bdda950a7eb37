-- What the incidents of the affected articles tell, as one list of fields each. Run twice: on what was
-- committed before the load, and on what the load has made of it.
SELECT incident_id, any_value(article_id) AS article_id, any_value(revision) AS revision,
    any_value(extractor_version) AS version, list({field: field, value: "value"} ORDER BY field) AS told
FROM incident_fields
WHERE article_id IN (SELECT unnest($articles))
GROUP BY incident_id;
