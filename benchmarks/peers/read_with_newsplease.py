"""Run by news-please's own Python: its Common Crawl extractor over a WARC file on disk.

Prints how many articles have a title and a text.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path

# in this order: the extractor imports its sibling as the package is half made (1.6.16)
from newsplease.crawler import commoncrawl_crawler, commoncrawl_extractor  # noqa: F401

warc = Path(sys.argv[1])
texts: list[bool] = []
with tempfile.TemporaryDirectory() as folder:
    # where it would have put its download of this path
    (Path(folder) / warc.name).symlink_to(warc)
    commoncrawl_extractor.CommonCrawlExtractor().extract_from_commoncrawl(
        warc.name,
        lambda article: texts.append(bool(article.title and article.maintext)),
        lambda *counts: None,
        local_download_dir_warc=folder,
        continue_after_error=True,
        ignore_unicode_errors=True,
        strict_date=False,
        log_level=logging.CRITICAL,
        delete_warc_after_extraction=False,
    )
print(json.dumps(sum(texts)))
