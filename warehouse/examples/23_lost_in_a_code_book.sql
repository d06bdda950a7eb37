-- Before I hand on an export in UCDP's or ACLED's columns: which columns stay empty, for how many events, and why?
SELECT code_book, column_name, lost, events, meaning
FROM code_book_losses
WHERE code_book IN ('acled', 'ucdp_ged') AND lost > 0
ORDER BY code_book, never_filled DESC, lost DESC, column_name;
