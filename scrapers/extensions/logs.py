"""The crawl's log, safe to read: most of what it quotes was chosen by a server."""

from __future__ import annotations

import logging
from typing import Final, Self

from scrapy import signals
from scrapy.crawler import Crawler

from scrapers.urls import without_secrets
from warehouse.text import printable

#: Longest message kept (characters); Scrapy's own statistics have 5,000.
LONGEST: Final = 20_000


class Harmless(logging.Filter):
    """Rewrites each record: no credentials, nothing that steers a terminal, no line that looks like a record.

    Lines after a message's first one are indented, so a line break in what a server sent forges no entry.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _harmless(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _harmless(record.exc_text)
        return True


def _harmless(text: str) -> str:
    return without_secrets(printable(text[:LONGEST])).replace("\n", "\n ")


class HarmlessLog:
    """Puts :class:`Harmless` before every handler of the process that runs the crawl."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        # not yet: Scrapy puts its handler up anew after it made the extensions, and before the spider opens
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Nothing a server sent can be in the log before."""
        for handler in logging.root.handlers:
            if not any(isinstance(found, Harmless) for found in handler.filters):
                handler.addFilter(Harmless())
