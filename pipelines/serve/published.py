"""The published file for many short questions: followed as loads replace it, with limits of time and memory.

DuckDB shares one open database among all connections of a process to one path, so a file that was swapped in is seen
only once nobody has the old one open: the first request that finds another file waits for those that still read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb

from warehouse.errors import DatelineError, TryAgain, WarehouseError
from warehouse.layout import Layout
from warehouse.query import connect

#: Seconds all the questions of one request may take together.
SECONDS: Final = 10.0

#: A question that needs more is refused. Nothing is put aside on disk: the folder of the published file stays as it is.
_BOUNDS: Final = (
    "SET memory_limit = '1GB'",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)

_SQL: Final = Path(__file__).with_name("sql")

_MEND: Final = "Ask for less: fewer days, one country, a rarer word"

Row = dict[str, Any]
Kept = TypeVar("Kept")


@cache
def sql(name: str) -> str:
    """A statement of ``sql/``; one that asks for ``wanted`` events has their definition (sql/wanted.sql) before it."""
    text = (_SQL / f"{name}.sql").read_text("utf-8")
    return (_SQL / "wanted.sql").read_text("utf-8") + text if "FROM wanted" in text else text


class NotThere(DatelineError):
    """What an address names is not in the published file."""


class Reading:
    """The published file as one request sees it."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, published_at: datetime, kept: dict[str, Any]) -> None:
        self.cursor = cursor
        self.published_at = published_at
        self._kept = kept

    def rows(self, name: str, **values: Any) -> list[Row]:
        """The rows of ``sql/NAME.sql``, each by the names of its columns; ``values`` fill its parameters."""
        self.cursor.execute(sql(name), values)
        names = [column[0] for column in self.cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]

    def row(self, name: str, **values: Any) -> Row | None:
        """Its first row; None if there is none."""
        found = self.rows(name, **values)
        return found[0] if found else None

    def once(self, name: str, make: Callable[[], Kept]) -> Kept:
        """What ``make`` gives, made once for each published file."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: Kept = self._kept[name]
        return kept


#: What tells one published file from the next: inode, time of change (ns), size (bytes).
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Opened:
    connection: duckdb.DuckDBPyConnection
    stamp: _Stamp | None
    published_at: datetime
    kept: dict[str, Any] = field(default_factory=dict)


class Published:
    """Opens the published file of a layout, and opens it anew when another is put in its place."""

    def __init__(self, layout: Layout, seconds: float = SECONDS) -> None:
        self.layout = layout
        self._seconds = seconds
        self._turn = threading.Condition()
        self._readers = 0
        self._opened: _Opened | None = None

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The file for one request.

        Raises:
            WarehouseError: nothing is published, or the file is damaged or of another version.
            TryAgain: the questions took too long, or too much memory.
        """
        opened = self._enter()
        cursor = opened.connection.cursor()
        limit = threading.Timer(self._seconds, cursor.interrupt)
        limit.daemon = True
        limit.start()
        try:
            yield Reading(cursor, opened.published_at, opened.kept)
        except duckdb.InterruptException as error:
            raise TryAgain(f"this took more than {self._seconds:g} seconds", mend=_MEND) from error
        except duckdb.OutOfMemoryException as error:
            raise TryAgain("this takes more memory than a page may", mend=_MEND) from error
        except duckdb.Error as error:
            raise WarehouseError(
                f"cannot be asked: {error}",
                culprit=str(self.layout.published),
                mend="If another version of Dateline wrote it, publish it again: dateline crawl, or the asset "
                "`published`",
            ) from error
        finally:
            limit.cancel()
            cursor.close()
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    def _enter(self) -> _Opened:
        with self._turn:
            while self._opened is None or self._opened.stamp != self._stamp():
                if self._readers:
                    self._turn.wait()
                else:
                    self._open()
            self._readers += 1
            return self._opened

    def _stamp(self) -> _Stamp | None:
        try:
            found = self.layout.published.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _open(self) -> None:
        self.close()
        stamp = self._stamp()  # before the file: one that is swapped in meanwhile is opened anew
        connection = connect(self.layout)
        if not connection.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0]:
            for bound in _BOUNDS:  # set already where another reader of this process has the file open
                connection.execute(bound)
        self._opened = _Opened(connection, stamp, datetime.fromtimestamp((stamp or (0, 0, 0))[1] / 1e9, UTC))

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.connection.close()
        self._opened = None
