"""Ask the published warehouse: open it read-only, run SQL, write the answer; the worked questions."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, TextIO

import duckdb

from warehouse.dialect import is_lake, view_comments
from warehouse.engine import engine
from warehouse.errors import WarehouseError
from warehouse.layout import Layout
from warehouse.migrate import HERE, views
from warehouse.text import inert, plain_json, printable

#: Rows fetched at a time when writing: bounds memory, whatever the answer's size.
BATCH = 1000


def connect(layout: Layout) -> duckdb.DuckDBPyConnection:
    """A read-only connection to what is published; any number at once, while loads go on.

    Raises:
        WarehouseError: nothing is published yet, or the warehouse is damaged or of a newer DuckDB.
    """
    return engine(layout).read()


def meanings(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """View -> column -> what it means; of a lake's views as this installation's files tell it."""
    found: dict[str, dict[str, str]] = {}
    for view, column, comment in connection.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns()"
        " WHERE NOT internal AND schema_name = 'main' AND database_name = current_database()"
    ).fetchall():
        found.setdefault(view, {})[column] = comment
    if is_lake(connection):
        for name, file in views().items():
            found[name] = found.get(name, {}) | view_comments(file.sql)
    return found


@contextmanager
def _told() -> Iterator[None]:
    """DuckDB's words about a statement, as an error of ours."""
    try:
        yield
    except duckdb.Error as error:
        raise WarehouseError(str(error), culprit="SQL", mend="Tables and columns: docs/tables.md") from error


def run(
    connection: duckdb.DuckDBPyConnection, statement: str | duckdb.Statement, values: Sequence[Any] = ()
) -> duckdb.DuckDBPyConnection:
    """Run SQL, its parameters filled with ``values``; the cursor holds the answer.

    Raises:
        WarehouseError: the statement is wrong; says where, in DuckDB's words.
    """
    with _told():
        return connection.execute(statement, values)


def statements(connection: duckdb.DuckDBPyConnection, text: str) -> list[duckdb.Statement]:
    """The statements of ``text``, in order.

    Raises:
        WarehouseError: it is no SQL.
    """
    with _told():
        return connection.extract_statements(text)


def fetch(cursor: duckdb.DuckDBPyConnection, most: int) -> list[tuple[Any, ...]]:
    """The next rows of an answer, ``most`` at most. Much of the work of a query is done here, so it can fail here, too.

    Raises:
        WarehouseError: a value of a later row cannot be computed.
    """
    with _told():
        return cursor.fetchmany(most)


def write_csv(cursor: duckdb.DuckDBPyConnection, file: TextIO) -> None:
    """The answer as CSV with a heading row; nested values as JSON. Text that a spreadsheet would run
    as a formula is prefixed with a quote mark; numbers are left as they are. A file or pipe gets all
    other text as it is stored; a terminal gets it without what would steer it."""
    writer = csv.writer(file, lineterminator="\n")
    shown = printable if file.isatty() else None
    writer.writerow(csv_row((column[0] for column in cursor.description or ()), shown))
    while rows := cursor.fetchmany(BATCH):
        writer.writerows(csv_row(row, shown) for row in rows)


def csv_row(values: Iterable[Any], shown: Callable[[str], str] | None = None) -> list[Any]:
    """A row for ``csv.writer``: nested values as JSON, times with their zone, and no text that is a formula.

    Args:
        shown: what is done to text first.
    """
    return [_cell(shown(value) if shown and isinstance(value, str) else value) for value in values]


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict, tuple)):
        return inert(to_json(value))
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, (datetime, date)):
        return _plain(value)
    return value


def write_json(cursor: duckdb.DuckDBPyConnection, file: TextIO) -> None:
    """The answer as a JSON array of objects, one a line; times are UTC with their zone."""
    names = [column[0] for column in cursor.description or ()]
    separator = "["
    while rows := cursor.fetchmany(BATCH):
        for row in rows:
            file.write(separator + "\n" + to_json(dict(zip(names, row, strict=True))))
            separator = ","
    file.write("[]\n" if separator == "[" else "\n]\n")


def _finite(value: Any) -> Any:
    """``value`` with the numbers that JSON does not know (NaN, infinities) as null."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {str(_plain_key(name)): _finite(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(member) for member in value]
    return value


def _plain_key(name: Any) -> Any:
    return name if isinstance(name, (str, int, float, bool)) else _plain(name)


def _plain(value: Any) -> Any:
    """A value JSON has no form for, as text (or as the nearest number)."""
    if isinstance(value, datetime):  # stored as UTC without a zone
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def to_json(value: Any) -> str:
    """A value of DuckDB as JSON in one line; times are UTC with their zone, and nothing in it steers a terminal."""
    return plain_json(json.dumps(_finite(value), ensure_ascii=False, default=_plain))


@dataclass(frozen=True, slots=True)
class Example:
    """A worked question: the file's name, the question it opens with, and the SQL."""

    name: str
    question: str
    sql: str


def examples() -> list[Example]:
    """The worked questions of ``warehouse/examples``, in order.

    Raises:
        WarehouseError: a file does not open with its question as a comment.
    """
    found = []
    for path in sorted((HERE / "examples").glob("*.sql")):
        lines = path.read_text(encoding="utf-8").splitlines()
        body = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
        question = " ".join(line.removeprefix("--").strip() for line in lines[:body])
        if not question:
            raise WarehouseError("has no question", culprit=path.name, mend="Open it with the question as a -- comment")
        found.append(Example(path.stem.split("_", 1)[1], question, "\n".join(lines[body:]).strip() + "\n"))
    return found
