"""An archive that speaks Memento (RFC 7089): what of its answers is the site's, as captured, and what its own.

The archive's address is the operator's own setting, so it may lie anywhere; but no redirect leads away from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from scrapers.archives.asking import PASSING, Asker, Reply, Silent
from scrapers.archives.cdx import read_stamp, stamp
from scrapers.archives.route import Answer, Missed
from scrapers.pagestore.exchange import clean_text
from scrapers.pagestore.surt import surt
from scrapers.settings import DOWNLOAD_MAXSIZE
from scrapers.urls import without_secrets
from warehouse.errors import SetAside, SettingError, TryAgain

#: Captures in a row that the archive fails to play back after which it is taken to be out of order.
FAILURES: Final = 5

#: Redirects followed from one capture to the nearest one.
HOPS: Final = 3

#: What the archive puts before the names of the captured answer's headers.
ORIGINAL: Final = "x-archive-orig-"

#: Headers that are the archive's own where it does not mark the captured ones (pywb's raw replay).
_OWN: Final = frozenset({"memento-datetime", "link", "content-location", "date", "connection", "transfer-encoding"})


class Archive:
    """An archive's CDX server and its replay.

    Args:
        cdx: address of the CDX server.
        replay: what stands before ``20180201120000id_/http://…`` in the address of a capture.
        asker: asks it.
        window: how far from the time asked for a capture may be that comes in its place.

    Raises:
        SettingError: an address is none.
    """

    def __init__(self, cdx: str, replay: str, asker: Asker, *, window: timedelta) -> None:
        self._cdx = checked_address(cdx)
        self._replay = checked_address(replay).rstrip("/") + "/"
        self._asker = asker
        self._window = window
        self._failures = 0

    def list_page(self, parameters: Mapping[str, str | list[str]]) -> str:
        """One page of the CDX server, whole.

        Raises:
            TryAgain: it does not answer, or what came is not all of it.
            SetAside: it refuses the query.
        """
        reply = self._asker.ask("cdx", self._cdx, parameters)
        text = reply.body.decode("utf-8", "replace")
        if reply.status == 200 and not reply.cut:
            if "transfer-encoding" not in reply.headers and "content-length" not in reply.headers:
                raise TryAgain(
                    "does not say where its answer ends, so it cannot be told to be whole",
                    culprit=self._cdx,
                    mend="Ask the archive's own address, without a proxy of HTTP/1.0 between",
                )
            return text
        said = "a page of more than 64 MiB" if reply.cut else f"answered {reply.status}: {clean_text(text, 200)}"
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
                reply = self._asker.ask("replay", address)
            except Silent as silent:
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
        target = reply.headers.get("location", "")
        with suppress(ValueError):  # what cannot be joined leads nowhere
            target = urljoin(reply.url, target)
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
        if reply.status in (401, 403, 451):
            return Missed("error:excluded", why)
        return Missed("error:archive", f"{why} with a page of its own")

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


def checked_address(url: str) -> str:
    """An archive's address as the operator gave it.

    Raises:
        SettingError: it is none, or holds a user name and password, which would end in page store and log.
    """
    with suppress(ValueError):  # a port or an IPv6 address that is none
        parts = urlsplit(url)
        extra = parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not extra:
            return url
    raise SettingError(
        f"{without_secrets(url)!r} is no archive's address",
        mend="Write it in full, such as https://web.archive.org/web, without user name and password",
    )


def _memento_time(reply: Reply) -> datetime:
    text = reply.headers["memento-datetime"]
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        raise Missed("error:archive", f"the archive's Memento-Datetime is no time: {clean_text(text, 60)}") from None


def _original(reply: Reply) -> str | None:
    """The address that was captured, as ``Link: <…>; rel="original"`` names it; None if nothing does."""
    # as bytes: they may be in any encoding
    links = httpx.Response(200, headers=[pair for pair in reply.headers.raw if pair[0].lower() == b"link"]).links
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
