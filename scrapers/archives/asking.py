"""Requests to an archive: at its pace, tried again where that helps, and everything rests when it wants rest."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import httpx

from scrapers.answers import retry_after
from scrapers.archives.pace import Pace
from scrapers.archives.route import Missed
from scrapers.pagestore.exchange import clean_text
from scrapers.settings import DOWNLOAD_MAXSIZE, USER_AGENT
from scrapers.timed import Deadline, TimedBackend
from warehouse.errors import TryAgain

#: Tries of one request, with a pause or a rest between them.
TRIES: Final = 4

#: Answers of the archive itself after which the same request is worth making again.
PASSING: Final = frozenset({500, 502, 503, 504})

Kind = Literal["cdx", "replay"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an answer may take and be. ``step_s``: seconds until the next bytes come (a month of a large domain is
    searched for before the first); ``total_s``: seconds for all of it; ``most``: bytes of its body."""

    step_s: float
    total_s: float
    most: int


BOUNDS: Final[dict[Kind, Bounds]] = {
    "cdx": Bounds(180.0, 600.0, 64 * 1024 * 1024),
    "replay": Bounds(30.0, 120.0, DOWNLOAD_MAXSIZE),
}


class Silent(TryAgain):
    """A request that brought no answer, however often it was made. ``capture_only``: the archive is there, so it may
    be this capture that it fails at."""

    def __init__(self, problem: str, *, culprit: str, capture_only: bool) -> None:
        super().__init__(problem, culprit=culprit, mend="Run this again later: what has been read is kept")
        self.capture_only = capture_only


@dataclass(frozen=True, slots=True)
class Reply:
    """What the archive answered, whole. ``body``: of a capture, as it came, content-encoded where the headers say so;
    of a listing, decoded. ``cut``: there is more of it than was taken."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes
    cut: bool = False

    @property
    def captured(self) -> bool:
        """Whether this is an answer of the site, as captured, and not one of the archive's own."""
        return "memento-datetime" in self.headers


class Asker:
    """Asks one archive; several threads may do so at once.

    Args:
        pace: how fast it may be asked.
        rest_s: how long everything rests after a 429, or a refused connection, that names no time. The pause before
            a second try of what failed otherwise is a thirtieth of it, doubled for each further try.
    """

    def __init__(self, pace: Pace, *, rest_s: float) -> None:
        self._pace = pace
        self._rest_s = rest_s
        self._deadline = Deadline(0)
        transport = httpx.HTTPTransport(trust_env=False)
        transport._pool._network_backend = TimedBackend(self._deadline)  # httpx offers no public way in
        self._client = httpx.Client(
            transport=transport,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close its connections and the files of its pace."""
        self._client.close()
        self._pace.close()

    def ask(self, kind: Kind, url: str, parameters: Mapping[str, str | list[str]] | None = None) -> Reply:
        """The archive's answer, tried :data:`TRIES` times; one of :data:`PASSING` only if it was the last.

        Raises:
            Missed: ``url`` cannot be asked for.
            Silent: there was no answer, or it was 429 to the last.
            TryAgain: the archive is to be left alone for long.
        """
        trouble, capture_only = "", False
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self._rest_s / 30 * 2 ** (attempt - 1))
            self._pace.wait(kind)
            try:
                reply = self._once(kind, url, parameters)
            except httpx.TransportError as error:
                trouble = f"{type(error).__name__}: {error}"
                capture_only = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if _refused(error):
                    # the Wayback Machine refuses those who overlooked its 429s, for an hour, then longer
                    # (edgi-govdata-archiving/wayback#137): knocking on would prolong it
                    self._pace.rest(self._rest_s)
                continue
            except httpx.InvalidURL as error:
                raise Missed("error:malformed_url", f"{clean_text(url, 300)}: {error}") from error
            if reply.captured:
                return reply
            asked = retry_after(reply.headers.get("retry-after", "").encode("latin-1", "replace"), datetime.now(UTC))
            if reply.status == 429:
                self._pace.rest(max(self._rest_s, asked or 0.0))
                trouble, capture_only = "it answered 429, too many requests", False
                continue
            if reply.status in PASSING and attempt + 1 < TRIES:
                if asked:
                    self._pace.rest(asked)
                continue
            return reply
        raise Silent(
            f"gave no answer to {TRIES} tries: {trouble}",
            culprit=clean_text(url, 300),
            capture_only=capture_only and kind == "replay",
        )

    def _once(self, kind: Kind, url: str, parameters: Mapping[str, str | list[str]] | None) -> Reply:
        bounds = BOUNDS[kind]
        self._deadline.start(bounds.total_s)
        timeout = httpx.Timeout(bounds.step_s, connect=30.0)
        body = bytearray()
        try:
            with self._client.stream("GET", url, params=parameters, timeout=timeout) as response:
                # a capture's encoding is the page store's to undo, within its bounds
                for chunk in response.iter_bytes() if kind == "cdx" else response.iter_raw():
                    body += chunk
                    if len(body) > bounds.most:
                        break
                return Reply(
                    str(response.url),
                    response.status_code,
                    response.headers,
                    bytes(body[: bounds.most + 1]),
                    cut=len(body) > bounds.most,
                )
        except httpx.DecodingError:
            raise httpx.ReadError("its answer is not encoded as its headers say") from None


def _refused(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ConnectionRefusedError):
            return True
        error = error.__cause__ or error.__context__
    return False
