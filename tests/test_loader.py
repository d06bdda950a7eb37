"""The loader on real files: what goes in, what a second run does, and what a dying one leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.events import merge
from tests.warehouse_records import DAY, TEXT, article, at, incident, page, stage, stage_day
from warehouse.errors import TryAgain, WarehouseError
from warehouse.layout import PROJECT, Layout
from warehouse.loader import LoadReport, SourceName, load_day, stale_days
from warehouse.lock import writing
from warehouse.publish import compact, publish
from warehouse.query import connect
from warehouse.records import Event, Incident
from warehouse.staging import read_into
from warehouse.window import event_day

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def load(layout: Layout, day: date = DAY) -> LoadReport:
    return load_day(layout, day, merge=merge)


def ask(layout: Layout, sql: str) -> list[tuple[object, ...]]:
    """Rows of the live file, which nobody has open between loads."""
    with duckdb.connect(str(layout.live), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def every_row(layout: Layout) -> dict[str, tuple[object, ...]]:
    """Count and hash of each table, whole."""
    tables = ask(layout, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'store' ORDER BY 1")
    return {
        str(table): ask(layout, f"SELECT count(*), bit_xor(hash(t)), sum(hash(t)) FROM store.{table} AS t")[0]
        for (table,) in tables
    }


def test_a_day_is_loaded_whole(layout: Layout) -> None:
    stage_day(layout)
    report = load(layout)
    assert report.sources == ("courier",)
    assert {name: changes.added for name, changes in report.tables.items()} == {
        "source_owners": 1,
        "sources": 1,
        "pages": 5,
        "articles": 3,
        "site_lines": 1,
        "incidents": 3,
        "claims": 3,
        "events": 1,
        "event_members": 3,
    }
    assert ask(layout, "SELECT outcome, detail, count(*) FROM store.pages GROUP BY ALL ORDER BY 1") == [
        ("ok", None, 4),
        ("soft_404", "says: no such page", 1),
    ]


def test_a_second_run_changes_no_row_of_any_table(layout: Layout) -> None:
    stage_day(layout)
    stage_day(layout, "herald", DAY)
    first, before = load(layout), every_row(layout)
    stage_day(layout)  # staged again, to the same
    second = load(layout)
    assert first.changed
    assert not second.changed
    assert second.tables["incidents"].unchanged == 6
    assert every_row(layout) == before


def test_the_order_in_which_days_are_loaded_plays_no_part(tmp_path: Path) -> None:
    def loaded(name: str, days: Iterable[date]) -> dict[str, tuple[object, ...]]:
        layout = Layout(tmp_path / name)
        for n in range(3):
            stage_day(layout, day=DAY + timedelta(days=n))
        # the same article seen again with the same text, and one with another
        again, day = DAY + timedelta(days=2), DAY + timedelta(days=2)
        stage(
            layout,
            "herald",
            day,
            pages=[page(1, source="herald", day=day)],
            articles=[article(1, source="herald", day=again)],
            incidents=[incident(1, source="herald", day=day)],
        )
        for day in days:
            load(layout, day)
        rows = every_row(layout)
        for timed in (
            "load_history",
            "incident_history",
            "migrations",
            "source_owners",
        ):  # these tell of the loads themselves
            rows.pop(timed)
        return rows

    days = [DAY + timedelta(days=n) for n in range(3)]
    assert loaded("forward", days) == loaded("backward", reversed(days)) == loaded("twice", days + days)


def test_a_corrected_article_is_another_revision_and_its_incidents_replace_the_old_in_events(layout: Layout) -> None:
    stage_day(layout)
    load(layout)
    told = TEXT.replace("12", "21")
    again = page(1, day=NEXT)
    fixed = article(1, text=told, page_id=again.page_id, crawl_day=NEXT, first_seen=at(NEXT), last_seen=at(NEXT))
    of = replace(incident(1, text=told, claims=()), crawl_day=NEXT)
    stage(layout, day=NEXT, pages=[again], articles=[fixed], incidents=[of])
    report = load(layout, NEXT)
    assert report.tables["articles"].added == 1
    assert ask(layout, "SELECT revisions, text FROM articles WHERE revisions > 1") == [(2, told)]
    assert ask(layout, "SELECT revision_number, is_latest FROM article_revisions WHERE article_id = "
               f"'{fixed.article_id}' ORDER BY 1") == [(1, False), (2, True)]  # fmt: skip
    current = {name for (name,) in ask(layout, "SELECT incident_id FROM store.event_members")}
    assert of.incident_id in current
    assert incident(1).incident_id not in current


def test_first_and_last_seen_span_all_captures(layout: Layout) -> None:
    stage(layout, day=NEXT, pages=[page(1, day=NEXT)], articles=[article(1, day=NEXT)], incidents=[])
    load(layout, NEXT)
    stage(layout, pages=[page(1)], articles=[article(1)], incidents=[])
    load(layout)
    rows = ask(layout, "SELECT first_seen::DATE, last_seen::DATE, crawl_day, page_id FROM store.articles")
    assert rows == [(DAY, NEXT, DAY, page(1).page_id)]
    assert not load(layout, NEXT).changed
    assert not load(layout, DAY).changed


def test_rows_the_partition_no_longer_holds_go_and_other_partitions_stay(layout: Layout) -> None:
    stage_day(layout)
    stage_day(layout, "herald")
    stage_day(layout, day=NEXT)
    load(layout)
    load(layout, NEXT)
    stage(layout, pages=[page(1)], verdicts=[], articles=[article(1)], incidents=[])
    report = load(layout)
    assert report.tables["pages"].removed == 4
    assert report.tables["incidents"].removed == 3
    assert report.tables["claims"].removed == 3
    counts = ask(layout, "SELECT source_id, crawl_day, count(*) FROM store.incidents GROUP BY ALL ORDER BY ALL")
    assert counts == [("courier", NEXT, 3), ("herald", DAY, 3)]
    # every incident that is left makes part of one event, and no event is empty
    assert ask(layout, "SELECT count(*) FROM store.event_members") == [(6,)]
    assert ask(layout, "SELECT count(*) FROM store.events ANTI JOIN store.event_members USING (event_id)") == [(0,)]


def test_a_source_that_staged_nothing_is_left_alone(layout: Layout) -> None:
    stage_day(layout)
    load(layout)
    for file in (layout.data / "staging").rglob("*.parquet"):
        file.unlink()
    assert not load(layout).changed
    assert ask(layout, "SELECT count(*) FROM store.incidents") == [(3,)]


def test_a_capture_read_otherwise_by_better_cleaning_leaves_no_ghost_revision(layout: Layout) -> None:
    stage_day(layout)
    load(layout)
    better = article(1, text=TEXT + "\n\nMore.")
    stage(layout, articles=[better, article(2), article(3)], incidents=[])
    report = load(layout)
    assert (report.tables["articles"].added, report.tables["articles"].removed) == (1, 1)
    assert ask(layout, "SELECT max(revisions) FROM articles") == [(1,)]


def test_events_merged_by_the_window_are_those_of_a_merge_of_everything(layout: Layout) -> None:
    for n in range(0, 40, 4):
        stage_day(layout, day=DAY + timedelta(days=n), source=("courier", "herald")[n % 8 // 4])
        load(layout, DAY + timedelta(days=n))
    everything = [
        incident(number, source=("courier", "herald")[n % 8 // 4], day=DAY + timedelta(days=n))
        for n in range(0, 40, 4)
        for number in range(1, 4)
    ]
    expected = {(member, event.event_id) for event in merge(everything) for member in event.incident_ids}
    assert set(ask(layout, "SELECT incident_id, event_id FROM store.event_members")) == expected


def test_an_undated_incident_lies_on_its_publishers_day(layout: Layout) -> None:
    given = [incident(n, start_date=None, published_at=at(DAY, 2), published_day=day)
             for n, day in ((1, DAY - timedelta(days=1)), (2, None))]  # fmt: skip
    stage(layout, pages=[page(1), page(2)], articles=[article(1), article(2)], incidents=given)
    load(layout)
    stored = dict(ask(layout, "SELECT incident_id, event_day FROM store.incidents"))
    assert stored == {one.incident_id: event_day(one) for one in given}
    assert set(stored.values()) == {DAY - timedelta(days=1), DAY}


def test_only_the_window_is_merged_again(layout: Layout) -> None:
    far = DAY + timedelta(days=90)
    stage_day(layout)
    load(layout)
    seen: list[date] = []

    def watching(incidents: Iterable[Incident], *, clusters: Mapping[str, str]) -> list[Event]:
        given = list(incidents)
        seen.extend(day for one in given if (day := event_day(one)))
        return merge(given, clusters=clusters)

    stage_day(layout, day=far)
    load_day(layout, far, merge=watching)
    assert seen
    assert min(seen) > DAY


def test_events_of_another_version_of_merging_are_merged_again_wherever_they_lie(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.loader._DAYS_AT_ONCE", 2)
    days = [DAY + timedelta(days=n) for n in (0, 1, 2, 30, 90)]

    def all_in_one(incidents: Iterable[Incident], *, clusters: Mapping[str, str]) -> list[Event]:
        """Other rules: what is read makes one event, so that windows of these rules cut through each other's."""
        (first, *others) = merge(incidents, clusters=clusters)
        members = sorted(first.incident_ids + tuple(member for event in others for member in event.incident_ids))
        return [replace(first, incident_ids=tuple(members))]

    for day in days:
        stage_day(layout, day=day)
        load_day(layout, day, merge=all_in_one, merge_version="old")
    report = load_day(layout, DAY, merge=merge, merge_version="new")
    assert not any(report.tables[name] for name in ("articles", "incidents", "claims"))
    every = merge(incident(number, day=day) for day in days for number in range(1, 4))
    expected = {(member, event.event_id, "new") for event in every for member in event.incident_ids}
    kept = (
        "SELECT incident_id, event_id, merge_version FROM store.event_members FULL JOIN store.events USING (event_id)"
    )
    assert set(ask(layout, kept)) == expected
    assert not load_day(layout, DAY, merge=merge, merge_version="new").changed
    assert ask(layout, "SELECT DISTINCT merge_version FROM events") == [("new",)]


def test_source_names_are_kept_and_never_lost(layout: Layout) -> None:
    stage_day(layout)
    load_day(layout, DAY, merge=merge, sources=[SourceName(source_id="courier", name="The Courier", country="TR")])
    load(layout)
    assert ask(layout, "SELECT name, country FROM store.sources") == [("The Courier", "TR")]


def test_a_fault_in_the_middle_leaves_the_state_before(layout: Layout) -> None:
    stage_day(layout)
    load(layout)
    before = every_row(layout)
    stage_day(layout, day=NEXT)

    def fails(incidents: Iterable[Incident], *, clusters: Mapping[str, str]) -> list[Event]:
        raise RuntimeError("merging broke")

    with pytest.raises(RuntimeError, match="merging broke"):
        load_day(layout, NEXT, merge=fails)
    assert every_row(layout) == before
    assert stale_days(layout) == [NEXT]


def test_incomplete_records_are_refused_by_file_and_column(layout: Layout) -> None:
    stage(layout, articles=[replace(article(1), first_seen=None)])
    with pytest.raises(WarehouseError, match=r"articles/courier/2026-03-14\.parquet: 1 rows without first_seen"):
        load(layout)


def test_a_damaged_staged_file_is_named(layout: Layout) -> None:
    stage_day(layout)
    layout.staged("pages", "courier", DAY).write_bytes(b"PAR1 but not really")
    with pytest.raises(WarehouseError, match=r"pages/courier/2026-03-14\.parquet: cannot be read"):
        load(layout)


@pytest.mark.parametrize("again", [(DAY,), (NEXT,), (DAY, NEXT), (NEXT, DAY)], ids=str)
def test_an_unchanged_article_of_two_days_stands_in_one_reading(layout: Layout, again: tuple[date, ...]) -> None:
    """Whichever of its days are read anew, and whichever are then loaded once more."""

    def read(day: date, version: str) -> Incident:
        told = {"start_date": DAY, "published_at": at(DAY, 6), "extractor_version": version}
        return incident(1, day=day, summary=f"as {version} reads it", **told)

    def stage_read(day: date, version: str) -> None:
        seen = {"first_seen": at(day), "last_seen": at(day)}
        stage(layout, day=day, pages=[page(1, day=day)], articles=[article(1, day=day, **seen)])
        stage(layout, day=day, incidents=[replace(read(DAY, version), crawl_day=day)])

    for day in (DAY, NEXT):
        stage_read(day, "old")
        load(layout, day)
    for day in again:
        stage_read(day, "new")
        load(layout, day)
    for day in (NEXT, DAY, NEXT):
        load(layout, day)
    told = ask(layout, "SELECT extractor_version, crawl_day FROM store.incidents")
    assert told == [("new" if DAY in again else "old", DAY)]
    assert ask(layout, "SELECT count(*) FROM store.claims") == [(1,)]
    assert not load(layout, NEXT).changed


def test_days_staged_before_a_column_was_added_load_beside_later_ones(layout: Layout) -> None:
    stage(layout, pages=[page(1)], articles=[], incidents=[])
    old = layout.staged("pages", "courier", DAY)
    pq.write_table(pq.read_table(old).drop_columns(["moved_to", "stories"]), old)
    stage(layout, "herald", pages=[page(2, source="herald", moved_to="https://herald.example/9")], articles=[])
    assert load(layout).tables["pages"].added == 2
    assert ask(layout, "SELECT moved_to FROM store.pages ORDER BY source_id") == [
        (None,),
        ("https://herald.example/9",),
    ]


def test_a_stage_of_more_rows_than_a_row_group_is_read_whole(layout: Layout) -> None:
    """DuckDB 1.5.5 loses such rows where a table is made of an empty Arrow table and filled in one transaction."""
    stage_day(layout)
    path, rows = layout.staged("verdicts", "courier", DAY), 130_000
    pq.write_table(pq.read_table(path).take(pa.array([0] * rows)), path)
    with duckdb.connect() as connection:
        connection.execute("BEGIN")
        read_into(connection, "staged", "verdicts", [path])
        assert connection.execute("SELECT count(detail) FROM staged").fetchall() == [(rows,)]


def test_stale_days_are_those_staged_since_they_were_loaded(layout: Layout) -> None:
    stage_day(layout)
    stage_day(layout, day=NEXT)
    assert stale_days(layout) == [DAY, NEXT]
    load(layout)
    assert stale_days(layout) == [NEXT]
    stage(layout, incidents=[])
    assert stale_days(layout) == [DAY, NEXT]


def test_two_loaders_at_once_get_a_clear_message(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage_day(layout)
    monkeypatch.setattr("warehouse.lock.WAIT_S", 0.3)
    with writing(layout.live), pytest.raises(TryAgain, match=rf"process {os.getpid()} is loading or publishing"):
        load(layout)
    assert caplog.messages == [
        f"process {os.getpid()} is loading or publishing; waiting until it has finished, for 0 s at most"
    ]
    assert load(layout).changed


LOADER = """
import os, signal, sys
from datetime import date
from pathlib import Path
from pipelines.events import merge
from warehouse.layout import Layout
from warehouse.loader import load_day

def dies(incidents, clusters):
    os.kill(os.getpid(), signal.SIGKILL)

load_day(Layout(Path(sys.argv[1])), date.fromisoformat(sys.argv[2]), merge=dies if sys.argv[3:] else merge)
"""


def test_a_loader_killed_in_the_middle_leaves_the_state_before(layout: Layout) -> None:
    stage_day(layout)
    load(layout)
    before = every_row(layout)
    stage_day(layout, day=NEXT)
    # events are merged last: pages, articles, incidents and claims have been written by then
    died = subprocess.run([sys.executable, "-c", LOADER, str(layout.data), NEXT.isoformat(), "die"], cwd=PROJECT)
    assert died.returncode == -signal.SIGKILL
    assert every_row(layout) == before
    assert load(layout, NEXT).tables["pages"].added == 5


LIVE_HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_program_that_holds_the_live_file_is_told_to_let_go(layout: Layout) -> None:
    stage_day(layout)
    load(layout)
    holder = subprocess.Popen(
        [sys.executable, "-c", LIVE_HOLDER, str(layout.live)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    stage_day(layout, day=NEXT)
    with pytest.raises(WarehouseError, match=rf"(?s)live\.duckdb: cannot be opened.*{holder.pid}.*Close any program"):
        load(layout, NEXT)
    holder.communicate("")
    assert load(layout, NEXT).changed


HURRIED = """
import logging, sys
from datetime import date
from pathlib import Path
from pipelines.events import merge
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish

waited, layout = [], Layout(Path(sys.argv[1]))
logging.getLogger("warehouse.lock").addFilter(waited.append)
for day in map(date.fromisoformat, sys.argv[2:]):
    load_day(layout, day, merge=merge)
    publish(layout)
print(len(waited))
"""


def test_two_loaders_at_once_wait_for_each_other_and_lose_and_double_nothing(layout: Layout, tmp_path: Path) -> None:
    days = [DAY + timedelta(days=n) for n in range(6)]
    for day in days:
        stage_day(layout, day=day)
    loaders = [
        subprocess.Popen(
            [sys.executable, "-c", HURRIED, str(layout.data), *map(str, days[half::2])],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for half in (0, 1)
    ]
    waited = [int(loader.communicate(timeout=120)[0]) for loader in loaders]
    assert [loader.returncode for loader in loaders] == [0, 0]
    assert sum(waited) > 0, "they never met"
    assert ask(layout, "SELECT crawl_day, count(*) FROM store.incidents GROUP BY ALL ORDER BY 1") == [
        (day, 3) for day in days
    ]
    with connect(layout) as connection:
        assert connection.execute("SELECT count(*) FROM incidents").fetchall() == [(18,)]


HOLDER = """
import sys
from pathlib import Path
from warehouse.layout import Layout
from warehouse.query import connect

with connect(Layout(Path(sys.argv[1]))) as connection:
    for _ in sys.stdin:
        print(connection.execute("SELECT count(*) FROM incidents").fetchone()[0], flush=True)
"""


def test_a_reader_that_holds_the_published_file_neither_blocks_nor_notices_a_publish(layout: Layout) -> None:
    stage_day(layout)
    load(layout)
    publish(layout)
    reader = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(layout.data)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def asked() -> str:
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write("again\n")
        reader.stdin.flush()
        return reader.stdout.readline().strip()

    assert asked() == "3"
    stage_day(layout, day=NEXT)
    load(layout, NEXT)
    publish(layout)
    assert asked() == "3", "it still reads the file it opened"
    with connect(layout) as connection:
        assert connection.execute("SELECT count(*) FROM incidents").fetchall() == [(6,)]
    reader.communicate()
    assert reader.returncode == 0


READER = """
import sys, time
from pathlib import Path
from warehouse.layout import Layout
from warehouse.query import connect

layout, until, rounds = Layout(Path(sys.argv[1])), Path(sys.argv[2]), 0
while not until.exists() or not rounds:
    with connect(layout) as connection:
        (incidents, members, days), = connection.execute(
            "SELECT (SELECT count(*) FROM incidents), (SELECT count(*) FROM store.event_members),"
            " (SELECT count(DISTINCT crawl_day) FROM pages)").fetchall()
    assert incidents == members == 3 * days, (incidents, members, days)
    rounds += 1
print(rounds)
"""


@pytest.mark.slow
def test_readers_never_see_a_torn_file_while_days_are_published(layout: Layout, tmp_path: Path) -> None:
    stage_day(layout)
    load(layout)
    publish(layout)
    until = tmp_path / "until"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(layout.data), str(until)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    for n in range(1, 6):
        stage_day(layout, day=DAY + timedelta(days=n))
        load(layout, DAY + timedelta(days=n))
        publish(layout)
        time.sleep(0.05)
    until.touch()
    out, _ = reader.communicate(timeout=60)
    assert reader.returncode == 0
    assert int(out) > 0
    with connect(layout) as connection:
        assert connection.execute("SELECT count(DISTINCT crawl_day) FROM pages").fetchall() == [(6,)]


def test_nothing_is_published_before_something_is_loaded(layout: Layout) -> None:
    with pytest.raises(WarehouseError, match="there is no warehouse yet"):
        publish(layout)


def test_the_published_file_is_whole_and_stands_alone(layout: Layout) -> None:
    stage_day(layout)
    load(layout)
    path = Path(publish(layout).where)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    layout.live.unlink()
    with connect(layout) as connection:
        assert connection.execute("SELECT count(*) FROM incidents").fetchall() == [(3,)]


def test_compaction_keeps_every_row_view_and_comment(layout: Layout) -> None:
    for numbers in (range(1, 400), range(1, 3)):
        stage_day(layout, numbers=numbers)
        load(layout)
    before = every_row(layout)
    comments = ask(layout, "SELECT count(comment) FROM duckdb_columns()")
    was, now = compact(layout)
    assert now < was
    assert every_row(layout) == before
    assert ask(layout, "SELECT count(comment) FROM duckdb_columns()") == comments
    assert not load(layout).changed
