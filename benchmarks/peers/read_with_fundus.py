"""Run by fundus's own Python: its CC-NEWS crawler over the archive whose address and day are the arguments.

Prints how many articles have a text.
"""

import json
import sys
from datetime import datetime, timedelta

from fundus import CCNewsCrawler, PublisherCollection

address, day = sys.argv[1], datetime.fromisoformat(sys.argv[2])
crawler = CCNewsCrawler(
    *PublisherCollection,
    start=day,
    end=day + timedelta(days=1),
    processes=0,
    disable_tqdm=True,
    server_address=address,
)
# no filter of its own: any article with a body counts
articles = sum(bool(article.plaintext) for article in crawler.crawl(only_complete=False, error_handling="suppress"))
print(json.dumps(articles))
