"""Old days read again from the page store alone, by the rules of today.

Days go in order and a source's day is cleaned before the next one, because what a day showed of its site's
lines is what the next is cleaned with; its articles are read for incidents meanwhile. Within a day all sources
share the workers. What is already as today's rules would make it is left alone.

Of a day of few sources the pages are handed out, so that no worker waits, and what comes back is staged here. Of a day
of many sources each source is, if it is small: a worker takes it through both stages and stages it, and only counts
come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from pipelines import stages
from pipelines.executors import Here, each
from scrapers.pagestore import read_index
from warehouse.errors import DatelineError, SettingError, WarehouseError
from warehouse.layout import Layout
from warehouse.records import Page
from warehouse.staging import is_staged, read_staged, write_staged

#: Sources of a day that are prepared at once; the work itself is the executor's.
SOURCES_AT_ONCE = 8

#: From so many sources a day they are handed out whole. Handing out pages, a command keeps up with some fifty cores
#: (docs/scale.md), so with fewer sources than that nothing is gained.
WHOLE_FROM = 64

#: Bytes of WARC, some hundreds of pages, up to which a source's day is small: half a minute of work for a worker, which
#: holds its articles in memory.
WHOLE_BYTES = 30_000_000


@dataclass(frozen=True, slots=True)
class Reread:
    """One partition: how many pages it holds, and what became of it. ``remade``: whether its articles or
    incidents were made anew; ``error``: why they could not be."""

    source_id: str
    day: date
    pages: int = 0
    articles: int = 0
    incidents: int = 0
    remade: bool = False
    error: str | None = None


def stored(layout: Layout, first: date, last: date, source_ids: Sequence[str] = ()) -> list[tuple[str, date]]:
    """The partitions from one day to another that the page store holds pages of; of these sources, or of all.

    Raises:
        SettingError: the store holds nothing at all of one of these sources.
    """
    held = {path.name for path in layout.pages.glob("*") if path.is_dir()}
    if unknown := sorted(set(source_ids) - held):
        raise SettingError(
            f"no page of it is stored, on any day: {', '.join(unknown)}",
            culprit="--source",
            mend="See the sources with: dateline sources list",
        )
    # what is there is listed, not every day asked for: a span of centuries costs no more than its pages
    days = [(day, source) for source in source_ids or held for day in _days(layout.pages / source)]
    return [(source, day) for day, source in sorted(set(days)) if first <= day <= last]


def _days(directory: Path) -> Iterator[date]:
    for path in directory.iterdir():
        with suppress(ValueError):  # the source's payloads lie beside its days
            yield date.fromisoformat(path.name)


def reprocess(
    layout: Layout, partitions: Sequence[tuple[str, date]], pool: Executor, *, told: Callable[[Reread], None]
) -> list[Reread]:
    """Clean and extract the partitions again, in ``pool``, and stage the results; one that fails is told and the
    others go on.

    Args:
        told: called with each partition as it is done.
    """
    with ThreadPoolExecutor(SOURCES_AT_ONCE) as cleaners, ThreadPoolExecutor(SOURCES_AT_ONCE) as readers:
        done: list[Reread] = []
        reading: list[Future[Reread]] = []
        try:
            for day in sorted({day for _, day in partitions}):
                of_day = [source for source, its_day in partitions if its_day == day]
                small = [source for source in of_day if _bytes(layout, source, day) <= WHOLE_BYTES]
                whole = small if len(small) >= WHOLE_FROM else []
                others = sorted(set(of_day) - set(whole))
                cleaning = cleaners.map(partial(_clean, layout, day, pool), others)
                for one in each(pool, partial(_whole, layout, day), whole) if whole else ():
                    told(one)
                    done.append(one)
                for cleaned in cleaning:
                    reading.append(readers.submit(_read, layout, cleaned, pool, told))
            return done + [future.result() for future in reading]
        except BaseException:  # Ctrl-C: what waits is dropped, so that the threads end
            pool.shutdown(wait=False, cancel_futures=True)
            for threads in (cleaners, readers):
                threads.shutdown(wait=False, cancel_futures=True)
            raise


def _bytes(layout: Layout, source_id: str, day: date) -> int:
    return sum(path.stat().st_size for path in layout.pages_of(source_id, day).glob("*.warc.gz*"))


def _whole(layout: Layout, day: date, source_id: str) -> Reread:
    """In a worker: a partition cleaned, read and staged."""
    return _read(layout, _clean(layout, day, Here(), source_id), Here(), _silent)


def _clean(layout: Layout, day: date, pool: Executor, source_id: str) -> Reread:
    try:
        pages = _pages(layout, source_id, day)
        overrides, beside = stages.rules_of(source_id)
        if stages.is_clean(layout, source_id, day, pages, overrides=overrides, beside=beside):
            return Reread(source_id, day, len(pages))
        articles, _ = stages.clean_day(
            layout, source_id, day, _silent, overrides=overrides, beside=beside, pool=pool, pages=pages
        )
    except DatelineError as error:
        return Reread(source_id, day, error=str(error))
    return Reread(source_id, day, len(pages), len(articles), remade=True)


def _pages(layout: Layout, source_id: str, day: date) -> list[Page]:
    """The captures of a partition as staged; where that file is gone or of an older version, staged from the
    page store again."""
    if is_staged(layout, "pages", source_id, day):
        with suppress(WarehouseError):
            return read_staged(layout, "pages", source_id, day)
    captures = read_index(layout, source_id, day)
    write_staged(layout, "pages", source_id, day, captures)
    return captures


def _read(layout: Layout, cleaned: Reread, pool: Executor, told: Callable[[Reread], None]) -> Reread:
    result = cleaned
    if cleaned.error is None and not stages.is_extracted(layout, cleaned.source_id, cleaned.day):
        try:
            articles, incidents = stages.extract_day(layout, cleaned.source_id, cleaned.day, _silent, pool=pool)
            result = replace(cleaned, articles=len(articles), incidents=len(incidents), remade=True)
        except DatelineError as error:
            result = replace(cleaned, error=str(error))
    told(result)
    return result


def _silent(said: object) -> None:
    """Partitions are told when they are done."""
