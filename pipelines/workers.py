"""Cleaning and extraction mapped over an executor: processes of this machine, or a cluster's.

What travels to a worker is where a page lies in the page store, or an article; what comes back are records.
A worker keeps its language model and its page judge (a process that can be killed at a page's limit) from
one piece of work to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from functools import cache, partial
from itertools import groupby
from multiprocessing.util import Finalize
from typing import Final, TypeVar

from pebble import ProcessPool

from pipelines.cleaning import Cleaned, judge_many, judges
from pipelines.executors import each
from pipelines.incidents import extract_article
from scrapers.pagestore import payloads_elsewhere
from warehouse.layout import Layout
from warehouse.records import Article, Incident, Page

T = TypeVar("T")

#: Pages or articles that travel together: some tenths of a second of work, so that the last one of a
#: partition keeps no worker waiting long.
TOGETHER: Final = 16


def judge_over(pool: Executor, layout: Layout, captures: Sequence[Page]) -> Iterator[tuple[Page, Cleaned]]:
    """:func:`pipelines.cleaning.judge_many` over captures, in WARC order, in the workers of ``pool``.

    Raises:
        PageStoreError: a page cannot be read.
        TryAgain: the workers were lost.
    """
    pages = {page.page_id: page for page in captures}
    for cleaned in each(pool, partial(_judge, layout), _units(captures)):
        for page_id, page in cleaned:
            yield pages[page_id], page


def extract_over(pool: Executor, articles: Sequence[Article]) -> Iterator[list[Incident]]:
    """The incidents of each article, in order, read in the workers of ``pool``.

    Raises:
        TryAgain: the workers were lost.
    """
    for found in each(pool, _extract, _parts(articles)):
        yield from found


def _units(captures: Sequence[Page]) -> Iterator[Sequence[Page]]:
    """Units of work: captures that lie one behind the other in one WARC file, so that a worker opens one file and
    reads forward."""
    held = sorted(captures, key=lambda page: (page.warc_file or "", page.warc_offset or 0))
    for _, of_file in groupby(held, key=lambda page: page.warc_file):
        yield from _parts(list(of_file))


def _parts(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + TOGETHER] for start in range(0, len(items), TOGETHER)]


@cache
def _page_judge() -> ProcessPool:
    """The worker's page judge, kept until the worker ends."""
    pool = judges()
    Finalize(None, _end, (pool,), exitpriority=1)  # a worker process runs these at its end, and no atexit handlers
    return pool


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _judge(layout: Layout, captures: Sequence[Page]) -> list[tuple[str, Cleaned]]:
    judged = judge_many(payloads_elsewhere(layout, captures), pool=_page_judge())
    return [(page.page_id, cleaned) for page, cleaned in judged]


def _extract(articles: Sequence[Article]) -> list[list[Incident]]:
    return [extract_article(article) for article in articles]
