"""A state of a backup put back into a data directory."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.backups.states import BEGUN, FOLDERS, Kept, alone, chosen, copied, manifest, place, size_of, whole
from scrapers.pagestore.index import OPEN, WARC
from warehouse.engine import Engine, engine
from warehouse.errors import SettingError, disk_errors
from warehouse.layout import Layout
from warehouse.moving import copy_warehouse
from warehouse.single_file import SingleFile
from warehouse.staging import fsync_directory


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the state it took, the files put back, those that the backup holds damaged or not at all,
    and the (source, day) whose crawl was under way when the backup was made."""

    state: str
    files: int
    damaged: list[str]
    open_crawls: list[tuple[str, str]]


def restore(layout: Layout, folder: Path, *, state: str | None = None) -> Restored:
    """Put a state back into a data directory that holds nothing of the kind, and publish; one that was broken off
    goes on where it stopped. What is damaged is left out and named.

    The warehouse goes where ``$DATELINE_WAREHOUSE`` says, whichever kind the state was made of.

    Raises:
        SettingError: there is no such state, or the data directory or the warehouse holds something already.
        TryAgain: the disk is full, or a backup into ``folder`` is under way.
        WarehouseError: the warehouse was written by a newer Dateline.
    """
    folder, warehouse = folder.resolve(), engine(layout)
    took = chosen(folder, state)
    begun = layout.data / BEGUN
    if not (begun.exists() and begun.read_text("utf-8") == str(took)):
        for name in FOLDERS:
            if any(path.is_file() for path in (layout.data / name).rglob("*")):
                raise SettingError(
                    "holds something already",
                    culprit=str(layout.data / name),
                    mend="Move it away, or name another --data",
                )
        if warehouse.exists():
            mend = "Name an empty one in $DATELINE_WAREHOUSE, or unset it for a file in the data directory"
            raise SettingError("holds something already", culprit=warehouse.where, mend=mend)
    lost = []
    # a backup may lie on a disk that cannot be written: then nobody else writes it either
    with disk_errors(layout.data), alone(folder) if os.access(folder, os.W_OK) else nullcontext():
        layout.data.mkdir(parents=True, exist_ok=True)
        begun.write_text(str(took), "utf-8")
        files = manifest(took)
        for name, kept in files.items():
            if not _put_back(place(folder, took, name), layout.data / _home(name, warehouse), kept):
                lost.append(name)
        if layout.live.exists():
            own = SingleFile(layout.live, layout.published)
            if warehouse == own:
                own.publish()
            else:
                copy_warehouse(own, warehouse)
                layout.live.unlink()
        begun.unlink()
    crawls = sorted({PurePosixPath(name).parts[1:3] for name in files if name.endswith(WARC + OPEN)})
    return Restored(took.name, len(files) - len(lost), lost, [(source, day) for source, day in crawls])


def _home(name: str, warehouse: Engine) -> PurePosixPath:
    """Where a file of a state belongs in the data directory: what the warehouse was loaded from, where this one's loads
    look for it."""
    path = PurePosixPath(name)
    if path.parts[0] == "warehouse" and len(path.parts) > 2:
        return PurePosixPath("warehouse", warehouse.loaded, *path.parts[2:])
    return path


def _put_back(source: Path, target: Path, kept: Kept) -> bool:
    """Copy a file out of a backup; False, and nothing is written, where it is not what it was."""
    if whole(target, kept):
        return True
    if size_of(source) != kept.bytes:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.tmp")
    if copied(source, temporary).sha256 != kept.sha256:
        temporary.unlink()
        return False
    os.utime(temporary, ns=(kept.changed, kept.changed))
    temporary.replace(target)
    fsync_directory(target.parent)
    return True
