-- Give me last year's political violence in ACLED's columns.
SELECT *
FROM acled
WHERE event_date >= current_date - INTERVAL 1 YEAR AND contains(disorder_type, 'Political violence')
ORDER BY event_date, event_id_cnty;
