"""``dateline export``: a view as files for others."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import app
from warehouse import export as exports
from warehouse.formats import FORMATS
from warehouse.layout import Layout

FileFormat = StrEnum("FileFormat", list(FORMATS))  # type: ignore[misc]


@app.command()
def export(
    view: Annotated[str, typer.Option("--view", help="The view: events, incidents, acled ... (docs/tables.md).")],
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, YYYY-MM-DD.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, YYYY-MM-DD.")] = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="How the files are written.")
    ] = FileFormat.parquet,  # type: ignore[attr-defined]
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", help="Folder to write; replaced if it is an export. Default: exports/ in the data directory."
        ),
    ] = None,
) -> None:
    """Write a view as files: a folder a month where it has a date, with a note of what they were made from."""
    layout = Layout.from_environment()
    folder = to or layout.exports / f"{view}-{file_format.value}"
    files = exports.export(
        layout,
        view,
        folder,
        file_format=file_format.value,
        since=since and since.date(),
        until=until and until.date(),
    )
    rows = sum(file.rows for file in files)
    typer.echo(
        f"{folder}: {rows} rows in {len(files)} {'file' if len(files) == 1 else 'files'}, and {exports.PROVENANCE}"
    )
