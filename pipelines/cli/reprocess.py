"""``dateline reprocess``: old days read again by the rules of today, from the pages as they were fetched."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Console

from pipelines import executors
from pipelines.cli import app
from pipelines.cli.crawl import finish, progress_bar, span_of
from pipelines.executors import WORKERS_VARIABLE
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.text import printable


@app.command()
def reprocess(
    first: Annotated[str, typer.Option("--from", help="First crawl day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last crawl day, YYYY-MM-DD.")],
    source: Annotated[
        list[str] | None, typer.Option(help="A source; repeat for more. All that have pages if none.")
    ] = None,
    workers: Annotated[
        str,
        typer.Option(
            envvar=WORKERS_VARIABLE,
            help="Who reads: a number of processes, or a Dask scheduler's address (tcp://HOST:PORT).",
        ),
    ] = str(os.cpu_count() or 1),
    load: Annotated[bool, typer.Option(help="Merge into DuckDB and publish afterwards.")] = True,
) -> None:
    """Clean and extract again from the stored pages, after rules changed; nothing is fetched.

    What today's rules would make as it is stays untouched, so a second run has nothing to do.
    """
    from pipelines.reprocess import Reread, stored
    from pipelines.reprocess import reprocess as read_again

    layout, console = Layout.from_environment(), Console(stderr=True)
    partitions = stored(layout, *span_of(first, last), source or ())
    if not partitions:
        raise SettingError(
            f"no pages of {first} to {last} are stored", culprit=str(layout.pages), mend="See: dateline status"
        )
    began, since = time.monotonic(), datetime.now(UTC)
    with progress_bar(console, len(partitions)) as (bar, _), executors.workers(workers) as pool:

        def told(one: Reread) -> None:
            bar.update(bar.task_ids[0], advance=1, description=f"{one.source_id} {one.day}")
            if one.error is not None:
                console.print(f"failed: {one.source_id} {one.day}: {printable(one.error)}", style="red", markup=False)

        done = read_again(layout, partitions, pool, told=told)
    remade = [one for one in done if one.remade]
    pages, incidents = sum(one.pages for one in remade), sum(one.incidents for one in remade)
    if remade:
        typer.echo(
            f"read again: {len(remade)} of {len(done)} partitions, {pages} pages, {incidents} incidents, "
            f"{time.monotonic() - began:.0f} s"
        )
    if load:
        _load(layout, partitions, since)
    elif not remade:
        typer.echo(f"nothing to do: {len(done)} partitions are as the rules of today make them")
    finish([one.source_id for one in done if one.error is not None], len(done))


def _load(layout: Layout, partitions: list[tuple[str, date]], since: datetime) -> None:
    """Merge what changed, publish once, and say what became of the incidents."""
    from pipelines.events import MERGE_VERSION, merge
    from pipelines.stages import source_names
    from warehouse.loader import load_day, stale_days
    from warehouse.ownership import refuse
    from warehouse.publish import publish

    sources, days = {source for source, _ in partitions}, {day for _, day in partitions}
    waiting = [day for day in stale_days(layout) if day in days]
    if not waiting:
        refuse(layout, min(days), max(days), sources)
        typer.echo("nothing to do: the warehouse holds these days as the rules of today make them")
        return
    reports = [
        load_day(layout, day, merge=merge, merge_version=MERGE_VERSION, sources=source_names()) for day in waiting
    ]
    publish(layout)
    rows = sum(n.added + n.changed + n.removed for report in reports for n in report.tables.values())
    with connect(layout) as connection:
        counts = connection.execute(
            "SELECT change, count(DISTINCT coalesce(incident_after, incident_before)) FROM incident_changes"
            " WHERE cause = 're-reading' AND changed_at >= ? GROUP BY change ORDER BY change",
            [since.replace(tzinfo=None)],
        ).fetchall()
    told = ", ".join(f"{count} {change}" for change, count in counts) or "none differs"
    typer.echo(f"loaded {len(waiting)} days: {rows} rows changed; incidents: {told} (dateline query changed_incidents)")
    refuse(layout, min(days), max(days), sources)
