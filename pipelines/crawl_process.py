"""One crawl in a process of its own: what :class:`pipelines.scrapy_client.ScrapyPipesClient` starts.

A reactor cannot be started twice in one process (``ReactorNotRestartable``), and a crawl must die
with the step that asked for it, so the crawl never runs inside the step. This module is the child's
side: it ties its life to the parent's, runs one spider, and reports progress and the finish reason
over Dagster Pipes. ``scrapers`` itself knows nothing of Dagster.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Any

from dagster_pipes import PipesContext, open_dagster_pipes

#: The parent's process id, so that a parent that died before we asked for its signal is noticed.
PARENT_VARIABLE = "DATELINE_PARENT_PID"

#: Seconds between two progress lines: often enough to see life, rare enough to keep the event log small.
PROGRESS_EVERY_S = 5.0

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, SIGKILL of the parent included.

    Linux only; elsewhere a crawl outlives a killed parent until its own time limit.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = os.environ.get(PARENT_VARIABLE)
    if parent and os.getppid() != int(parent):
        os._exit(1)


class _Reporter:
    """Hears one crawler's signals: progress lines while it runs, the finish reason when it ends."""

    def __init__(self, pipes: PipesContext, crawler: Any) -> None:
        from scrapy import signals

        self.reason: str | None = None
        self._spider: Any = None
        self._pipes = pipes
        self._crawler = crawler
        self._said = ""
        self._loop: Any = None
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    def _outcomes(self) -> dict[str, int]:
        prefix = "outcome_count/"
        stats = self._crawler.stats.get_stats()
        return {key.removeprefix(prefix): value for key, value in sorted(stats.items()) if key.startswith(prefix)}

    def _opened(self, spider: Any) -> None:
        # not before: the import would install a reactor, and the crawler brings its own
        from twisted.internet.task import LoopingCall

        self._loop = LoopingCall(self._progress)
        self._loop.start(PROGRESS_EVERY_S)

    def _progress(self) -> None:
        outcomes = self._outcomes()
        line = f"{sum(outcomes.values())} pages" + "".join(f", {name} {count}" for name, count in outcomes.items())
        if line != self._said:
            self._said = line
            self._pipes.log.info(line)

    def _closed(self, spider: Any, reason: str) -> None:
        # here and not in close_spider: there the reason is still None
        if self._loop is not None and self._loop.running:
            self._loop.stop()
        self._progress()
        self.reason, self._spider = reason, spider

    def report(self) -> None:
        """Tell how the crawl ended, once it is over: the spider's own closing may have found a full disk, and then
        a crawl that reached its end has not finished."""
        trouble = getattr(self._spider, "trouble", None)
        if trouble is not None and self.reason == "finished":
            self.reason = "write_failed"
        stats = {key: value for key, value in self._crawler.stats.get_stats().items() if isinstance(value, int | float)}
        told = {"finish_reason": self.reason, "trouble": trouble, "outcomes": self._outcomes(), "stats": stats}
        self._pipes.report_custom_message(told)


def main() -> int:
    """Run the crawl the Pipes extras describe.

    Returns:
        the exit code: 0 the spider finished by itself, 3 it was stopped, 1 it never ran.
    """
    die_with_parent()
    with open_dagster_pipes() as pipes:
        from scrapy.crawler import CrawlerProcess
        from scrapy.settings import Settings

        settings = Settings()
        settings.setmodule("scrapers.settings", priority="project")
        process = CrawlerProcess(settings)
        arguments = {key: value for key, value in pipes.extras.items() if value is not None}
        crawler = process.create_crawler(arguments.pop("spider"))
        reporter = _Reporter(pipes, crawler)
        process.crawl(crawler, **arguments)
        process.start()
        if reporter.reason is not None:
            reporter.report()
    return {"finished": 0, None: 1}.get(reporter.reason, 3)


if __name__ == "__main__":
    sys.exit(main())
