"""The route into WARC and WACZ files on this machine: whatever somebody else crawled and kept."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, cast

from scrapers.archives import datapackage, index
from scrapers.archives.answers import answer, cut_answer
from scrapers.archives.captures import Owners
from scrapers.archives.files import ArchiveFile, Mapped, found_under, shown
from scrapers.archives.headers import moment
from scrapers.archives.index import Entry, Hole
from scrapers.archives.ledger import recorded
from scrapers.archives.records import Gap, Stored, records
from scrapers.archives.route import NO_ORIGINAL, Answer, Found, Lost, Missed, Part
from scrapers.source import Source
from warehouse.errors import SetAside
from warehouse.layout import Layout
from warehouse.records import content_id
from warehouse.vocabulary import Via

#: Files open at once: that of a revisit record and that of what it repeats.
OPEN_MOST: Final = 2

#: What the system says where a user may not write.
_READ_ONLY: Final = (errno.EROFS, errno.EACCES, errno.EPERM)

#: Places kept of one body, of which the first that is whole is read.
ORIGINALS_MOST: Final = 3


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
    _open: list[ArchiveFile] = field(default_factory=list)
    _files: list[Path] | None = None
    _originals: dict[tuple[str, ...], list[_Place]] | None = None

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
            self._originals = None
        return _part(path, beside.sources, beside.first, beside.last)

    def resolved(self, part: Part, sources: Sequence[Source]) -> Iterator[Found]:
        """The captures of a part that repeat a body which lies in a file asked for or read before."""
        for found in self.walk(part, sources, None):
            if isinstance(found, Found):
                entry = cast(_Handle, found.within).entry
                if entry.kind == "revisit" and self._places(entry, sources):
                    yield found

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
        places = self._places(entry, handle.sources)
        for number, place in enumerate(places, 1):
            try:
                return answer(self._stored(place), revisit=stored)
            except Missed:
                if number == len(places):  # no other file has it whole
                    raise
        what = entry.refers_to or entry.digest
        raise Missed(NO_ORIGINAL, f"it repeats {what}, which is in none of the files")

    # files and their indexes

    def _found(self) -> list[Path]:
        if self._files is None:
            self._files = found_under(self.paths)
        return self._files

    def _path(self, name: str) -> Path:
        """The file that a part names; a name that is no UTF-8 is only known among those found."""
        return next((path for path in self._found() if shown(path) == name), Path(name))

    def _file(self, path: Path) -> ArchiveFile:
        found = next((file for file in self._open if file.path == path), None)
        if found is None:
            if len(self._open) == OPEN_MOST:
                self._open.pop(0).__exit__(None, None, None)
            self._open.append(found := ArchiveFile(path))
        return found

    def close(self) -> None:
        """Let the files being read go."""
        while self._open:
            self._open.pop().__exit__(None, None, None)

    def _index(self, path: Path) -> Iterator[Entry | Hole]:
        """The index of a file, made now if there is none of this version of it."""
        kept = self.layout.archives / "indexes" / f"{content_id(shown(path), _version(path))[:32]}.jsonl.gz"
        with suppress(OSError, ValueError, KeyError, TypeError, EOFError):
            if kept.exists():
                for _ in index.read(kept):  # to its end: a torn one is made anew
                    pass
                return index.read(kept)
        try:
            index.write(kept, self._scan(path))
        except OSError as error:
            if error.errno not in _READ_ONLY:
                raise
            return self._scan(path)  # a dry run may look where nothing can be kept
        return index.read(kept)

    def _scan(self, path: Path) -> Iterator[Entry | Hole]:
        with ArchiveFile(path) as file:
            for number, (name, data, _) in enumerate(file.members):
                yield from index.scan(data, number, file.listed(name))
            for number, (name, why) in enumerate((*file.refused, *datapackage.unlike(file)), len(file.members)):
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

    def _places(self, revisit: Entry, sources: Sequence[Source]) -> list[_Place]:
        """Where the body lies that a revisit record repeats, the surest first."""
        if self._originals is None:
            self._originals = self._all_originals(sources)
        return [place for key in _refers(revisit) for place in self._originals.get(key, ())]

    def _all_originals(self, sources: Sequence[Source]) -> dict[tuple[str, ...], list[_Place]]:
        """Where the bodies lie that revisit records of these sources repeat, in files asked for and read before."""
        owners = Owners(sources)
        wanted: set[tuple[str, ...]] = set()
        for one in self._entries(self._found()):
            if one.kind == "revisit" and owners.of(one.url):
                wanted.update(_refers(one))
        if not wanted:
            return {}
        places: dict[tuple[str, ...], list[_Place]] = {}
        known = (Path(name) for name in {row.name for row in recorded(self.layout) if row.via == self.via})
        for path in dict.fromkeys((*self._found(), *sorted(filter(Path.exists, known)))):
            for one in self._entries([path]):
                # what a redirect or an error was answered with is no page's body
                if one.kind in ("response", "resource") and (one.status is None or 200 <= one.status < 300):
                    for key in wanted.intersection(_named(one)):
                        if len(found := places.setdefault(key, [])) < ORIGINALS_MOST:
                            found.append(_Place(path, one.member, one.offset))
        return places

    def _entries(self, paths: Iterable[Path]) -> Iterator[Entry]:
        for path in paths:
            with suppress(SetAside):
                yield from (one for one in self._index(path) if isinstance(one, Entry))


def _refers(revisit: Entry) -> Iterator[tuple[str, ...]]:
    """What a revisit record may be resolved by, the surest first."""
    if revisit.refers_to:
        url, at = revisit.refers_to
        with suppress(ValueError):
            yield url, f"{moment(at):%Y%m%d%H%M%S}"
    if revisit.digest:
        yield (revisit.digest.lower(),)


def _named(one: Entry) -> list[tuple[str, ...]]:
    """What a revisit record may name a capture by."""
    return [(one.url, f"{one.at:%Y%m%d%H%M%S}"), *([(one.digest.lower(),)] if one.digest else [])]


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
