-- Who copies from whom: which outlets carry a story that another had first, after how many hours, and how much of their text is their own?
SELECT copy.cluster_id, original.outlet AS first_outlet, copy.outlet AS copied_by, copy.kind, copy.hours_after_first,
    round(1 - copy.share, 2) AS own_part, copy.title, copy.url
FROM syndication AS copy
JOIN syndication AS original ON original.cluster_id = copy.cluster_id AND original.first
WHERE NOT copy.first
ORDER BY copy.cluster_id, copy.place_in_line;
