"""Scrapy's memory limit, held to what this crawl itself uses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.extensions.memusage import MemoryUsage

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.M)


class OwnMemoryUsage(MemoryUsage):
    """Peak resident memory of this program, in bytes, with the last figure taken when the spider closes.

    Scrapy asks getrusage(2), whose peak on Linux outlives execve(2): a crawl started by a large process
    would begin at that one's size, and be stopped for it. VmHWM in proc(5) begins anew.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = super().from_crawler(crawler)
        crawler.signals.connect(extension.update, signals.spider_closed)
        return extension

    def get_virtual_size(self) -> int:
        try:
            found = _PEAK.search(Path("/proc/self/status").read_text("ascii", "replace"))
        except OSError:  # no Linux
            found = None
        return int(found[1]) * 1024 if found else super().get_virtual_size()
