"""The warehouse on a DuckLake with a real Postgres catalog: the rows of the single file, whoever writes and dies."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import httpx
import pytest

from pipelines import duplicates
from pipelines.assets import upkeep
from pipelines.causes import Retries
from pipelines.events import merge
from tests.conftest import dateline
from tests.postgres import Postgres
from tests.serving import serving
from tests.warehouse_records import DAY, stage_day
from warehouse import turns
from warehouse.dialect import declared_keys
from warehouse.engine import engine, engine_at
from warehouse.errors import SettingError, TryAgain, WarehouseError
from warehouse.export import export
from warehouse.lake import PREFIX
from warehouse.layout import DATA_VARIABLE, PROJECT, WAREHOUSE_VARIABLE, Layout
from warehouse.loader import LoadReport, load_day, stale_days
from warehouse.migrate import keys, migrate, migrations
from warehouse.moving import copy_warehouse
from warehouse.ownership import owners, writer_of
from warehouse.publish import publish
from warehouse.query import connect, meanings
from warehouse.records import Event, Incident
from warehouse.stamps import refused

NEXT = DAY + timedelta(days=1)
SOURCES = ("courier", "herald", "gazette", "tribune")


def load(layout: Layout, day: date = DAY) -> LoadReport:
    return load_day(layout, day, merge=merge, duplicates=duplicates)


#: Columns that tell when a row was written, or by which of several loads: they differ between two warehouses.
_OF_THE_LOAD = {
    "load_history": "",
    "incident_history": "",
    "migrations": "applied_at",
    "source_owners": "writer, host, since",
}


def every_row(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table, whole, in the order of their keys."""
    found = {}
    for table, key in keys().items():
        apart = _OF_THE_LOAD.get(table.removeprefix("store."))
        if apart != "":
            columns = f"* EXCLUDE ({apart})" if apart else "*"
            found[table] = connection.execute(f"SELECT {columns} FROM {table} ORDER BY {', '.join(key)}").fetchall()
    return found


def published(layout: Layout) -> dict[str, list[tuple[object, ...]]]:
    publish(layout)
    with connect(layout) as connection:
        return every_row(connection)


@pytest.fixture
def lake(postgres: Postgres, tmp_path: Path) -> str:
    """The address of a lake that is not made yet."""
    return f"{PREFIX}{postgres.database('lake')} data_path={tmp_path / 'files'}"


def test_keys_are_those_that_a_file_is_held_to() -> None:
    connection = duckdb.connect()
    migrate(connection)
    held = connection.execute(
        "SELECT schema_name || '.' || table_name, constraint_column_names FROM duckdb_constraints()"
        " WHERE constraint_type = 'PRIMARY KEY'"
    ).fetchall()
    assert {table: tuple(columns) for table, columns in held} == declared_keys(
        file.sql for file in migrations().values()
    )


def test_a_file_moves_into_a_lake_and_goes_on_there_as_it_would_have(
    lake: str, own_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Layout(own_data)
    stage_day(file)
    load(file)
    copied = dateline("warehouse", "copy", "file", lake, data=own_data)
    assert "1 of 14: store.sources, 1 rows" in copied.stderr
    assert "the same as in" in copied.stdout
    shared = Layout(shutil.copytree(own_data, tmp_path / "shared"))

    told: dict[str, list[object]] = {}
    for layout, address in ((file, ""), (shared, lake)):
        monkeypatch.setenv(WAREHOUSE_VARIABLE, address)
        assert stale_days(layout) == []  # what had been loaded is known to be, there as well
        reports = []
        for day, numbers in ((NEXT, range(1, 4)), (DAY, range(1, 3)), (DAY, range(1, 3))):
            stage_day(layout, day=day, numbers=numbers)
            reports.append(load(layout, day).tables)
        publish(layout)
        with connect(layout) as connection:
            asked = ("incidents", "acled", "incident_changes", "review_queue")  # all views were bound as they were made
            shown = {view: connection.execute(f"SELECT count(*) FROM (FROM {view})").fetchall() for view in asked}
            told[address] = [reports, shown, every_row(connection), meanings(connection)]
        files = export(layout, "incidents", tmp_path / f"export-{layout.data.name}", file_format="csv")
        told[address].append([(one.path, one.rows, one.sha256) for one in files])
        with serving(layout) as base:
            pages = [httpx.get(base + path, timeout=60) for path in ("/", "/search?q=harran")]
        assert [page.status_code for page in pages] == [200] * 2
        told[address].append([re.sub("As of [^<]*", "", page.text) for page in pages])
    assert told[lake] == told[""]

    monkeypatch.setenv(WAREHOUSE_VARIABLE, lake.replace("files", "elsewhere"))
    with pytest.raises(SettingError, match=r"elsewhere: the lake's files lie in .*files"):
        load(shared)
    monkeypatch.setenv(WAREHOUSE_VARIABLE, lake)
    source = engine_at(lake, shared)
    with pytest.raises(WarehouseError, match=r"live\.duckdb: store\.sources holds rows already\. Name an empty target"):
        copy_warehouse(source, engine_at(str(file.live), file))  # back: tests/test_object_store.py
    with pytest.raises(WarehouseError, match="is both source and target"):
        copy_warehouse(source, source)


WRITER = """
import os, signal, sys
from datetime import date
from pathlib import Path
from pipelines import duplicates
from pipelines.events import merge
from warehouse.layout import Layout
from warehouse.loader import load_day

def dies(incidents, clusters):
    os.kill(os.getpid(), signal.SIGKILL)

for day in map(date.fromisoformat, sys.argv[3:]):
    load_day(Layout(Path(sys.argv[1])), day, merge=dies if sys.argv[2] == "dies" else merge, duplicates=duplicates)
"""

READER = """
import sys, time
from pathlib import Path
from warehouse.errors import WarehouseError
from warehouse.layout import Layout
from warehouse.query import connect

rounds, seen = 0, 0
while not Path(sys.argv[1]).exists():
    try:
        connection = connect(Layout(Path(sys.argv[2])))
    except WarehouseError:  # nothing is there yet
        assert not seen
        continue
    with connection:
        # a load is seen whole: three incidents each, every one merged into an event and told by its article
        loads, = connection.execute("SELECT count(DISTINCT (source_id, crawl_day)) FROM pages").fetchone()
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM incidents), (SELECT count(*) FROM store.event_members),"
            " (SELECT count(*) FROM incidents SEMI JOIN articles USING (article_id)), (SELECT count(*) FROM claims)"
        ).fetchone()
        assert set(counts) == {3 * loads}, (loads, counts)
        assert loads >= seen, "a later snapshot shows less"
        again, = connection.execute("SELECT count(DISTINCT (source_id, crawl_day)) FROM pages").fetchone()
        assert again == loads, "one connection, two states"
        seen = loads
    rounds += 1
    time.sleep(1)  # two processors for six processes
print(rounds, seen)
"""


@pytest.mark.slow
@pytest.mark.timeout(600)  # six processes
def test_four_writers_a_reader_and_a_killed_one(
    lake: str, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [DAY]
    together = Layout(tmp_path / "together")
    for source in SOURCES:
        for day in days:
            stage_day(Layout(tmp_path / source), source, day)
            stage_day(together, source, day)
            if source == "tribune":
                stage_day(Layout(tmp_path / "gazette"), source, day)  # new to both, and begun together
    for day in days:
        load(together, day)
    expected = published(together)

    monkeypatch.setenv(WAREHOUSE_VARIABLE, lake)

    def start(source: str, *, dies: bool = False) -> subprocess.Popen[str]:
        words = [str(tmp_path / source), "dies" if dies else "ends well", *map(str, days)]
        return subprocess.Popen([sys.executable, "-c", WRITER, *words], cwd=PROJECT, text=True)

    until = tmp_path / "until"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(until), str(tmp_path / "reader")],
        cwd=PROJECT,
        text=True,
        stdout=subprocess.PIPE,
    )
    writers = [start(source, dies=source == "herald") for source in SOURCES]
    ends = [writer.wait(120) for writer in writers]
    assert ends == [0, -signal.SIGKILL, 0, 0]
    assert start("herald").wait(60) == 0
    until.touch()
    told, _ = reader.communicate(timeout=60)
    assert reader.returncode == 0
    rounds, seen = map(int, told.split()[-2:])  # DuckDB shows its progress to a script without a file
    assert rounds > 1
    assert seen > 0

    layout = Layout(tmp_path / "courier")
    assert published(layout) == expected
    of = {writer_of(Layout(tmp_path / source)): source for source in SOURCES}
    with connect(layout) as connection:
        owned = {source: of[one.writer] for source, one in owners(connection, SOURCES).items()}
    one = owned.pop("tribune")
    assert owned == {source: source for source in SOURCES if source != "tribune"}
    theirs, other = Layout(tmp_path / one), Layout(tmp_path / ("gazette" if one == "tribune" else "tribune"))
    assert [(left.source_id, of[left.owner.writer]) for left in refused(other)] == [("tribune", one)]
    assert refused(theirs) == []
    # what a killed writer leaves is known to nobody; no row hangs on an old snapshot
    for kept in ("KEPT", "ORPHANED"):
        monkeypatch.setattr(f"warehouse.lake.{kept}", timedelta(0))
    left = tmp_path / "files" / "store" / "left.parquet"
    left.touch()
    monkeypatch.setenv(DATA_VARIABLE, str(layout.data))
    assert dg.materialize([upkeep], resources={"retries": Retries()}, selection=[upkeep]).success
    assert not left.exists()
    assert published(layout) == expected
    assert not load(layout).changed

    # what two writers past the lock would leave
    first = "(SELECT min(incident_id) FROM store.incidents WHERE source_id = 'courier')"
    with engine(layout).writing() as connection:
        connection.execute(f"INSERT INTO store.incidents FROM store.incidents WHERE incident_id = {first}")
    with pytest.raises(WarehouseError, match=r"store\.incidents: 2 rows .* \(incident_id \w+\), of source courier"):
        load(layout)
    with engine(layout).writing() as connection:  # as its mend says
        connection.execute(f"DELETE FROM store.incidents WHERE incident_id = {first}")
        monkeypatch.setattr(turns, "WAIT_S", 0.3)
        with pytest.raises(TryAgain, match=rf"dateline on .*, process {os.getpid()} is loading"):
            load(layout)
    assert load(layout).tables["incidents"].added == 1
    assert published(layout) == expected

    # one whose turn was cut off while it worked, and who does not know it
    for writer in (theirs, other):
        stage_day(writer, "observer", NEXT)

    def cut_off(incidents: Iterable[Incident], *, clusters: Mapping[str, str]) -> list[Event]:
        postgres.ask("lake", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        assert load(theirs, NEXT).sources == ("observer",)
        return merge(incidents, clusters=clusters)

    with pytest.raises(TryAgain, match="another writer came between"):
        load_day(other, NEXT, merge=cut_off, duplicates=duplicates)
    assert list(load(other, NEXT).refused) == ["observer"]
    with connect(layout) as connection:
        rows = "SELECT writer, (SELECT count(*) FROM incidents WHERE source_id = 'observer') FROM store.source_owners"
        assert connection.execute(f"{rows} WHERE source_id = 'observer'").fetchall() == [(writer_of(theirs), 3)]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("dbname=x", r"\$DATELINE_WAREHOUSE: is no address of a DuckLake"),
        ("ducklake:postgres:dbname=x password=secret", r"holds a password.*pgpass"),
        ("ducklake:postgres:dbname=x data_path=files", r"data_path=files: is no absolute path"),
        ("ducklake:postgres:dbname=x data_path=gs://bucket/files", r"data_path=gs://bucket/files: is no absolute path"),
        ("ducklake:postgres:dbname=x data_path=s3://bucket", r"data_path=s3://bucket: .*write s3://BUCKET/FOLDER"),
        ("ducklake:postgres:dbname=x data_path=s3://bucket/*", r"data_path=s3://bucket/\*: is no absolute path"),
        ("ducklake:postgres:dbname='x", r"cannot be read from 'dbname' on"),
        ("ducklake:postgres:postgresql://u:secret@host/x", r"cannot be read from 'postgresql://u:\*+@host/x' on"),
    ],
)
def test_a_wrong_address_is_told_with_its_mend(
    address: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, address)
    with pytest.raises(SettingError, match=message) as told:
        connect(Layout(tmp_path))
    assert "secret" not in str(told.value)


def test_a_postgres_that_is_down_is_worth_trying_again_and_one_that_refuses_is_not(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path)
    monkeypatch.setenv(WAREHOUSE_VARIABLE, f"{PREFIX}dbname=x host=127.0.0.1 port=9")
    with pytest.raises(TryAgain, match="Postgres does not answer"):
        load(layout)
    with pytest.raises(TryAgain, match="Postgres does not answer"):
        connect(layout)
    monkeypatch.setenv(WAREHOUSE_VARIABLE, f"{PREFIX}dbname=missing host=127.0.0.1 port={postgres.port} user=dateline")
    with pytest.raises(SettingError, match='Postgres says: database "missing" does not exist'):
        load(layout)
    empty = postgres.database("empty")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "somebody's.parquet").touch()
    monkeypatch.setenv(WAREHOUSE_VARIABLE, f"{PREFIX}{empty} data_path={tmp_path / 'full'}")
    with pytest.raises(SettingError, match=r"full: is no empty folder, as the files of a new lake need"):
        load(layout)
    monkeypatch.setenv(WAREHOUSE_VARIABLE, PREFIX + empty)
    with pytest.raises(WarehouseError, match="nothing is published yet"):
        connect(layout)
    with pytest.raises(WarehouseError, match="there is no warehouse yet"):
        publish(layout)


def test_without_its_extensions_a_lake_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, f"{PREFIX}dbname=x")
    monkeypatch.setitem(sys.modules, "duckdb_extension_ducklake", None)
    with pytest.raises(SettingError, match=r"extension \w+ is not installed.*pip install 'dateline\[lake\]'"):
        connect(Layout(tmp_path))
