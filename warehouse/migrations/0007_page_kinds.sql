-- What a page is: listings, galleries and videos by their own names, and which articles are live blogs.

ALTER TABLE store.articles ADD COLUMN kind VARCHAR DEFAULT 'article';
COMMENT ON COLUMN store.articles.kind IS 'article or live_blog.';

INSERT INTO store.outcomes VALUES
    ('index', 'A page that leads to stories and tells none: a front page, a section, a tag, search results.'),
    ('gallery', 'Pictures with no more text than their captions.'),
    ('video', 'A video with no more text than its description.');
UPDATE store.outcomes SET meaning = 'A page without an article that is none of the other kinds: an empty shell.'
WHERE outcome = 'not_article';
