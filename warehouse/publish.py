"""The published file: a whole copy of the live one, swapped in at one stroke.

A copy without its write-ahead log would silently lose committed rows, so the log is folded in
(CHECKPOINT) and the file closed first. Readers that have the old file open keep reading it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from warehouse.errors import WarehouseError, disk_errors
from warehouse.layout import Layout
from warehouse.loader import open_live
from warehouse.lock import writing
from warehouse.migrate import migrate
from warehouse.staging import fsync_directory, replace_durably


def publish(layout: Layout) -> Path:
    """Put a copy of the live warehouse in place of the published file; its path.

    Raises:
        TryAgain: another process is loading or publishing, or the disk is full.
        SettingError: the disk is read-only.
        WarehouseError: nothing has been loaded yet, or the live file cannot be opened.
    """
    with disk_errors(layout.published), writing(layout):
        _fold(layout)
        layout.published.parent.mkdir(parents=True, exist_ok=True)
        temporary = layout.published.with_name(f".{layout.published.name}.tmp")
        try:
            shutil.copyfile(layout.live, temporary)
            replace_durably(temporary, layout.published)
        finally:
            temporary.unlink(missing_ok=True)
    return layout.published


def compact(layout: Layout) -> tuple[int, int]:
    """Write the live file anew without its dead space; its size before and after, in bytes.

    Under nightly changes a file settles near 1.8 times the size of its rows, and DuckDB's VACUUM
    gives nothing back; copying does.

    Raises:
        TryAgain, SettingError, WarehouseError: as :func:`publish`.
    """
    with disk_errors(layout.live), writing(layout):
        _fold(layout)
        before = layout.live.stat().st_size
        temporary = layout.live.with_name("compact.tmp")
        temporary.unlink(missing_ok=True)
        try:
            with open_live(layout) as connection:
                quoted = str(temporary).replace("'", "''")
                connection.execute(f"ATTACH '{quoted}' AS compacted")
                connection.execute(f'COPY FROM DATABASE "{layout.live.stem}" TO compacted')
                connection.execute("CHECKPOINT compacted")
                connection.execute("DETACH compacted")
            replace_durably(temporary, layout.live)
        finally:
            temporary.unlink(missing_ok=True)
    return before, layout.live.stat().st_size


def _fold(layout: Layout) -> None:
    """Bring the live file up to date and fold its write-ahead log in."""
    if not layout.live.exists():
        raise WarehouseError(
            "there is no warehouse yet", culprit=str(layout.live), mend="Load a day first: dateline crawl, or make demo"
        )
    with open_live(layout) as connection:
        migrate(connection)
        connection.execute("CHECKPOINT")
    if layout.live.with_name(layout.live.name + ".wal").exists():
        raise WarehouseError(
            "its write-ahead log did not fold in",
            culprit=str(layout.live),
            mend="Close any program that has the live file open, and publish again",
        )
    fsync_directory(layout.live.parent)
