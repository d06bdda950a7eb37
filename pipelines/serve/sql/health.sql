-- How each source did on the last day it was crawled, those that need a look first.
SELECT * FROM source_health WHERE health IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY crawl_day DESC) = 1
ORDER BY unusual DESC, outlet
