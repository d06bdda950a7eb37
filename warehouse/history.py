"""What a load changed in the telling of incidents whose articles had been read before.

A load replaces rows, so the reading before would be lost; the table ``store.incident_history`` keeps it, and
the view ``incident_changes`` shows it beside the new one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import duckdb
import pyarrow as pa

from warehouse.dialect import beside
from warehouse.tables import put_aside, run, sql

_REVISIONS: Final = pa.schema([("article_id", pa.string()), ("revision", pa.string())])
_TOLD: Final = pa.schema(
    [
        *((name, pa.string()) for name in ("incident_id", "article_id", "revision", "version")),
        ("told", pa.list_(pa.struct([("field", pa.string()), ("value", pa.string())]))),
    ]
)


def remember(connection: duckdb.DuckDBPyConnection, load_id: int, changed_at: datetime) -> None:
    """Write the changes of the load that is under way into the history; inside its transaction.

    ``affected`` (load/affected.sql) names the articles it may touch. What they told before is read through a
    second connection, which sees the file as it was committed last. Costs little where all articles are new.
    """
    articles = [row[0] for row in connection.execute("FROM affected").fetchall()]
    with beside(connection) as committed:
        known = committed.execute(
            "SELECT article_id, revision FROM store.articles WHERE article_id IN (SELECT unnest(?))", [articles]
        ).fetchall()
        if not known:
            return
        seen = sorted({article_id for article_id, _ in known})
        before = committed.execute(sql("told"), {"articles": seen}).fetchall()
    _table(connection, "known_revisions", _REVISIONS, known)
    _table(connection, "told_before", _TOLD, before)
    _table(connection, "told_after", _TOLD, connection.execute(sql("told"), {"articles": seen}).fetchall())
    run(connection, "history", load_id=load_id, changed_at=changed_at)


def _table(connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, rows: list[tuple[Any, ...]]) -> None:
    named = [dict(zip(schema.names, row, strict=True)) for row in rows]
    put_aside(connection, name, pa.Table.from_pylist(named, schema=schema))
