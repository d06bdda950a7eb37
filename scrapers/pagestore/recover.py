"""Mends what a killed run left, and says what is wrong with what lies there.

WARC readers stop at a damaged or cut tail without a word, so both the recovery and
:func:`verify` walk the gzip members themselves and hold them against the index.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Protocol

import deflate
from fastwarc.warc import WarcRecord, WarcRecordType
from zlib_ng import zlib_ng

from scrapers.pagestore.index import CDXJ, OPEN, WARC, Row, from_fields, to_line
from scrapers.pagestore.records import REFERS_FILE
from warehouse.layout import Layout

GZIP: Final = b"\x1f\x8b\x08"
_CHUNK: Final = 64 * 1024
_TEMPORARY: Final = ".tmp"


@dataclass(frozen=True, slots=True)
class Member:
    """A whole gzip member: where it begins, how long it is (bytes), and what it unpacks to."""

    offset: int
    length: int
    data: bytes


@dataclass(slots=True)
class Scan:
    """What one WARC file really holds. ``gaps`` are (offset, length) of bytes in no whole member,
    ``originals`` the WARC files its revisits refer to."""

    rows: list[Row] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    originals: set[str] = field(default_factory=set)


class Sliced(Protocol):
    """Bytes in memory or in a file."""

    def __getitem__(self, span: slice, /) -> bytes: ...


def member_at(data: Sliced, offset: int) -> Member | None:
    """The gzip member that begins at ``offset``; None if none does or it is not whole (CRC checked)."""
    engine = zlib_ng.decompressobj(wbits=31)
    parts: list[bytes] = []
    position = offset
    try:
        while not engine.eof:
            chunk = data[position : position + _CHUNK]
            if not chunk:
                return None
            parts.append(engine.decompress(chunk))
            position += len(chunk)
    except zlib_ng.error:  # type: ignore[misc]  # its stub says so of the exception class
        return None
    return Member(offset, position - len(engine.unused_data) - offset, b"".join(parts))


def member_of(packed: bytes, most: int) -> bytearray | None:
    """What a gzip member unpacks to whose length is known, at one stroke: two thirds of :func:`member_at`'s time.

    None if it is not whole, is no member, or says that it unpacks to nothing or to more than ``most`` bytes.
    """
    says = int.from_bytes(packed[-4:], "little")
    if not 0 < says <= most:
        return None
    try:
        data = deflate.gzip_decompress(packed, says)
    except (deflate.DeflateError, ValueError):
        return None
    # libdeflate takes no notice of what stands behind the end, where checksum and size stand
    ending = struct.pack("<II", deflate.crc32(data), len(data))
    return data if packed.find(ending) == len(packed) - len(ending) else None


def members(data: mmap.mmap | bytes) -> Iterator[Member]:
    """The whole members of a file, in order; past a damaged stretch the next whole one is sought."""
    position = 0
    while position < len(data):
        member = member_at(data, position)
        if member is None or not member.data.startswith(b"WARC/"):
            position = data.find(GZIP, position + 1)
            if position < 0:
                return
            continue
        yield member
        position = member.offset + member.length


def scan(path: Path, source_id: str, day: date) -> Scan:
    """Walk a WARC file of ours and make its index rows anew from its records."""
    name = f"{source_id}/{day.isoformat()}/{path.name.removesuffix(OPEN)}"
    found = Scan()
    verdicts: dict[str, dict[str, str]] = {}
    size = path.stat().st_size
    end = 0
    if size:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for member in members(data):
                if member.offset > end:
                    found.gaps.append((end, member.offset - end))
                end = member.offset + member.length
                found.spans.append((member.offset, member.length))
                _take(member, name, source_id, day, verdicts, found)
    if end < size:
        found.gaps.append((end, size - end))
    # verdicts left over are captures whose answer never reached the file: they will be fetched again
    return found


def _take(
    member: Member, name: str, source_id: str, day: date, verdicts: dict[str, dict[str, str]], found: Scan
) -> None:
    """Add what a record says to the scan."""
    record = WarcRecord.from_bytes(member.data)
    original = record.headers.get(REFERS_FILE)
    if original:
        found.originals.add(original)
    place: tuple[str, int, int] | None = (name, member.offset, member.length)
    target = record.headers.get("WARC-Target-URI") or ""
    if record.record_type == WarcRecordType.metadata:
        fields = _fields(record.reader.read())
        answer = record.headers.get("WARC-Concurrent-To")
        if answer:
            verdicts[answer] = fields
            return
        place, revisit = None, False
    elif record.record_type in (WarcRecordType.response, WarcRecordType.revisit):
        fields = verdicts.pop(record.headers.get("WARC-Record-ID") or "", {})
        revisit = record.record_type == WarcRecordType.revisit
    else:
        return
    try:
        found.rows.append(Row(from_fields(fields, source_id, day, place), target, revisit))
    except (KeyError, ValueError) as error:
        found.faults.append(f"the record at byte {member.offset} has no readable verdict ({error!r})")


def _fields(body: bytes) -> dict[str, str]:
    lines = body.decode("utf-8", "replace").split("\r\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def recover(layout: Layout, source_id: str, day: date) -> list[Path]:
    """Mend a partition nobody is writing; the caller holds its lock. Returns the files mended.

    A WARC left open is cut back to its last whole record (damage inside it is cut out, whole
    records after it are kept), its index is made anew from its own records, and both get their
    final names. A WARC without an index gets one.
    """
    folder = layout.pages_of(source_id, day)
    mended = []
    for path in sorted(folder.glob(f"*{_TEMPORARY}")):
        path.unlink()
    for path in sorted(folder.glob(f"*{WARC}{OPEN}")):
        found = scan(path, source_id, day)
        if not found.rows:
            path.unlink()  # killed before its first capture was whole
            path.with_name(_stem(path) + CDXJ + OPEN).unlink(missing_ok=True)
            continue
        if found.gaps:
            _cut(path, found)
            found = scan(path, source_id, day)
        _replace(path.with_name(_stem(path) + CDXJ + OPEN), "".join(map(to_line, found.rows)).encode("utf-8"))
        mended.append(finish(path))
    for path in sorted(folder.glob(f"*{CDXJ}{OPEN}")):
        path.unlink()  # its WARC has its final name, and so has its sorted index
    for path in sorted(folder.glob(f"*{WARC}")):
        index = path.with_name(_stem(path) + CDXJ)
        if not index.exists():
            _replace(index, _sorted_lines("".join(map(to_line, scan(path, source_id, day).rows))))
            mended.append(path)
    return mended


def _cut(path: Path, found: Scan) -> None:
    """Keep the whole members alone."""
    last_offset, last_length = found.spans[-1]
    if len(found.gaps) == 1 and found.gaps[0][0] == last_offset + last_length:
        with path.open("r+b") as file:
            file.truncate(last_offset + last_length)
            os.fsync(file.fileno())
        return
    kept = path.with_name(path.name + _TEMPORARY)
    with path.open("rb") as old, kept.open("wb") as new:
        for offset, length in found.spans:
            old.seek(offset)
            new.write(old.read(length))
        new.flush()
        os.fsync(new.fileno())
    kept.replace(path)


def finish(path: Path) -> Path:
    """Give an open WARC and its index their final names: sorted index first, then the WARC, so that
    a kill in between leaves an open WARC, which is simply recovered again."""
    stem = _stem(path)
    rows = path.with_name(stem + CDXJ + OPEN)
    _replace(path.with_name(stem + CDXJ), _sorted_lines(rows.read_text("utf-8")))
    final = path.rename(path.with_name(stem + WARC))
    sync_folder(path.parent)
    rows.unlink()
    return final


def _sorted_lines(text: str) -> bytes:
    return b"".join(sorted(text.encode("utf-8").splitlines(keepends=True)))  # CDX tools search by halving


def _stem(path: Path) -> str:
    return path.name.split(".", 1)[0]


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(path.name + _TEMPORARY)
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder safe."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
