"""Verbs that run the pipeline: demo, up, crawl, load."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipelines.calendar import check_days
from pipelines.cli import PARTLY, app
from warehouse.errors import DatelineError, SettingError
from warehouse.layout import DATA_VARIABLE, PROJECT, SOURCES_VARIABLE, STAGING_VARIABLE, WAREHOUSE_VARIABLE, Layout
from warehouse.text import printable


def day_of(text: str) -> date:
    """A day as typed: ``YYYY-MM-DD``, ``today`` or ``yesterday`` (UTC).

    Raises:
        SettingError: it is none of these.
    """
    today = datetime.now(UTC).date()
    if text in ("today", "yesterday"):
        return today if text == "today" else date.fromordinal(today.toordinal() - 1)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingError(f"{text!r} is no day", mend="Write it as 2018-02-08, today or yesterday") from error


def span_of(first: str, last: str) -> tuple[date, date]:
    """The first and the last of a span of days as typed.

    Raises:
        SettingError: one is no day, or they are the wrong way round.
    """
    span = day_of(first), day_of(last)
    if span[1] < span[0]:
        raise SettingError(f"--to {last} is before --from {first}", mend="Swap them")
    return span


@contextmanager
def progress_bar(console: Console, total: int) -> Iterator[tuple[Progress, list[str]]]:
    """A bar over the partitions; failures stay printed above it. Drawn on a terminal only: elsewhere nobody sees it,
    and drawing costs up to 3 ms of CPU a second."""
    columns = (TextColumn("{task.description:40}"), BarColumn(), MofNCompleteColumn())
    unseen = not console.is_terminal
    with Progress(
        *columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True, disable=unseen
    ) as bar:
        bar.add_task("starting", total=total)
        yield bar, []


def run(
    layout: Layout,
    source_ids: list[str],
    days: list[date],
    *,
    recheck: bool,
    load: bool,
    console: Console,
    spider: str = "source",
) -> list[str]:
    """Crawl and load with a progress bar; return the failures as printable lines."""
    from pipelines import runs

    with progress_bar(console, len(source_ids) * len(days)) as (bar, failed):

        def told(what: str, error: str | None) -> None:
            bar.update(bar.task_ids[0], advance=1, description=what)
            if error is not None:
                failed.append(what)
                console.print(f"failed: {what}: {printable(error)}", style="red", markup=False)

        runs.crawl(layout, source_ids, days, recheck=recheck, spider=spider, progress=told)
        if load:
            bar.update(bar.task_ids[0], total=len(source_ids) * len(days) + len(days))
            runs.load(layout, days, progress=told)
    return failed


def chosen_sources(names: list[str] | None) -> list[str]:
    from scrapers.source import load_sources

    known = load_sources()
    chosen = names or sorted(source.id for source in known.values() if source.enabled)
    if unknown := sorted(set(chosen) - set(known)):
        raise SettingError(f"no such source: {', '.join(unknown)}", mend="See them with: dateline sources list")
    if not chosen:
        raise SettingError("no source is enabled", mend="Name one, or enable one with: dateline sources enable ID")
    return chosen


def finish(failed: list[str], all_of_them: int) -> None:
    if failed:
        raise typer.Exit(1 if len(failed) >= all_of_them else PARTLY)


@app.command()
def crawl(
    source: Annotated[
        list[str] | None, typer.Argument(help="Sources to crawl; all enabled ones when left out.")
    ] = None,
    day: Annotated[str, typer.Option(help="The day's partition: YYYY-MM-DD, today or yesterday (UTC).")] = "today",
    recheck: Annotated[bool, typer.Option(help="Ask again for every known recent article, due or not.")] = False,
    load: Annotated[bool, typer.Option(help="Merge into DuckDB and publish afterwards.")] = True,
) -> None:
    """Crawl, clean, extract and load now, through the same assets the nightly schedule runs."""
    asked, chosen = day_of(day), chosen_sources(source)
    check_days(asked, asked)
    console = Console(stderr=True)
    failed = run(Layout.from_environment(), chosen, [asked], recheck=recheck, load=load, console=console)
    finish(failed, len(chosen))


@app.command()
def load(day: Annotated[str, typer.Option(help="The day to merge: YYYY-MM-DD, today or yesterday (UTC).")]) -> None:
    """Merge what has been staged for a day into DuckDB and publish it."""
    from pipelines import runs

    asked, layout = day_of(day), Layout.from_environment()
    check_days(asked, asked)
    runs.ready(layout)
    ran = runs.load(layout, [asked])[0]
    if ran.error:
        raise DatelineError(ran.error)


class Half(StrEnum):
    """One of the two services that ``up`` is made of."""

    webserver = "webserver"
    daemon = "daemon"


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Port of the Dagster UI on 127.0.0.1.")] = 3000,
    only: Annotated[Half | None, typer.Option(help="Only this half of it: what a service of a server runs.")] = None,
) -> None:
    """Start Dagster's UI and daemon: the nightly crawl and the cutoff load run from here on."""
    from pipelines import instance

    layout = Layout.from_environment()
    with_pools = instance.prepare(layout)
    with_pools.dispose()
    definitions, there = instance.definitions(), ["-h", "127.0.0.1", "-p", str(port)]
    words = {
        None: ["dagster", "dev", *definitions, *there],
        Half.webserver: ["dagster_webserver", *definitions, *there],
        Half.daemon: ["dagster._daemon", "run", *definitions],
    }[only]
    where = "" if only is Half.daemon else f"Dagster UI: http://127.0.0.1:{port}   "
    typer.echo(f"{where}data: {layout.data}   stop with Ctrl-C")
    sys.stdout.flush()
    # our own interpreter; exec, so that signals reach Dagster itself
    os.execv(sys.executable, [sys.executable, "-m", *words])  # noqa: S606


@app.command()
def env() -> None:
    """Print the environment that Dagster's own commands and services need, as shell exports."""
    from pipelines import instance

    for name, value in instance.environment(Layout.from_environment()).items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@app.command()
def demo() -> None:
    """Crawl the bundled demo newspaper for real and show what came out. A second run changes nothing."""
    from pipelines.demo.run import run_demo

    # its own data directory, so that invented news never mixes with real
    data = Path(os.environ.get(DATA_VARIABLE) or PROJECT / "data") / "demo"
    os.environ[DATA_VARIABLE] = str(data)
    for variable in (SOURCES_VARIABLE, STAGING_VARIABLE, WAREHOUSE_VARIABLE):  # the data directory brings its own
        os.environ.pop(variable, None)
    console = Console()

    def crawl_and_load(source_ids: list[str], day: date, recheck: bool) -> None:
        failed = run(Layout(data), source_ids, [day], recheck=recheck, load=True, console=console)
        if failed:
            raise DatelineError(f"the demo's own pages could not be read: {', '.join(failed)}", mend="dateline doctor")

    run_demo(data, crawl_and_load, console)
