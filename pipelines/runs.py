"""Runs of the two jobs from the command line: the same assets, partitions and instance as the daemon's."""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing.connection import Connection

import dagster as dg

from pipelines import partitions
from pipelines.definitions import defs
from pipelines.instance import PID_TAG, POOLS, environment, prepare
from warehouse.layout import Layout

#: A server that has imported this module once and forks from there: a run then starts in no time,
#: and unlike a plain fork it inherits neither threads nor open databases. It goes when we go.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])

#: Called after each partition: (what it was, error or None).
Progress = Callable[[str, str | None], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """One partition's run: what it was, Dagster's run id, and the error where it failed."""

    what: str
    run_id: str | None
    error: str | None


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included; empty when last is before first."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


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
    progress: Progress | None = None,
) -> list[Ran]:
    """Crawl, clean and extract each source's day, several at once; a failed one is told and the others go on."""
    with opened(layout) as instance:
        source_ids = list(source_ids)
        unknown = [source for source in source_ids if not instance.has_dynamic_partition("sources", source)]
        if unknown:  # a source crawled by name though not enabled
            instance.add_dynamic_partitions("sources", unknown)
    config = {"ops": {"pages": {"config": {"recheck": recheck}}}}
    work = [
        (layout, "crawl", str(partitions.key(source, day)), f"{source} {day}", config)
        for day in days
        for source in source_ids
    ]

    def one(arguments: tuple[Layout, str, str, str, Mapping[str, object]]) -> Ran:
        ran = _apart(*arguments)
        if progress:
            progress(ran.what, ran.error)
        return ran

    with ThreadPoolExecutor(POOLS["crawl"]) as threads:
        return list(threads.map(one, work))


def load(layout: Layout, days: Iterable[date], *, progress: Progress | None = None) -> list[Ran]:
    """Merge each day's staged records into DuckDB and publish."""
    done = []
    for day in days:
        ran = _run(layout, "load", day.isoformat(), f"load {day}", {})
        if progress:
            progress(ran.what, ran.error)
        done.append(ran)
    return done


def _apart(layout: Layout, job: str, partition: str, what: str, config: Mapping[str, object]) -> Ran:
    """:func:`_run` in a process of its own, as Dagster's launcher does: one that dies takes no other with it."""
    here, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_send, args=(there, layout, job, partition, what, config), name=what)
    process.start()
    there.close()
    try:
        ran: Ran = here.recv()
    except EOFError:
        process.join()
        return Ran(what, None, f"its process died (exit code {process.exitcode}); run it again, nothing is lost")
    process.join()
    return ran


def _send(there: Connection, layout: Layout, job: str, partition: str, what: str, config: Mapping[str, object]) -> None:
    there.send(_run(layout, job, partition, what, config))


def _run(layout: Layout, job: str, partition: str, what: str, config: Mapping[str, object]) -> Ran:
    os.environ.update(environment(layout))
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(job).execute_in_process(
            partition_key=partition,
            instance=instance,
            raise_on_error=False,
            # the events are in the instance and the crawl's log in its file: the terminal is for progress
            run_config={**config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={PID_TAG: str(os.getpid())},
        )
    return Ran(what, result.run_id, None if result.success else _cause(result))


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
