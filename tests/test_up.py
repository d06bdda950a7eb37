"""The real ``dateline up``: terminate, kill, alert, retry, backfill and load, asked for over GraphQL as the UI does."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import site as sites
from tests.processes import Command, assert_whole, gone, revisions, today, wait_for
from warehouse.layout import Layout
from warehouse.query import connect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SLOW = "slow"
QUICK = ("north", "south")
#: Seconds between two questions over GraphQL, each of which is work to the page.
ASK_EVERY_S = 0.5

LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
TERMINATE = """mutation($id: String!) { terminateRun(runId: $id) { __typename } }"""
BACKFILL = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
RUNS = """{ runsOrError { ... on Runs { results {
    runId status jobName parentRunId startTime endTime tags { key value } } } } }"""
AUTOMATIONS = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
    name location { name }
    schedules { name scheduleState { status } } sensors { name sensorState { status } } } } } }"""
SLOTS = """{ instance { concurrencyLimits { concurrencyKey slotCount activeSlotCount } } }"""


class Up:
    """A running ``dateline up``, its GraphQL, and what its alert target was told."""

    def __init__(self, command: Command, port: int, data: Path, alerts: list[str]) -> None:
        self.command = command
        self.data = data
        self.alerts = alerts
        self._url = f"http://127.0.0.1:{port}/graphql"
        self.repository: dict[str, Any] = {}

    def ask(self, query: str, **variables: object) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    def answers(self) -> bool:
        """Whether the UI is up and has loaded the definitions."""
        assert self.command.process.poll() is None, self.command.end()
        try:
            nodes = self.ask(AUTOMATIONS)["repositoriesOrError"].get("nodes")
        except OSError:
            return False
        if nodes:
            self.repository = nodes[0]
        return bool(nodes)

    @property
    def selector(self) -> dict[str, str]:
        return {
            "repositoryName": self.repository["name"],
            "repositoryLocationName": self.repository["location"]["name"],
        }

    def launch(self, job: str, partition: str, **dimensions: str) -> str:
        """Launch one partition as the UI's launchpad does; the run's id."""
        tags = {"dagster/partition": partition}
        tags |= {f"dagster/partition/{name}": value for name, value in dimensions.items()}
        params = {
            "selector": {**self.selector, "jobName": job},
            "runConfigData": {},
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in tags.items()]},
        }
        launched = self.ask(LAUNCH, params=params)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def launch_crawl(self, source: str) -> str:
        return self.launch("crawl", f"{today()}|{source}", day=str(today()), source=source)

    def runs(self) -> dict[str, dict[str, Any]]:
        return {run["runId"]: run for run in self.ask(RUNS)["runsOrError"]["results"]}

    def wait_for_status(self, run: str, status: str, seconds: float = 240) -> None:
        wait_for(lambda: self.runs()[run]["status"] == status, seconds, f"the run never came to {status}", ASK_EVERY_S)

    def slots_taken(self, pool: str) -> int:
        limits = {limit["concurrencyKey"]: limit for limit in self.ask(SLOTS)["instance"]["concurrencyLimits"]}
        return int(limits[pool]["activeSlotCount"])


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def slow() -> Iterator[sites.Site]:
    with sites.serving() as site:
        yield site


@pytest.fixture(scope="module")
def up(slow: sites.Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    alerts: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            alerts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    data, sources, port = tmp_path_factory.mktemp("up"), tmp_path_factory.mktemp("sources"), free_port()
    with sites.serving(articles=3) as north, sites.serving(articles=3) as south, sites.listening(Receiver) as hook:
        for source, site in ((SLOW, slow), *zip(QUICK, (north, south), strict=True)):
            sites.declare(sources, source, f"{site.origin}/feed.xml")
        command = Command(
            "up",
            "--port",
            str(port),
            data=data,
            DATELINE_SOURCES=str(sources),
            DATELINE_RETRY_WAIT_S="0.1",
            DATELINE_ALERT=f"http://127.0.0.1:{hook}/hook",
            log=data / "up.log",
        )
        house = Up(command, port, data, alerts)
        try:
            wait_for(house.answers, 240, "the UI never answered", ASK_EVERY_S)
            yield house
        finally:
            below = command.below()
            command.process.terminate()
            try:
                wait_for(lambda: all(map(gone, below)), 60, "dateline up left processes behind")
            finally:
                for left in below:
                    if not gone(left):
                        left.kill()


def test_schedules_and_the_alert_sensor_run_without_being_switched_on(up: Up) -> None:
    schedules = {schedule["name"]: schedule["scheduleState"]["status"] for schedule in up.repository["schedules"]}
    named = ("nightly_crawl", "cutoff_load", "nightly_summary", "nightly_upkeep", "daily_housekeeping")
    assert schedules == dict.fromkeys(named, "RUNNING")
    sensors = {sensor["name"]: sensor["sensorState"]["status"] for sensor in up.repository["sensors"]}
    assert sensors == {"failure_alert": "RUNNING", "health_alert": "RUNNING"}


def test_a_terminated_run_stops_its_spider_and_stages_nothing(up: Up, slow: sites.Site) -> None:
    with slow.stalling():
        run = up.launch_crawl(SLOW)
        spider = up.command.mid_crawl(slow)
        assert up.slots_taken("crawl") == 1
        assert up.ask(TERMINATE, id=run)["terminateRun"]["__typename"] == "TerminateRunSuccess"
        wait_for(lambda: gone(spider), 5, "the spider outlived its terminated run by 5 s")
    up.wait_for_status(run, "CANCELED")
    assert not Layout(up.data).staged("pages", SLOW, today()).exists()
    wait_for(lambda: up.slots_taken("crawl") == 0, 60, "the terminated run keeps its pool slot", ASK_EVERY_S)


def test_a_killed_run_is_told_and_retried_and_completes(up: Up, slow: sites.Site) -> None:
    with slow.stalling():
        run = up.launch_crawl(SLOW)
        spider = up.command.mid_crawl(slow)
        worker = spider.parent()
        assert isinstance(worker, psutil.Process)
        worker.kill()
        wait_for(lambda: gone(spider), 2, "the spider outlived its run worker by 2 s")
    up.wait_for_status(run, "FAILURE")
    again: list[str] = []

    def retried() -> bool:
        again[:] = [each["runId"] for each in up.runs().values() if each["parentRunId"] == run]
        return bool(again)

    wait_for(retried, 180, "the killed run was not retried", ASK_EVERY_S)
    up.wait_for_status(again[0], "SUCCESS")
    assert_whole(up.data, SLOW, today(), slow)
    assert set(revisions(up.data, SLOW, today())) == slow.urls
    told = f"crawl failed for {today()}|{SLOW}"
    wait_for(lambda: any(told in alert and run in alert for alert in up.alerts), 120, f"not told: {up.alerts}")
    wait_for(lambda: up.slots_taken("crawl") == 0, 90, "the killed run keeps its pool slot", ASK_EVERY_S)


def test_a_backfill_from_the_ui_completes_and_its_day_loads(up: Up) -> None:
    days = [today(), today() - timedelta(days=1)]
    partitions = [f"{today()}|{source}" for source in QUICK] + [f"{days[1]}|{QUICK[0]}"]
    params = {
        "assetSelection": [{"path": [asset]} for asset in ("pages", "articles", "incidents")],
        "partitionNames": partitions,
    }
    launched = up.ask(BACKFILL, params=params)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched

    def completed() -> dict[str, dict[str, Any]]:
        return {
            tags["dagster/partition"]: run
            for run in up.runs().values()
            if (tags := {tag["key"]: tag["value"] for tag in run["tags"]}).get("dagster/backfill")
            and run["status"] == "SUCCESS"
        }

    wait_for(lambda: set(completed()) == set(partitions), 300, "the backfill did not complete", ASK_EVERY_S)
    of_one = [completed()[partition] for partition in (partitions[0], partitions[2])]
    first, second = sorted(of_one, key=lambda run: run["startTime"])
    assert first["endTime"] <= second["startTime"], "two days of a source go one behind the other"
    for load in [up.launch("load", str(day)) for day in days]:
        up.wait_for_status(load, "SUCCESS")
    with connect(Layout(up.data)) as connection:
        counts = dict(connection.execute("SELECT source_id, count(*) FROM articles GROUP BY ALL").fetchall())
    assert {source: counts[source] for source in QUICK} == dict.fromkeys(QUICK, 3)
