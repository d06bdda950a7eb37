"""The route into WARC and WACZ files on this machine: whatever somebody else crawled and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final, cast

from fastwarc.warc import WarcRecord
from warcio.bufferedreaders import ChunkedDataReader

from scrapers.archives import index
from scrapers.archives.captures import Owners
from scrapers.archives.files import ArchiveFile, Mapped, found_under, shown
from scrapers.archives.headers import opened
from scrapers.archives.index import Entry, Hole
from scrapers.archives.records import Gap, Stored, records
from scrapers.archives.route import NO_ORIGINAL, Answer, Found, Lost, Missed, Part
from scrapers.pagestore import Packed
from scrapers.source import Source
from warehouse.errors import SetAside
from warehouse.layout import Layout
from warehouse.records import content_id
from warehouse.vocabulary import Via

#: How chunks begin and end, and the bytes that may stand behind the last (trailers).
_CHUNK: Final = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n")
_LAST_CHUNK: Final = re.compile(rb"(?:^|\r\n)0+[ \t]*(?:;[^\r\n]*)?\r\n")
_TRAILERS: Final = 8192


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a record lies."""

    path: Path
    member: int
    offset: int


@dataclass(frozen=True, slots=True)
class _Handle:
    """What reading a capture needs: its file and entry, and for whom it is read."""

    path: Path
    entry: Entry
    sources: tuple[Source, ...]


@dataclass(slots=True)
class WarcRoute:
    """Local archive files. A part is a file; its listing is our own index of it, made at the first walk."""

    layout: Layout
    paths: Sequence[Path]
    via: Via = "warc"
    lists: bool = True
    shared: bool = False
    days_after: int = 0
    at_once: int = 1
    _open: ArchiveFile | None = None
    _files: list[Path] | None = None
    _originals: dict[tuple[str, ...], _Place] | None = None

    def parts(self, sources: Sequence[Source], first: date, last: date) -> list[Part]:
        """One part a file, its size as version: a file that changed is walked again.

        Raises:
            SettingError: a path does not exist or is no archive file.
        """
        of = tuple(source.id for source in sources)
        return [_part(path, of, first, last) for path in self._found()]

    def again(self, name: str, beside: Part) -> Part | None:
        """A file read before; its revisit records may repeat what lies in those asked for."""
        path = self._path(name)
        if not path.exists():
            return None
        if path not in self._found():
            self._found().append(path)
        return _part(path, beside.sources, beside.first, beside.last)

    def walk(self, part: Part, sources: Sequence[Source], after: str | None) -> Iterator[Found | Lost]:
        """The captures of these sources in a file, by their place in it.

        Raises:
            SetAside: the file cannot be opened.
        """
        owners = Owners(sources)
        behind = tuple(int(number) for number in after.split(":")) if after else (-1, -1)
        path = self._path(part.name)
        called = shown(path.name)
        for one in self._index(path):
            if (one.member, one.offset) <= behind:
                continue
            # a stretch that a cut record begins is told first, and again where a kill came between the two
            mark = f"{one.member}:{one.offset - isinstance(one, Hole)}"
            place = f"{called}@{one.offset}" if one.member == 0 else f"{called}#{one.member}@{one.offset}"
            walked = one.offset + one.length
            if isinstance(one, Hole):
                why = f"{one.length} bytes: {one.why}"
                yield Lost(place=place, mark=mark, why=why, records=one.named, walked=walked)
            elif _within(one.at.date(), part) and owners.of(one.url):
                yield Found(
                    url=one.url,
                    captured_at=one.at,
                    place=place,
                    mark=mark,
                    status=one.status,
                    mime=one.mime,
                    digest=one.digest,
                    size=one.length,
                    walked=walked,
                    within=_Handle(path, one, tuple(sources)),
                )

    def read(self, found: Found) -> Answer:
        """One capture; a revisit with the body it repeats.

        Raises:
            Missed: ``error:corrupt`` (damaged or cut off), ``error:no_original`` (a revisit of nothing here).
            SetAside: the file cannot be opened.
        """
        handle = cast(_Handle, found.within)
        entry = handle.entry
        if entry.kind == "lost":
            raise Missed("error:corrupt", "an index lists it, and no whole record begins at that place")
        if entry.kind == "cut":
            return self._cut(_Place(handle.path, entry.member, entry.offset))
        stored = self._stored(_Place(handle.path, entry.member, entry.offset))
        if entry.kind != "revisit":
            return answer(stored)
        place = self._original(entry, handle.sources)
        if place is None:
            what = entry.refers_to or entry.digest
            raise Missed(NO_ORIGINAL, f"it repeats {what}, which is in none of the files")
        return answer(self._stored(place), revisit=stored)

    # files and their indexes

    def _found(self) -> list[Path]:
        if self._files is None:
            self._files = found_under(self.paths)
        return self._files

    def _path(self, name: str) -> Path:
        """The file that a part names; a name that is no UTF-8 is only known among those found."""
        return next((path for path in self._found() if shown(path) == name), Path(name))

    def _file(self, path: Path) -> ArchiveFile:
        if self._open is None or self._open.path != path:
            self.close()
            self._open = ArchiveFile(path)
        return self._open

    def close(self) -> None:
        """Let the file being read go."""
        if self._open is not None:
            self._open.__exit__(None, None, None)
            self._open = None

    def _index(self, path: Path) -> Iterator[Entry | Hole]:
        """The index of a file, made now if there is none of this version of it."""
        kept = self.layout.archives / "indexes" / f"{content_id(shown(path), _version(path))[:32]}.jsonl.gz"
        with suppress(OSError, ValueError, KeyError, TypeError, EOFError):
            if kept.exists():
                for _ in index.read(kept):  # to its end: a torn one is made anew
                    pass
                return index.read(kept)
        index.write(kept, self._scan(path))
        return index.read(kept)

    def _scan(self, path: Path) -> Iterator[Entry | Hole]:
        with ArchiveFile(path) as file:
            for number, (name, data, _) in enumerate(file.members):
                yield from index.scan(data, number, file.listed(name))
            for number, (name, why) in enumerate(file.refused, len(file.members)):
                yield Hole(number, 0, 0, f"{name}: {why}", None)

    def _stored(self, place: _Place) -> Stored:
        data: Mapped = self._file(place.path).members[place.member][1]
        found = next(records(data, place.offset), None)
        if not isinstance(found, Stored) or found.offset != place.offset:
            raise Missed("error:corrupt", f"no whole record begins at byte {place.offset}")
        return found

    def _cut(self, place: _Place) -> Answer:
        found = next(records(self._file(place.path).members[place.member][1], place.offset), None)
        if not isinstance(found, Gap):
            raise Missed("error:corrupt", "the file has changed since it was listed")
        return cut_answer(found)

    def _original(self, revisit: Entry, sources: Sequence[Source]) -> _Place | None:
        if self._originals is None:
            self._originals = self._all_originals(sources)
        for key in _refers(revisit):
            if place := self._originals.get(key):
                return place
        return None

    def _all_originals(self, sources: Sequence[Source]) -> dict[tuple[str, ...], _Place]:
        """Where the bodies lie that revisit records of these sources repeat, whatever file they are in."""
        owners = Owners(sources)
        wanted: set[tuple[str, ...]] = set()
        for path in self._found():
            with suppress(SetAside):
                for one in self._index(path):
                    if isinstance(one, Entry) and one.kind == "revisit" and owners.of(one.url):
                        wanted.update(_refers(one))
        places: dict[tuple[str, ...], _Place] = {}
        for path in self._found() if wanted else ():
            with suppress(SetAside):
                for one in self._index(path):
                    if isinstance(one, Entry) and one.kind in ("response", "resource"):
                        for key in ((one.url, f"{one.at:%Y%m%d%H%M%S}"), (one.digest or "",)):
                            if key in wanted:
                                places.setdefault(key, _Place(path, one.member, one.offset))
        return places


def _refers(revisit: Entry) -> Iterator[tuple[str, ...]]:
    """What a revisit record may be resolved by, the surest first."""
    if revisit.refers_to:
        url, at = revisit.refers_to
        yield url, "".join(sign for sign in at if sign.isdigit())[:14]
    if revisit.digest:
        yield (revisit.digest,)


def _part(path: Path, sources: tuple[str, ...], first: date | None, last: date | None) -> Part:
    size = path.stat().st_size if path.exists() else 0
    return Part(name=shown(path), sources=sources, first=first, last=last, version=_version(path), size=size)


def _version(path: Path) -> str:
    try:
        state = path.stat()
    except OSError:  # it went while others were read; opening it says so
        return "gone"
    return f"{state.st_size}-{state.st_mtime_ns}"


def _within(day: date, part: Part) -> bool:
    return (part.first is None or day >= part.first) and (part.last is None or day <= part.last)


def answer(stored: Stored, revisit: Stored | None = None) -> Answer:
    """A record as the response it keeps; of a revisit, its own headers with the body it repeats.

    Raises:
        Missed: ``error:corrupt``.
    """
    try:
        record = opened(stored.data)
        own = opened(revisit.data) if revisit else record
    except ValueError as error:
        raise Missed("error:corrupt", f"its headers cannot be read: {error}"[:300]) from error
    # an uncompressed record has no checksum but this one
    if stored.whole and not stored.proven and not _matches_digest(stored.data):
        raise Missed("error:corrupt", "its bytes are not those of its WARC-Block-Digest")
    body = record.reader.read(len(stored.data))  # it sets as much memory aside as it may read
    if record.http_headers is None:
        return Answer(status=200, headers=[("Content-Type", record.headers.get("Content-Type", ""))], body=body)
    held = own.http_headers if own.http_headers is not None else record.http_headers
    told = {name.lower(): value for name, value in record.http_headers.to_tuples()}
    cut: str | None = None
    if "chunked" in told.get("transfer-encoding", "").lower():
        if _CHUNK.match(body) and not _LAST_CHUNK.search(body[-_TRAILERS:]):
            cut = "its last chunk was not captured"
        body = _whole(ChunkedDataReader(BytesIO(body)))  # many archives undo it and leave the header
    elif told.get("content-length", "").isdigit() and len(body) < int(told["content-length"]):
        cut = f"{len(body)} bytes were captured of {told['content-length']}"
    if why := record.headers.get("WARC-Truncated"):
        cut = f"the archive cut it off: {why}"
    elif record.headers.get("WARC-Segment-Number"):
        cut = "the archive went on with it in another record"
    return Answer(
        status=held.status_code or record.http_headers.status_code or 0,
        headers=list(held.to_tuples()),
        body=body,
        truncated=cut,
        record=Packed(stored.packed, stored.data) if stored.packed and revisit is None else None,
    )


def cut_answer(gap: Gap) -> Answer:
    """What came of a response (:func:`scrapers.archives.headers.begun`) before the file ended.

    Raises:
        Missed: ``error:corrupt``.
    """
    came = answer(Stored(gap.offset, gap.length, gap.data, whole=False, proven=False))
    return replace(came, truncated=f"{gap.why}, behind {len(came.body)} bytes of the body")


def _matches_digest(data: bytes) -> bool:
    """Whether a record's bytes are those of its block digest; where there is none of a known kind, they may be."""
    record = WarcRecord.from_reader(BytesIO(data))
    algorithm = (record.headers.get("WARC-Block-Digest") or "").partition(":")[0].lower()
    return algorithm not in ("sha1", "md5", "sha256") or bool(record.verify_block_digest(consume=True))


def _whole(reader: ChunkedDataReader) -> bytes:
    return b"".join(iter(lambda: reader.read(64 * 1024), b""))
