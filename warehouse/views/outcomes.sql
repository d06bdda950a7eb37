CREATE OR REPLACE VIEW outcomes AS
SELECT coalesce(known.outcome, counted.outcome) AS outcome, coalesce(counted.pages, 0) AS pages,
    counted.first_seen, counted.last_seen,
    coalesce(known.meaning, 'The fetch failed: ' || replace(counted.outcome, 'error:', '')) AS meaning
FROM store.outcomes AS known
FULL JOIN (
    SELECT outcome, count(*) AS pages, min(fetched_at) AS first_seen, max(fetched_at) AS last_seen
    FROM store.pages
    GROUP BY outcome
) AS counted ON counted.outcome = known.outcome;

COMMENT ON VIEW outcomes IS 'What became of all requested URLs: each outcome, its meaning and its count. The counts add up to the rows of pages.';
COMMENT ON COLUMN outcomes.outcome IS 'The outcome.';
COMMENT ON COLUMN outcomes.pages IS 'Captures that ended so.';
COMMENT ON COLUMN outcomes.first_seen IS 'First such capture (UTC).';
COMMENT ON COLUMN outcomes.last_seen IS 'Last such capture (UTC).';
COMMENT ON COLUMN outcomes.meaning IS 'What it means.';
