"""What DuckLake lacks of the SQL in migrations and views, taken out; and the primary keys it lacks, kept in mind.

Measured on 1.5.5 (docs/decisions.md): primary keys, comments on the columns of views, SET NOT NULL on a table with
changes of the same transaction, INSERT OR REPLACE, RETURNING. The files are written for DuckDB and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import duckdb

_TABLE_KEY: Final = re.compile(r",\s*PRIMARY KEY \(([^)]*)\)")
_COLUMN_KEY: Final = re.compile(r"(\w+) (\w+) PRIMARY KEY")
_VIEW: Final = re.compile(r"^CREATE (?:OR REPLACE )?VIEW ([\w.]+)", re.MULTILINE)
_MEANING: Final = re.compile(r"""^COMMENT ON COLUMN \w+\."?([^"]+?)"? IS '(.*)';$""", re.MULTILINE)
_TABLE: Final = re.compile(r"^CREATE TABLE ([\w.]+) \((.*?)\);$", re.MULTILINE | re.DOTALL)


def is_lake(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the connection's database is a DuckLake."""
    row = connection.execute("SELECT type FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    return row is not None and row[0] == "ducklake"


def for_lake(sql: str) -> str:
    """A migration or view without what a lake lacks."""
    sql = _COLUMN_KEY.sub(r"\1 \2 NOT NULL", _TABLE_KEY.sub("", sql))
    views = tuple(f"COMMENT ON COLUMN {view}." for view in _VIEW.findall(sql))
    kept = (line for line in sql.splitlines() if not (line.startswith(views) or line.endswith(" SET NOT NULL;")))
    return "\n".join(kept)


def view_comments(sql: str) -> dict[str, str]:
    """Column -> what it means, of the view that a file makes: a lake has no place for it."""
    return {column: text.replace("''", "'") for column, text in _MEANING.findall(sql)}


def declared_keys(files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Table (``store.pages``) -> the columns of its primary key, as the migrations declare them."""
    found = {}
    for sql in files:
        for table, columns in _TABLE.findall(sql):
            together, alone = _TABLE_KEY.search(columns), _COLUMN_KEY.search(columns)
            if together:
                found[table] = tuple(name.strip() for name in together[1].split(","))
            elif alone:
                found[table] = (alone[1],)
    return found


def beside(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A second connection to the same database: it sees what was committed last."""
    ((name,),) = connection.execute("SELECT current_database()").fetchall()
    cursor = connection.cursor()
    cursor.execute(f'USE "{name}"')
    return cursor
