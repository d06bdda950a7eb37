"""Verbs about the warehouse itself: take it elsewhere, take its dead space out, take a source over."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer

from pipelines.cli import app
from warehouse.layout import Layout
from warehouse.text import printable

warehouse_app = typer.Typer(
    name="warehouse", help="Copy the warehouse elsewhere; keep it small; say who loads a source.", no_args_is_help=True
)
app.add_typer(warehouse_app, name="warehouse")

#: The warehouse of the data directory itself.
_HERE = "file"


@warehouse_app.command()
def copy(
    source: Annotated[str, typer.Argument(help="The path of a DuckDB file, the address of a lake, or: file.")],
    target: Annotated[str, typer.Argument(help="Likewise, and empty. `file` is the data directory's own.")],
) -> None:
    """Copy all rows into an empty warehouse and hold the two together, table by table: counts and hashes."""
    from warehouse.engine import engine_at
    from warehouse.moving import copy_warehouse
    from warehouse.single_file import SingleFile
    from warehouse.stamps import loaded_folder

    layout = Layout.from_environment()
    own = SingleFile(layout.live, layout.published)
    one, two = (own if place == _HERE else engine_at(place, layout) for place in (source, target))
    copied = copy_warehouse(one, two, lambda line: typer.echo(printable(line), err=True))
    before, after = loaded_folder(layout, one), loaded_folder(layout, two)
    if before != after and before.is_dir():  # days loaded into the one are loaded into the other
        shutil.copytree(before, after, dirs_exist_ok=True)
    rows = sum(table.rows for table in copied)
    typer.echo(f"{rows:,} rows of {len(copied)} tables are in {two.where}, the same as in {one.where}")


@warehouse_app.command()
def take(
    source: Annotated[list[str], typer.Argument(help="Sources that this data directory is to load from now on.")],
    owner: Annotated[str, typer.Option("--from", metavar="WRITER", help="Who owns them now, as the refusal names it.")],
) -> None:
    """Take sources over from the writer that owns them; its own loads of them are refused from then on."""
    from warehouse.ownership import take as take_over

    for taken in take_over(Layout.from_environment(), source, owner=owner):
        days = f"{len(taken.waiting)} days wait for a load" if taken.waiting else "nothing of it waits"
        typer.echo(f"{printable(taken.source_id)} belongs to this data directory (before: {taken.before}); {days}")


@warehouse_app.command()
def compact() -> None:
    """Take the dead space out: of a file by writing it anew, of a lake by making few files of many."""
    from warehouse.publish import compact as compact_warehouse

    before, after = compact_warehouse(Layout.from_environment())
    typer.echo(f"{before / 1e6:,.1f} MB before, {after / 1e6:,.1f} MB after")
