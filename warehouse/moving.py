"""A whole warehouse copied into another: of one DuckDB file into a lake, or the other way.

One transaction of the target holds all of it, and each table is counted and hashed on both sides before that is
committed: a copy that was killed, or that differs, leaves the target as empty as it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import duckdb

from warehouse.engine import Engine
from warehouse.errors import WarehouseError
from warehouse.migrate import keys, migrate

#: Names the source in the target's connection.
_ORIGIN: Final = "origin"

#: Filled by the migrations, the same in every warehouse of their number.
_GIVEN: Final = ("store.migrations", "store.view_files", "store.acled_types", "store.outcomes")


@dataclass(frozen=True, slots=True)
class Copied:
    """A table of a copy: its rows, a hash over all of them whatever their order, and the seconds it took."""

    table: str
    rows: int
    hash: str
    seconds: float


def copy_warehouse(
    source: Engine, target: Engine, say: Callable[[str], None] = lambda line: None, *, held: bool = True
) -> list[Copied]:
    """Copy all that was loaded into ``source`` into the empty ``target``; the tables.

    Args:
        say: takes a line before and after each table.
        held: let nobody load into the source meanwhile, for the target takes its place. Into the target nobody can.

    Raises:
        WarehouseError: there is no source, the target holds rows already, or a table came out otherwise.
        TryAgain: another process is loading into one of them.
    """
    if source.where == target.where:
        raise WarehouseError("is both source and target", culprit=source.where, mend="Name another warehouse as target")
    if not source.exists():
        raise WarehouseError("there is no warehouse", culprit=source.where, mend="Name one that has been loaded into")
    with source.writing() as connection:
        migrate(connection)
    tables = [table for table in keys() if table not in _GIVEN]
    with target.writing() as connection, source.beside(connection, _ORIGIN, held=held):
        migrate(connection)
        for table in tables:
            if connection.execute(f"FROM {table} LIMIT 1").fetchone():
                raise WarehouseError(f"{table} holds rows already", culprit=target.where, mend="Name an empty target")
        connection.execute("SET preserve_insertion_order = false")  # else a large table is held in memory
        connection.execute("BEGIN")
        try:
            done = [_copy(connection, table, f"{n} of {len(tables)}", say) for n, table in enumerate(tables, 1)]
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    target.publish()
    return done


def _copy(connection: duckdb.DuckDBPyConnection, table: str, which: str, say: Callable[[str], None]) -> Copied:
    began = time.monotonic()
    expected = _told(connection, f"{_ORIGIN}.{table}")
    say(f"{which}: {table}, {expected[0]:,} rows")
    connection.execute(f"INSERT INTO {table} BY NAME FROM {_ORIGIN}.{table}")
    found = _told(connection, table)
    if found != expected:
        raise WarehouseError(
            f"came out otherwise: {found[0]:,} rows with hash {found[1]}, of {expected[0]:,} with hash {expected[1]}",
            culprit=table,
            mend="Nothing was kept; run dateline doctor, then copy again",
        )
    seconds = time.monotonic() - began
    say(f"{which}: {table}, the same on both sides, {seconds:.1f} s")
    return Copied(table, *found, seconds)


def _told(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, str]:
    """How many rows a table has, and a hash over all their columns by name."""
    names = sorted(f'"{column}"' for column, *_ in connection.execute(f"DESCRIBE {table}").fetchall())
    row = f"hash({', '.join(names)})"
    found = connection.execute(f"SELECT count(*), bit_xor({row}), sum({row}) FROM {table}").fetchall()  # noqa: S608
    ((count, xor, sums),) = found
    return int(count), f"{xor}-{sums}"
