"""The warehouse as one DuckDB file, and the copy of it that people query.

The live file is opened by the loader alone. The published file is a whole copy of it, swapped in at one stroke: a copy
without its write-ahead log would silently lose committed rows, so the log is folded in (CHECKPOINT) and the file
closed first. Readers that have the old file open keep reading it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse.errors import WarehouseError, disk_error, disk_errors
from warehouse.extensions import quoted
from warehouse.lock import writing
from warehouse.migrate import migrate
from warehouse.staging import fsync_directory, replace_durably


@dataclass(frozen=True, slots=True)
class SingleFile:
    """A DuckDB file. Without a published copy (a file named on the command line) it is read itself."""

    live: Path
    published: Path | None = None

    @property
    def where(self) -> str:
        return str(self.published or self.live)

    @property
    def loaded(self) -> str:
        return "loaded"

    def exists(self) -> bool:
        return self.live.exists()

    def published_at(self) -> datetime | None:
        seen = self.published or self.live
        return datetime.fromtimestamp(seen.stat().st_mtime, UTC) if seen.exists() else None

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with writing(self.live), self._open() as connection:
            yield connection

    def _open(self) -> duckdb.DuckDBPyConnection:
        self.live.parent.mkdir(parents=True, exist_ok=True)
        try:
            return duckdb.connect(str(self.live))
        except duckdb.Error as error:
            raise disk_error(error, self.live) or WarehouseError(
                f"cannot be opened: {error}",
                culprit=str(self.live),
                mend="Close any program that has it open (query the published file instead); if it is damaged, "
                "move it away and load the days again",
            ) from error

    def read(self) -> duckdb.DuckDBPyConnection:
        path = self.published or self.live
        if not path.exists():
            raise WarehouseError(
                "nothing is published yet",
                culprit=str(path),
                mend="Run: dateline crawl SOURCE. After make demo, ask with --data data/demo",
            )
        try:
            connection = duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": False})
            connection.execute("SELECT 1 FROM store.migrations").fetchone()
        except duckdb.Error as error:
            raise WarehouseError(
                f"cannot be read by DuckDB {duckdb.__version__}: {error}",
                culprit=str(path),
                mend="If a newer Dateline wrote it, update this one; else publish it again: dateline crawl, or the "
                "asset `published`",
            ) from error
        return connection

    @contextmanager
    def beside(self, connection: duckdb.DuckDBPyConnection, name: str, *, held: bool = True) -> Iterator[None]:
        with self.folded() as live:
            connection.execute(f"ATTACH {quoted(str(live))} AS {name} (READ_ONLY)")
            yield

    def publish(self) -> int:
        """Put a copy of the live file in place of the published one; its size in bytes."""
        target = self.published or self.live
        with disk_errors(target), self.folded():
            if self.published is None:
                return target.stat().st_size
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{target.name}.tmp")
            try:
                shutil.copyfile(self.live, temporary)
                replace_durably(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)
        return target.stat().st_size

    def compact(self) -> tuple[int, int]:
        """Write the live file anew without its dead space; its size before and after, in bytes.

        Under nightly changes a file settles near 1.8 times the size of its rows, and DuckDB's VACUUM
        gives nothing back; copying does.
        """
        with disk_errors(self.live), self.folded():
            before = self.live.stat().st_size
            temporary = self.live.with_name("compact.tmp")
            temporary.unlink(missing_ok=True)
            try:
                with self._open() as connection:
                    connection.execute(f"ATTACH {quoted(str(temporary))} AS compacted")
                    connection.execute(f'COPY FROM DATABASE "{self.live.stem}" TO compacted')
                    connection.execute("CHECKPOINT compacted")
                    connection.execute("DETACH compacted")
                replace_durably(temporary, self.live)
            finally:
                temporary.unlink(missing_ok=True)
        return before, self.live.stat().st_size

    @contextmanager
    def folded(self, *, wait_s: float | None = None) -> Iterator[Path]:
        """The live file, whole without its write-ahead log, and nobody writes it meanwhile: it may be copied.

        Raises:
            TryAgain: another process is loading or publishing, and was for ``wait_s`` seconds
                (:data:`warehouse.lock.WAIT_S` when left out).
            WarehouseError: nothing has been loaded yet, or the file cannot be opened.
        """
        with writing(self.live, wait_s=wait_s):
            self._fold()
            yield self.live

    def _fold(self) -> None:
        """Bring the live file up to date and fold its write-ahead log in."""
        if not self.live.exists():
            raise WarehouseError(
                "there is no warehouse yet",
                culprit=str(self.live),
                mend="Load a day first: dateline crawl, or make demo",
            )
        with self._open() as connection:
            migrate(connection)
            connection.execute("CHECKPOINT")
        if self.live.with_name(self.live.name + ".wal").exists():
            raise WarehouseError(
                "its write-ahead log did not fold in",
                culprit=str(self.live),
                mend="Close any program that has the live file open, and publish again",
            )
        fsync_directory(self.live.parent)
