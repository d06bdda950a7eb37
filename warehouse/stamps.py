"""Which staged files a day was last loaded from, so that the cutoff load knows what is new; and which of them were
refused, because another writer owns their source."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from warehouse.engine import Engine, engine
from warehouse.layout import Layout
from warehouse.staging import STAGES, replace_durably, staged_paths, state_of

_NOBODY: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Owner:
    """The writer that owns a source, the machine it ran on when it came to own it, and since when."""

    writer: str
    host: str
    since: str

    def __str__(self) -> str:
        return f"writer {self.writer} on {self.host}, since {self.since}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A source's day that is staged and was not loaded, and who owned the source then."""

    source_id: str
    day: date
    owner: Owner


@dataclass(frozen=True, slots=True)
class Stamp:
    """The staged files of a day, each with what tells it from the one that replaces it."""

    day: date
    files: dict[str, tuple[int, int | str]]

    def path(self, folder: Path) -> Path:
        return folder / f"{self.day.isoformat()}.json"

    def save(self, folder: Path, owned: Mapping[str, Owner] = _NOBODY) -> None:
        """Remember that the day was loaded from just these files.

        Args:
            owned: sources whose files were left out, and who owns them. The day is no staler for them: nothing comes of
                another try until they are handed over.
        """
        noted = {
            name: [*known, asdict(owned[source])] if (source := _source(name)) in owned else known
            for name, known in self.files.items()
        }
        _write(self.path(folder), noted)

    def is_saved(self, folder: Path) -> bool:
        """Whether the day was loaded from just these files, as far as they were not refused."""
        saved = _read(self.path(folder))
        return {name: known[:2] for name, known in saved.items()} == {
            name: list(known) for name, known in self.files.items()
        }


def loaded_folder(layout: Layout, warehouse: Engine) -> Path:
    """Where it is written down what was loaded from this data directory into ``warehouse``."""
    return layout.live.parent / warehouse.loaded


def staged_files(layout: Layout) -> dict[date, list[Path]]:
    """Every staged file by day, in order."""
    found: dict[date, list[Path]] = {}
    for stage in STAGES:
        for path in staged_paths(layout, stage):
            found.setdefault(date.fromisoformat(path.stem), []).append(path)
    return {day: sorted(found[day]) for day in sorted(found)}


def stamp(layout: Layout, day: date) -> Stamp:
    """The staged files of ``day`` as they are now."""
    paths = [path for stage in STAGES for path in staged_paths(layout, stage, day)]
    return Stamp(day, {_name(path): state_of(path) for path in paths})


def refused(layout: Layout) -> list[Refused]:
    """What is staged and was refused by the last load of its day, in order of sources and days."""
    there = {_name(path) for paths in staged_files(layout).values() for path in paths}
    found = {
        (_source(name), day): Owner(**known[2])
        for day, saved in _saved(layout)
        for name, known in saved.items()
        if len(known) > 2 and name in there
    }
    return [Refused(source, day, found[source, day]) for source, day in sorted(found)]


def forget_refused(layout: Layout, source_ids: Collection[str]) -> dict[str, list[date]]:
    """Make the days stale again on which these sources were refused; the days."""
    found: dict[str, list[date]] = {}
    folder = loaded_folder(layout, engine(layout))
    for day, saved in _saved(layout):
        of = {name for name, known in saved.items() if len(known) > 2 and _source(name) in source_ids}
        for source in sorted({_source(name) for name in of}):
            found.setdefault(source, []).append(day)
        if of:
            kept = {name: known for name, known in saved.items() if name not in of}
            _write(Stamp(day, {}).path(folder), kept)
    return found


def _name(path: Path) -> str:
    return "/".join(("staging", *path.parts[-3:]))


def _source(name: str) -> str:
    """The source whose staged file has this name."""
    return name.split("/")[-2]


def _saved(layout: Layout) -> Iterator[tuple[date, dict[str, list[Any]]]]:
    """What is remembered of each day, in order."""
    for path in sorted(loaded_folder(layout, engine(layout)).glob("????-??-??.json")):
        yield date.fromisoformat(path.stem), _read(path)


def _read(path: Path) -> dict[str, list[Any]]:
    try:
        saved: dict[str, list[Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # never loaded, or unreadable: loading once more does no harm
    return saved


def _write(target: Path, noted: Mapping[str, Any]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    temporary.write_text(json.dumps(noted, indent=1, sort_keys=True), encoding="utf-8")
    replace_durably(temporary, target)
