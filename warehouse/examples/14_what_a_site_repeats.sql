-- What does each site repeat on its stories, and how often was it taken out?
SELECT host, standing, stories, of_stories, times_dropped, first_seen, last_seen, "text"
FROM site_profiles
ORDER BY host, times_dropped DESC, stories DESC, "text"
LIMIT 30;
