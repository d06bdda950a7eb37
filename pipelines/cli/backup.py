"""Verbs that keep a data directory safe: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import PARTLY, app
from warehouse.layout import Layout
from warehouse.text import printable

_DIRECTORY = typer.Argument(help="The backup's directory, on another disk than the data.")
#: Damaged files named one by one.
_NAMED = 20


@app.command()
def backup(
    directory: Annotated[Path, _DIRECTORY],
    keep: Annotated[int, typer.Option(min=1, help="States kept, besides all the pages.")] = 7,
) -> None:
    """Copy what is new of the data directory; crawls and loads go on meanwhile."""
    from pipelines import backups

    done = backups.backup(Layout.from_environment(), directory, keep=keep)
    typer.echo(f"{done.state}: {done.files} files, {done.copied} of them copied now ({done.bytes / 1e6:.1f} MB)")
    for name in done.differing[:_NAMED]:
        typer.secho(f"not as long as in the backup, which was kept: {printable(name)}", fg="red", err=True)
    if done.differing:
        typer.secho(f"{len(done.differing)} closed WARC files changed; see dateline doctor", fg="red", err=True)
        raise typer.Exit(PARTLY)


@app.command()
def restore(
    directory: Annotated[Path, _DIRECTORY],
    state: Annotated[str | None, typer.Option(help="A folder below states/; the newest when left out.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only hold every file against its checksum.")] = False,
) -> None:
    """Put a backup back into an empty data directory, and publish it."""
    from pipelines import backups

    if check:
        lost = backups.damaged(directory, state)
        if not lost:
            typer.echo(f"{backups.chosen(directory, state)}: every file is whole")
    else:
        done = backups.restore(Layout.from_environment(), directory, state=state)
        lost = done.damaged
        typer.echo(f"restored {done.files} files of {done.state} into {Layout.from_environment().data}")
        for source, day in done.open_crawls:
            typer.echo(f"a crawl was under way; go on with: dateline crawl {printable(source)} --day {printable(day)}")
    for name in lost[:_NAMED]:
        typer.secho(f"damaged in the backup, or missing: {printable(name)}", fg="red", err=True)
    if lost:
        typer.secho(f"{len(lost)} files are not whole; an older state may have them: --state", fg="red", err=True)
        raise typer.Exit(1 if check else PARTLY)
