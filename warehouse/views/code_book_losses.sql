-- needs: acled, ucdp_ged, gtd, plover, airwars
CREATE OR REPLACE VIEW code_book_losses AS
WITH counts AS (
    SELECT 'acled' AS code_book, (SELECT count(*) FROM acled) AS events, column_name, filled
    FROM (UNPIVOT (SELECT count(COLUMNS('(.*)')) AS '\1' FROM acled) ON COLUMNS(*) INTO NAME column_name VALUE filled)
    UNION ALL
    SELECT 'ucdp_ged', (SELECT count(*) FROM ucdp_ged), column_name, filled
    FROM (UNPIVOT (SELECT count(COLUMNS('(.*)')) AS '\1' FROM ucdp_ged) ON COLUMNS(*) INTO NAME column_name VALUE filled)
    UNION ALL
    SELECT 'gtd', (SELECT count(*) FROM gtd), column_name, filled
    FROM (UNPIVOT (SELECT count(COLUMNS('(.*)')) AS '\1' FROM gtd) ON COLUMNS(*) INTO NAME column_name VALUE filled)
    UNION ALL
    SELECT 'plover', (SELECT count(*) FROM plover), column_name, filled
    FROM (UNPIVOT (SELECT count(COLUMNS('(.*)')) AS '\1' FROM plover) ON COLUMNS(*) INTO NAME column_name VALUE filled)
    UNION ALL
    SELECT 'airwars', (SELECT count(*) FROM airwars), column_name, filled
    FROM (UNPIVOT (SELECT count(COLUMNS('(.*)')) AS '\1' FROM airwars) ON COLUMNS(*) INTO NAME column_name VALUE filled)
)
SELECT counts.code_book, counts.column_name, counts.events, counts.filled, counts.events - counts.filled AS lost,
    described.comment LIKE 'Null:%' AS never_filled, described.comment AS meaning
FROM counts
JOIN duckdb_columns() AS described
    ON described.table_name = counts.code_book AND described.column_name = counts.column_name
        AND described.schema_name = 'main' AND described.database_name = current_database();

COMMENT ON VIEW code_book_losses IS 'What each code-book export cannot say of the events there are: one row a column, with the reason where it is never filled.';
COMMENT ON COLUMN code_book_losses.code_book IS 'acled, ucdp_ged, gtd, plover or airwars.';
COMMENT ON COLUMN code_book_losses.column_name IS 'Column of that view.';
COMMENT ON COLUMN code_book_losses.events IS 'Events that the view holds: the code-books differ in what they admit.';
COMMENT ON COLUMN code_book_losses.filled IS 'Of those, how many have a value in the column.';
COMMENT ON COLUMN code_book_losses.lost IS 'How many have none.';
COMMENT ON COLUMN code_book_losses.never_filled IS 'True where no event ever has one.';
COMMENT ON COLUMN code_book_losses.meaning IS 'What the column holds, or why it is null.';
