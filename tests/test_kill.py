"""SIGKILL of the spider, the step worker, the run worker and the whole command, mid-crawl, with real processes.

After each, the same partition is run again: no page lost, none stored twice, the same article hashes
as a crawl that nobody disturbed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psutil
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from scrapers.pagestore import read_index, verify
from tests import site as sites
from tests.conftest import PROJECT, dateline
from warehouse.layout import Layout
from warehouse.staging import read_staged

pytestmark = pytest.mark.slow

SOURCE = "slow"
#: Pages fetched before the kill: enough that some are stored, few enough that most are still to come.
BEFORE_KILL = 8


def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture(scope="module")
def site() -> Iterator[sites.Site]:
    with sites.serving() as site:
        yield site


@pytest.fixture(scope="module")
def sources(site: sites.Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    sites.declare(folder, SOURCE, f"{site.origin}/feed.xml")
    return folder


def revisions(data: Path, day: date) -> dict[str, str]:
    """URL -> hash of the article's text, as staged."""
    return {article.url: article.revision for article in read_staged(Layout(data), "articles", SOURCE, day)}


@pytest.fixture(scope="module")
def undisturbed(site: sites.Site, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The article hashes of a crawl that nobody disturbed."""
    data = tmp_path_factory.mktemp("undisturbed")
    dateline("crawl", SOURCE, "--no-load", data=data, DATELINE_SOURCES=str(sources))
    found = revisions(data, today())
    assert set(found) == site.urls
    return found


class Crawl:
    """A running ``dateline crawl`` and the processes below it."""

    def __init__(self, data: Path, sources: Path, command: list[str] | None = None) -> None:
        self.environment = {
            **os.environ,
            "DATELINE_DATA": str(data),
            "DATELINE_SOURCES": str(sources),
            "DATELINE_RETRY_WAIT_S": "0.1",
        }
        words = command or ["-c", "from pipelines.cli import main; main()", "crawl", SOURCE, "--no-load"]
        self.process = subprocess.Popen(
            [sys.executable, *words],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def spider(self) -> psutil.Process:
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if "pipelines.crawl_process" in child.cmdline():
                return child
        raise AssertionError(f"no spider is running: {self.end()}")

    def end(self) -> str:
        try:
            return self.process.communicate(timeout=120)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "timed out: " + self.process.communicate()[0]


def wait_for(what: Callable[[], bool], seconds: float, message: str) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, message
        time.sleep(0.05)


def mid_crawl(site: sites.Site, crawl: Crawl) -> psutil.Process:
    """Wait until some pages are fetched; the spider's process."""
    before = site.article_hits
    wait_for(
        lambda: site.article_hits >= before + BEFORE_KILL or crawl.process.poll() is not None,
        60,
        "the crawl never began",
    )
    return crawl.spider()


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def assert_whole(data: Path, site: sites.Site, undisturbed: dict[str, str]) -> None:
    """Every page once, in the index and in the WARC files themselves, and the same article hashes."""
    layout = Layout(data)
    articles = [page for page in read_index(layout, SOURCE, today()) if page.purpose == "article"]
    assert Counter(page.url for page in articles if page.outcome == "ok") == Counter(dict.fromkeys(site.urls, 1))
    stored: Counter[str] = Counter()
    for path in layout.pages.rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response):
                stored[record.headers["WARC-Target-URI"]] += 1
    assert {url: n for url, n in stored.items() if url in site.urls} == dict.fromkeys(site.urls, 1)
    assert verify(layout) == []
    assert not list(layout.pages.rglob("*.open"))
    assert revisions(data, today()) == undisturbed


def test_a_killed_spider_is_started_again_by_the_same_run(
    own_data: Path, site: sites.Site, sources: Path, undisturbed: dict[str, str]
) -> None:
    crawl = Crawl(own_data, sources)
    mid_crawl(site, crawl).send_signal(signal.SIGKILL)
    said = crawl.end()
    assert crawl.process.returncode == 0, said
    assert_whole(own_data, site, undisturbed)


def test_a_killed_run_worker_takes_its_spider_along_and_the_next_run_heals(
    own_data: Path, site: sites.Site, sources: Path, undisturbed: dict[str, str]
) -> None:
    crawl = Crawl(own_data, sources)
    spider = mid_crawl(site, crawl)
    worker = spider.parent()
    assert worker is not None
    assert worker.pid != crawl.process.pid
    worker.send_signal(signal.SIGKILL)
    wait_for(lambda: gone(spider), 2, "the spider outlived the worker that started it")
    said = crawl.end()
    assert crawl.process.returncode == 1
    assert "its process died" in said
    assert read_staged(Layout(own_data), "pages", SOURCE, today()) == [], "a cut-short crawl staged something"
    dateline("crawl", SOURCE, "--no-load", data=own_data, DATELINE_SOURCES=str(sources))
    assert_whole(own_data, site, undisturbed)


def test_a_killed_command_takes_everything_along_and_the_next_one_heals(
    own_data: Path, site: sites.Site, sources: Path, undisturbed: dict[str, str]
) -> None:
    crawl = Crawl(own_data, sources)
    spider = mid_crawl(site, crawl)
    crawl.process.kill()
    wait_for(lambda: gone(spider), 5, "the spider outlived the command")
    crawl.end()
    dateline("crawl", SOURCE, "--no-load", data=own_data, DATELINE_SOURCES=str(sources))
    assert_whole(own_data, site, undisturbed)


def test_a_killed_step_worker_takes_its_spider_along_and_the_next_run_heals(
    own_data: Path, site: sites.Site, sources: Path, undisturbed: dict[str, str]
) -> None:
    """Under Dagster's multiprocess executor the step has a process of its own below the run's."""
    crawl = Crawl(own_data, sources, ["-m", "tests.multiprocess_crawl", SOURCE])
    spider = mid_crawl(site, crawl)
    step = spider.parent()
    assert step is not None
    assert step.pid != crawl.process.pid
    step.send_signal(signal.SIGKILL)
    wait_for(lambda: gone(spider), 2, "the spider outlived its step")
    said = crawl.end()
    assert crawl.process.returncode != 0, said
    dateline("crawl", SOURCE, "--no-load", data=own_data, DATELINE_SOURCES=str(sources))
    assert_whole(own_data, site, undisturbed)
