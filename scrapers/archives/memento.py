"""An archive that speaks Memento (RFC 7089) over HTTP, asked one request at a time and never too fast.

The archive's address is the operator's own setting, so it may lie anywhere; but no redirect leads away from
it. Whatever is asked again is asked at the archive's pace, and when it wants rest, every process rests.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

import httpx

from scrapers.archives.cdx import read_stamp, stamp
from scrapers.archives.pace import Pace
from scrapers.archives.route import Answer, Missed
from scrapers.middlewares.rest import retry_after
from scrapers.pagestore.exchange import clean_text
from scrapers.pagestore.surt import surt
from scrapers.settings import DOWNLOAD_MAXSIZE, USER_AGENT
from warehouse.errors import SetAside, SettingError, TryAgain

#: Tries of one request, with a pause or a rest between them.
TRIES: Final = 4

#: Answers of the archive itself after which the same request is worth making again.
PASSING: Final = frozenset({500, 502, 503, 504})

#: Captures in a row that the archive fails to play back after which it is taken to be out of order.
FAILURES: Final = 5

#: Redirects followed from one capture to the nearest one.
HOPS: Final = 3

#: Seconds until the first byte of a CDX page (a month of a large domain is searched for meanwhile), for the whole
#: of it, and the same for a replay; and the most bytes of a CDX page.
CDX_STEP_S: Final = 180.0
CDX_TOTAL_S: Final = 600.0
REPLAY_STEP_S: Final = 30.0
REPLAY_TOTAL_S: Final = 120.0
CDX_MAXSIZE: Final = 64 * 1024 * 1024

#: What the archive puts before the names of the captured answer's headers.
ORIGINAL: Final = "x-archive-orig-"

#: Headers that are the archive's own where it does not mark the captured ones (pywb's raw replay).
_OWN: Final = frozenset({"memento-datetime", "link", "content-location", "date", "connection", "transfer-encoding"})

Kind = Literal["cdx", "replay"]


class _Silent(TryAgain):
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


class Archive:
    """An archive's CDX server and its replay.

    Args:
        cdx: address of the CDX server.
        replay: what stands before ``20180201120000id_/http://…`` in the address of a capture.
        pace: how fast it may be asked.
        rest_s: how long everything rests after a 429, or a refused connection, that names no time. The pause before
            a second try of what failed otherwise is a thirtieth of it, doubled for each further try.
        window: how far from the time asked for a capture may be that comes in its place.
    """

    def __init__(self, cdx: str, replay: str, pace: Pace, *, rest_s: float, window: timedelta) -> None:
        self._cdx = _address(cdx)
        self._replay = _address(replay).rstrip("/") + "/"
        self._pace = pace
        self._rest_s = rest_s
        self._pause_s = rest_s / 30
        self._window = window
        self._failures = 0
        self._client = httpx.Client(
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
        self._pace.close()

    def list_page(self, parameters: Mapping[str, str | list[str]]) -> str:
        """One page of the CDX server, whole.

        Raises:
            TryAgain: it does not answer, or what came is not all of it.
            SetAside: it refuses the query.
        """
        reply = self._ask("cdx", self._cdx, parameters)
        text = reply.body.decode("utf-8", "replace")
        if reply.status == 200 and not reply.cut:
            if "transfer-encoding" not in reply.headers and "content-length" not in reply.headers:
                raise TryAgain(
                    "does not say where its answer ends, so it cannot be told to be whole",
                    culprit=self._cdx,
                    mend="Ask the archive's own address, without a proxy of HTTP/1.0 between",
                )
            return text
        said = f"answered {reply.status}: {clean_text(text, 200)}" if not reply.cut else f"over {CDX_MAXSIZE} bytes"
        passing = reply.status in PASSING or reply.status == 200
        raise (TryAgain if passing else SetAside)(
            said, culprit=self._cdx, mend="Look at the archive's status; see docs/archives.md for its settings"
        )

    def play(self, url: str, at: datetime) -> Answer:
        """The captured answer of ``url`` at a time, or nearest to it within the window; raw (``id_``).

        Raises:
            Missed: the archive has none, does not give it out, or fails to play it back.
            TryAgain: it does not answer, or fails again and again.
        """
        address = self.address(url, at)
        for _ in range(HOPS + 1):
            try:
                reply = self._ask("replay", address)
            except _Silent as silent:
                if not silent.capture_only:
                    raise
                raise self._failed("error:connection", silent.problem) from silent
            if reply.captured:
                self._failures = 0
                return self._answer(reply, url, at)
            if 300 <= reply.status < 400:
                address = self._nearest(reply, url, at)
                continue
            raise self._refusal(reply)
        raise Missed("error:redirect", f"the archive redirects more than {HOPS} times from {url}")

    def address(self, url: str, at: datetime) -> str:
        """Where the raw capture of ``url`` at a time is played back."""
        return f"{self._replay}{stamp(at)}id_/{url}"

    # what came

    def _answer(self, reply: Reply, url: str, at: datetime) -> Answer:
        captured_at = self._within(_memento_time(reply), at)
        original = _original(reply)
        if original is not None and surt(original) != surt(url):
            raise Missed("error:wrong_page", f"the archive played back {clean_text(original, 300)} instead")
        headers = original_headers(reply)
        if captured_at != at:  # it stands under the time that was listed; this one is kept beside it
            headers.append(("Memento-Datetime", reply.headers["memento-datetime"]))
        return Answer(
            status=reply.status,
            headers=headers,
            body=reply.body,
            truncated=f"longer than {DOWNLOAD_MAXSIZE} bytes" if reply.cut else None,
        )

    def _within(self, captured_at: datetime, at: datetime) -> datetime:
        """Raises: Missed: it lies outside the window."""
        if abs(captured_at - at) > self._window:
            raise Missed(
                "error:off_window",
                f"the nearest capture is of {captured_at:%Y-%m-%d %H:%M}, not of {at:%Y-%m-%d %H:%M}",
            )
        return captured_at

    def _nearest(self, reply: Reply, url: str, at: datetime) -> str:
        """Where the archive's own redirect leads: to another time of the same page within the window, or nowhere."""
        target = urljoin(reply.url, reply.headers.get("location", ""))
        if not target.startswith(self._replay):
            raise Missed("error:redirect", f"the archive redirects to {clean_text(target, 300)}, which is not its own")
        when, _, captured = target.removeprefix(self._replay).partition("/")
        try:
            moment = read_stamp(when.rstrip("abcdefghijklmnopqrstuvwxyz_"))
        except ValueError as error:
            raise Missed("error:redirect", f"the archive redirects to {clean_text(target, 300)}: {error}") from None
        if surt(captured) != surt(url):
            raise Missed("error:wrong_page", f"the archive redirects to {clean_text(captured, 300)} instead")
        return self.address(captured, self._within(moment, at))

    def _refusal(self, reply: Reply) -> Missed:
        """What an answer of the archive's own means for this capture.

        Raises:
            TryAgain: as :meth:`_failed`.
        """
        said = clean_text(reply.headers.get("x-archive-wayback-runtime-error", ""), 200)
        why = f"the archive answered {reply.status}" + (f" ({said})" if said else "")
        if reply.status in PASSING:
            return self._failed(f"error:http_{reply.status}", why)
        self._failures = 0
        if reply.status == 404:
            return Missed("error:not_archived", why)
        return Missed("error:excluded" if reply.status in (401, 403, 451) else "error:archive", why)

    def _failed(self, outcome: str, why: str) -> Missed:
        """A capture that may come another time.

        Raises:
            TryAgain: too many of them in a row.
        """
        self._failures += 1
        if self._failures >= FAILURES:
            raise TryAgain(
                f"fails to play back {FAILURES} captures in a row: {why}",
                culprit=self._replay,
                mend="Look at the archive's status; run this again later",
            )
        return Missed(outcome, why)

    # asking

    def _ask(self, kind: Kind, url: str, parameters: Mapping[str, str | list[str]] | None = None) -> Reply:
        """The archive's answer, tried :data:`TRIES` times; one of :data:`PASSING` only if it was the last.

        Raises:
            TryAgain: there was none, or it was 429 to the last.
        """
        trouble, capture_only = "", False
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self._pause_s * 2 ** (attempt - 1))
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
        raise _Silent(
            f"gave no answer to {TRIES} tries: {trouble}",
            culprit=self._cdx if kind == "cdx" else self._replay,
            capture_only=capture_only and kind == "replay",
        )

    def _once(self, kind: Kind, url: str, parameters: Mapping[str, str | list[str]] | None) -> Reply:
        listing = kind == "cdx"
        most = CDX_MAXSIZE if listing else DOWNLOAD_MAXSIZE
        timeout = httpx.Timeout(CDX_STEP_S if listing else REPLAY_STEP_S, connect=REPLAY_STEP_S)
        deadline = time.monotonic() + (CDX_TOTAL_S if listing else REPLAY_TOTAL_S)
        body = bytearray()
        try:
            with self._client.stream("GET", url, params=parameters, timeout=timeout) as response:
                # a capture's encoding is the page store's to undo, within its bounds
                for chunk in response.iter_bytes() if listing else response.iter_raw():
                    body += chunk
                    if len(body) > most or time.monotonic() > deadline:
                        break
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("took too long, drop by drop")
                cut = len(body) > most
                return Reply(
                    str(response.url), response.status_code, response.headers, bytes(body[: most + 1]), cut=cut
                )
        except httpx.DecodingError:
            raise httpx.ReadError("its answer is not encoded as its headers say") from None


def _address(url: str) -> str:
    """An archive's address as the operator gave it.

    Raises:
        SettingError: it is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingError(
            f"{url!r} is no archive's address", mend="Write it in full, such as https://web.archive.org/web"
        )
    return url


def _refused(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ConnectionRefusedError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _memento_time(reply: Reply) -> datetime:
    text = reply.headers["memento-datetime"]
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        raise Missed("error:archive", f"the archive's Memento-Datetime is no time: {clean_text(text, 60)}") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _original(reply: Reply) -> str | None:
    """The address that was captured, as ``Link: <…>; rel="original"`` names it; None if nothing does."""
    links = httpx.Response(200, headers={"Link": reply.headers.get("link", "")}).links
    return links.get("original", {}).get("url")


def original_headers(reply: Reply) -> list[tuple[str, str]]:
    """The headers of the site's own answer, without the archive's, and with the encoding the body has now.

    The Wayback Machine and pywb mark them with :data:`ORIGINAL`, but for the content type. An archive that marks
    none passes them on as they are, beside a few of its own.
    """
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in reply.headers.raw]
    marked = [(name[len(ORIGINAL) :], value) for name, value in pairs if name.lower().startswith(ORIGINAL)]
    if not marked:
        kept = [(name, value) for name, value in pairs if name.lower() not in _OWN]
    elif any(name.lower() == "content-type" for name, _ in marked):
        kept = marked
    else:
        kept = marked + [(name, value) for name, value in pairs if name.lower() == "content-type"]
    # the archive packs and unpacks as it likes. It may say so twice, once with nothing (edgi-govdata-archiving/wayback,
    # web-monitoring-processing#309), and may pass on what was packed without a word
    now = [value.strip() for name, value in pairs if name.lower() == "content-encoding" and value.strip()]
    before = [value for name, value in kept if name.lower() == "content-encoding"]
    if not now and before and reply.body[:2] == b"\x1f\x8b":
        now = before
    kept = [(name, value) for name, value in kept if name.lower() not in ("content-encoding", "transfer-encoding")]
    return kept + [("Content-Encoding", value) for value in now]
