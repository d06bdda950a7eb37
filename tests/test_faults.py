"""What a crawl meets on a bad night: kills at random points of each stage, a second crawl, a clock that is wrong."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.faults.campaign import NAMES, Kill, kills, table
from scrapers.clock import MOST_APART, Clock
from scrapers.frontier import Frontier
from scrapers.pagestore import captures
from tests import site as sites
from tests.conftest import PROJECT, dateline
from tests.faketime import needs_faketime, shifted
from tests.processes import assert_whole, today, wait_for
from tests.web import crawl, crawl_command, crawl_environment
from warehouse.errors import TryAgain
from warehouse.layout import Layout

#: How often each stage is killed here; ``python -m benchmarks faults`` does so sixty times. Two seconds a kill, those
#: of staging five: a page judge has to start.
KILLS = {"crawl": 2, "WARC write": 3, "staging": 1, "load": 2, "publish": 3}


@pytest.mark.slow
@pytest.mark.parametrize("stage", NAMES)
def test_kills_at_random_points_lose_double_and_tear_nothing(stage: str) -> None:
    found = kills(stage, KILLS[stage], seed=7)
    assert all(kill.survived for kill in found), table(found)


def test_the_table_counts_what_did_not_survive() -> None:
    found = [Kill("load", 0, 1, 0, 0, 0, 0), Kill("load", 1, 1, 2, 0, 1, 0)]
    assert [kill.survived for kill in found] == [True, False]
    assert table(found).splitlines()[-1] == "| load | 2 | 0 to 1 of 1, 2 different | 2 | 0 | 1 | 0 |"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[sites.Site]:
    """A site, declared as the source ``courier``."""
    with sites.serving(articles=12) as site:
        sites.declare(tmp_path / "sources", "courier", f"{site.origin}/feed.xml")
        yield site


@pytest.mark.slow
def test_a_second_crawl_of_a_source_names_the_first_and_harms_nothing(
    own_data: Path, tmp_path: Path, site: sites.Site
) -> None:
    sources = tmp_path / "sources"
    environment = crawl_environment(own_data, sources, tmp_path / "stats.json")
    with site.stalling():
        first = subprocess.Popen(
            crawl_command("source", "courier", {}, {"day": str(today())}),
            cwd=PROJECT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        wait_for(lambda: site.stalled or first.poll() is not None, 120, "the first crawl never began")
        second = crawl("source", "courier", data=own_data, sources=sources, day=str(today()))
    assert (
        f"courier is already being crawled, by process {first.pid}. Wait for that crawl to end, or stop it"
        in second.log
    )
    assert "Traceback" not in second.log
    assert first.wait(120) == 0
    assert_whole(own_data, "courier", today(), site)


@pytest.mark.slow
def test_what_keeps_a_crawl_from_beginning_reaches_who_asked_for_it(
    own_data: Path, tmp_path: Path, site: sites.Site
) -> None:
    """Through Dagster's step and its retries, to the command's last line."""
    environment = {"DATELINE_SOURCES": str(tmp_path / "sources"), "DATELINE_RETRY_WAIT_S": "0.1"}
    with Frontier(Layout(own_data).frontier("courier")):
        refused = dateline("crawl", "courier", "--no-load", data=own_data, check=False, **environment)
    assert refused.returncode == 1
    said = " ".join(refused.stderr.split())
    assert f"courier is already being crawled, by process {os.getpid()}. Wait for that crawl to end" in said
    assert site.hits == {}


@pytest.mark.slow
@needs_faketime
def test_a_crawl_by_a_wrong_clock_keeps_nothing_and_the_next_one_by_the_right_clock_everything(
    own_data: Path, tmp_path: Path, site: sites.Site
) -> None:
    wrong = shifted("+40d", tmp_path / "clock")
    refused = crawl("source", "courier", data=own_data, sources=tmp_path / "sources", environment=wrong)
    right = datetime.now(UTC)
    ahead = (right + timedelta(days=40)).date()
    host = re.escape(site.origin.removeprefix("http://"))
    assert re.search(
        rf"the crawl ends: {host}: says that it is {right.date()} ..:.. UTC, the clock of this machine {ahead}",
        refused.log,
    )
    assert "timedatectl set-ntp true" in refused.log
    assert list(captures(Layout(own_data), "courier", ahead)) == []
    crawl("source", "courier", data=own_data, sources=tmp_path / "sources", day=str(today()))
    assert_whole(own_data, "courier", today(), site)


@pytest.mark.slow
@needs_faketime
@pytest.mark.parametrize("jump", ["+40d", "-40d"])
def test_a_clock_that_jumps_in_the_middle_of_a_crawl_dates_no_page_wrong(
    own_data: Path, tmp_path: Path, site: sites.Site, jump: str
) -> None:
    clock, began, day = tmp_path / "clock", datetime.now(UTC) - timedelta(seconds=5), today()
    environment = crawl_environment(own_data, tmp_path / "sources", tmp_path / "stats.json") | shifted("+0", clock)
    with site.stalling():
        command = crawl_command("source", "courier", {}, {"day": str(day)})
        running = subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)
        wait_for(lambda: site.stalled or running.poll() is not None, 120, "the crawl never began")
        clock.write_text(jump + "\n", "utf-8")
    assert running.wait(120) == 0
    dated = [page.fetched_at for page in captures(Layout(own_data), "courier", day)]
    assert began <= min(dated)
    assert max(dated) <= datetime.now(UTC) + timedelta(seconds=5)
    # a request that hung when the clock jumped ahead counts as timed out
    crawl("source", "courier", data=own_data, sources=tmp_path / "sources", day=str(day))
    assert_whole(own_data, "courier", day, site)


def test_a_server_as_far_off_as_a_cache_or_a_time_zone_is_believed() -> None:
    clock = Clock()
    for apart in (timedelta(), MOST_APART - timedelta(minutes=1), timedelta(minutes=1) - MOST_APART):
        clock.check(f"{clock() + apart:%a, %d %b %Y %H:%M:%S} GMT".encode(), "harbour.example")
    for nonsense in (None, b"", b"yesterday", b"\xff\xfe", b"Tue, 99 Nov 2026 06:00:00 GMT"):
        clock.check(nonsense, "harbour.example")
    with pytest.raises(TryAgain, match=r"harbour\.example: says that it is 1970-01-01"):
        clock.check(b"Thu, 01 Jan 1970 00:00:00 GMT", "harbour.example")
