"""A GeoNames dump as further places: one country (``SY.zip``), ``allCountries.zip``, or the unpacked ``.txt``.

Read line by line and compiled into one SQLite file in the data directory, which the gazetteer then asks as
well. Only populated places (feature class P) are taken: what the news means by a name is nearly always a
settlement, and hills, streams and wells would bring many times as many names that are also words. Towns the
gazetteer has already are left out, so adding a dump changes no town that was known.
"""

from __future__ import annotations

import os
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

from pipelines.incidents.places.keys import TRANSLITERATED, is_name, keys_of
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.staging import replace_durably

#: Columns of a line of the dump (https://download.geonames.org/export/dump/readme.txt).
COLUMNS: Final = 19
#: Settlements that are there no more, or were never one: historical, abandoned, destroyed, religious, section of one.
_NOT_TAKEN: Final = frozenset({"PPLH", "PPLCH", "PPLQ", "PPLW", "PPLR"})
#: Keeps numbers of added places apart from those of the compiled gazetteer.
FIRST_NUMBER: Final = 1_000_000_000
_BATCH: Final = 20_000
#: Called with the lines read so far and the share of the file (0 to 1).
Progress = Callable[[int, float], None]
_MEND: Final = "Give a dump from https://download.geonames.org/export/dump/: XX.zip of a country, or allCountries.zip"

_WRITABLE: Final = "Make the data directory one that can be written, with room for the places"


class Added(NamedTuple):
    """What adding a dump did: the file made, lines read, places and names added."""

    path: Path
    lines: int
    places: int
    names: int


def added_files(layout: Layout | None = None) -> tuple[Path, ...]:
    """The compiled dumps of a data directory, by name."""
    return tuple(sorted((layout or Layout.from_environment()).places.glob("*.sqlite")))


def add(dump: Path, known: set[int], *, layout: Layout | None = None, progress: Progress | None = None) -> Added:
    """Compile a dump into the data directory. Adding the same file name again replaces what it added.

    ``known``: GeoNames ids that the gazetteer has already. Nothing is left behind by a run that fails.

    Raises:
        SettingError: the file cannot be read, is no dump, or holds no populated place that is new; or the data
            directory cannot be written.
    """
    directory = (layout or Layout.from_environment()).places
    with _writing(directory):
        directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{re.sub(r'[^A-Za-z0-9_-]', '_', dump.stem) or 'dump'}.sqlite"
    unfinished = path.with_suffix(f".{os.getpid()}.new")
    try:
        with _writing(directory, sqlite3.Error), closing(sqlite3.connect(unfinished)) as connection:
            lines, places, names = _compile(connection, dump, known, progress or (lambda lines, share: None))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, UnicodeDecodeError, EOFError) as error:
        raise SettingError(f"it cannot be read ({error})", culprit=str(dump), mend=_MEND) from error
    except OSError as error:
        raise SettingError(str(error.strerror or error), culprit=str(dump), mend=_MEND) from error
    else:
        with _writing(directory):
            replace_durably(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Added(path, lines, places, names)


@contextmanager
def _writing(directory: Path, failure: type[Exception] = OSError) -> Iterator[None]:
    """What fails inside is the data directory's fault: it is read-only or full."""
    try:
        yield
    except failure as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingError(reason, culprit=str(directory), mend=_WRITABLE) from error


def _compile(connection: sqlite3.Connection, dump: Path, known: set[int], progress: Progress) -> tuple[int, int, int]:
    connection.executescript(
        """
        PRAGMA journal_mode = OFF;
        PRAGMA synchronous = OFF;
        CREATE TABLE place (place INTEGER PRIMARY KEY, geonames_id INTEGER, kind TEXT NOT NULL, name TEXT NOT NULL,
            country TEXT, admin1 TEXT, latitude REAL NOT NULL, longitude REAL NOT NULL,
            population INTEGER NOT NULL, capital INTEGER NOT NULL);
        CREATE TEMP TABLE told (key TEXT NOT NULL, place INTEGER NOT NULL, main INTEGER NOT NULL);
        CREATE TABLE name (key TEXT NOT NULL, place INTEGER NOT NULL, main INTEGER NOT NULL,
            PRIMARY KEY (key, place)) WITHOUT ROWID;
        """
    )
    places: list[tuple[object, ...]] = []
    names: list[tuple[str, int, bool]] = []
    lines = total = 0
    share = 0.0

    def flush() -> None:
        connection.executemany("INSERT OR REPLACE INTO place VALUES (?,?,'city',?,?,?,?,?,?,0)", places)
        connection.executemany("INSERT INTO told VALUES (?,?,?)", names)
        places.clear()
        names.clear()

    for lines, (fields, share) in enumerate(_lines(dump), start=1):
        if lines % _BATCH == 0:
            flush()
            progress(lines, share)
        if fields[6] != "P" or fields[7] in _NOT_TAKEN or int(fields[0]) in known:
            continue
        number = FIRST_NUMBER + int(fields[0])
        country = fields[8] or None
        places.append(
            (number, int(fields[0]), fields[1], country, fields[10] or None, float(fields[4]), float(fields[5]),
             int(fields[14] or 0))
        )  # fmt: skip
        total += 1
        for name in {fields[1], fields[2], *fields[3].split(",")}:
            if name == fields[1] or is_name(name):
                keys = keys_of(name, main=name == fields[1], sounds=country in TRANSLITERATED)
                names.extend((key, number, main) for key, main in keys)
    flush()
    progress(lines, share)
    if not total:
        raise SettingError(f"no new populated place in its {lines} lines", culprit=str(dump), mend=_MEND)
    # sorted once at the end: rows put in by chance would touch every page of the file
    connection.execute(
        "INSERT INTO name SELECT key, place, max(main) FROM told GROUP BY key, place ORDER BY key, place"
    )
    (named,) = connection.execute("SELECT count(*) FROM name").fetchone()
    connection.commit()
    return lines, total, int(named)


def _lines(dump: Path) -> Iterator[tuple[list[str], float]]:
    """Each line's fields and the share of the file read up to it; a line that is none of a dump ends it."""
    with ExitStack() as opened:
        file: IO[bytes]
        if zipfile.is_zipfile(dump):
            archive = opened.enter_context(zipfile.ZipFile(dump))
            texts = [
                i for i in archive.infolist() if i.filename.endswith(".txt") and "readme" not in i.filename.lower()
            ]
            if len(texts) != 1:
                raise SettingError(f"it holds {len(texts)} text files, not one", culprit=str(dump), mend=_MEND)
            file, size = opened.enter_context(archive.open(texts[0])), texts[0].file_size
        else:
            file, size = opened.enter_context(dump.open("rb")), dump.stat().st_size
        read = 0
        for number, line in enumerate(file, start=1):
            read += len(line)
            fields = line.decode("utf-8").rstrip("\r\n").split("\t")
            if not _is_place(fields):
                raise SettingError(
                    f"line {number} has {len(fields)} fields where a dump has {COLUMNS}"
                    if len(fields) != COLUMNS
                    else f"line {number} has no id and coordinates where a dump has them",
                    culprit=str(dump),
                    mend=_MEND,
                )
            yield fields, read / size


def _is_place(fields: list[str]) -> bool:
    if len(fields) != COLUMNS or not fields[0].isdecimal() or not (fields[14] or "0").isdecimal():
        return False
    try:
        return abs(float(fields[4])) <= 90 and abs(float(fields[5])) <= 180
    except ValueError:
        return False
