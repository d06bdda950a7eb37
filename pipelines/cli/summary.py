"""``dateline summary``: what a night brought, what failed, what needs a look."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import app
from pipelines.cli.crawl import day_of
from warehouse.errors import SettingError
from warehouse.layout import Layout


@app.command()
def summary(
    day: Annotated[str, typer.Option(help="The crawl day: YYYY-MM-DD, today or yesterday (UTC).")] = "yesterday",
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page here instead.")] = None,
) -> None:
    """What a night brought, what failed and what needs a look: as text, or as a page with --html."""
    from pipelines import runs
    from pipelines import summary as summaries

    asked, layout = day_of(day), Layout.from_environment()
    with runs.opened(layout) as instance:
        night = summaries.night(layout, asked, instance)
    if html is None:
        typer.echo(summaries.text(night), nl=False)
        return
    try:
        html.write_text(summaries.html(night), encoding="utf-8")
    except OSError as error:
        raise SettingError(str(error.strerror), culprit=str(html), mend="Name a file that can be written") from error
    typer.echo(f"{html}: {summaries.subject(night)}")
