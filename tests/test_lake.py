"""The warehouse on a DuckLake with a real Postgres catalog: the rows of the single file, whoever writes and dies."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines import duplicates
from pipelines.events import merge
from tests.postgres import Postgres
from tests.warehouse_records import DAY, stage_day
from warehouse.dialect import declared_keys
from warehouse.export import export
from warehouse.lake import PREFIX
from warehouse.layout import WAREHOUSE_VARIABLE, Layout
from warehouse.loader import LoadReport, load_day, stale_days
from warehouse.migrate import keys, migrate, migrations, views
from warehouse.publish import publish
from warehouse.query import connect

NEXT = DAY + timedelta(days=1)
SOURCES = ("courier", "herald", "gazette", "tribune")


def load(layout: Layout, day: date = DAY) -> LoadReport:
    return load_day(layout, day, merge=merge, duplicates=duplicates)


#: Columns that tell when a row was written, or by which of several loads: they differ between two warehouses.
_OF_THE_LOAD = {"load_history": "", "incident_history": "", "migrations": "applied_at"}


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


def test_the_variable_is_the_only_change(lake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, shared = Layout(tmp_path / "file"), Layout(tmp_path / "shared")
    told: dict[str, list[object]] = {}
    for layout, address in ((file, ""), (shared, lake)):
        monkeypatch.setenv(WAREHOUSE_VARIABLE, address)
        reports = []
        for day, numbers in ((DAY, range(1, 4)), (NEXT, range(1, 4)), (DAY, range(1, 3))):
            stage_day(layout, day=day, numbers=numbers)
            reports.append(load(layout, day).tables)
        publish(layout)
        with connect(layout) as connection:
            shown = {view: connection.execute(f"SELECT count(*) FROM (FROM {view})").fetchall() for view in views()}
            told[address] = [reports, shown, every_row(connection)]
        files = export(layout, "incidents", tmp_path / f"export-{layout.data.name}", file_format="csv")
        told[address].append([(one.path, one.rows, one.sha256) for one in files])
        assert stale_days(layout) == []
    assert told[lake] == told[""]
    assert not shared.live.exists()
    assert not shared.published.exists()
