"""What a WARC file holds, listed once: our own index of somebody else's file, kept beside the ledger.

Files come with an index, with an old one, or with none; so each is scanned, and an index that came with it serves
to name what the scan did not find: a capture whose bytes are damaged or gone.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scrapers.archives.headers import begun, captured
from scrapers.archives.records import Bytes, Gap, records
from scrapers.urls import USERINFO, without_secrets

#: Longest line of an index that came with a file (characters), and the bytes it may unpack to: an index of a
#: 1 GB file of news has 20 MB.
_LINE: Final = 100_000
CDX_MOST: Final = 512 * 1024 * 1024

_STAMP = re.compile(r"\d{14}")
_CDX11: Final = 11


@dataclass(frozen=True, slots=True)
class Entry:
    """A capture in an archive file. ``member``: which WARC of the file (a WACZ holds several). ``kind``:
    ``response``, ``revisit``, ``resource``, ``cut`` (a response that the end of the file cut off), or ``lost`` where
    only an index knows of it. ``length`` in bytes."""

    member: int
    offset: int
    length: int
    kind: str
    url: str
    at: datetime
    status: int | None = None
    mime: str | None = None
    digest: str | None = None
    refers_to: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """Bytes of an archive file that are no whole record. ``named``: how many captures an index puts there."""

    member: int
    offset: int
    length: int
    why: str
    named: int | None


@dataclass(frozen=True, slots=True)
class Indexed:
    """A capture as an index that came with the file tells it."""

    url: str
    at: datetime
    offset: int
    status: int | None
    mime: str | None
    digest: str | None


def scan(file: Bytes, member: int, listed: Sequence[Indexed] | None) -> Iterator[Entry | Hole]:
    """Everything one WARC holds and lacks, by offset.

    Args:
        listed: what an index that came with it says; None if none came.
    """
    waiting = sorted(listed or (), key=lambda row: row.offset)
    next_listed = 0
    missing: list[Entry] = []

    def missed(until: int | None) -> int:
        """The listed captures before an offset that no record began at; noted, and how many."""
        nonlocal next_listed
        before = len(missing)
        while next_listed < len(waiting) and (until is None or waiting[next_listed].offset < until):
            row = waiting[next_listed]
            url = USERINFO.sub(r"\1", row.url)
            missing.append(Entry(member, row.offset, 0, "lost", url, row.at, row.status, row.mime, row.digest))
            next_listed += 1
        return len(missing) - before

    for found in records(file):
        missed(found.offset)
        if isinstance(found, Gap):
            page = begun(found)
            while page and next_listed < len(waiting) and waiting[next_listed].offset == found.offset:
                next_listed += 1  # it is there, in part
            named = missed(found.offset + found.length)
            records_lost = 0 if page and not named else None if listed is None else named
            yield Hole(member, found.offset, found.length, found.why, records_lost)
            if page is not None:
                yield Entry(
                    member, found.offset, found.length, "cut", page.url, page.at, page.status, page.mime, page.digest
                )
        else:
            while next_listed < len(waiting) and waiting[next_listed].offset == found.offset:
                next_listed += 1
            try:
                page = captured(found.data)
            except ValueError as error:
                why = without_secrets(f"its headers cannot be read: {error}")[:300]
                yield Hole(member, found.offset, found.length, why, None)
                continue
            if page is not None:
                yield Entry(
                    member,
                    found.offset,
                    found.length,
                    page.kind,
                    page.url,
                    page.at,
                    page.status,
                    page.mime,
                    page.digest,
                    page.refers_to,
                )
        yield from missing
        missing.clear()
    missed(None)
    yield from missing


def write(path: Path, found: Iterable[Entry | Hole]) -> None:
    """Keep what :func:`scan` found; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with gzip.open(temporary, "wt", compresslevel=3, encoding="utf-8") as lines:
            for one in found:
                lines.write(
                    json.dumps(asdict(one) | ({"at": one.at.isoformat()} if isinstance(one, Entry) else {})) + "\n"
                )
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read(path: Path) -> Iterator[Entry | Hole]:
    """What :func:`write` kept.

    Raises:
        OSError, ValueError, KeyError: it is no such file, or a torn one.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            if "why" in fields:
                yield Hole(**fields)
            else:
                refers = fields.pop("refers_to")
                yield Entry(
                    **fields | {"at": datetime.fromisoformat(fields["at"])},
                    refers_to=(refers[0], refers[1]) if refers else None,
                )


def read_cdx(lines: Iterable[bytes], filename: str) -> Iterator[Indexed]:
    """The lines of a CDXJ or eleven-field CDX index that are about captures in one WARC file; others, and those
    that cannot be read, are passed over."""
    # of an index of many files most lines are about others: only those are taken apart that hold the name
    needle = filename.encode() if json.dumps(filename) == f'"{filename}"' else b""
    near = (line for line in lines if needle in line or b'"filename"' not in line)
    yield from (row for name, row in read_rows(near) if name is None or name == filename)


def read_rows(lines: Iterable[bytes]) -> Iterator[tuple[str | None, Indexed]]:
    """The lines of an index that can be read, each with the WARC file that it is about; None where it names none."""
    for line in lines:
        if len(line) <= _LINE and (row := _cdx_line(line.decode("utf-8", "replace").strip())):
            yield row


def _cdx_line(line: str) -> tuple[str | None, Indexed] | None:
    parts = line.split(" ", 2)
    if len(parts) < 3 or not _STAMP.fullmatch(parts[1]):
        return None
    try:
        if parts[2].startswith("{"):
            fields = json.loads(parts[2])
            url, status, mime, digest = (fields.get(name) for name in ("url", "status", "mime", "digest"))
            offset, name = fields["offset"], fields.get("filename")
        else:
            cells = line.split(" ")
            if len(cells) != _CDX11:
                return None
            _, _, url, mime, status, digest, _, _, _, offset, name = cells
        if not isinstance(url, str):
            return None
        row = Indexed(
            url=url,
            at=datetime.strptime(parts[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC),
            offset=int(offset),
            status=int(status) if str(status).isdigit() else None,
            mime=mime if isinstance(mime, str) else None,
            digest=digest if isinstance(digest, str) else None,
        )
        return None if name is None else str(name).rpartition("/")[2], row
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
