"""Verbs that ask the published warehouse: sql, query."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from pipelines.cli import app
from warehouse import query as ask
from warehouse.layout import Layout


@app.command()
def sql(
    statement: Annotated[
        str | None,
        typer.Argument(help="SQL to run on the published file; - reads standard input; none opens a prompt."),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, safe to open in a spreadsheet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array of objects.")] = False,
) -> None:
    """Ask the warehouse: `dateline sql "SELECT * FROM incidents"`; a prompt without. Tables: docs/tables.md."""
    if statement is None and sys.stdin.isatty() and not (as_csv or as_json):
        from pipelines import shell  # the line editor would cost every verb a tenth of a second

        shell.shell(Layout.from_environment())
        return
    if statement is None or statement == "-":
        statement = sys.stdin.read()
    if not statement.strip():
        raise typer.BadParameter("no SQL was given")
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
        if as_csv:
            ask.write_csv(ask.run(connection, statement), sys.stdout)
        elif as_json:
            ask.write_json(ask.run(connection, statement), sys.stdout)
        else:
            from pipelines import shell

            console = Console()
            for given in shell.answers(connection, statement):
                shell.show(console, given)
