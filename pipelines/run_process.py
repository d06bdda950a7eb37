"""What :mod:`pipelines.runs` has done in processes of their own: the instance made ready, one partition's run.

They are forked from a server that has imported all they need (:mod:`pipelines.warm`), so they start in no time; the
command that asks for them imports none of it.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from pipelines.instance import PID_TAG, environment, prepare
from warehouse.errors import DatelineError, disk_errors
from warehouse.layout import Layout

if TYPE_CHECKING:
    import dagster as dg

    from scrapers.archives.months import Month


@dataclass(frozen=True, slots=True)
class Work:
    """One partition to run: what to call it, the job, whose day or month (``load``: a day of all), the run's config."""

    what: str
    job: str
    span: date | Month
    source: str | None = None
    config: Mapping[str, object] = field(default_factory=dict)

    @property
    def crawls(self) -> str | None:
        """The source that it keeps from every other crawl meanwhile."""
        return self.source if self.job == "crawl" else None


@dataclass(frozen=True, slots=True)
class Ran:
    """One partition's run: what it was, Dagster's run id, and the error where it failed."""

    what: str
    run_id: str | None
    error: str | None


def make_ready(there: Connection, layout: Layout, source_ids: Sequence[str]) -> None:
    """Prepare the instance, with partitions of sources that are named though not enabled; send None, or the error."""
    _begin()
    try:
        with prepare(layout) as instance:
            if unknown := [source for source in source_ids if not instance.has_dynamic_partition("sources", source)]:
                instance.add_dynamic_partitions("sources", unknown)
    except DatelineError as error:
        there.send(error)
    else:
        there.send(None)


def run(there: Connection, layout: Layout, piece: Work) -> None:
    """Run a partition, and send how it went."""
    from dagster import DagsterExecutionInterruptedError

    _begin()
    with suppress(DagsterExecutionInterruptedError, KeyboardInterrupt):  # the pipe closes: told enough
        try:
            with disk_errors(layout.dagster):  # Dagster's own records
                ran = _run(layout, piece)
        except DatelineError as error:
            ran = Ran(piece.what, None, str(error))
        there.send(ran)


def _begin() -> None:
    os.setsid()  # Ctrl-C reaches the command alone, and the command ends its runs
    threading.Thread(target=_die_with_command, daemon=True).start()


def _die_with_command() -> None:
    """A run whose command was killed goes at once, and its crawl with it."""
    if (command := multiprocessing.parent_process()) is not None:
        command.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _run(layout: Layout, piece: Work) -> Ran:
    import dagster as dg

    from pipelines.definitions import defs

    os.environ.update(environment(layout))
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(piece.job).execute_in_process(
            partition_key=_partition(piece),
            instance=instance,
            raise_on_error=False,
            # the events are in the instance and the crawl's log in its file: the terminal is for progress
            run_config={**piece.config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={PID_TAG: str(os.getpid())},
        )
    return Ran(piece.what, result.run_id, None if result.success else _cause(result))


def _partition(piece: Work) -> str:
    from pipelines import partitions

    if piece.source is None:
        return str(piece.span)
    if isinstance(piece.span, date):
        return str(partitions.key(piece.source, piece.span))
    return str(partitions.month_key(piece.source, piece.span))


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
