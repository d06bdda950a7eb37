"""What the headers of a WARC record say: which web page was captured, when, as what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from scrapers.archives.records import Gap
from scrapers.pagestore.heads import HEADERS, Opened, opened
from scrapers.urls import USERINFO


@dataclass(frozen=True, slots=True)
class Captured:
    """What a record says of a web page that was captured: a response, a revisit of one, or a resource.

    ``kind``: ``response``, ``revisit`` or ``resource``. ``refers_to``: the URL and date (as written) of the response a
    revisit repeats.
    """

    kind: str
    url: str
    at: datetime
    status: int | None
    mime: str | None
    digest: str | None
    refers_to: tuple[str, str] | None = None


#: What ends HTTP headers; servers that write LF alone are read as well.
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")

_KINDS: Final = {"response": "response", "revisit": "revisit", "resource": "resource", "conversion": "resource"}


def target_of(data: bytes) -> str | None:
    """The URL a record is about, read from its headers alone; None where it is about none, or no web page."""
    head = data[: data.find(b"\r\n\r\n", 0, HEADERS)]
    kind = url = b""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        name = name.lower()
        if name == b"warc-type":
            kind = value.strip().lower()
        elif name == b"warc-target-uri":
            url = value.strip().strip(b"<>")
    if kind not in (b"response", b"revisit", b"resource", b"conversion"):
        return None
    if not url.lower().startswith((b"http://", b"https://")):
        return None
    return url.decode("utf-8", "replace")


def captured(data: bytes) -> Captured | None:
    """What a record tells of a captured page; None if it is about something else.

    Raises:
        ValueError: it is, and its headers cannot be read.
    """
    url = target_of(data)
    return None if url is None else told_by(opened(data), url)


def told_by(page: Opened, url: str) -> Captured:
    """What a record tells of the page at ``url`` (:func:`target_of`).

    Raises:
        ValueError: its headers cannot be read.
    """
    record = page.record
    kind = _KINDS.get((record.headers.get("WARC-Type") or "").strip().lower())
    if kind is None:  # where damage has run two records into one, each reader takes another of the two types
        raise ValueError("more than one WARC-Type")
    at = moment((record.headers.get("WARC-Date") or "").strip())
    status, mime = None, None
    if kind == "resource":
        status, mime = 200, record.headers.get("Content-Type")
    elif record.http_headers is not None:
        status, mime = record.http_headers.status_code, record.http_headers.get("Content-Type")
    origin = record.headers.get("WARC-Refers-To-Target-URI"), record.headers.get("WARC-Refers-To-Date")
    return Captured(
        kind=kind,
        url=_bare(url),
        at=at,
        status=status,
        mime=mime,
        digest=record.headers.get("WARC-Payload-Digest"),
        refers_to=(_bare(origin[0].strip("<>")), origin[1]) if origin[0] and origin[1] else None,
    )


def _bare(url: str) -> str:
    """A URL without user name and password, which no index of ours is to keep."""
    return USERINFO.sub(r"\1", url)


def moment(text: str) -> datetime:
    """A time as WARC records write it, in UTC.

    Raises:
        ValueError: it is none.
    """
    at = datetime.fromisoformat(text)
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:  # the first or last hours that have a name, by another clock
        raise ValueError(f"{text!r} is no time") from error


def begun(gap: Gap) -> Captured | None:
    """The page in whose record a file was cut off: its HTTP headers are whole, and some of its body came; else None."""
    head = gap.data.find(b"\r\n\r\n", 0, HEADERS)
    http = _BLANK_LINE.search(gap.data, head + 4) if head >= 0 else None
    if http is None or http.end() == len(gap.data):
        return None
    try:
        page = captured(gap.data)
    except ValueError:
        return None
    return page if page is not None and page.kind == "response" else None
