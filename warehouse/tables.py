"""What each step of a load does to a table: rows put aside, a file of SQL run, its changes counted, records read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from warehouse.migrate import HERE
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


def sql(name: str) -> str:
    """The text of ``load/<name>.sql``."""
    return (HERE / "load" / f"{name}.sql").read_text(encoding="utf-8")


def put_aside(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Rows as a temporary table."""
    connection.register("arrow_rows", rows)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM arrow_rows")
    connection.unregister("arrow_rows")


def run(connection: duckdb.DuckDBPyConnection, name: str, **values: object) -> Counter[str]:
    """Run the statements of ``load/<name>.sql``, counting the ``merge_action`` they return by kind."""
    actions: Counter[str] = Counter()
    for statement in connection.extract_statements(sql(name)):
        wanted = {parameter: values[parameter] for parameter in statement.named_parameters}
        result = connection.execute(statement, wanted or None)
        if result.description and result.description[0][0] == "merge_action":
            actions.update(action for (action,) in result.fetchall())
    return actions


def change(connection: duckdb.DuckDBPyConnection, table: str, **values: object) -> Changes:
    """Run ``load/<table>.sql``, which brings ``incoming`` into the table."""
    actions = run(connection, table, **values)
    (incoming,) = connection.execute("SELECT count(*) FROM incoming").fetchone() or (0,)
    unchanged = incoming - actions["INSERT"] - actions["UPDATE"]
    return Changes(actions["INSERT"], actions["UPDATE"], actions["DELETE"], unchanged)


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
