"""Bring a warehouse to the schema of today: numbered migrations once each, then the views.

A migration is ``migrations/NNNN_name.sql``; it runs in a transaction of its own and its checksum is
kept, so an edited, missing or newer one is refused by name. Views are no migrations: they hold no
data, so all of ``views/*.sql`` is built again whenever one of them changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import duckdb

from warehouse.dialect import declared_keys, for_lake, is_lake
from warehouse.errors import WarehouseError, disk_error

HERE: Final = Path(__file__).resolve().parent
_NAME: Final = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
#: ``-- needs: articles, incidents``: the views a view reads, which must be built before it.
_NEEDS: Final = re.compile(r"^-- needs: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A file of SQL with its checksum."""

    name: str
    sql: str
    sha256: str

    @classmethod
    def read(cls, path: Path) -> SqlFile:
        sql = path.read_text(encoding="utf-8")
        return cls(path.name, sql, hashlib.sha256(sql.encode()).hexdigest())


def migrations(directory: Path = HERE / "migrations") -> dict[int, SqlFile]:
    """The migrations by number, in order.

    Raises:
        WarehouseError: a file is misnamed, or a number is missing or given twice.
    """
    found: dict[int, SqlFile] = {}
    for path in sorted(directory.glob("*.sql")):
        matched = _NAME.fullmatch(path.name)
        if matched is None:
            raise WarehouseError("is not NNNN_name.sql", culprit=path.name, mend="Rename the migration")
        number = int(matched[1])
        if number != len(found) + 1:
            raise WarehouseError(
                f"has number {number}, but {len(found) + 1} is next",
                culprit=path.name,
                mend="Number the migrations from 0001 without gaps, each once",
            )
        found[number] = SqlFile.read(path)
    return found


@cache
def keys() -> dict[str, tuple[str, ...]]:
    """Table (``store.pages``) -> the columns of its primary key, in any engine."""
    return declared_keys(file.sql for file in migrations().values())


def views(directory: Path = HERE / "views") -> dict[str, SqlFile]:
    """The views by name, each after those it reads."""
    files = {path.stem: SqlFile.read(path) for path in sorted(directory.glob("*.sql"))}
    order: TopologicalSorter[str] = TopologicalSorter()
    for name, file in files.items():
        needs = _NEEDS.search(file.sql)
        order.add(name, *(needs[1].replace(" ", "").split(",") if needs else ()))
    return {name: files[name] for name in order.static_order()}


def migrate(connection: duckdb.DuckDBPyConnection, directory: Path = HERE) -> list[str]:
    """Apply what is missing; the names of the migrations applied now and of the views built now.

    Raises:
        WarehouseError: the file was written by a newer Dateline, an applied migration was edited or
            is missing, or one fails (its transaction is rolled back).
    """
    known = migrations(directory / "migrations")
    applied = _applied(connection)
    _refuse(known, applied)
    done = []
    for number, file in known.items():
        if number not in applied:
            with _transaction(connection):
                _run(connection, file)
                record = [number, file.name, file.sha256, datetime.now(UTC).replace(tzinfo=None)]
                connection.execute("INSERT INTO store.migrations VALUES (?, ?, ?, ?)", record)
                # no view is known good until all are built again: whoever reads a lake meanwhile looks here
                connection.execute("UPDATE store.view_files SET sha256 = ''")
            done.append(file.name)
    return done + _build_views(connection, views(directory / "views"))


def _applied(connection: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """Number -> (name, sha256) of the migrations the file has had."""
    has = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'store' AND table_name = 'migrations'"
        " AND database_name = current_database()"
    ).fetchone()
    if has is None or not has[0]:
        return {}
    rows = connection.execute("SELECT number, name, sha256 FROM store.migrations ORDER BY number").fetchall()
    return {number: (name, sha256) for number, name, sha256 in rows}


def _refuse(known: dict[int, SqlFile], applied: dict[int, tuple[str, str]]) -> None:
    for number, (name, sha256) in applied.items():
        if number > max(known, default=0):
            raise WarehouseError(
                f"the file has had this migration, which Dateline here does not know (its last is {len(known):04})",
                culprit=name,
                mend="Update Dateline: the warehouse was written by a newer version",
            )
        if known[number].name != name:
            raise WarehouseError(
                f"the file has had this migration, but number {number:04} is now {known[number].name}",
                culprit=name,
                mend="Restore the migration; number a new one after the last",
            )
        if known[number].sha256 != sha256:
            raise WarehouseError(
                "was edited after it had been applied",
                culprit=name,
                mend="Restore it as it was, and write the change as a new migration",
            )


def _build_views(connection: duckdb.DuckDBPyConnection, files: dict[str, SqlFile]) -> list[str]:
    built = dict(connection.execute("SELECT name, sha256 FROM store.view_files").fetchall())
    if built == {name: file.sha256 for name, file in files.items()}:
        return []
    with _transaction(connection):
        for name in built.keys() - files.keys():
            connection.execute(f'DROP VIEW IF EXISTS "{name}"')
        for file in files.values():
            _run(connection, file)
        connection.execute("DELETE FROM store.view_files")
        if files:  # one insert: in a DuckLake each would be a file
            insert = "INSERT INTO store.view_files SELECT unnest(?), unnest(?)"
            connection.execute(insert, [list(files), [file.sha256 for file in files.values()]])
    return list(files)


def _run(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    try:
        connection.execute(for_lake(file.sql) if is_lake(connection) else file.sql)
    except duckdb.Error as error:
        if disk_error(error, Path()) is not None:
            raise  # no fault of the SQL
        raise WarehouseError(
            f"failed: {error}", culprit=file.name, mend="Mend the SQL; nothing of it was kept"
        ) from error


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it or nothing: a file that ran is recorded with what it did."""
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # a commit that failed has ended the transaction
            connection.execute("ROLLBACK")
        raise
