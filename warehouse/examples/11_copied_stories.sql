-- Who copies from whom: which outlets carry the same story, and how many hours after the first?
SELECT copy.cluster_id, original.outlet AS first_outlet, copy.outlet AS copied_by, copy.hours_after_first, copy.title, copy.url
FROM syndication AS copy
JOIN syndication AS original ON original.cluster_id = copy.cluster_id AND original.first
WHERE NOT copy.first
ORDER BY copy.cluster_id, copy.place_in_line;
