-- Which articles were changed after publication, and how did their incidents' tolls change?
SELECT article_revisions.url, article_revisions.revision_number, article_revisions.first_seen,
    article_revisions.title, len(article_revisions.text) AS characters, incidents.killed_min, incidents.killed_max
FROM article_revisions
LEFT JOIN incidents USING (article_id, revision)
WHERE article_revisions.article_id IN (SELECT article_id FROM articles WHERE revisions > 1)
ORDER BY article_revisions.url, article_revisions.revision_number, incidents.incident_id;
