"""The reference pages: ``docs/tables.md`` from the comments in the schema, ``docs/queries.md`` from the examples.

``python -m warehouse.reference`` writes both; tests/test_queries_doc.py fails when one is behind.
"""

from __future__ import annotations

import duckdb

from warehouse.layout import PROJECT
from warehouse.migrate import migrate
from warehouse.query import examples

_TABLES = """# Tables

Made from the comments in the schema (`warehouse/views`, `warehouse/migrations`) by `python -m warehouse.reference`.
In the warehouse itself: `SELECT * FROM duckdb_columns() WHERE table_name = 'incidents'`.

The views are what people query; the tables they stand on are in the schema `store` and change without notice.
All times are UTC, all offsets count characters from 0.

"""

_QUERIES = """# Worked questions

Made from `warehouse/examples` by `python -m warehouse.reference`; the tests run each of them.
`dateline query NAME` runs one, `dateline sql "..."` runs your own. What there is to ask: [tables.md](tables.md).

"""


def describe() -> str:
    """Every view and table with its columns, types and comments, as Markdown."""
    with duckdb.connect() as connection:
        migrate(connection)
        relations = connection.execute(
            "SELECT schema_name, view_name AS name, comment FROM duckdb_views() WHERE NOT internal UNION ALL "
            "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE NOT internal ORDER BY name"
        ).fetchall()
        columns = connection.execute(
            "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() "
            "WHERE NOT internal ORDER BY column_index"
        ).fetchall()
    parts = [_TABLES + "## Views\n"]
    parts += [_relation(relation, columns) for relation in relations if relation[0] == "main"]
    parts.append("## Tables beneath (schema `store`)\n")
    parts += [_relation(relation, columns) for relation in relations if relation[0] == "store"]
    return "\n".join(parts)


def _relation(relation: tuple[str, str, str], columns: list[tuple[str, str, str, str, str]]) -> str:
    schema, name, comment = relation
    title = name if schema == "main" else f"{schema}.{name}"
    rows = [
        f"| `{column}` | {_kind(kind)} | {_escape(text)} |"
        for of_schema, of, column, kind, text in columns
        if (of_schema, of) == (schema, name)
    ]
    return "\n".join(
        [f"### {title}\n", f"{_escape(comment)}\n", "| column | type | meaning |", "|---|---|---|", *rows, ""]
    )


def _kind(kind: str) -> str:
    """The type, without the fields of a structure (the comment names them)."""
    many = "[]" if kind.endswith("[]") else ""
    return ("STRUCT" if kind.startswith("STRUCT") else kind.removesuffix("[]")) + many


def _escape(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("<", "&lt;")


def worked_questions() -> str:
    """The examples, as Markdown."""
    return _QUERIES + "\n".join(
        f"## {example.question}\n\n`dateline query {example.name}`\n\n```sql\n{example.sql}```\n"
        for example in examples()
    )


def write() -> None:
    """Write both pages."""
    (PROJECT / "docs" / "tables.md").write_text(describe(), encoding="utf-8")
    (PROJECT / "docs" / "queries.md").write_text(worked_questions(), encoding="utf-8")


if __name__ == "__main__":
    write()
