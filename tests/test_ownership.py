"""One writer a source: others are refused before a row is written, and a source changes hands only when told to."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from typer.testing import CliRunner

from pipelines import runs
from pipelines.cli import add_verbs, app
from pipelines.definitions import defs
from pipelines.events import merge
from pipelines.partitions import month_key
from scrapers.archives.months import Month
from tests.warehouse_records import DAY, stage, stage_day
from warehouse.errors import SettingError, WarehouseError
from warehouse.layout import Layout
from warehouse.loader import LoadReport, SourceName, load_day, stale_days
from warehouse.ownership import refuse, take, writer_of
from warehouse.query import connect
from warehouse.stamps import refused

NEXT = DAY + timedelta(days=1)
OWNERS = "SELECT source_id, writer FROM store.source_owners ORDER BY source_id, number"


def said(*arguments: str) -> str:
    """What a verb prints on a wide terminal."""
    add_verbs(arguments)
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "300"}, catch_exceptions=False).output


def load(layout: Layout, names: tuple[str, ...] = ()) -> LoadReport:
    return load_day(layout, NEXT, merge=merge, sources=[SourceName(source_id=name, name="Renamed") for name in names])


@pytest.fixture
def elsewhere(own_data: Path, tmp_path: Path) -> tuple[Layout, str]:
    """A data directory whose warehouse was loaded from another one, and has something staged of its source; and the
    name of that other one."""
    layout, first = Layout(own_data), Layout(tmp_path / "first")
    stage_day(first)
    load_day(first, DAY, merge=merge)
    layout.live.parent.mkdir(parents=True)
    shutil.copyfile(first.live, layout.live)
    stage_day(layout, "courier", NEXT)
    stage_day(layout, "herald", NEXT)
    return layout, writer_of(first)


def test_a_source_of_another_writer_is_left_out_and_waits_until_it_is_handed_over(
    elsewhere: tuple[Layout, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    layout, first = elsewhere
    for name in ("DAGSTER_HOME", "DATELINE_DAGSTER", "DATELINE_SOURCES"):
        monkeypatch.setenv(name, "")  # `opened` sets them; here they are taken back
    with runs.opened(layout) as instance:
        load_job = defs.resolve_job_def("load")
        done = load_job.execute_in_process(partition_key=str(NEXT), instance=instance, raise_on_error=False)
        instance.add_dynamic_partitions("sources", ["courier"])
        month = defs.resolve_job_def("archive").execute_in_process(
            partition_key=month_key("courier", Month(NEXT.year, NEXT.month)), instance=instance, raise_on_error=False,
            asset_selection=[dg.AssetKey("archive_load")],
        )  # fmt: skip
    (of_archive,) = [event.step_failure_data.error for event in month.all_events if event.is_step_failure]
    (failed,) = [event for event in done.all_events if event.is_step_failure]
    assert failed.step_key == "published"
    ours = writer_of(layout)
    owner = rf"writer {first} on \S+, since 20\d\d-\d\d-\d\d \d\d:\d\d UTC"
    told = rf"not loaded: courier belongs to {owner}\. The rest is loaded.*dateline warehouse take SOURCE --from WRITER"
    assert failed.step_failure_data.error is not None
    assert re.search(told, str(failed.step_failure_data.error))
    assert re.search(told, str(of_archive))
    with connect(layout) as connection:  # the other source is in, and published
        rows = "SELECT source_id, crawl_day, count(*) FROM incidents GROUP BY ALL ORDER BY 1"
        assert connection.execute(rows).fetchall() == [("courier", DAY, 3), ("herald", NEXT, 3)]
        assert connection.execute(OWNERS).fetchall() == [("courier", first), ("herald", ours)]

    # nothing comes of another try; the reason is told again, and what is staged is there
    assert stale_days(layout) == []
    assert layout.staged("incidents", "courier", NEXT).exists()
    with pytest.raises(WarehouseError, match=told):
        refuse(layout, NEXT, NEXT)
    refuse(layout, NEXT, NEXT, ["herald"])
    refuse(layout, DAY, DAY)
    shown = said("status")
    assert re.search(rf"refused +{NEXT}: the source belongs to {owner}; .* take courier --from {first} *\n", shown)
    (state,) = json.loads(said("status", "--json"))["refused"]
    assert (state["source"], state["days"], state["owner"]["writer"]) == ("courier", [str(NEXT)], first)

    # what is refused is no name either, and a change of what is staged is another try
    stage(layout, "courier", NEXT, incidents=[])
    assert stale_days(layout) == [NEXT]
    report = load(layout, ("courier", "herald"))
    assert (report.sources, list(report.refused)) == (("herald",), ["courier"])
    with duckdb.connect(str(layout.live)) as connection:
        assert connection.execute(
            "SELECT source_id, name FROM store.sources WHERE source_id IN ('courier', 'herald') ORDER BY 1"
        ).fetchall() == [
            ("courier", None),
            ("herald", "Renamed"),
        ]

    for wrong, error, why in (
        ("0123456789ab", WarehouseError, rf"courier: belongs to {owner}, not to 0123456789ab\. Name that one"),
        (ours, SettingError, f"--from {ours}: is this data directory itself"),
    ):
        with pytest.raises(error, match=why):
            take(layout, ["courier"], owner=wrong)
    with pytest.raises(WarehouseError, match="gazette: belongs to nobody yet"):
        take(layout, ["courier", "gazette"], owner=first)
    assert stale_days(layout) == []

    for before, waits in ((first, "1 days wait for a load"), (ours, "nothing of it waits")):  # again: nothing happens
        printed = said("warehouse", "take", "courier", "--from", first)
        assert re.match(
            rf"courier belongs to this data directory \(before: writer {before} on .*\); {waits}\n", printed
        )
    assert stale_days(layout) == [NEXT]
    assert load(layout).sources == ("courier", "herald")
    assert refused(layout) == []
    with duckdb.connect(str(layout.live)) as connection:
        assert connection.execute(OWNERS).fetchall() == [("courier", first), ("courier", ours), ("herald", ours)]


def test_a_writer_keeps_its_name_when_it_moves_and_without_it_is_another(own_data: Path, tmp_path: Path) -> None:
    stage_day(Layout(own_data), "courier", NEXT)
    assert not load(Layout(own_data)).refused
    moved = Layout(own_data.rename(tmp_path / "moved"))
    assert not load(moved).refused
    moved.writer.unlink()
    assert list(load(moved).refused) == ["courier"]
    moved.writer.write_text("")
    with pytest.raises(SettingError, match=r"warehouse/writer: does not hold the name"):
        writer_of(moved)
