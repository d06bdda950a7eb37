"""What lies in a backup: its states, the files that belong to each, and whether they are whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from filelock import FileLock, Timeout

from scrapers.pagestore.index import OPEN
from warehouse.errors import SettingError, TryAgain

MANIFEST: Final = "backup.json"

#: The folders of a data directory that a backup holds.
FOLDERS: Final = ("sources", "places", "staging", "archives", "frontier", "pages", "warehouse")

#: There while a restore goes on.
BEGUN: Final = "restoring"

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup: its size in bytes, when it was last changed (ns), its checksum."""

    bytes: int
    changed: int
    sha256: str


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    try:
        with FileLock(folder / "backup.lock", timeout=0):
            yield
    except Timeout:
        raise TryAgain(
            "another backup or restore is under way", culprit=str(folder), mend="Wait until it has finished"
        ) from None


def states_of(folder: Path) -> list[Path]:
    """The whole states of a backup, oldest first."""
    return sorted(path for path in (folder / "states").glob("[0-9]*") if (path / MANIFEST).exists())


def manifest(state: Path) -> dict[str, Kept]:
    """The files of a state, by their path in the data directory.

    Raises:
        SettingError: it cannot be read, or names a file outside a data directory.
    """
    try:
        noted: dict[str, Any] = json.loads((state / MANIFEST).read_text("utf-8"))["files"]
        files = {name: Kept(**kept) for name, kept in noted.items()}
        for name in files:
            parts = PurePosixPath(name).parts
            if ".." in parts or parts[0] not in FOLDERS:
                raise ValueError(f"{name!r} is no file of a data directory")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise SettingError(
            f"cannot be read ({error})", culprit=str(state / MANIFEST), mend="Name another state with --state"
        ) from error
    return files


def chosen(folder: Path, state: str | None) -> Path:
    """The state of that name; the newest for None.

    Raises:
        SettingError: there is none.
    """
    there = {path.name: path for path in states_of(folder)}
    if not there:
        raise SettingError("holds no backup that is whole", culprit=str(folder), mend="Make one: dateline backup")
    if state is None:
        return there[max(there)]
    if state not in there:
        raise SettingError("no such state", culprit=state, mend=f"There are {', '.join(there)}")
    return there[state]


def place(folder: Path, state: Path, name: str) -> Path:
    """Where a file of a state lies."""
    shared = name.startswith("pages/") and not name.endswith(OPEN)
    return (folder if shared else state) / name


def whole(path: Path, kept: Kept) -> bool:
    """Whether a file of a backup is there, and what it was."""
    if size_of(path) != kept.bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == kept.sha256


def damaged(folder: Path, state: str | None = None) -> list[str]:
    """The files of a state that the backup holds damaged or not at all; reads every byte of it.

    Raises:
        SettingError: there is no such state.
    """
    took = chosen(folder, state)
    return [name for name, kept in manifest(took).items() if not whole(place(folder, took, name), kept)]


def size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def copied(source: Path, target: Path) -> Kept:
    """Copy a file to disk, as long as it is now, with its checksum."""
    with source.open("rb") as old, target.open("wb") as new:
        state, digest = os.fstat(old.fileno()), hashlib.sha256()
        size = 0
        while chunk := old.read(min(_CHUNK, state.st_size - size)):
            digest.update(chunk)
            new.write(chunk)
            size += len(chunk)
        new.flush()
        os.fsync(new.fileno())
    return Kept(size, state.st_mtime_ns, digest.hexdigest())


def same(one: Path, two: Path) -> bool:
    """Whether both files are there and hold the same bytes; False for one file by two names."""
    if (size := size_of(one)) is None or size_of(two) != size or one.samefile(two):
        return False
    with one.open("rb") as first, two.open("rb") as second:
        return hashlib.file_digest(first, "sha256").digest() == hashlib.file_digest(second, "sha256").digest()
