"""A warehouse from before: an older schema, an older or newer format of DuckDB's files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.backups import backup, restore
from tests.conftest import PROJECT
from tests.test_rerun import every_row
from warehouse.layout import Layout
from warehouse.migrate import HERE, migrate, migrations
from warehouse.query import connect


@pytest.mark.parametrize("version", ["v1.5.0", "latest", "v1.0.0"])
def test_a_file_is_carried_to_another_format_as_the_manual_says(version: str, demo: Path, tmp_path: Path) -> None:
    manual = (PROJECT / "docs" / "operations.md").read_text("utf-8")
    (statements,) = re.findall(r"^ATTACH .*?^COPY FROM DATABASE [^\n]+$", manual, re.M | re.S)
    live = tmp_path / "warehouse" / "live.duckdb"
    live.parent.mkdir()
    statements = statements.replace("dateline.duckdb", str(Layout(demo).live)).replace("older.duckdb", str(live))
    with duckdb.connect() as connection:
        connection.execute(statements.replace("v1.5.0", version))
    assert every_row(tmp_path) == every_row(demo)
    assert made_of(live) == made_of(Layout(demo).live)


def made_of(path: Path) -> list[tuple[object, ...]]:
    """Keys, and the columns of tables and views with their types and comments."""
    with duckdb.connect(str(path), read_only=True) as connection:
        keys = "SELECT table_name, constraint_text, '', '' FROM duckdb_constraints()"
        columns = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
        return connection.execute(f"{keys} UNION ALL {columns} ORDER BY ALL").fetchall()


def test_a_backup_of_an_older_schema_comes_back_in_that_of_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = Layout(tmp_path / "old"), Layout(tmp_path / "new")
    then = tmp_path / "then"
    shutil.copytree(HERE / "migrations", then / "migrations")
    (then / "views").mkdir()
    for number in range(6, len(migrations()) + 1):
        next((then / "migrations").glob(f"{number:04}_*.sql")).unlink()
    old.live.parent.mkdir(parents=True)
    with duckdb.connect(str(old.live)) as connection:
        migrate(connection, then)
        connection.execute("INSERT INTO store.sources (source_id, name) VALUES ('courier', 'The Courier')")
    monkeypatch.setattr("warehouse.single_file.migrate", lambda connection: None)  # an older Dateline takes the backup
    backup(old, tmp_path / "kept")
    monkeypatch.undo()
    restore(new, tmp_path / "kept")
    with connect(new) as connection:
        assert connection.execute("SELECT count(*) FROM store.migrations").fetchone() == (len(migrations()),)
        assert connection.execute("SELECT name FROM store.sources").fetchall() == [("The Courier",)]
