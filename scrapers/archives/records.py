"""WARC records of other people's files, one by one, past whatever is damaged between them.

WARC readers stop at damage and at a cut tail without a word (fastwarc and warcio, measured). So the gzip members
are walked here, or the lengths of uncompressed records, and what lies between two whole ones is told as a gap.
Files come as anything that can be sliced and searched: a mapped file, or a download passing by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from zlib_ng import zlib_ng

from scrapers.pagestore.heads import HEADERS
from scrapers.pagestore.recover import GZIP, member_of
from scrapers.settings import DOWNLOAD_MAXSIZE

_WARC: Final = b"WARC/"
_CHUNK: Final = 64 * 1024

#: Bytes kept of one unpacked record: the largest page with its headers. A video's record is walked over
#: without being held in memory, and tells its own length.
KEPT: Final = DOWNLOAD_MAXSIZE + 256 * 1024

#: Bytes one gzip member may unpack to before it is given up as a bomb: some seconds of work.
BOMB: Final = 2 * 1024 * 1024 * 1024

#: Longest number that is taken for a length: no file is longer, and Python refuses to read those of 4,300 digits.
_DIGITS: Final = 18

#: Bytes of a gzip member by which it has unpacked to its first ones: ten of headers, some hundred of a code table.
_FIRST: Final = 4096

#: Bytes of a gzip member that is unpacked at one stroke: few pages are larger.
_PAGE: Final = 1024 * 1024

#: Bytes that may be read in vain, looking for whole records where there are none, and how many more for each byte of
#: the file: a member that is damaged at its end is read once, and what is made to be read from each of its bytes to
#: the end would take for ever. What is unpacked counts an eighth.
VAIN: Final = 512 * 1024 * 1024
VAIN_EACH: Final = 8

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
    :data:`KEPT`, its WARC headers ending in CR LF each, ``whole`` whether that is all of it, ``proven`` whether a
    checksum (gzip's) held, ``packed`` the gzip member as it stands in the file, empty where there is none, or it or
    ``data`` is longer than that or written otherwise."""

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
    """What is no whole record, before it is known how far it reaches; ``read``, ``unpacked``: bytes it took to tell."""

    why: str
    data: bytes = b""
    read: int = 0
    unpacked: int = 0


#: Why a record is not whole of which the beginning is there.
_CUT: Final = "the file ends within this record"


def records(file: Bytes, start: int = 0) -> Iterator[Stored | Gap]:
    """The whole records of a file from a position on, and the gaps between them; in order, one in memory."""
    position = furthest = start
    vain = 0
    gap: tuple[int, _Broken] | None = None
    following = _Following(file)
    while head := file.slice(position, position + 5):
        if head.startswith(GZIP):
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
            furthest = max(furthest, position + found.read)
            vain += found.read + found.unpacked // 8
            too_dear = vain > VAIN + VAIN_EACH * (furthest - start)
            behind = -1 if too_dear else following.record(position + 1)
            if behind < 0:
                why = gap[1].why + (", and too many bytes behind begin a record that is none" if too_dear else "")
                yield Gap(gap[0], _end(file, position) - gap[0], why, gap[1].data)
                return
            position = behind
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


class _Following:
    """Looks for where the next record may begin, each byte but once."""

    def __init__(self, file: Bytes) -> None:
        self._file = file
        self._compressed = -2  # where the next gzip member may begin; -1: nowhere, -2: not looked for yet
        self._clear = 0  # up to here there is no version line

    def record(self, start: int) -> int:
        """Where a gzip member or a version line stands at or behind start; -1 if there is none."""
        if self._compressed != -1 and self._compressed < start:
            self._compressed = self._file.find(GZIP, start)
        until = self._compressed if self._compressed >= 0 else None
        if until is not None and self._clear >= until:
            return self._compressed
        plain = self._file.find(b"\n" + _WARC, max(start, self._clear), until)
        if plain >= 0:
            self._clear = plain
            return plain + 1
        if until is not None:
            self._clear = until - len(_WARC)
        return self._compressed


def _end(file: Bytes, position: int) -> int:
    while piece := file.slice(position, position + 1024 * 1024):
        position += len(piece)
        file.release(position)
    return position


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """A gzip member: bytes it takes, what it unpacks to as far as :data:`KEPT`, and bytes of all that."""

    length: int
    data: bytes
    size: int


def _member(file: Bytes, offset: int) -> Stored | _Broken:
    """The record in the gzip member at ``offset``, its checksum proven; or why there is none."""
    found = _at_once(file, offset) or _bit_by_bit(file, offset)
    if isinstance(found, _Broken):
        return found
    length, kept, size = found.length, found.data, found.size
    if not kept.startswith(_WARC):
        return _no_record(kept, length, size)
    declared = announced(kept)
    if declared is None:
        return _Broken("this record has no readable length", b"", length, size)
    if size > declared + 4 and kept[declared : declared + 9].lstrip(b"\r\n").startswith(_WARC):
        why = "many records in one gzip member: make it one a record with warcio recompress"
        return _Broken(why, b"", length, size)
    whole = size <= len(kept)
    # of empty blocks a member may have more than any page
    data = _crlf(kept)
    packed = file.slice(offset, offset + length) if whole and length <= KEPT and data is kept else b""
    return Stored(offset, length, data, whole, proven=True, packed=packed)


def _at_once(file: Bytes, offset: int) -> _Unpacked | None:
    """The gzip member at ``offset`` as nearly all are: of a page's size, and another begins where it ends. To look for
    its end while it is unpacked takes half as long again."""
    end = file.find(GZIP, offset + len(GZIP), offset + _PAGE)
    data = member_of(file.slice(offset, end), KEPT) if end >= 0 else None
    return None if data is None else _Unpacked(end - offset, bytes(data), len(data))


def _bit_by_bit(file: Bytes, offset: int) -> _Unpacked | _Broken:
    """The gzip member at ``offset``, whatever its size; or why it is none, told early."""
    engine = zlib_ng.decompressobj(wbits=31)
    parts: list[bytes] = []
    size, position, known = 0, offset, False
    try:
        while not engine.eof:
            chunk = file.some(position, _CHUNK if known else _FIRST)
            if not chunk:
                return _Broken(_CUT, _crlf(b"".join(parts)), position - offset, size)
            position += len(chunk)
            while chunk and not engine.eof:  # at the end the tail stays what it was
                plain = engine.decompress(chunk, KEPT)  # bounded: a chunk of a bomb unpacks to 64 MB
                if size < KEPT:
                    parts.append(plain[: KEPT - size])
                size += len(plain)
                chunk = engine.unconsumed_tail
            if size > BOMB:
                return _Broken(f"this gzip member unpacks to more than {BOMB} bytes", b"", position - offset, size)
            if not known and (size >= len(_WARC) or position - offset >= _FIRST):
                begins = b"".join(parts)
                if not begins.startswith(_WARC):
                    return _no_record(begins, position - offset, size)
                known = True
    except zlib_ng.error:  # type: ignore[misc]  # its stub says so of the exception class
        return _Broken("this gzip member is damaged", b"", position - offset, size)
    return _Unpacked(position - len(engine.unused_data) - offset, b"".join(parts), size)


def _no_record(begins: bytes, read: int, unpacked: int) -> _Broken:
    if begins.startswith(b"filedesc:"):
        return _Broken("this is an ARC file: convert it with warcio recompress", b"", read, unpacked)
    return _Broken("this gzip member holds no WARC record", b"", read, unpacked)


def _plain(file: Bytes, offset: int) -> Stored | _Broken:
    """The uncompressed record at ``offset``, or why it is none."""
    head = file.slice(offset, offset + _FIRST)
    if _headers(head) is None and len(head) == _FIRST:
        head = file.slice(offset, offset + HEADERS)
    declared = announced(head)
    if declared is None:
        return _Broken("this record has no readable length", b"", len(head))
    end = offset + declared
    if not file.slice(end - 1, end):
        data = file.slice(offset, offset + KEPT)
        following = data.find(b"\n" + _WARC)  # of a length that is wrong, the next record tells the end
        return _Broken(_CUT, _crlf(data if following < 0 else data[: following + 1]), len(data))
    behind = file.slice(end, end + _STRAY)
    if behind.strip(b"\r\n") and not behind.startswith((b"\r\n\r\nWARC/", b"\n\nWARC/")):
        # writers that count a character wrong are common (warcio's own example.warc), damage leaves more behind
        stray = behind.find(b"\n" + _WARC)
        if stray < 0:
            return _Broken("this record does not end where it says", b"", len(head))
        end += stray + 1
    data = file.slice(offset, offset + min(declared, KEPT))
    return Stored(offset, end - offset, _crlf(data), declared <= KEPT, proven=False)


def announced(data: bytes) -> int | None:
    """The length of a record (bytes), headers and block, as its headers say; None where they do not, or are cut."""
    found = _headers(data)
    if found is None:
        return None
    for line in found[0][1:]:
        name, _, value = line.partition(b":")
        value = value.strip()
        if name.strip().lower() == b"content-length" and value.isdigit() and len(value) <= _DIGITS:
            return found[1] + int(value)
    return None


def _headers(data: bytes) -> tuple[list[bytes], int] | None:
    """The lines of a record's headers, and where its block begins; None if they have no end."""
    ending = b"\n" if _is_bare(data) else b"\r\n"
    end = data.find(ending * 2, 0, HEADERS)
    return (data[:end].split(ending), end + len(ending * 2)) if end >= 0 else None


def _is_bare(data: bytes) -> bool:
    """Whether a record's lines end in LF alone, as some writers of WARC leave them (warcio reads them too)."""
    line = data.find(b"\n", 0, HEADERS)
    return line > 0 and not data.startswith(b"\r", line - 1)


def _crlf(data: bytes) -> bytes:
    """A record with its WARC headers as the standard has them; fastwarc knows no other (measured)."""
    if not _is_bare(data) or (found := _headers(data)) is None:
        return data
    lines, block = found
    return b"\r\n".join(lines) + b"\r\n\r\n" + data[block:]
