"""A host that says 429 or 503 gets its rest; one that keeps saying it is left alone for this run."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from scrapers.answers import retry_after
from scrapers.outcomes import HostResting
from scrapers.running import engine_of, stats_of

logger = logging.getLogger(__name__)

#: Statuses that ask for a rest.
RESTFUL = frozenset({429, 503})


class RestMiddleware:
    """Retry-After for the whole host, and a circuit breaker.

    Stands before RetryMiddleware, which then makes the request again once the host's rest is over.
    The breaker opens after ``REST_BREAKER`` such answers in a row, or when the rest asked for is longer
    than ``REST_MAX`` seconds; from then on no request is made to the host in this run, and what was
    pending stays pending for the next.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._default = crawler.settings.getfloat("REST_DEFAULT")
        self._most = crawler.settings.getfloat("REST_MAX")
        self._breaker = crawler.settings.getint("REST_BREAKER")
        self._in_a_row: dict[str, int] = {}
        self._open: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RestMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if why := self._open.get(urlparse_cached(request).netloc):
            raise HostResting(why)

    def process_response(self, request: Request, response: Response) -> Response:
        netloc = urlparse_cached(request).netloc
        if response.status not in RESTFUL:
            self._in_a_row.pop(netloc, None)
            return response
        row = self._in_a_row[netloc] = self._in_a_row.get(netloc, 0) + 1
        asked = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        wait = self._default * 2 ** (row - 1) if asked is None else asked
        if wait > self._most or row >= self._breaker:
            request.meta["dont_retry"] = True
            why = f"asked for {wait:g} s of rest" if wait > self._most else f"answered {response.status} {row} times"
            if netloc not in self._open:
                logger.warning("%s %s: left alone for this run", netloc, why)
                self._open[netloc] = f"{netloc} {why}; it is left alone for this run"
                self._stat("rest/hosts_left_alone")
            return response
        self._rest(request, wait)
        return response

    def _rest(self, request: Request, wait: float) -> None:
        """Let the host's download slot start nothing for ``wait`` seconds."""
        slot = engine_of(self._crawler).downloader.slots.get(request.meta.get("download_slot", ""))
        if slot is None:
            return
        # the slot waits `delay` from `lastseen`, and not at all while delay is 0
        slot.delay = max(slot.delay, 0.001)
        slot.lastseen = max(slot.lastseen, monotonic() + wait)
        self._stat("rest/count")
        logger.info("%s rests for %g s", request.meta["download_slot"], wait)

    def _stat(self, name: str) -> None:
        stats_of(self._crawler).inc_value(name)
