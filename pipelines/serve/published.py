"""What is published, for many short questions: followed as loads change it, with limits of time and memory.

DuckDB shares one open database among all connections of a process to one path, so a file that was swapped in is seen
only once nobody has the old one open: the first request that finds another file waits for those that still read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb

from warehouse.dialect import beside, is_lake
from warehouse.engine import engine
from warehouse.errors import DatelineError, TryAgain, WarehouseError
from warehouse.layout import Layout
from warehouse.query import connect

#: Seconds all the questions of one request may take together.
SECONDS: Final = 10.0

#: A question that needs more is refused. Nothing is put aside on disk: the folder of the published file stays as it is.
_BOUNDS: Final = (
    "SET memory_limit = '1GB'",
    "SET temp_directory = ''",
)

#: A DuckLake reads its files as it goes; a DuckDB file is open by then.
_FILE_BOUNDS: Final = ("SET enable_external_access = false",)

#: Seconds for which what was published is taken to be so: a DuckLake has to ask its catalog.
_FRESH: Final = 0.5

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


@dataclass(frozen=True, slots=True)
class _Opened:
    connection: duckdb.DuckDBPyConnection
    published_at: datetime
    kept: dict[str, Any] = field(default_factory=dict)


class Published:
    """Opens what a layout has published, and opens it anew when that has changed."""

    def __init__(self, layout: Layout, seconds: float = SECONDS) -> None:
        self.layout = layout
        self._seconds = seconds
        self._turn = threading.Condition()
        self._readers = 0
        self._opened: _Opened | None = None
        self._seen: datetime | None = None
        self._seen_at = float("-inf")

    @property
    def where(self) -> str:
        """The file or the catalog, in words that may be shown."""
        return engine(self.layout).where

    def exists(self) -> bool:
        """Whether anything is published."""
        return self._published_at() is not None

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The warehouse for one request.

        Raises:
            WarehouseError: nothing is published, or the file is damaged or of another version.
            TryAgain: the questions took too long, or too much memory.
        """
        opened = self._enter()
        cursor = beside(opened.connection)
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
                culprit=self.where,
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
            while self._opened is None or self._opened.published_at != self._published_at():
                if self._readers:
                    self._turn.wait()
                else:
                    self._open()
            self._readers += 1
            return self._opened

    def _published_at(self) -> datetime | None:
        if time.monotonic() - self._seen_at > _FRESH:
            self._seen = engine(self.layout).published_at()
            self._seen_at = time.monotonic()
        return self._seen

    def _open(self) -> None:
        self.close()
        self._seen_at = float("-inf")
        published_at = self._published_at()  # before it is opened: what is published meanwhile is opened anew
        connection = connect(self.layout)
        if not connection.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0]:
            # else set already, where another reader of this process has the file open
            for bound in (*_BOUNDS, *(() if is_lake(connection) else _FILE_BOUNDS), "SET lock_configuration = true"):
                connection.execute(bound)
        self._opened = _Opened(connection, published_at or datetime.now(UTC))

    def close(self) -> None:
        """Let go of the warehouse."""
        if self._opened is not None:
            self._opened.connection.close()
        self._opened = None
