"""WARC records of other people's files, one by one, past whatever is damaged between them.

WARC readers stop at damage and at a cut tail without a word (fastwarc and warcio, measured). So the gzip members
are walked here, or the lengths of uncompressed records, and what lies between two whole ones is told as a gap.
Files come as anything that can be sliced and searched: a mapped file, or a download passing by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final, Protocol

from fastwarc.warc import WarcRecord
from zlib_ng import zlib_ng

from scrapers.settings import DOWNLOAD_MAXSIZE

_GZIP: Final = b"\x1f\x8b\x08"
_WARC: Final = b"WARC/"
_CHUNK: Final = 64 * 1024

#: Bytes kept of one unpacked record: the largest page with its headers. A video's record is walked over
#: without being held in memory, and tells its own length.
KEPT: Final = DOWNLOAD_MAXSIZE + 256 * 1024

#: Bytes one gzip member may unpack to before it is given up as a bomb: some seconds of work.
BOMB: Final = 2 * 1024 * 1024 * 1024

#: Longest block of WARC headers (bytes); a target URI has 2 kB at most.
_HEADERS: Final = 64 * 1024

#: Bytes behind an uncompressed record within which the next one must begin.
_STRAY: Final = 64


class Bytes(Protocol):
    """A file as this module reads it. Positions are absolute and only grow; ``release`` says that nothing
    before one is asked for again."""

    def slice(self, start: int, end: int) -> bytes:
        """The bytes from start to end; fewer at the end of the file."""
        ...

    def some(self, start: int, most: int) -> bytes:
        """Bytes from start on, as many as are at hand and no more than ``most``; none only at the end of the file."""
        ...

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        """Where the needle first stands at or behind start (and before end); -1 if it does not."""
        ...

    def release(self, position: int) -> None:
        """Nothing before this position is asked for again."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """A whole record: where it begins and how many bytes of the file it takes; ``data`` is it unpacked, as far as
    :data:`KEPT`, ``whole`` whether that is all of it, ``proven`` whether a checksum (gzip's) held, ``packed`` the
    gzip member as it stands in the file, empty where there is none or ``data`` is not whole."""

    offset: int
    length: int
    data: bytes
    whole: bool
    proven: bool
    packed: bytes = b""


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes that are no whole record, and why; ``data`` is what can be read of one that the end of the file cut off.

    Of a damaged one nothing is: without its checksum, no byte before the damage is known to be right.
    """

    offset: int
    length: int
    why: str
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class _Broken:
    """What is no whole record, before it is known how far it reaches."""

    why: str
    data: bytes = b""


#: Why a record is not whole of which the beginning is there.
_CUT: Final = "the file ends within this record"


def records(file: Bytes, start: int = 0) -> Iterator[Stored | Gap]:
    """The whole records of a file from a position on, and the gaps between them; in order, one in memory."""
    position = start
    gap: tuple[int, _Broken] | None = None
    while head := file.slice(position, position + 5):
        if head.startswith(_GZIP):
            found = _member(file, position)
        elif head == _WARC:
            found = _plain(file, position)
        elif not gap and not head.strip(b"\r\n"):  # blank lines between uncompressed records
            position += len(head)
            continue
        elif not gap and head.lstrip(b"\r\n") != head:
            position += len(head) - len(head.lstrip(b"\r\n"))
            continue
        else:
            found = _Broken("these bytes begin no WARC record")
        if isinstance(found, _Broken):
            gap = gap or (position, found)
            following = _next(file, position + 1)
            if following < 0:
                yield Gap(gap[0], _end(file, position) - gap[0], gap[1].why, gap[1].data)
                return
            position = following
            file.release(position)
            continue
        if gap:
            yield Gap(gap[0], position - gap[0], gap[1].why, gap[1].data)
            gap = None
        yield found
        position = found.offset + found.length
        file.release(position)
    if gap:
        yield Gap(gap[0], position - gap[0], gap[1].why, gap[1].data)


def _next(file: Bytes, start: int) -> int:
    """Where the next record may begin: a gzip member or a version line; -1 if there is none."""
    compressed = file.find(_GZIP, start)
    plain = file.find(b"\n" + _WARC, start, compressed if compressed >= 0 else None)
    return plain + 1 if plain >= 0 else compressed


def _end(file: Bytes, position: int) -> int:
    while piece := file.slice(position, position + 1024 * 1024):
        position += len(piece)
        file.release(position)
    return position


def _member(file: Bytes, offset: int) -> Stored | _Broken:
    """The gzip member at ``offset``, its checksum proven; or why it is none."""
    engine = zlib_ng.decompressobj(wbits=31)
    parts: list[bytes] = []
    size, position = 0, offset
    try:
        while not engine.eof:
            chunk = file.some(position, _CHUNK)
            if not chunk:
                return _Broken(_CUT, b"".join(parts))
            position += len(chunk)
            while chunk and not engine.eof:  # at the end the tail stays what it was
                plain = engine.decompress(chunk, KEPT)  # bounded: a chunk of a bomb unpacks to 64 MB
                if size < KEPT:
                    parts.append(plain[: KEPT - size])
                size += len(plain)
                chunk = engine.unconsumed_tail
            if size > BOMB:
                return _Broken(f"this gzip member unpacks to more than {BOMB} bytes")
    except zlib_ng.error:  # type: ignore[misc]  # its stub says so of the exception class
        return _Broken("this gzip member is damaged")
    length = position - len(engine.unused_data) - offset
    kept = b"".join(parts)
    if not kept.startswith(_WARC):
        if kept.startswith(b"filedesc:"):
            return _Broken("this is an ARC file: convert it with warcio recompress")
        return _Broken("this gzip member holds no WARC record")
    declared = _declared(kept)
    if declared is None:
        return _Broken("this record has no readable length")
    if size > declared + 4 and kept[declared : declared + 9].lstrip(b"\r\n").startswith(_WARC):
        return _Broken("many records in one gzip member: make it one a record with warcio recompress")
    whole = size <= len(kept)
    return Stored(
        offset, length, kept, whole, proven=True, packed=file.slice(offset, offset + length) if whole else b""
    )


def _plain(file: Bytes, offset: int) -> Stored | _Broken:
    """The uncompressed record at ``offset``, or why it is none."""
    declared = _declared(file.slice(offset, offset + _HEADERS))
    if declared is None:
        return _Broken("this record has no readable length")
    end = offset + declared
    if not file.slice(end - 1, end):
        data = file.slice(offset, offset + KEPT)
        following = data.find(b"\n" + _WARC)  # of a length that is wrong, the next record tells the end
        return _Broken(_CUT, data if following < 0 else data[: following + 1])
    behind = file.slice(end, end + _STRAY)
    if behind.strip(b"\r\n") and not behind.startswith(b"\r\n\r\nWARC/"):
        # writers that count a character wrong are common (warcio's own example.warc), damage leaves more behind
        stray = behind.find(b"\n" + _WARC)
        if stray < 0:
            return _Broken("this record does not end where it says")
        end += stray + 1
    data = file.slice(offset, offset + min(declared, KEPT))
    return Stored(offset, end - offset, data, declared <= KEPT, proven=False)


def _declared(data: bytes) -> int | None:
    """The length of a record, headers and block, as its headers say."""
    end = data.find(b"\r\n\r\n", 0, _HEADERS)
    if end < 0:
        return None
    for line in data[:end].split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return end + 4 + int(value)
    return None


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


_KINDS: Final = {"response": "response", "revisit": "revisit", "resource": "resource", "conversion": "resource"}


def target_of(data: bytes) -> str | None:
    """The URL a record is about, read from its headers alone; None where it is about none, or no web page."""
    head = data[: data.find(b"\r\n\r\n", 0, _HEADERS)]
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
    if url is None:
        return None
    record = opened(data)
    kind = _KINDS.get((record.headers.get("WARC-Type") or "").strip().lower())
    if kind is None:  # where damage has run two records into one, each reader takes another of the two types
        raise ValueError("more than one WARC-Type")
    at = datetime.fromisoformat((record.headers.get("WARC-Date") or "").strip())
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    status, mime = None, None
    if kind == "resource":
        status, mime = 200, record.headers.get("Content-Type")
    elif record.http_headers is not None:
        status, mime = record.http_headers.status_code, record.http_headers.get("Content-Type")
    origin = record.headers.get("WARC-Refers-To-Target-URI"), record.headers.get("WARC-Refers-To-Date")
    return Captured(
        kind=kind,
        url=url,
        at=at,
        status=status,
        mime=mime,
        digest=record.headers.get("WARC-Payload-Digest"),
        refers_to=(origin[0].strip("<>"), origin[1]) if origin[0] and origin[1] else None,
    )


def begun(gap: Gap) -> Captured | None:
    """The page in whose record a file was cut off: its HTTP headers are whole, and some of its body came; else None."""
    head = gap.data.find(b"\r\n\r\n", 0, _HEADERS)
    body = gap.data.find(b"\r\n\r\n", head + 4) + 4 if head >= 0 else 0
    if body < 4 or body >= len(gap.data):
        return None
    try:
        page = captured(gap.data)
    except ValueError:
        return None
    return page if page is not None and page.kind == "response" else None


def opened(data: bytes) -> WarcRecord:
    """A record with its HTTP headers parsed.

    Raises:
        ValueError: WARC or HTTP headers cannot be read.
    """
    try:
        # not from_bytes: it sets as much memory aside as the record says it has, and a lie ends the process
        record = WarcRecord.from_reader(BytesIO(data))
        record.parse_http(quirks_mode=True)
    except OSError as error:
        raise ValueError(str(error)) from error
    return record
