"""Real processes for the tests: a command with everything below it, waits with deadlines, and what must hold after."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path

import psutil
from fastwarc.warc import ArchiveIterator, WarcRecordType

from scrapers.pagestore import read_index, verify
from tests.conftest import PROJECT
from tests.site import Site
from warehouse.layout import Layout
from warehouse.staging import read_staged


@cache
def today() -> date:
    """The day (UTC) on which these tests began: midnight between a crawl and a look at it changes nothing."""
    return datetime.now(UTC).date()


def wait_for(what: Callable[[], object], seconds: float, message: str, every: float = 0.05) -> None:
    """Ask until it is true, with so many seconds between; past the deadline fail with the message.

    A question that costs its answerer work is asked less often, or it keeps a processor from those it waits for.
    """
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, message
        time.sleep(every)


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


class Command:
    """A running ``dateline`` command (or other Python ``words``) and the processes below it.

    A command that talks much and long says it into the file ``log``: nobody empties the pipe meanwhile.
    """

    def __init__(
        self, *arguments: str, data: Path, words: list[str] | None = None, log: Path | None = None, **extra: str
    ) -> None:
        with log.open("wb") if log else nullcontext(subprocess.PIPE) as output:
            self.process = subprocess.Popen(
                [sys.executable, *(words or ["-c", "from pipelines.cli import main; main()"]), *arguments],
                cwd=PROJECT,
                env={**os.environ, "DATELINE_DATA": str(data), "COLUMNS": "200", **extra},
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                # a shell that runs the tests in the background has SIGINT ignored, and children inherit that
                preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
            )

    def below(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def spider(self) -> psutil.Process:
        for child in self.below():
            if not gone(child) and "pipelines.crawl_process" in child.cmdline():
                return child
        raise AssertionError(f"no spider is running: {self.end()}")

    def mid_crawl(self, site: Site) -> psutil.Process:
        """Wait until a stalling site's first articles are fetched and the next one hangs: the spider's process."""
        wait_for(lambda: site.stalled or self.process.poll() is not None, 240, "the crawl never began")
        return self.spider()

    def end(self) -> str:
        """All it said, once it has ended by itself."""
        try:
            return self.process.communicate(timeout=240)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "timed out: " + self.process.communicate()[0]


def revisions(data: Path, source: str, day: date) -> dict[str, str]:
    """URL -> hash of the article's text, as staged."""
    return {article.url: article.revision for article in read_staged(Layout(data), "articles", source, day)}


def assert_whole(data: Path, source: str, day: date, site: Site) -> None:
    """Every page of the site once, in the index and in the WARC files themselves, and none in an open file."""
    layout = Layout(data)
    articles = [page for page in read_index(layout, source, day) if page.purpose == "article"]
    once = dict.fromkeys(site.urls, 1)
    assert Counter(page.url for page in articles if page.outcome == "ok") == Counter(once)
    stored: Counter[str] = Counter()
    for path in layout.pages_of(source, day).glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response):
                stored[record.headers["WARC-Target-URI"]] += 1
    assert {url: n for url, n in stored.items() if url in site.urls} == once
    assert verify(layout) == []
    assert not list(layout.pages.rglob("*.open"))
