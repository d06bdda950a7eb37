"""What the schedules ask for, on a real instance: enabled sources only, broken declarations told, stale days once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import dagster as dg
import pytest

from pipelines import runs
from pipelines.definitions import defs
from pipelines.events import merge
from pipelines.schedules import cutoff_load, nightly_crawl, nightly_upkeep
from tests import site as sites
from tests.warehouse_records import DAY, stage_day
from warehouse.layout import Layout
from warehouse.loader import load_day

NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CUTOFF = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    monkeypatch.setenv("DATELINE_SOURCES", str(folder))
    monkeypatch.setenv("DAGSTER_HOME", "")  # `opened` sets both; here they are taken back
    monkeypatch.setenv("DATELINE_DAGSTER", "")
    return folder


@pytest.fixture
def instance(own_data: Path, sources: Path) -> Iterator[dg.DagsterInstance]:
    with runs.opened(Layout(own_data)) as instance:
        yield instance


def tick(schedule: dg.ScheduleDefinition, instance: dg.DagsterInstance, at: datetime) -> dg.ScheduleExecutionData:
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=at, repository_def=defs.get_repository_def()
    )
    return schedule.evaluate_tick(context)


def test_dagster_can_load_all_that_is_defined() -> None:
    """Jobs and assets of one name, for example, are found only when everything is put together."""
    dg.Definitions.validate_loadable(defs)


def test_the_night_asks_for_yesterday_of_each_enabled_source(instance: dg.DagsterInstance, sources: Path) -> None:
    sites.declare(sources, "courier", "http://127.0.0.1:1/feed.xml")
    sites.declare(sources, "herald", "http://127.0.0.1:1/feed.xml")
    sites.declare(sources, "asleep", "http://127.0.0.1:1/feed.xml", enabled=False)
    requests = tick(nightly_crawl, instance, NIGHT).run_requests or []
    assert [(request.run_key, str(request.partition_key)) for request in requests] == [
        ("2026-11-23:courier", "2026-11-23|courier"),
        ("2026-11-23:herald", "2026-11-23|herald"),
    ]
    # declared while the daemon was already running: the partitions are there for the runs to use
    assert set(instance.get_dynamic_partitions("sources")) == {"courier", "herald"}


def test_a_night_without_sources_says_so(instance: dg.DagsterInstance) -> None:
    said = tick(nightly_crawl, instance, NIGHT)
    assert not said.run_requests
    assert said.skip_message is not None
    assert "dateline sources enable" in said.skip_message


@pytest.mark.parametrize("receiver_lives", [True, False])
def test_a_broken_declaration_is_told_and_stops_no_other(
    receiver_lives: bool, instance: dg.DagsterInstance, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    sites.declare(sources, "courier", "http://127.0.0.1:1/feed.xml")
    (sources / "wounded.toml").write_text('name = "Wounded"\nhome = "gopher://example.org/"\n', "utf-8")
    with sites.listening(Receiver) as port:
        monkeypatch.setenv("DATELINE_ALERT", f"http://127.0.0.1:{port if receiver_lives else 1}/hook")
        requests = tick(nightly_crawl, instance, NIGHT).run_requests or []
    assert [request.run_key for request in requests] == ["2026-11-23:courier"]
    assert len(told) == receiver_lives
    assert all("wounded.toml" in text and "home" in text for text in told)


def test_a_lake_is_kept_in_order_every_night_and_a_file_when_somebody_asks(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "one DuckDB file" in (tick(nightly_upkeep, instance, CUTOFF).skip_message or "")
    monkeypatch.setenv("DATELINE_WAREHOUSE", "ducklake:postgres:dbname=x")
    assert len(tick(nightly_upkeep, instance, CUTOFF).run_requests or []) == 1


def test_the_cutoff_asks_for_each_stale_day_once(instance: dg.DagsterInstance, own_data: Path) -> None:
    layout = Layout(own_data)
    assert "nothing has been staged" in (tick(cutoff_load, instance, CUTOFF).skip_message or "")
    other = date(2026, 11, 20)
    for source in ("courier", "herald"):
        stage_day(layout, source, DAY)
    stage_day(layout, "courier", other)
    requests = tick(cutoff_load, instance, CUTOFF).run_requests or []
    assert sorted(str(request.partition_key) for request in requests) == sorted([str(DAY), str(other)])
    assert len({request.run_key for request in requests}) == 2
    for day in (DAY, other):
        load_day(layout, day, merge=merge)
    assert not tick(cutoff_load, instance, CUTOFF).run_requests
    stage_day(layout, "courier", date(2009, 2, 7))  # out of an archive, older than any partition
    assert not tick(cutoff_load, instance, CUTOFF).run_requests
