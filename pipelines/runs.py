"""Runs of the two jobs from the command line: the same assets, partitions and instance as the daemon's."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipelines.instance import POOLS, close_dead_runs, environment, prepare
from pipelines.run_process import Ran, Work, make_ready, run
from warehouse.errors import DatelineError, TryAgain
from warehouse.layout import Layout
from warehouse.vocabulary import Via

if TYPE_CHECKING:
    import dagster as dg

#: A server that has imported once what runs need, and forks from there: a run then starts in no time,
#: and unlike a plain fork it inherits neither threads nor open databases. It goes when we go.
#: Here nothing of it is imported: Dagster alone would take as long again.
_PROCESSES = multiprocessing.get_context("forkserver")

#: Seconds an interrupted run has to stop its crawl by itself, before it is killed and its crawl with it.
GRACE_S = 2.5

#: Months of archives at once: one is filled (the pool lets no second one) while others are read and loaded.
ARCHIVES_AT_ONCE = 3

#: Called after each partition: (what it was, error or None).
Progress = Callable[[str, str | None], None]


@contextmanager
def opened(layout: Layout) -> Iterator[dg.DagsterInstance]:
    """The prepared instance, closed at the end."""
    instance = prepare(layout)
    try:
        yield instance
    finally:
        instance.dispose()


def crawl(
    layout: Layout,
    source_ids: Iterable[str],
    days: Iterable[date],
    *,
    recheck: bool = False,
    spider: str = "source",
    progress: Progress | None = None,
) -> list[Ran]:
    """Crawl, clean and extract each source's day, several at once; a failed one is told and the others go on."""
    source_ids = list(source_ids)
    ready(layout, source_ids)
    config = {"ops": {"pages": {"config": {"recheck": recheck, "spider": spider}}}}
    work = [Work(f"{source} {day}", "crawl", day, source, config) for day in days for source in source_ids]
    return _run_all(layout, work, POOLS["crawl"], progress)


def archive(
    layout: Layout,
    via: str,
    source_ids: Iterable[str],
    first: date,
    last: date,
    *,
    paths: Sequence[Path] = (),
    progress: Progress | None = None,
) -> list[Ran]:
    """Read each source's months out of an archive, clean, extract and load them; a failed month is told and the
    others go on."""
    from scrapers.archives import Ledger
    from scrapers.archives.months import spans

    source_ids = list(source_ids)
    ready(layout, source_ids)
    work = []
    with Ledger(layout) as ledger:
        for month, begin, end in spans(first, last):
            for source in source_ids:
                ledger.ask(cast(Via, via), source, begin, end)  # so that what never began can be told as missing
                asked = {"via": via, "first": begin.isoformat(), "last": end.isoformat(), "also": source_ids}
                config = {"ops": {"archive_pages": {"config": asked | {"paths": [str(path) for path in paths]}}}}
                work.append(Work(f"{source} {month}", "archive", month, source, config))
    return _run_all(layout, work, ARCHIVES_AT_ONCE, progress)


def ready(layout: Layout, source_ids: Sequence[str] = ()) -> None:
    """Prepare the instance (:func:`pipelines.instance.prepare`) in a process of its own.

    Args:
        source_ids: sources whose articles will be read; they are given partitions though they are not enabled.

    Raises:
        TryAgain, SettingError: the disk is full, or read-only.
    """
    os.environ.update(environment(layout))  # the server hands it down
    _PROCESSES.set_forkserver_preload(["pipelines.warm", *(["pipelines.incidents.warm"] if source_ids else [])])
    _, pipe = _started(make_ready, layout, source_ids)
    try:
        error: DatelineError | None = pipe.recv()
    except EOFError:
        raise TryAgain("the process that prepares Dagster's records died", mend="Run this again") from None
    if error is not None:
        raise error


def load(layout: Layout, days: Iterable[date], *, progress: Progress | None = None) -> list[Ran]:
    """Merge each day's staged records into DuckDB and publish."""
    return _run_all(layout, [Work(f"load {day}", "load", day) for day in days], 1, progress)


def _run_all(layout: Layout, work: Iterable[Work], at_once: int, progress: Progress | None) -> list[Ran]:
    """Run each piece of work in a process of its own; the results as they ended.

    A process that dies takes no other with it, as under Dagster's own launcher. An interrupt here
    (Ctrl-C, SIGTERM) ends what runs, and marks its runs failed, before it goes on.
    """
    waiting, done = deque(work), list[Ran]()
    running: list[Running] = []
    try:
        while waiting or running:
            while len(running) < at_once and (piece := _next(waiting, running)):
                running.append(Running(layout, piece))
            for ended in _ended(running):
                ran = ended.result()
                done.append(ran)
                if progress:
                    progress(ran.what, ran.error)
    finally:
        if running:
            _end(running)
            import dagster as dg

            with dg.DagsterInstance.get() as instance:
                close_dead_runs(instance)
    return done


def _next(waiting: deque[Work], running: list[Running]) -> Work | None:
    """The first piece of work that no running one keeps waiting, taken out; None where all must wait."""
    crawled = {one.work.crawls for one in running if one.work.crawls}
    piece = next((piece for piece in waiting if piece.crawls not in crawled), None)
    if piece:
        waiting.remove(piece)
    return piece


class Running:
    """A piece of work in its process, which reports through a pipe.

    The process is gone when its end of the pipe closes: multiprocessing's own word for it comes from
    the server it was forked by, and that one may have died of the same signal.
    """

    def __init__(self, layout: Layout, work: Work) -> None:
        self.work = work
        self.process, self.pipe = _started(run, layout, work)

    def result(self) -> Ran:
        """What it reported, or that it died before it could."""
        try:
            ran: Ran = self.pipe.recv()
        except EOFError:
            return Ran(self.work.what, None, "its process died; run it again, nothing is lost")
        return ran

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal if it is still there."""
        if self.process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, number)


def _started(what: Callable[..., None], layout: Layout, to_do: object) -> tuple[BaseProcess, Connection]:
    """A process that does it, and the pipe on which it tells."""
    pipe, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=what, args=(there, layout, to_do))
    process.start()
    there.close()
    return process, pipe


def _ended(running: list[Running], timeout_s: float | None = None) -> list[Running]:
    """Wait for any of them to report or die; those that did, taken off the list. Empty after the time-out."""
    ready = wait_for_any([one.pipe for one in running], timeout_s)
    ended = [one for one in running if one.pipe in ready]
    running[:] = [one for one in running if one.pipe not in ready]
    return ended


def _end(running: list[Running]) -> None:
    """SIGTERM, on which Dagster stops the crawl and marks the run, then SIGKILL to what is still there."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for one in running:
            one.signal(number)
        deadline = time.monotonic() + GRACE_S
        while running and _ended(running, max(0.0, deadline - time.monotonic())):
            pass
