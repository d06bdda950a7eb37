CREATE OR REPLACE VIEW availability AS
WITH addresses AS (
    -- an article may have been captured under several addresses, and each may be asked by http and by https
    SELECT DISTINCT articles.article_id, unnest(
        ['http://' || split_part(pages.canonical_url, '://', 2), 'https://' || split_part(pages.canonical_url, '://', 2)]
    ) AS canonical_url
    FROM store.articles AS articles JOIN store.pages AS pages USING (page_id)
), told AS (
    -- one row a capture that says whether the article is there; errors that pass and refusals say nothing
    SELECT addresses.article_id, addresses.canonical_url, pages.fetched_at, pages.moved_to, pages.outcome,
        CASE
            WHEN pages.outcome IN ('error:http_404', 'error:http_410', 'soft_404') THEN 'gone'
            -- sent on to a front page or a section
            WHEN pages.moved_to IS NOT NULL AND pages.outcome IN ('index', 'not_article') THEN 'gone'
            -- an address that has always led elsewhere (a feed's own links) has not moved
            WHEN pages.outcome IN ('ok', 'not_modified') AND pages.moved_to IS NOT NULL AND bool_or(
                pages.outcome IN ('ok', 'not_modified') AND pages.moved_to IS NULL
            ) OVER (PARTITION BY addresses.article_id, addresses.canonical_url) THEN 'moved'
            WHEN pages.outcome IN ('ok', 'not_modified') THEN 'there'
        END AS state
    FROM addresses JOIN store.pages AS pages ON pages.canonical_url = addresses.canonical_url AND pages.purpose = 'article'
), last AS (
    SELECT article_id, canonical_url, arg_max(state, fetched_at) AS state, arg_max(moved_to, fetched_at) AS moved_to,
        max(fetched_at) AS last_told
    FROM told
    WHERE state IS NOT NULL
    GROUP BY article_id, canonical_url
), before AS (
    SELECT last.*, max(told.fetched_at) FILTER (WHERE told.state <> last.state) AS last_otherwise
    FROM last JOIN told USING (article_id, canonical_url)
    GROUP BY ALL
), since AS (
    SELECT before.*, min(told.fetched_at) AS since
    FROM before JOIN told USING (article_id, canonical_url)
    WHERE told.state = before.state AND (told.fetched_at > last_otherwise OR last_otherwise IS NULL)
    GROUP BY ALL
)
-- of several addresses the one that is best off: an article is gone when none of them has it
SELECT article_id, state, since, CASE WHEN state = 'moved' THEN moved_to END AS moved_to, last_told, canonical_url AS address
FROM since
QUALIFY row_number() OVER (
    PARTITION BY article_id ORDER BY list_position(['there', 'moved', 'gone'], state), last_told DESC, canonical_url
) = 1;

COMMENT ON VIEW availability IS 'Whether each article still stands where we found it, as its re-checks told. What was stored of it stays, whatever they told.';
COMMENT ON COLUMN availability.article_id IS 'The article.';
COMMENT ON COLUMN availability.state IS 'there; moved: a permanent redirect leads to another page that holds an article; gone: 404, 410, a page that says "not found", or a redirect to a page without a story.';
COMMENT ON COLUMN availability.since IS 'The first capture that told so, since one last told otherwise (UTC).';
COMMENT ON COLUMN availability.moved_to IS 'Where to; null unless it has moved.';
COMMENT ON COLUMN availability.last_told IS 'The last capture that told so (UTC).';
COMMENT ON COLUMN availability.address IS 'The address asked.';
