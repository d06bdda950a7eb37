"""Backup and restore of a data directory while it is in use.

``DIRECTORY/pages`` takes every closed WARC file and index once and keeps it for good; ``DIRECTORY/states/STAMP`` holds
the rest as it was at one time, files that did not change as hard links to those of the state before, with a manifest of
what belongs to it. A state gets its name when it is whole.

What refers to something is copied before what it refers to: warehouse, staged files, frontiers, pages. So nothing in a
state points at a page that the backup lacks, whatever crawls and loads do meanwhile.

A warehouse of several machines is in a state as one DuckDB file, too: its newest snapshot, copied table by table.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipelines.backups.states import BEGUN, FOLDERS, MANIFEST, Kept, alone, copied, manifest, size_of, states_of
from scrapers.database import snapshot
from scrapers.pagestore.index import CDXJ, OPEN, WARC
from warehouse.engine import Engine, engine
from warehouse.errors import SettingError, disk_errors
from warehouse.layout import Layout
from warehouse.lock import WAIT_S
from warehouse.moving import copy_warehouse
from warehouse.single_file import SingleFile
from warehouse.staging import fsync_directory

#: States kept besides the pages, which are kept all.
KEEP: Final = 7

#: What is copied as it lies, in order. The published file is made from the live one; Dagster's records are left to
#: their own storage; whatever else lies in the data directory can be made again.
_PLAIN: Final = ("warehouse/writer", "sources/*.toml", "places/*.sqlite", "staging/*/*/????-??-??.parquet")
#: SQLite files that a crawl may be writing.
_DATABASES: Final = ("archives/ledger.sqlite", "frontier/*.sqlite")

#: How often a folder is looked at again whose files get their final names meanwhile.
_LOOKS: Final = 10


@dataclass(frozen=True, slots=True)
class Backed:
    """What a backup did: the state it made, the files that belong to it, those copied and their size in bytes;
    closed WARC files whose length is not that in the backup, which was kept."""

    state: Path
    files: int
    copied: int
    bytes: int
    differing: list[str]


def backup(layout: Layout, folder: Path, *, keep: int = KEEP, wait_s: float = WAIT_S) -> Backed:
    """Copy what is new of a data directory into ``folder``; crawls and loads may go on meanwhile.

    Args:
        keep: how many states stay, besides all the pages.
        wait_s: seconds to wait for a load that is under way.

    Raises:
        SettingError: ``folder`` holds other things, lies in the data directory or around it, or is read-only.
        TryAgain: another backup into it, or a very long load, is under way, or the disk is full.
        SetAside, WarehouseError: a frontier or the live warehouse is damaged.
    """
    folder, data = folder.resolve(), layout.data.resolve()
    if folder == data or data in folder.parents or folder in data.parents:
        raise SettingError("lies in the data directory, or around it", culprit=str(folder), mend="Name another disk")
    if not any((data / name).is_dir() for name in FOLDERS):
        raise SettingError("holds nothing to back up", culprit=str(data), mend="Name the data directory with --data")
    if (data / BEGUN).exists():
        raise SettingError("was not restored to the end", culprit=str(data), mend="Run dateline restore again")
    states = folder / "states"
    if folder.exists() and not states.is_dir() and any(folder.iterdir()):
        raise SettingError("holds other things than a backup", culprit=str(folder), mend="Name an empty directory")
    with disk_errors(folder):
        states.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            for left in states.glob(".*"):  # of a backup that was killed
                shutil.rmtree(left)
            new = _State(layout, folder)
            new.fill(wait_s)
            made = new.finish()
            for old in states_of(folder)[: -max(1, keep)]:
                shutil.rmtree(old.rename(old.with_name(f".{old.name}")))  # half a state must not look whole
    return Backed(made, len(new.files), new.copied, new.bytes, new.differing)


class _State:
    """A state in the making."""

    def __init__(self, layout: Layout, folder: Path) -> None:
        self._data, self._layout, self._folder = layout.data, layout, folder
        before = states_of(folder)
        self._last = before[-1] if before else None
        self._known: dict[str, Kept] = {}
        if self._last:
            with suppress(SettingError):  # one that cannot be read is no use: all but the pages is copied again
                self._known = manifest(self._last)
        # no two states of one name, and each later one sorts after: also when the clock was set back
        stamp = max(datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"), before[-1].name + "+" if before else "")
        self._new = folder / "states" / f".{stamp}"
        self.files: dict[str, Kept] = {}
        self.differing: list[str] = []
        self.copied = self.bytes = 0

    def fill(self, wait_s: float) -> None:
        warehouse = engine(self._layout)
        if not isinstance(warehouse, SingleFile):
            self._shared(warehouse)
        elif warehouse.exists():
            with warehouse.folded(wait_s=wait_s) as live:
                self._stamps(warehouse)
                self._take(live, self._new)
        for pattern in _PLAIN:
            for path in self._found(pattern):
                with suppress(FileNotFoundError):  # taken away meanwhile
                    self._take(path, self._new)
        for pattern in _DATABASES:
            for path in self._found(pattern):
                self._take(path, self._new, by=snapshot)
        for day in self._found("pages/*/*/"):
            self._pages(day)

    def _stamps(self, warehouse: Engine) -> None:
        """What the warehouse was loaded from."""
        for stamp in self._found(f"warehouse/{warehouse.loaded}/*.json"):
            self._take(stamp, self._new)

    def _shared(self, warehouse: Engine) -> None:
        """The newest snapshot of a warehouse of several machines, as the live file of one; loads go on meanwhile."""
        self._stamps(warehouse)  # before it: they must not tell of a load that the copy lacks
        if not (seen := warehouse.published_at()):
            return
        name, changed = self._layout.live.relative_to(self._data).as_posix(), round(seen.timestamp() * 1e9)
        target, known = self._new / name, self._known.get(name)
        old = self._last / name if self._last and known and known.changed == changed else None
        if known and old and size_of(old) == known.bytes and _linked(old, target):
            self.files[name] = known
            return
        copy_warehouse(warehouse, SingleFile(target), held=False)
        self.files[name] = kept = _checked(target, changed)
        self.copied += 1
        self.bytes += kept.bytes

    def finish(self) -> Path:
        """Write the manifest, and give the state its name."""
        self._new.mkdir(parents=True, exist_ok=True)
        note = {
            "made_by": "dateline backup",
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "dateline": importlib.metadata.version("dateline"),
            "files": {name: asdict(kept) for name, kept in sorted(self.files.items())},
        }
        with (self._new / MANIFEST).open("w", encoding="utf-8") as file:
            json.dump(note, file, indent=0)
            file.flush()
            os.fsync(file.fileno())
        done = self._new.rename(self._new.with_name(self._new.name.removeprefix(".")))
        fsync_directory(done.parent)
        return done

    def _found(self, pattern: str) -> list[Path]:
        return sorted(self._data.glob(pattern))

    def _pages(self, day: Path) -> None:
        """Open files, index before WARC, into this state; closed ones into the pages of all states.

        Open ones first: one that gets its final name meanwhile is then found by that, and what was taken of it
        before is left out again. Where one goes under our hands the folder is looked at again.
        """
        for last in (False,) * _LOOKS + (True,):
            try:
                for ending in (CDXJ + OPEN, WARC + OPEN):
                    for path in sorted(day.glob(f"*{ending}")):
                        self._take(path, self._new)
                for path in sorted(day.glob(f"*{WARC}")):
                    self._take_once(path)
                    index = path.with_name(path.name.removesuffix(WARC) + CDXJ)
                    if index.exists():
                        self._take(index, self._folder)
                    for closed in (path, index):
                        name = closed.relative_to(self._data).as_posix() + OPEN
                        self.files.pop(name, None)
                        (self._new / name).unlink(missing_ok=True)
                return
            except FileNotFoundError:
                if last:
                    raise

    def _take_once(self, path: Path) -> None:
        """Bring a closed WARC file into the backup if it is not there. It never changes: one that did is damaged, here
        or there, and must not take the place of the other."""
        name = path.relative_to(self._data).as_posix()
        held = self._folder / name
        if (size := size_of(held)) is None:
            self._take(path, self._folder)
            return
        if size != path.stat().st_size:
            self.differing.append(name)
        known = self._known.get(name)
        self.files[name] = known if known and known.bytes == size else _checked(held, held.stat().st_mtime_ns)

    def _take(self, path: Path, under: Path, *, by: Callable[[Path, Path], None] | None = None) -> None:
        """Bring one file into the backup, by hard link where it is that of the last state."""
        name = path.relative_to(self._data).as_posix()
        target, known = under / name, self._known.get(name)
        now = path.stat()
        if by is None and known and now.st_size == known.bytes and now.st_mtime_ns == known.changed:
            old = target if under == self._folder else self._last and self._last / name
            if old and size_of(old) == known.bytes and (old == target or _linked(old, target)):
                self.files[name] = known
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{target.name}.tmp")
        if by is not None:
            temporary.unlink(missing_ok=True)
            by(path, temporary)
            kept = _checked(temporary, changed=now.st_mtime_ns)
        else:
            kept = copied(path, temporary)
        os.utime(temporary, ns=(kept.changed, kept.changed))
        temporary.replace(target)
        fsync_directory(target.parent)
        self.files[name] = kept
        self.copied += 1
        self.bytes += kept.bytes


def _linked(old: Path, target: Path) -> bool:
    """Whether a second name could be made: not every disk has them, and there the file is copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(old)
    except OSError:
        return False
    return True


def _checked(path: Path, changed: int) -> Kept:
    """What a file holds, once it is on disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Kept(path.stat().st_size, changed, digest)
