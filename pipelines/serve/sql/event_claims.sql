-- Who says how many, as the articles came out.
SELECT * FROM claims WHERE event_id = $event_id
ORDER BY list_position(['killed', 'injured', 'missing', 'captured', 'displaced'], outcome), background,
    published_at NULLS LAST, article_id, "start"
