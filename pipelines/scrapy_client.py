"""Runs a Scrapy crawl for a Dagster step, in a process that cannot outlive it.

The stock subprocess client leaves an orphan crawling when the run is killed, waits for ever, and
sends one SIGINT only. This one gives the crawl a session of its own, a wall-clock limit, and, when
the step is interrupted or the limit passes, SIGINT, then SIGTERM, then SIGKILL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.resource_annotation import TreatAsResourceParam
from dagster._core.pipes.client import PipesClient, PipesClientCompletedInvocation
from dagster._core.pipes.utils import PipesTempFileContextInjector, PipesTempFileMessageReader, open_pipes_session

from pipelines.crawl_process import PARENT_VARIABLE
from warehouse.errors import DatelineError, TryAgain
from warehouse.layout import DATA_VARIABLE, PROJECT, SOURCES_VARIABLE, Layout, sources_directory

# Dagster's own reader trips over a preview mark of its own at every session
warnings.filterwarnings("ignore", message=".*expected_writer_count.*")

#: How long each signal has before the next, in seconds: a spider that hangs is gone 2.5 s after the run
#: was terminated. What it leaves is recovered by the next crawl, so haste loses no page.
SIGNALS: tuple[tuple[signal.Signals, float], ...] = (
    (signal.SIGINT, 1.0),
    (signal.SIGTERM, 1.5),
    (signal.SIGKILL, 5.0),
)

#: Lines of the crawl's log a failure quotes.
QUOTED_LINES = 15


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How a crawl ended: Scrapy's finish reason, requests by outcome, numeric Scrapy stats, its log."""

    finish_reason: str
    outcomes: dict[str, int]
    stats: dict[str, float]
    log: Path


class ScrapyPipesClient(PipesClient, TreatAsResourceParam):
    """A Pipes client for ``pipelines.crawl_process``.

    Args:
        timeout_s: wall-clock limit of one crawl in seconds.
    """

    def __init__(self, timeout_s: float = 4 * 3600) -> None:
        self.timeout_s = timeout_s

    @classmethod
    def _is_dagster_maintained(cls) -> bool:
        return False

    def run(self, *, context: Any, extras: Any | None = None, **kwargs: Any) -> PipesClientCompletedInvocation:
        """The PipesClient interface; :meth:`crawl` is the typed way in."""
        return self._run(context, extras or {}, Path(kwargs["log"]))

    def crawl(
        self,
        context: dg.AssetExecutionContext,
        layout: Layout,
        source_id: str,
        day: date,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        recheck: bool = False,
        spider: str = "source",
    ) -> CrawlReport:
        """Crawl one source for one day and wait for it.

        Args:
            since, until: take only stories the listings date inside this window (old days).
            recheck: ask again for every known recent article, due or not.
            spider: which spider: ``source`` asks every listing the source declares.

        Raises:
            TryAgain: the crawl was cut short (time limit, a signal, a crash): run it again, what
                was fetched is kept.
        """
        log = layout.dagster / "crawls" / f"{context.run_id}-{source_id}-{day.isoformat()}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        extras = {
            "source": source_id,
            "day": day.isoformat(),
            "since": since.isoformat() if since else None,
            "until": until.isoformat() if until else None,
            "recheck": "1" if recheck else None,
            "spider": spider,
        }
        done = self._run(context, extras, log, env={DATA_VARIABLE: str(layout.data)})
        messages = [message for message in done.get_custom_messages() if isinstance(message, dict)]
        if not messages or messages[-1]["finish_reason"] != "finished":
            last = messages[-1] if messages else {"finish_reason": "no finish report"}
            trouble = f": {last['trouble']}" if last.get("trouble") else ""
            raise TryAgain(
                f"the crawl of {source_id} for {day} ended early ({last['finish_reason']}){trouble}",
                culprit=str(log),
                mend="Run the partition again; what was fetched is kept",
            )
        last = messages[-1]
        return CrawlReport(last["finish_reason"], last["outcomes"], last["stats"], log)

    def _run(
        self, context: Any, extras: dict[str, Any], log: Path, env: dict[str, str] | None = None
    ) -> PipesClientCompletedInvocation:
        with (
            open_pipes_session(
                context=context,
                context_injector=PipesTempFileContextInjector(),
                message_reader=PipesTempFileMessageReader(),
                extras=extras,
            ) as session,
            log.open("ab") as output,
        ):
            process = subprocess.Popen(
                [sys.executable, "-m", "pipelines.crawl_process"],
                cwd=PROJECT,
                env={
                    **os.environ,
                    SOURCES_VARIABLE: str(sources_directory()),
                    **(env or {}),
                    **session.get_bootstrap_env_vars(),
                    PARENT_VARIABLE: str(os.getpid()),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            context.log.info(f"crawling in process {process.pid}, log {log}")
            deadline = time.monotonic() + self.timeout_s
            try:
                code = _wait(process, deadline)
            except BaseException:  # interrupted by Dagster, Ctrl-C, anything: the crawl goes too
                stop(process)
                raise
            if code is None:
                stop(process)
                raise TryAgain(
                    f"the crawl was still running after {self.timeout_s:g} s",
                    culprit=str(log),
                    mend="Raise the crawl's time limit, or narrow the source",
                )
        if code not in (0, 3):
            tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-QUOTED_LINES:])
            if code < 0:
                raise TryAgain(f"the crawl was killed by {signal.Signals(-code).name}", culprit=str(log), mend=tail)
            raise DatelineError(f"the crawl broke with exit code {code}", culprit=str(log), mend=tail)
        return PipesClientCompletedInvocation(session)


def _wait(process: subprocess.Popen[bytes], deadline: float) -> int | None:
    """The exit code, or None at the deadline. Short waits, so that Dagster's interrupt gets through."""
    while (left := deadline - time.monotonic()) > 0:
        try:
            return process.wait(timeout=min(0.5, left))
        except subprocess.TimeoutExpired:
            continue
    return None


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a crawl and all it started: SIGINT, SIGTERM, SIGKILL to its session, each with its grace."""
    for number, grace_s in SIGNALS:
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=grace_s)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            process.wait()
        return
