-- From which words was each field of each incident read? (The quote is the text between start and end.)
SELECT evidence.incident_id, evidence.field, evidence.quote,
    substr(article_revisions.text, evidence."start" + 1, evidence."end" - evidence."start") = evidence.quote AS verified
FROM evidence
JOIN article_revisions USING (article_id, revision)
ORDER BY evidence.incident_id, evidence."start", evidence.field
LIMIT 50;
