"""SQLite whose full or read-only disk is told as an error of ours: what the frontier, the payload catalogue and the
ledger of archives open; and the same only to be read, or copied, while others write it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from warehouse.errors import SetAside, disk_error, disk_errors

P = ParamSpec("P")
R = TypeVar("R")


def connected(path: Path, *, timeout: float = 5.0) -> sqlite3.Connection:
    """A connection in autocommit mode with a write-ahead log; ``timeout`` (s): how long to wait for another's lock.

    Raises:
        TryAgain, SettingError: the disk is full, or read-only; every statement raises these, too.
        sqlite3.DatabaseError: the file is damaged.
    """
    with disk_errors(path):
        db = sqlite3.connect(path, timeout=timeout, isolation_level=None, factory=_Connection)
    db.path = path
    try:
        _write_ahead(db, time.monotonic() + timeout)
        # a commit that a power cut undoes is made again from the page store
        db.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        db.close()
        raise
    return db


def _write_ahead(db: sqlite3.Connection, deadline: float) -> None:
    """Switch to a write-ahead log. SQLite waits for no lock here: of two processes that make a database at once, the
    second failed (measured)."""
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def reading(path: Path, *, timeout: float = 5.0) -> sqlite3.Connection:
    """A connection to a database that is there, which writes nothing; also on a disk that is read-only.

    Raises:
        sqlite3.DatabaseError: the file is damaged.
    """
    address = path.absolute().as_uri()
    db = sqlite3.connect(f"{address}?mode=ro", timeout=timeout, isolation_level=None, uri=True)
    try:
        db.execute("PRAGMA schema_version").fetchone()
        return db
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    # a write-ahead log takes two files beside it even to be read; where they cannot be made, nobody writes
    return sqlite3.connect(f"{address}?immutable=1", isolation_level=None, uri=True)


def snapshot(path: Path, target: Path) -> None:
    """Copy a database as it stands at one moment; whoever writes it goes on.

    Raises:
        SetAside: the file is damaged.
        TryAgain, SettingError: the disk is full, or read-only.
    """
    with disk_errors(target):
        try:
            with (
                closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db,
                closing(sqlite3.connect(target)) as copy,
            ):
                db.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
        except sqlite3.DatabaseError as error:
            if disk_error(error, target) is not None:
                raise
            raise SetAside(
                f"cannot be copied ({error})", culprit=str(path), mend="If it is damaged, delete it: it is made anew"
            ) from error


class _Connection(sqlite3.Connection):
    """Tells the system's errors by the file's name."""

    path = Path()

    def _told(self, what: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return what(*args, **kwargs)
        except sqlite3.Error as error:
            told = disk_error(error, self.path)
            if told is None:
                raise
            raise told from error

    def execute(self, *args: Any) -> sqlite3.Cursor:
        return self._told(super().execute, *args)

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        return self._told(super().executemany, *args)

    def executescript(self, *args: Any) -> sqlite3.Cursor:
        return self._told(super().executescript, *args)
