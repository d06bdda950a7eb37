"""SIGKILL of the spider, the step worker, the run worker and the whole command, Ctrl-C and SIGTERM, all mid-crawl.

With real processes and a site that hangs until the kill has told. After each, the same partition is
run again: no page lost, none stored twice, the same article hashes as a crawl that nobody disturbed.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg
import psutil
import pytest

from pipelines import runs
from pipelines.instance import PID_TAG
from tests import site as sites
from tests.conftest import dateline
from tests.processes import Command, assert_whole, gone, revisions, today, wait_for
from warehouse.layout import Layout
from warehouse.staging import read_staged

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SOURCE = "slow"


@pytest.fixture(scope="module")
def site() -> Iterator[sites.Site]:
    with sites.serving() as site:
        yield site


@pytest.fixture(scope="module")
def sources(site: sites.Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    sites.declare(folder, SOURCE, f"{site.origin}/feed.xml")
    return folder


@pytest.fixture(scope="module")
def undisturbed(site: sites.Site, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The article hashes of a crawl that nobody disturbed."""
    data = tmp_path_factory.mktemp("undisturbed")
    dateline("crawl", SOURCE, "--no-load", "--day", str(today()), data=data, DATELINE_SOURCES=str(sources))
    found = revisions(data, SOURCE, today())
    assert set(found) == site.urls
    return found


def crawl(data: Path, sources: Path, retry_wait_s: float = 0.1, words: list[str] | None = None) -> Command:
    arguments = (SOURCE, str(today())) if words else ("crawl", SOURCE, "--no-load", "--day", str(today()))
    environment = {"DATELINE_SOURCES": str(sources), "DATELINE_RETRY_WAIT_S": str(retry_wait_s)}
    return Command(*arguments, data=data, words=words, **environment)


def assert_healed(data: Path, sources: Path, site: sites.Site, undisturbed: dict[str, str]) -> None:
    """Nothing of the cut-short crawl was staged, and the next one makes all of it good."""
    assert read_staged(Layout(data), "pages", SOURCE, today()) == [], "a cut-short crawl staged something"
    dateline("crawl", SOURCE, "--no-load", "--day", str(today()), data=data, DATELINE_SOURCES=str(sources))
    assert_whole(data, SOURCE, today(), site)
    assert revisions(data, SOURCE, today()) == undisturbed


def test_a_killed_spider_is_started_again_by_the_same_run(
    own_data: Path, site: sites.Site, sources: Path, undisturbed: dict[str, str]
) -> None:
    with site.stalling():
        command = crawl(own_data, sources)
        command.mid_crawl(site).kill()
    said = command.end()
    assert command.process.returncode == 0, said
    assert_whole(own_data, SOURCE, today(), site)
    assert revisions(own_data, SOURCE, today()) == undisturbed


def test_a_killed_run_worker_takes_its_spider_along_and_the_next_run_heals(
    own_data: Path, site: sites.Site, sources: Path, undisturbed: dict[str, str]
) -> None:
    with site.stalling():
        command = crawl(own_data, sources)
        spider = command.mid_crawl(site)
        worker = spider.parent()
        assert worker is not None
        assert worker.pid != command.process.pid
        worker.kill()
        wait_for(lambda: gone(spider), 2, "the spider outlived the worker that started it")
        said = command.end()
    assert command.process.returncode == 1
    assert "its process died" in said
    assert_healed(own_data, sources, site, undisturbed)


def test_a_killed_command_takes_everything_along_and_the_next_one_heals(
    own_data: Path, site: sites.Site, sources: Path, undisturbed: dict[str, str]
) -> None:
    with site.stalling():
        command = crawl(own_data, sources)
        command.mid_crawl(site)
        below = command.below()
        command.process.kill()
        wait_for(lambda: all(map(gone, below)), 5, "something outlived the command")
        command.end()
    assert_healed(own_data, sources, site, undisturbed)


def test_a_killed_step_worker_takes_its_spider_along_and_the_next_run_heals(
    own_data: Path, site: sites.Site, sources: Path, undisturbed: dict[str, str]
) -> None:
    """Under Dagster's multiprocess executor the step has a process of its own below the run's."""
    with site.stalling():
        command = crawl(own_data, sources, words=["-m", "tests.multiprocess_crawl"])
        spider = command.mid_crawl(site)
        step = spider.parent()
        assert step is not None
        assert step.pid != command.process.pid
        step.kill()
        wait_for(lambda: gone(spider), 2, "the spider outlived its step")
        said = command.end()
    assert command.process.returncode != 0, said
    assert_healed(own_data, sources, site, undisturbed)


def everything_ends(data: Path, command: Command, number: signal.Signals) -> None:
    """On a signal the crawl and its run are gone within 5 s, then all else, and each run is marked as ended."""
    below = command.below()
    workers = set(map(int, pids(data)))
    working = []
    for child in below:
        with suppress(psutil.NoSuchProcess):  # a forkserver's helper may end at any moment
            if child.pid in workers or "pipelines.crawl_process" in child.cmdline():
                working.append(child)
    assert working
    command.process.send_signal(number)
    wait_for(lambda: all(map(gone, working)), 5, f"{number.name} left something of {working} behind")
    wait_for(lambda: all(map(gone, below)), 30, f"{number.name} left something of {below} behind")
    said = command.end()
    assert command.process.returncode == 130, said
    assert "Traceback" not in said
    layout = Layout(data)
    with runs.opened(layout) as instance:
        ended = [run.status for run in instance.get_runs()]
    assert ended
    assert set(ended) <= {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


def test_ctrl_c_ends_all_that_the_command_started(own_data: Path, site: sites.Site, sources: Path) -> None:
    with site.stalling():
        command = crawl(own_data, sources)
        command.mid_crawl(site)
        everything_ends(own_data, command, signal.SIGINT)
    assert read_staged(Layout(own_data), "pages", SOURCE, today()) == []


def test_sigterm_gets_through_while_a_run_waits_for_its_next_try(
    own_data: Path, site: sites.Site, sources: Path
) -> None:
    """Dagster holds signals back while it waits to retry; the command does not wait for it."""
    with site.stalling():
        command = crawl(own_data, sources, retry_wait_s=600)
        spider = command.mid_crawl(site)
        spider.kill()
        wait_for(lambda: up_for_retry(own_data), 60, "the run did not wait to retry", every=0.5)
        everything_ends(own_data, command, signal.SIGTERM)


def pids(data: Path) -> list[str]:
    """The processes of the runs."""
    with runs.opened(Layout(data)) as instance:
        return [run.tags[PID_TAG] for run in instance.get_runs()]


def up_for_retry(data: Path) -> bool:
    with runs.opened(Layout(data)) as instance:
        (run,) = instance.get_runs()
        return bool(instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.STEP_UP_FOR_RETRY).records)
