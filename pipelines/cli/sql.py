"""Verbs that ask the published warehouse: sql, query."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.cli import app
from warehouse import query as ask
from warehouse.layout import Layout
from warehouse.text import printable

#: Rows a terminal table shows before it says that there are more.
SHOWN = 200


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="SQL to run on the published file; - reads standard input.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, safe to open in a spreadsheet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array of objects.")] = False,
) -> None:
    """Ask the warehouse: `dateline sql "SELECT * FROM incidents"`. Tables: docs/tables.md."""
    if statement == "-":
        statement = sys.stdin.read()
    _answer(statement, as_csv=as_csv, as_json=as_json)


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="Run this example; leave out to list them.")] = None,
    examples: Annotated[bool, typer.Option("--examples", help="List the examples with their SQL.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, safe to open in a spreadsheet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array of objects.")] = False,
) -> None:
    """Worked questions: list them, or run one by its name."""
    known = {example.name: example for example in ask.examples()}
    if name is None or examples:
        for example in known.values():
            typer.secho(f"{example.name}: {example.question}", bold=True)
            if examples:
                typer.echo(example.sql.strip() + "\n")
        return
    if name not in known:
        raise typer.BadParameter(f"no example {name!r}; there are: {', '.join(known)}")
    _answer(known[name].sql, as_csv=as_csv, as_json=as_json)


def _answer(statement: str, *, as_csv: bool, as_json: bool) -> None:
    with ask.connect(Layout.from_environment()) as connection:
        cursor = ask.run(connection, statement)
        if as_csv:
            ask.write_csv(cursor, sys.stdout)
        elif as_json:
            ask.write_json(cursor, sys.stdout)
        else:
            _table([column[0] for column in cursor.description or []], cursor.fetchmany(SHOWN + 1))


def _table(columns: list[str], rows: list[tuple[object, ...]]) -> None:
    table = Table(show_edge=False)
    for column in columns:
        table.add_column(Text(printable(column)), overflow="fold")
    for row in rows[:SHOWN]:
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    console = Console()
    console.print(table)
    if len(rows) > SHOWN:
        console.print(f"… the first {SHOWN} rows; --csv or --json gives all", style="dim")
