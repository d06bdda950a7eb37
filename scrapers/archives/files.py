"""Archive files on this machine: WARCs, plain or compressed, and WACZ packages of them, opened safely.

Nothing of a WACZ is ever written under a name it brings: its WARCs are read where they lie in the package, or
unpacked, within bounds, into nameless temporary files.
"""

from __future__ import annotations

import gzip
import lzma
import mmap
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import chain, islice, takewhile
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from scrapers.archives.index import CDX_MOST, Indexed, read_cdx, read_rows
from warehouse.errors import SetAside, SettingError

WARC_NAMES: Final = (".warc", ".warc.gz")
WACZ_NAME: Final = ".wacz"

#: Archives of other kinds, and what makes them readable: they are told, not passed by.
FOREIGN: Final = {
    ".warc.zst": "Unpack it: zstd -d",
    ".warc.xz": "Unpack it: unxz",
    ".warc.bz2": "Unpack it: bunzip2",
    ".arc": "Convert it: warcio recompress",
    ".arc.gz": "Convert it: warcio recompress",
}

#: Members a WACZ may have: packages of long crawls have hundreds of WARCs.
MEMBERS_MOST: Final = 10_000
#: Bytes a compressed WARC in a WACZ may unpack to, and times its size: WARCs are stored or already compressed.
UNPACKED_MOST: Final = 4 * 1024 * 1024 * 1024
RATIO_MOST: Final = 100

#: Captures of one WARC, or one package, that an index is believed to name; files of 1 GB hold some 50,000.
LISTED_MOST: Final = 500_000

#: What opening and unpacking a member of a damaged package was seen to raise.
_UNPACKING: Final = (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, ValueError)

_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")


def found_under(paths: Iterable[Path]) -> list[Path]:
    """The archive files among and below some paths, each once, sorted.

    Raises:
        SettingError: a path does not exist, or is a file of another kind.
    """
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found |= _below(path)
        elif not path.exists():
            raise SettingError(
                "no such file or folder", culprit=shown(path), mend="Give --path a file or folder of WARCs"
            )
        elif not _is_archive(path):
            raise SettingError(
                "is no archive file", culprit=shown(path), mend="Its name must end in .warc, .warc.gz or .wacz"
            )
        else:
            found.add(_real(path))
    return sorted(found)


def _below(folder: Path) -> set[Path]:
    """The archive files below a folder, and what cannot be looked into: opening it says why. Linked folders are
    looked through as well, each once, and a link that leads nowhere is a file: what it should have held is missing."""
    found: set[Path] = set()
    seen: set[Path] = set()
    closed: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=closed.append, followlinks=True):
        real = _real(Path(place))
        if real in seen:
            folders.clear()  # links in a circle
            continue
        seen.add(real)
        found |= {_real(Path(place, name)) for name in files if _is_archive(Path(name))}
    return found | {_real(Path(os.fsdecode(error.filename))) for error in closed if error.filename}


def _real(path: Path) -> Path:
    """Where a path leads (:meth:`Path.resolve` raises at a link to itself)."""
    return Path(os.path.realpath(path))


def shown(path: Path | str) -> str:
    """A path as it may be written down: bytes of its name that are no UTF-8 as ``\\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith((*WARC_NAMES, WACZ_NAME, *FOREIGN))


class Mapped:
    """A file, or a stretch of it, as :class:`scrapers.archives.records.Bytes`."""

    def __init__(self, data: mmap.mmap, start: int = 0, end: int | None = None) -> None:
        self._data = data
        self._start = start
        self._end = len(data) if end is None else end

    def slice(self, start: int, end: int) -> bytes:
        return self._data[self._start + start : min(self._start + end, self._end)]

    def some(self, start: int, most: int) -> bytes:
        return self.slice(start, start + most)

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        stop = self._end if end is None else min(self._start + end, self._end)
        found = self._data.find(needle, self._start + start, stop)
        return found - self._start if found >= 0 else -1

    def release(self, position: int) -> None:
        """Nothing to do: the system keeps what it can of a mapped file."""


class ArchiveFile:
    """A WARC or WACZ open for reading; a context manager.

    ``members``: the WARCs in it, each a name and its bytes. ``refused``: those that cannot be read, and why.

    Raises:
        SetAside: it cannot be opened, or is a WACZ only by its name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.members: list[tuple[str, Mapped, int]] = []
        self.refused: list[tuple[str, str]] = []
        self._stack = ExitStack()
        self._zip: zipfile.ZipFile | None = None
        self._rows: dict[str | None, list[Indexed]] | None = None
        mends = [mend for tail, mend in FOREIGN.items() if path.name.lower().endswith(tail)]
        if mends:
            raise SetAside("is an archive of a kind that is not read", culprit=shown(path), mend=mends[0])
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # a named pipe would be waited for
                raise OSError("it is no file" if not path.is_dir() else "it is a folder that cannot be looked into")
            if not path.stat().st_size:
                self.refused.append((shown(path.name), "it is empty"))
            elif path.name.lower().endswith(WACZ_NAME):
                self._open_package()
            else:
                file = self._stack.enter_context(path.open("rb"))
                self.members = [(path.name, self._mapped(file), 0)]
        except (*_UNPACKING, struct.error) as error:
            self._stack.close()
            raise SetAside(f"cannot be read: {error}", culprit=shown(path), mend="Copy the file again") from error
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _mapped(self, file: IO[bytes]) -> Mapped:
        return Mapped(self._stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))

    def _open_package(self) -> None:
        file = self._stack.enter_context(self.path.open("rb"))
        try:
            package = self._zip = self._stack.enter_context(zipfile.ZipFile(file))
        except (*_UNPACKING, struct.error) as error:
            # its table stands at the end, which a copy that was cut short lacks; the records may be there all the same
            if not file.seek(0) and file.read(4) != b"PK\x03\x04":
                raise
            self.members.append((self.path.name, self._mapped(file), 0))
            self.refused.append(
                (shown(self.path.name), f"it has no table of contents ({error}): its bytes were searched")
            )
            return
        entries = package.infolist()
        if len(entries) > MEMBERS_MOST or sum(entry.compress_size for entry in entries) > self.path.stat().st_size:
            raise SetAside(
                "its table of contents is not to be trusted: too many members, or they overlap",
                culprit=shown(self.path),
                mend="Make the package anew",
            )
        whole = self._stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        for entry in entries:
            name = entry.filename.rpartition("/")[2]
            if name.lower().endswith((WACZ_NAME, *FOREIGN)):
                self.refused.append((name, "it is an archive of a kind that is not read within a package: unpack it"))
            if not name.lower().endswith(WARC_NAMES):
                continue
            if not entry.file_size:
                self.refused.append((name, "it is empty"))
                continue
            try:
                if entry.flag_bits & 1:
                    self.refused.append((name, "it is encrypted"))
                elif entry.compress_type == zipfile.ZIP_STORED:
                    mark, named, extra = _LOCAL_HEADER.unpack_from(whole, entry.header_offset)
                    start = entry.header_offset + 30 + named + extra
                    if mark != b"PK\x03\x04" or start + entry.file_size > len(whole):
                        raise zipfile.BadZipFile("the package is cut short")
                    self.members.append((name, Mapped(whole, start, start + entry.file_size), start))
                else:
                    self.members.append((name, self._unpacked(package, entry), entry.header_offset))
            except (*_UNPACKING, struct.error) as error:
                self.refused.append((name, f"it cannot be unpacked: {error}"))
        if not self.members and not self.refused:
            self.refused.append((shown(self.path.name), "there is no WARC file in it"))

    def _unpacked(self, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Mapped:
        if entry.file_size > min(UNPACKED_MOST, RATIO_MOST * max(entry.compress_size, 1024)):
            raise OSError(f"it says it unpacks to {entry.file_size} bytes, {RATIO_MOST} times its size or too many")
        kept = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        with package.open(entry) as packed:  # stops at the size stated, and checks the sum
            while piece := packed.read(1024 * 1024):
                kept.write(piece)
        kept.flush()
        return self._mapped(kept)

    def listed(self, name: str) -> list[Indexed] | None:
        """What an index that came with the file says of one of its WARCs; None if none came."""
        if self._zip is not None:
            return self._packed_rows(name)
        found: list[Indexed] | None = None
        for lines in self._indexes():
            rows = list(islice(read_cdx(lines, name), LISTED_MOST))
            if rows:
                found = [*(found or []), *rows]
        return found

    def packed(self, name: str, most: int) -> bytes:
        """The first ``most`` bytes of a file beside the WARCs of a package; none where there is no such file, or it
        cannot be unpacked."""
        with suppress(KeyError, RuntimeError, *_UNPACKING):
            if self._zip is not None:
                with self._zip.open(name) as file:
                    return file.read(most)
        return b""

    def _packed_rows(self, name: str) -> list[Indexed] | None:
        """The same of a package, whose index is about all its WARCs and is read once."""
        if self._rows is None:
            self._rows = {}
            rows = chain.from_iterable(map(read_rows, self._indexes()))
            for of, row in islice(rows, LISTED_MOST):
                self._rows.setdefault(of, []).append(row)
        unnamed = self._rows.get(None, []) if len(self.members) == 1 else []
        return [*self._rows.get(name, []), *unnamed] or None

    def _indexes(self) -> Iterator[Iterable[bytes]]:
        if self.path.name.lower().endswith(WACZ_NAME):
            package = self._zip
            for entry in package.infolist() if package else ():
                if entry.filename.startswith("indexes/") and _is_index(entry.filename) and not entry.flag_bits & 1:
                    with suppress(*_UNPACKING), package.open(entry) as packed:  # type: ignore[union-attr]
                        yield _lines(packed, entry.filename)
            return
        stem = self.path.name.removesuffix(".gz").removesuffix(".warc")
        beside = [self.path.with_name(head + tail) for head in (stem, self.path.name) for tail in _INDEX_NAMES]
        # pywb's collections: archive/ and indexes/ side by side
        folder = self.path.parent.parent / "indexes"
        if self.path.parent.name == "archive" and folder.is_dir():
            beside += sorted(file for file in folder.iterdir() if _is_index(file.name))
        for path in beside:
            if path.is_file():
                with path.open("rb") as file:
                    yield _lines(file, path.name)


_INDEX_NAMES: Final = (".cdxj", ".cdx", ".cdxj.gz", ".cdx.gz")


def _is_index(name: str) -> bool:
    return name.lower().endswith(_INDEX_NAMES)


def _lines(file: IO[bytes], name: str) -> Iterator[bytes]:
    """The lines of an index, gunzipped where its name says so, as far as :data:`CDX_MOST` bytes; a damaged one
    ends early."""
    read = 0

    def within(line: bytes) -> bool:
        nonlocal read
        read += len(line)
        return read <= CDX_MOST

    source = gzip.GzipFile(fileobj=file) if name.lower().endswith(".gz") else file
    try:
        yield from takewhile(within, iter(lambda: source.readline(1_000_000), b""))
    except _UNPACKING:
        return
