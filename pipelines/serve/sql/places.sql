-- The places of the events, for the map.
SELECT latitude, longitude, any_value(place_name ORDER BY place_name) AS name, count(*) AS events
FROM wanted WHERE latitude IS NOT NULL AND longitude IS NOT NULL
GROUP BY latitude, longitude ORDER BY latitude, longitude
