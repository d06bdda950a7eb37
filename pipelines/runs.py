"""Runs of the two jobs from the command line: the same assets, partitions and instance as the daemon's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import dagster as dg

from pipelines import partitions
from pipelines.definitions import defs
from pipelines.instance import PID_TAG, prepare
from warehouse.layout import Layout

#: Called after each partition: (what it was, error or None).
Progress = Callable[[str, str | None], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """One partition's run: what it was, Dagster's run id, and the error where it failed."""

    what: str
    run_id: str
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
    instance: dg.DagsterInstance,
    source_ids: Iterable[str],
    days: Iterable[date],
    *,
    recheck: bool = False,
    progress: Progress | None = None,
) -> list[Ran]:
    """Crawl, clean and extract each source's day; a failed one is told and the others go on."""
    config = {"ops": {"pages": {"config": {"recheck": recheck}}}}
    source_ids = list(source_ids)
    unknown = [source for source in source_ids if not instance.has_dynamic_partition("sources", source)]
    if unknown:  # a source crawled by name though not enabled
        instance.add_dynamic_partitions("sources", unknown)
    return [
        _run(instance, "crawl", partitions.key(source, day), f"{source} {day}", config, progress)
        for day in days
        for source in source_ids
    ]


def load(instance: dg.DagsterInstance, days: Iterable[date], *, progress: Progress | None = None) -> list[Ran]:
    """Merge each day's staged records into DuckDB and publish."""
    return [_run(instance, "load", day.isoformat(), f"load {day}", {}, progress) for day in days]


def _run(
    instance: dg.DagsterInstance,
    job: str,
    partition: str,
    what: str,
    config: Mapping[str, object],
    progress: Progress | None,
) -> Ran:
    result = defs.resolve_job_def(job).execute_in_process(
        partition_key=partition,
        instance=instance,
        raise_on_error=False,
        # the events are in the instance and the crawl's log in its file: the terminal is for progress
        run_config={**config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        tags={PID_TAG: str(os.getpid())},
    )
    error = None
    if not result.success:
        failures = [
            event.step_failure_data.error
            for event in result.all_events
            if event.is_step_failure and event.step_failure_data.error
        ]
        causes = [failure.cause or failure for failure in failures]
        error = "; ".join(cause.message.strip() for cause in causes) or "the run failed before its first step"
    ran = Ran(what, result.run_id, error)
    if progress:
        progress(what, error)
    return ran
