-- Which article pages came by which route (live, sitemaps, archives), how many are articles, and of which days?
SELECT pages.via, pages.outlet, count(DISTINCT pages.canonical_url) AS addresses, count(*) AS captures,
    count(DISTINCT articles.article_id) AS articles, min(articles.published_day) AS oldest, max(articles.published_day) AS newest
FROM pages
LEFT JOIN articles USING (canonical_url)
WHERE pages.purpose = 'article'
GROUP BY pages.via, pages.outlet
ORDER BY captures DESC, pages.via, pages.outlet;
