"""Scrapy's HTTP handler with bounds on the head of a response.

``DOWNLOAD_MAXSIZE`` bounds bodies alone. Headers that never end, one a line or one folded over many, and
interim (1xx) answers without a last one, were seen to take 100 MB a connection within ``DOWNLOAD_TIMEOUT``.
"""

from __future__ import annotations

from typing import Any, Final

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from twisted.web._newclient import ParseError

from scrapers.outcomes import TooLarge

#: Bytes of all header lines of one exchange, interim answers included: what Chromium takes.
MOST_HEADERS: Final = 256 * 1024

#: Added for each line, so that many empty ones count as well: what an object costs at least.
LINE: Final = 64


class _Parser(_LenientHTTPClientParser):
    """Gives up at :data:`MOST_HEADERS`, and at a status that is none."""

    taken = 0

    def statusReceived(self, status: bytes) -> None:
        super().statusReceived(status)  # type: ignore[no-untyped-call]
        if not 100 <= self.response.code <= 999:  # RFC 9110: three digits; a longer number fits no table
            raise ParseError("no HTTP status", status[:40])  # type: ignore[no-untyped-call]

    def lineReceived(self, line: bytes) -> None:
        self.taken += len(line) + LINE
        if self.taken > MOST_HEADERS:
            raise TooLarge(f"its headers are longer than {MOST_HEADERS} bytes")
        super().lineReceived(line)


class _Protocol(_LenientHTTP11ClientProtocol):
    """Reads with :class:`_Parser`."""

    def request(self, request: Any) -> Any:
        answer = super().request(request)
        # as Scrapy's own does it, for the reason it gives: Twisted hard-codes the parser
        self._parser.__class__ = _Parser
        return answer


class _Factory(_LenientHTTP11ClientFactory):
    """Builds :class:`_Protocol`."""

    def buildProtocol(self, addr: Any) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(HTTP11DownloadHandler):
    """``http`` and ``https`` for :data:`scrapers.settings.DOWNLOAD_HANDLERS`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
