"""Which staged files a day was last loaded from, so that the cutoff load knows what is new."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warehouse.engine import Engine
from warehouse.layout import Layout
from warehouse.staging import STAGES, replace_durably, staged_paths, state_of


@dataclass(frozen=True, slots=True)
class Stamp:
    """The staged files of a day, each with what tells it from the one that replaces it."""

    day: date
    files: dict[str, tuple[int, int | str]]

    def path(self, folder: Path) -> Path:
        return folder / f"{self.day.isoformat()}.json"

    def save(self, folder: Path) -> None:
        """Remember that the day was loaded from just these files."""
        target = self.path(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(".tmp")
        temporary.write_text(json.dumps(self.files, indent=1, sort_keys=True), encoding="utf-8")
        replace_durably(temporary, target)

    def is_saved(self, folder: Path) -> bool:
        """Whether the day was loaded from just these files."""
        try:
            saved = json.loads(self.path(folder).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False  # never loaded, or unreadable: loading once more does no harm
        return bool(saved == {name: list(known) for name, known in self.files.items()})


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
    return Stamp(day, {"/".join(("staging", *path.parts[-3:])): state_of(path) for path in paths})
