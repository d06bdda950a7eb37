"""The parts of a crawler that exist only while it crawls, without the None of the time before."""

from __future__ import annotations

from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector


def engine_of(crawler: Crawler) -> ExecutionEngine:
    """The crawler's engine. Raises RuntimeError before the crawl began."""
    if crawler.engine is None:
        raise RuntimeError("the crawl has not begun: there is no engine yet")
    return crawler.engine


def stats_of(crawler: Crawler) -> StatsCollector:
    """The crawler's statistics. Raises RuntimeError before the crawl began."""
    if crawler.stats is None:
        raise RuntimeError("the crawl has not begun: there are no statistics yet")
    return crawler.stats
