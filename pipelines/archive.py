"""A month of an archive taken through the pipeline: filled, staged by days, cleaned, read, loaded.

What the steps of the ``archive`` job run. Each is done again at no cost: what is filled is held, what is staged
is compared, what is cleaned and read names what it was made from, and only days that changed are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines import duplicates, stages
from pipelines.events import MERGE_VERSION, merge
from pipelines.executors import configured
from pipelines.reprocess import stored
from scrapers.archives import Filled, Told, fill, route_for
from scrapers.archives.months import widened
from scrapers.pagestore import read_index
from scrapers.source import Source, declared, survey
from warehouse.errors import DatelineError, SettingError, WarehouseError
from warehouse.layout import Layout
from warehouse.loader import load_day, stale_days
from warehouse.publish import publish
from warehouse.staging import is_staged, read_staged, write_staged


@dataclass(frozen=True, slots=True)
class Read:
    """What cleaning and extraction made of a span of days: days, captures, articles, incidents."""

    days: int
    pages: int
    articles: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: the days that had changed, and the warehouse rows that did."""

    days: int
    rows: int


def fill_pages(
    layout: Layout,
    via: str,
    source_id: str,
    first: date,
    last: date,
    *,
    paths: Sequence[Path] = (),
    also: Sequence[str] = (),
    told: Callable[[Told], None] | None = None,
) -> Filled:
    """Fill a source's days from an archive and stage their captures.

    Args:
        via: the route's name.
        paths: archive files, for the route that reads them.
        also: other sources to be filled in the same walk, where the route can (``shared``); the enabled ones are too.

    Raises:
        TryAgain, SetAside, SettingError: see :func:`scrapers.archives.fill`.
    """
    route = route_for(via, layout, paths)
    sources = {source_id: _known(source_id)}
    if route.shared:
        sources |= {source.id: source for source in survey()[0].values() if source.enabled}
        sources |= {other: _known(other) for other in also}
    try:
        with closing(route):
            filled = fill(layout, route, list(sources.values()), first, last, told=told)
    finally:  # stopped halfway: what came is staged all the same
        begin, end = widened(first, last, after=route.days_after)
        for other, day in held(layout, sources, begin, end):
            stage_pages(layout, other, day)
    return filled


def _known(source_id: str) -> Source:
    source = declared(source_id)
    if source is None:
        raise SettingError("no such source", culprit=source_id, mend="See them with: dateline sources list")
    return source


def held(
    layout: Layout, source_ids: Sequence[str] | dict[str, Source], first: date, last: date
) -> list[tuple[str, date]]:
    """The partitions of these sources that the page store holds pages of, in a span of days."""
    there = [source_id for source_id in source_ids if (layout.pages / source_id).is_dir()]
    return stored(layout, first, last, there) if there else []


def stage_pages(layout: Layout, source_id: str, day: date) -> bool:
    """Stage what the page store holds of a partition; False if that is what is staged."""
    captures = read_index(layout, source_id, day)
    if is_staged(layout, "pages", source_id, day):
        with suppress(WarehouseError):
            if read_staged(layout, "pages", source_id, day) == captures:
                return False
    write_staged(layout, "pages", source_id, day, captures)
    return True


def read_days(layout: Layout, source_id: str, first: date, last: date, say: stages.Say) -> Read:
    """Clean a source's days in order (each learns from those before) and read the incidents out of them.

    Raises:
        PageStoreError, WarehouseError: a file of ours is damaged; the other days are read all the same.
    """
    days = [day for _, day in held(layout, [source_id], first, last)]
    pages = articles = incidents = 0
    overrides, beside = stages.rules_of(source_id)
    error: DatelineError | None = None
    # without workers: one page judge for the month, not a process a day
    with configured() as pool, ThreadPoolExecutor(1) as judge:
        for number, day in enumerate(days, 1):
            try:
                stage_pages(layout, source_id, day)
                stages.clean_day(
                    layout, source_id, day, _silent, overrides=overrides, beside=beside, pool=pool or judge
                )
                texts, found = stages.extract_day(layout, source_id, day, _silent, pool=pool)
            except DatelineError as problem:
                say(f"{day}: {problem}")
                error = error or problem
                continue
            pages += len(read_staged(layout, "pages", source_id, day))
            articles += len(texts)
            incidents += len(found)
            say(f"{day}: {len(texts)} articles, {len(found)} incidents ({number} of {len(days)} days)")
    if error is not None:
        raise error
    return Read(len(days), pages, articles, incidents)


def load_days(layout: Layout, first: date, last: date) -> Loaded:
    """Merge the days of a span that have something newly staged into DuckDB, and publish once.

    Raises:
        TryAgain: another process did not end its load or publish in time.
        WarehouseError: a staged file is damaged.
    """
    waiting = [day for day in stale_days(layout) if first <= day <= last]
    rows = 0
    for day in waiting:
        report = load_day(
            layout, day, merge=merge, merge_version=MERGE_VERSION, duplicates=duplicates, sources=stages.source_names()
        )
        rows += sum(n.added + n.changed + n.removed for n in report.tables.values())
    if waiting:
        publish(layout)
    return Loaded(len(waiting), rows)


def _silent(line: str) -> None:
    """A day's own progress: a month tells its days."""
