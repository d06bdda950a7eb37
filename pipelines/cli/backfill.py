"""``dateline backfill``: old days, from what sites still list or from archives."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from pipelines.calendar import check_archived_days, check_days
from pipelines.cli import app
from pipelines.cli.crawl import chosen_sources, finish, progress_bar, run, span_of
from scrapers.archives import ROUTES, Part, Planned, Route, plan, recorded, route_for
from scrapers.archives import Progress as Walked
from scrapers.archives.months import days_between, spans
from scrapers.archives.route import NO_ORIGINAL
from scrapers.pagestore import read_index
from scrapers.source import Source, load_sources
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.text import printable

#: Routes that ask the site itself, a run a day.
SITE_ROUTES = ("sitemap", "wordpress")

#: A part for a source, as the ledger names it: part, source, first and last day.
Key = tuple[str, str, date | None, date | None]

#: A source's days of one run: source, first and last day.
Span = tuple[str, date, date]

#: Seconds between two looks at how far the runs are.
LOOK_EVERY_S = 1.0


@app.command()
def backfill(
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")],
    source: Annotated[
        list[str] | None, typer.Option(help="A source; repeat for more. All enabled ones if none.")
    ] = None,
    via: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join((*SITE_ROUTES, *sorted(ROUTES)))}. When left out: all that the site itself still lists."
        ),
    ] = None,
    path: Annotated[
        list[Path] | None, typer.Option(help="An archive file or a folder of them, for --via warc; repeat for more.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read; fetch no page.")] = False,
) -> None:
    """Fill old days: from what the sources themselves still list, or from an archive.

    What is there already is passed over, so it can be stopped and run again at any time, and only adds or revises.
    """
    span, chosen, layout = span_of(first, last), chosen_sources(source), Layout.from_environment()
    console = Console(stderr=True)
    if path and via != "warc":
        raise SettingError("--path names archive files", mend="Add --via warc, or leave --path out")
    if via is None or via in SITE_ROUTES:
        check_days(*span)
        if dry_run:
            _plan_days(layout, chosen, *span)
            return
        days = days_between(*span)
        failed = run(layout, chosen, days, recheck=False, load=True, console=console, spider=via or "source")
        finish(failed, len(chosen) * len(days))
        return
    if via not in ROUTES:
        names = ", ".join((*SITE_ROUTES, *sorted(ROUTES)))
        raise SettingError(f"{printable(via)!r} is no way to old days. They are: {names}", culprit="--via")
    check_archived_days(*span)
    paths = [one.expanduser().resolve() for one in path or ()]
    with closing(route_for(via, layout, paths)) as route:
        known = load_sources()
        sources = [known[source_id] for source_id in chosen]
        if dry_run:
            _print_plan(_planned(layout, route, sources, *span))
            return
        expected = {
            _key(part, of) for _, *month in spans(*span) for part in route.parts(sources, *month) for of in part.sources
        }
    _fill(layout, via, chosen, *span, paths, expected, console)


def _key(part: Part, source_id: str) -> Key:
    return part.name, source_id, part.first, part.last


def _planned(layout: Layout, route: Route, sources: list[Source], first: date, last: date) -> Iterator[Planned]:
    """What each month's fill would read; a part that two months share, once."""
    seen: set[Key] = set()
    for _, begin, end in spans(first, last):
        for one in plan(layout, route, sources, begin, end):
            key = _key(one.part, ",".join(one.sources))
            if key not in seen:
                seen.add(key)
                yield one


def _plan_days(layout: Layout, source_ids: list[str], first: date, last: date) -> None:
    """What a backfill from the sites would ask; what they list is known only once they are asked."""
    for source_id in source_ids:
        held = {day: len(read_index(layout, source_id, day)) for day in days_between(first, last)}
        there = sum(count > 0 for count in held.values())
        typer.echo(
            f"{source_id}: {len(held)} days would be asked for; {there} of them have {sum(held.values())} pages already"
        )


def _print_plan(planned: Iterator[Planned]) -> None:
    totals: Counter[str] = Counter()
    parts = unseen = unreadable = size = 0
    for one in planned:
        parts += 1
        unseen += not one.counted and one.error is None
        totals += one.counts
        size += one.size if one.counted else (one.part.size or 0)
        told = ", ".join(f"{count} {what}" for what, count in sorted(one.counts.items()) if count)
        if not one.counted and one.error is None:
            told = megabytes(one.part.size) if one.part.size else "size not known"
        if told:
            typer.echo(printable(f"{one.part.name}: {told}"))
        if one.error is not None:
            unreadable += 1
            typer.echo(printable(str(one.error)))
    if not parts:
        typer.echo("nothing to do: all of it was read before")
    elif unseen:
        missing = f"; {unreadable} cannot be had" if unreadable else ""
        typer.echo(f"would look through {unseen} parts, {megabytes(size)}{missing}; what they hold is known only then")
    else:
        others = "".join(f"; {count} {what}" for what, count in sorted(totals.items()) if what != "read" and count)
        others += f"; {unreadable} parts cannot be read" if unreadable else ""
        typer.echo(f"would read {totals['read']} pages, {megabytes(size)}, from {parts} parts{others}")


def megabytes(size: int) -> str:
    """A size in bytes as people write it."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def _fill(
    layout: Layout,
    via: str,
    source_ids: list[str],
    first: date,
    last: date,
    paths: list[Path],
    expected: set[Key],
    console: Console,
) -> None:
    """Run the months with a progress bar, then say what came of them."""
    from pipelines import runs

    asked = {(source, begin, end) for source in source_ids for _, begin, end in spans(first, last)}
    before = _counts(_rows(layout, via, expected, asked))
    months = len(list(spans(first, last))) * len(source_ids)
    with progress_bar(console, months) as (bar, failed), _looking(layout, via, expected, bar):

        def told(what: str, error: str | None) -> None:
            bar.update(bar.task_ids[0], advance=1, description=what)
            if error is not None:
                failed.append(what)
                console.print(f"failed: {what}: {printable(error)}", style="red", markup=False)

        runs.archive(layout, via, source_ids, first, last, paths=paths, progress=told)
        for (source, begin, end), files in _reopened(layout, via, source_ids, asked).items():
            console.print(f"{source}: what captures of {begin} to {end} repeat has come; they are read again")
            runs.archive(layout, via, [source], begin, end, paths=files, progress=told)
    rows = _rows(layout, via, expected, asked)
    for source_id in source_ids:
        counts = _counts(row for row in rows if row.source == source_id)
        told_counts = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()) if what != "listed")
        typer.echo(
            printable(f"{source_id}: {told_counts or ('nothing was read' if failed else 'nothing of it there')}")
        )
    if not failed and _counts(rows) == before and rows:
        typer.echo("nothing new: all of it was read before")
    finish(failed, months)


def _rows(layout: Layout, via: str, expected: set[Key], asked: Collection[Span] = ()) -> list[Walked]:
    """The ledger's rows of the parts expected, and of whatever else was walked for the spans asked for."""
    rows = [row for row in recorded(layout) if row.via == via]
    return [
        row
        for row in rows
        if (row.name, row.source, row.first, row.last) in expected or (row.source, row.first, row.last) in asked
    ]


def _reopened(layout: Layout, via: str, source_ids: list[str], asked: set[Span]) -> dict[Span, list[Path]]:
    """The spans besides those asked for in which captures wait to be read again, with their files."""
    found: dict[Span, list[Path]] = {}
    for row in recorded(layout):
        waits = row.via == via and row.source in source_ids and not row.done and row.counts.get(NO_ORIGINAL)
        if not waits or row.first is None or row.last is None:
            continue
        if (span := (row.source, row.first, row.last)) not in asked and Path(row.name).exists():
            found.setdefault(span, []).append(Path(row.name))
    return found


def _counts(rows: Iterator[Walked] | list[Walked]) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.counts)
    return total


@contextmanager
def _looking(layout: Layout, via: str, expected: set[Key], bar: Progress) -> Iterator[None]:
    """Keep a second bar at how far the parts are walked: the runs are processes of their own, the ledger tells."""
    task = bar.add_task("parts of the archive", total=len(expected) or None)
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            rows = _rows(layout, via, expected)
            kept = _counts(rows)["ok"]
            bar.update(task, completed=sum(map(_share, rows)), description=f"parts of the archive, {kept} pages kept")

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _share(row: Walked) -> float:
    """How much of a part is walked, 0 to 1."""
    if row.done:
        return 1.0
    return min(0.99, row.walked / row.size) if row.size else 0.0
