"""Where a crawl's exchanges go: page store first, then the frontier, in the order that loses nothing.

append record -> fsync -> index row -> mark done. A kill between any two leaves a page either pending
or kept, never both forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from scrapers.answers import GONE, may_pass
from scrapers.frontier import Frontier, now_utc
from scrapers.pagestore import Exchange, PageWriter, captures
from warehouse.layout import Layout
from warehouse.records import Page


class Recorder:
    """The open page store and frontier of one source and day; flushed every ``flush_pages`` pages."""

    def __init__(
        self, layout: Layout, source_id: str, day: date, *, flush_pages: int, clock: Callable[[], datetime] = now_utc
    ) -> None:
        self.frontier = Frontier(layout.frontier(source_id), clock=clock)
        try:
            self._writer = PageWriter(layout, source_id, day)
            self.frontier.start(day)
            # what a killed run kept but had not marked done must not be fetched again
            self.frontier.reconcile(captures(layout, source_id, day))
        except BaseException:
            self.frontier.close()
            raise
        self._flush_pages = flush_pages
        self._waiting: list[tuple[str, Page]] = []
        self._closed = False

    def record(self, exchange: Exchange) -> None:
        """Keep one exchange; it is safe on disk after the next :meth:`flush`."""
        self._waiting.append((exchange.url, self._writer.write(exchange)))
        if len(self._waiting) >= self._flush_pages:
            self.flush()

    def flush(self) -> None:
        """Bring what was written to disk, then settle its URLs in the frontier."""
        if not self._waiting:
            return
        self._writer.flush()
        for url, page in self._waiting:
            if page.outcome in ("ok", "not_modified"):
                self.frontier.done(url, page)
            else:
                self.frontier.failed(url, page.outcome, retry=may_pass(page.outcome))
                if page.outcome in GONE:
                    self.frontier.gone(page)
        self._waiting.clear()

    def close(self) -> None:
        """Flush, and close both. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            self.flush()
        finally:
            try:
                self._writer.close()
            finally:
                self.frontier.close()
