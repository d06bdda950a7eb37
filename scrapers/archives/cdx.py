"""The CDX API of the Wayback Machine: which captures an archive has of a domain, page by page, none lost.

What is known of the server, and what follows here:

- ``collapse=digest`` drops a repeat only right behind its like (be it of another address), so who reads this must
  look for repeats again.
- A page goes on by ``resumeKey``, which is ``urlkey timestamp``; the server makes it wrong unless ``fl`` has
  ``urlkey`` (internetarchive/wayback#121), and some decode it once too often, so that a key with a ``%`` or ``+``
  leads elsewhere (#195). So each page is asked to begin with the last row of the one before it; one that does not
  is no continuation.
- Other archives' servers (pywb) cut at ``limit`` and know no key at all. Where a page cannot be continued, the
  span of time is halved until each half fits in a page.
- A page is taken only whole: its HTTP answer must have ended as announced, and its last line must be a row, with
  its line break. (What a server leaves out by itself, without a word, nobody can tell.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from urllib.parse import quote_plus

from scrapers.pagestore.exchange import clean_text
from scrapers.urls import requestable
from warehouse.errors import SetAside, TryAgain

#: Rows of a page: at 24 pages a minute a month of a large outlet takes a minute, and a page 3 MB.
ROWS: Final = 10_000

#: The fields asked for, in the order in which they come.
FIELDS: Final = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")

_STAMP: Final = "%Y%m%d%H%M%S"
_ROWLIKE = re.compile(r"\S+ \d{1,20}( |$)")
#: What pywb and others call the same fields in CDXJ.
_NAMES: Final = {"original": "url", "mimetype": "mime", "statuscode": "status"}
#: What an archive answers when it may not give a site out (internetarchive/wayback, AccessControlException).
_REFUSALS: Final = ("AdministrativeAccessControlException", "RobotAccessControlException", "Blocked Site Error")


@dataclass(frozen=True, slots=True)
class Row:
    """A capture as the index tells it. ``status`` None and ``mime`` ``warc/revisit``: a repeat of another capture.
    ``length``: bytes of its record in the archive, where they are told."""

    urlkey: str
    captured_at: datetime
    url: str
    mime: str
    status: int | None
    digest: str
    length: int | None = None

    @property
    def position(self) -> tuple[str, str]:
        """Where it stands in the index, which is ordered by these."""
        return self.urlkey, stamp(self.captured_at)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that cannot be read, cut to one readable line, and why."""

    line: str
    why: str


@dataclass(frozen=True, slots=True)
class CdxPage:
    """One answer of the CDX server: its lines in order, and whether it says that there are more."""

    lines: tuple[Row | Malformed, ...]
    more: bool
    #: CDXJ that names no URLs: the server took the names of the fields for others and must be asked without them.
    unnamed: bool = False

    @property
    def rows(self) -> list[Row]:
        return [line for line in self.lines if isinstance(line, Row)]


def stamp(moment: datetime) -> str:
    """A time as archives write it: 14 digits, UTC."""
    return moment.astimezone(UTC).strftime(_STAMP)


def read_stamp(text: str) -> datetime:
    """The time that 14 digits name.

    Raises:
        ValueError: it is none.
    """
    if len(text) != 14 or not text.isascii() or not text.isdigit():
        raise ValueError(f"{text[:20]!r} is no time of 14 digits")
    return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)


def read_line(line: str) -> Row:
    """The row of a line, in CDX (fields between blanks) or CDXJ (``urlkey timestamp {json}``).

    Raises:
        ValueError: it is none, or what it names is no web address.
        KeyError: CDXJ without a field, which it names.
    """
    urlkey, _, rest = line.partition(" ")
    when, _, rest = rest.partition(" ")
    captured = read_stamp(when)
    if rest.startswith("{"):
        fields = json.loads(rest)
        mime, status, digest, length = (
            fields.get(name, fields.get(_NAMES.get(name, name), "-")) for name in FIELDS[3:]
        )
        url = fields.get("original") or fields["url"]
    else:
        # an address may hold blanks: the fields behind it are counted from the end
        url, mime, status, digest, length = rest.rsplit(" ", 4)
    address = requestable(str(url))
    if address is None:
        raise ValueError("what was captured is no web address")
    size = int(length) if str(length).isascii() and str(length).isdigit() else None
    return Row(
        urlkey, captured, address, str(mime), None if status in ("-", "", None) else int(status), str(digest), size
    )


def read_page(text: str) -> CdxPage:
    """One answer of the CDX server.

    Raises:
        TryAgain: it breaks off, or is no CDX at all.
        SetAside: the archive does not give the site out.
    """
    text = text.replace("\r\n", "\n")
    body, blank, tail = text.partition("\n\n") if not text.startswith("\n") else ("", "\n", text[1:])
    key = tail.strip()
    if blank and key and ("\n" in key or " " in key):
        body, key = text, ""  # a blank line among others ends nothing
    lines: list[Row | Malformed] = []
    unnamed, broken = False, None
    for line in body.split("\n"):  # only these end a line: addresses may hold what splitlines() takes for others
        if not line.strip() or line.startswith(" CDX "):
            continue
        broken = None
        try:
            lines.append(read_line(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            unnamed = unnamed or (isinstance(error, KeyError) and _ROWLIKE.match(line) is not None)
            lines.append(Malformed(clean_text(line, 300), _why(error)))
            if _ROWLIKE.match(line) is None:
                broken = line
    if any(refusal in text for refusal in _REFUSALS) and not any(isinstance(line, Row) for line in lines):
        raise SetAside(
            f"the archive does not give it out: {clean_text(text, 200)}",
            culprit="CDX answer",
            mend="It was taken out at somebody's wish; look for it elsewhere",
        )
    if text and not text.endswith("\n"):
        broken = text.rpartition("\n")[2]
    if broken is not None:
        raise TryAgain(
            f"ends with what is no whole row of an index: {clean_text(broken, 200)}",
            culprit="CDX answer",
            mend="The archive broke off; ask again later",
        )
    return CdxPage(tuple(lines), bool(key), unnamed)


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no field {error}"
    return clean_text(str(error), 200) or type(error).__name__


#: Asks the CDX server: parameters in, the text of a whole answer out.
Ask = Callable[[Mapping[str, str | list[str]]], str]


class Index:
    """The captures an archive has of a domain and its subdomains, HTML answered with 200 only."""

    def __init__(self, ask: Ask, *, rows: int = ROWS) -> None:
        self._ask = ask
        self._rows = rows
        self._fields = True
        #: How a resume key is written: as it is, or encoded once more. What worked last is tried first.
        self._spellings: list[Callable[[str], str]] = [str, quote_plus]

    def captures(
        self, domain: str, first: datetime, last: datetime, *, after: str | None = None
    ) -> Iterator[tuple[str, Row | Malformed]]:
        """The lines for captures from ``first`` to ``last`` (both included, to the second), each with the mark
        at which walking on would begin: ``after`` a mark, what lies before it is left out, and the captures of the
        address it names come again.

        Raises:
            TryAgain: the archive does not answer, or breaks off.
            SetAside: it does not give the domain out, or more captures of one second than fit in a page.
        """
        began, _, urlkey = (after or "").partition(" ")
        if began:
            first = max(first, read_stamp(began))
        yield from self._span(domain, first, last, urlkey or None)

    def _span(
        self, domain: str, first: datetime, last: datetime, urlkey: str | None
    ) -> Iterator[tuple[str, Row | Malformed]]:
        begin = stamp(first)
        page = self._resumed(domain, first, last, (urlkey, begin), whole=False) if urlkey else None
        if page is None:  # nothing to go on from, or it is not there any more: all of it again
            page = self._page(domain, first, last, None)
        anchor: Row | None = None
        while True:
            rows = page.rows
            following = None
            if page.more or len(rows) >= self._rows:
                following = self._following(domain, first, last, rows, anchor)
                if following is None:  # what has come of pages that could be continued comes again
                    yield from self._halves(domain, first, last)
                    return
            reached = anchor is None
            for line in page.lines:
                if not reached:  # up to the row that the page before ended with
                    reached = line == anchor
                    continue
                key = line.urlkey if isinstance(line, Row) else None
                yield f"{begin} {key}" if key else begin, line
            if following is None:
                return
            anchor, page = rows[-1], following

    def _following(
        self, domain: str, first: datetime, last: datetime, rows: Sequence[Row], anchor: Row | None
    ) -> CdxPage | None:
        """The page behind a full one; None where the server gives none that can be told to be it."""
        if not rows:
            raise TryAgain(
                "a whole page of the index holds no readable row",
                culprit=domain,
                mend="Look at the archive; ask again later",
            )
        in_order = all(one.position <= two.position for one, two in pairwise(rows))
        if not in_order or (anchor is not None and rows[-1].position <= anchor.position):
            return None
        return self._resumed(domain, first, last, rows[-1].position, whole=True)

    def _halves(self, domain: str, first: datetime, last: datetime) -> Iterator[tuple[str, Row | Malformed]]:
        """A span that does not fit in a page, where pages cannot be continued: half of it, and the other half."""
        seconds = int((last - first).total_seconds())
        if seconds <= 0:
            raise SetAside(
                f"more than {self._rows} captures of {stamp(first)} stand in its index, and it gives no further page",
                culprit=domain,
                mend="Another archive may list them; see docs/archives.md",
            )
        middle = first + timedelta(seconds=seconds // 2)
        for begin, end in ((first, middle), (middle + timedelta(seconds=1), last)):
            for mark, line in self._span(domain, begin, end, None):
                # a half is in an order of its own, and the next run may halve elsewhere: only the time counts
                yield mark.partition(" ")[0], line

    def _resumed(
        self, domain: str, first: datetime, last: datetime, position: tuple[str, str], *, whole: bool
    ) -> CdxPage | None:
        """The page that begins at a position; None where the server does not get there."""
        for spelling in self._spellings:
            page = self._page(domain, first, last, spelling(" ".join(position)))
            rows = page.rows
            if rows and (rows[0].position == position if whole else rows[0].urlkey == position[0]):
                self._spellings = sorted(self._spellings, key=lambda other: other is not spelling)
                return page
        return None

    def _page(self, domain: str, first: datetime, last: datetime, key: str | None) -> CdxPage:
        asked: dict[str, str | list[str]] = {
            "url": domain,
            "matchType": "domain",
            "from": stamp(first),
            "to": stamp(last),
            "filter": ["statuscode:200", "mimetype:text/html"],
            "collapse": "digest",
            "limit": str(self._rows),
            "showResumeKey": "true",
        }
        if self._fields:
            asked["fl"] = ",".join(FIELDS)
        if key is not None:
            asked["resumeKey"] = key
        page = read_page(self._ask(asked))
        if page.unnamed and self._fields:
            self._fields = False
            return self._page(domain, first, last, key)
        return page
