-- One page of the list.
SELECT event_id, day FROM wanted
ORDER BY
    CASE $sort WHEN 'newest' THEN -epoch(day) WHEN 'oldest' THEN epoch(day) ELSE -coalesce(killed_max, -1) END,
    day DESC, event_id
LIMIT $size OFFSET $size * ($page - 1)
