"""What each step of a load does to a table: rows put aside, a file of SQL run, its changes counted, records read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from warehouse.dialect import is_lake
from warehouse.errors import WarehouseError
from warehouse.migrate import HERE, keys
from warehouse.schema import arrow_schema, from_row

R = TypeVar("R")

#: Rows fetched at a time: bounds memory (an article is about 10 kB).
_FETCHED: Final = 2000


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows of one table: what a load did to them. ``unchanged`` counts staged rows already there just so."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __add__(self, more: Changes) -> Changes:
        return Changes(
            self.added + more.added,
            self.changed + more.changed,
            self.removed + more.removed,
            self.unchanged + more.unchanged,
        )


def sql(name: str) -> str:
    """The text of ``load/<name>.sql``."""
    return (HERE / "load" / f"{name}.sql").read_text(encoding="utf-8")


def put_aside(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Rows as a temporary table."""
    connection.register("arrow_rows", rows)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM arrow_rows")
    connection.unregister("arrow_rows")


def run(connection: duckdb.DuckDBPyConnection, name: str, **values: object) -> None:
    """Run the statements of ``load/<name>.sql``."""
    for statement in connection.extract_statements(sql(name)):
        _execute(connection, statement, values)


def change(connection: duckdb.DuckDBPyConnection, table: str, **values: object) -> Changes:
    """Run ``load/<table>.sql``, which brings ``incoming`` into the table.

    Counted by how many rows a statement touches and how many there are then: a DuckLake knows no RETURNING.

    Raises:
        WarehouseError: a key is there twice, which only a DuckLake lets happen.
    """
    added = changed = removed = 0
    there = _count(connection, f"store.{table}")
    for statement in connection.extract_statements(sql(table)):
        result = _execute(connection, statement, values)
        if statement.type not in (duckdb.StatementType.MERGE_INTO, duckdb.StatementType.DELETE):
            continue
        ((touched,),) = result.fetchall()
        before, there = there, _count(connection, f"store.{table}")
        if statement.type == duckdb.StatementType.DELETE:
            removed += touched
        else:
            added += there - before
            changed += touched - (there - before)
    refuse_twice(connection, table, among="incoming")
    return Changes(added, changed, removed, _count(connection, "incoming") - added - changed)


def _execute(
    connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement, values: dict[str, object]
) -> duckdb.DuckDBPyConnection:
    wanted = {parameter: values[parameter] for parameter in statement.named_parameters}
    return connection.execute(statement, wanted or None)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - names of ours
    return int(row[0]) if row else 0


def refuse_twice(connection: duckdb.DuckDBPyConnection, table: str, among: str | None = None) -> None:
    """Hold a DuckLake's table to its primary key, which the lake knows nothing of; a file's table holds itself to it.

    Args:
        among: a table of the only keys to look at; all where left out.

    Raises:
        WarehouseError: names the table, a key that is there twice, and its sources.
    """
    if not is_lake(connection):
        return
    names = keys()[f"store.{table}"]
    key = ", ".join(names)
    within = f" SEMI JOIN {among} USING ({key})" if among else ""
    columns = {column for column, *_ in connection.execute(f"DESCRIBE store.{table}").fetchall()}
    source = "string_agg(DISTINCT source_id, ', ')" if "source_id" in columns else "NULL"
    row = connection.execute(
        f"SELECT count(*), {source}, {key} FROM store.{table}{within} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"  # noqa: S608
    ).fetchone()
    if row is not None:
        told = ", ".join(f"{name} {value}" for name, value in zip(names, row[2:], strict=True))
        raise WarehouseError(
            f"{row[0]} rows have one key ({told})" + (f", of source {row[1]}" if row[1] else ""),
            culprit=f"store.{table}",
            mend="Two writers wrote it at once, one of them past the lock: let one data directory load each source; "
            "delete all rows of this key, and load the day again",
        )


def rows(result: duckdb.DuckDBPyConnection, record: type) -> Iterator[dict[str, Any]]:
    """The rows of a query, columns that the record lacks left out; to be read before the next query."""
    names = [column[0] for column in result.description or ()]
    wanted = set(arrow_schema(record).names)
    while fetched := result.fetchmany(_FETCHED):
        for row in fetched:
            yield {name: value for name, value in zip(names, row, strict=True) if name in wanted}


def records(result: duckdb.DuckDBPyConnection, record: type[R]) -> Iterator[R]:
    """The rows of a query as records; to be read before the next query.

    Raises:
        WarehouseError: the query lacks a field of the record.
    """
    return (from_row(record, row) for row in rows(result, record))
