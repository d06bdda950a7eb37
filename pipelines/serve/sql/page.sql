SELECT pages.*, coalesce(sources.name, pages.source_id) AS outlet,
    (SELECT any_value(article_id) FROM store.articles AS articles WHERE articles.page_id = pages.page_id) AS article_id
FROM store.pages AS pages LEFT JOIN store.sources AS sources USING (source_id)
WHERE page_id = $page_id
