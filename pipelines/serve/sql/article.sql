-- What is shown around an article's text; no revision is the one that stands.
SELECT article_revisions.*, pages.fetched_at, pages.outcome, pages.warc_file IS NOT NULL AS archived, copies.kind AS copy_kind, copies.model_id
FROM article_revisions
LEFT JOIN store.pages AS pages USING (page_id)
LEFT JOIN store.copies AS copies ON copies.article_id = article_revisions.article_id
WHERE article_revisions.article_id = $article_id
    AND CASE WHEN $revision::VARCHAR IS NULL THEN is_latest ELSE revision = $revision END
