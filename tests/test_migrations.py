"""Migrations: once each, in order, never edited; and they give the schema that the records declare."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from warehouse.errors import WarehouseError
from warehouse.layout import PROJECT
from warehouse.migrate import HERE, migrate, migrations, views
from warehouse.records import Article, Claim, Event, Incident, Page
from warehouse.schema import arrow_schema
from warehouse.vocabulary import EVENT_TYPE_OF, OUTCOMES

#: The number of the migration to be written next.
NEXT = len(migrations()) + 1


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The SQL of today, to tamper with."""
    for name in ("migrations", "views"):
        shutil.copytree(HERE / name, tmp_path / name)
    return tmp_path


def test_the_second_run_does_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    first = migrate(connection)
    assert [name for name in first if name.endswith(".sql")] == [file.name for file in migrations().values()]
    assert migrate(connection) == []


@pytest.mark.parametrize(
    ("table", "record", "apart", "added"),
    [
        ("pages", Page, (), ("detail",)),
        ("articles", Article, (), ()),
        ("incidents", Incident, ("claims",), ("event_day",)),
        ("claims", Claim, (), ("incident_id", "position")),
        ("events", Event, ("incident_ids", "article_ids"), ("merge_version",)),
    ],
)
def test_all_migrations_give_the_declared_schema(
    connection: duckdb.DuckDBPyConnection, table: str, record: type, apart: tuple[str, ...], added: tuple[str, ...]
) -> None:
    migrate(connection)
    stored = connection.execute(f"FROM store.{table} LIMIT 0").to_arrow_table().schema
    assert set(stored.names) == {field.name for field in fields(record)} - set(apart) | set(added)
    declared = pa.Table.from_pylist([], schema=arrow_schema(record))
    connection.register("declared", declared)
    for name in set(stored.names) - set(added):
        # DuckDB's own name of the type, nested fields and all
        kinds = [
            connection.execute(f'SELECT "{name}" FROM {relation}').description[0][1]
            for relation in ("declared", f"store.{table}")
        ]
        assert kinds[0] == kinds[1], name


def test_the_reference_tables_hold_the_vocabulary(connection: duckdb.DuckDBPyConnection) -> None:
    migrate(connection)
    types = connection.execute("SELECT sub_event_type, event_type FROM store.acled_types ORDER BY rank").fetchall()
    assert types == list(EVENT_TYPE_OF.items())
    outcomes = connection.execute("SELECT outcome FROM store.outcomes").fetchall()
    assert sorted(outcome for (outcome,) in outcomes) == sorted(OUTCOMES)


def test_no_table_has_an_index_besides_its_key_a_foreign_key_or_an_enum(connection: duckdb.DuckDBPyConnection) -> None:
    migrate(connection)
    assert connection.execute("SELECT count(*) FROM duckdb_indexes()").fetchall() == [(0,)]
    kinds = connection.execute("SELECT DISTINCT constraint_type FROM duckdb_constraints()").fetchall()
    assert {kind for (kind,) in kinds} <= {"PRIMARY KEY", "NOT NULL"}
    columns = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE data_type LIKE 'ENUM%' AND NOT internal"
    ).fetchall()
    assert columns == []


def test_an_edited_migration_is_refused(connection: duckdb.DuckDBPyConnection, copy: Path) -> None:
    migrate(connection, copy)
    with (copy / "migrations" / "0002_vocabulary.sql").open("a") as file:
        file.write("-- one word more\n")
    with pytest.raises(WarehouseError, match=r"0002_vocabulary\.sql: was edited after it had been applied"):
        migrate(connection, copy)


def test_a_file_of_a_newer_version_is_refused(connection: duckdb.DuckDBPyConnection, copy: Path) -> None:
    (copy / "migrations" / f"{NEXT:04}_tomorrow.sql").write_text("CREATE TABLE store.tomorrow (a INTEGER);")
    migrate(connection, copy)
    with pytest.raises(WarehouseError, match=rf"{NEXT:04}_tomorrow\.sql: .* Update Dateline"):
        migrate(connection)


def test_a_migration_that_gave_way_to_another_of_its_number_is_missed(
    connection: duckdb.DuckDBPyConnection, copy: Path
) -> None:
    migrate(connection, copy)
    (copy / "migrations" / "0002_vocabulary.sql").rename(copy / "migrations" / "0002_words.sql")
    with pytest.raises(WarehouseError, match=r"0002_vocabulary\.sql: .* number 0002 is now 0002_words\.sql"):
        migrate(connection, copy)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (f"{NEXT + 1:04}_gap.sql", f"has number {NEXT + 1}, but {NEXT} is next"),
        ("0002_twice.sql", "has number 2"),
        ("next.sql", "is not NNNN_name"),
    ],
)
def test_misnumbered_migrations_are_refused(
    connection: duckdb.DuckDBPyConnection, copy: Path, name: str, message: str
) -> None:
    (copy / "migrations" / name).write_text("SELECT 1;")
    with pytest.raises(WarehouseError, match=message):
        migrate(connection, copy)


def test_a_migration_that_fails_leaves_nothing_behind(connection: duckdb.DuckDBPyConnection, copy: Path) -> None:
    broken = copy / "migrations" / f"{NEXT:04}_broken.sql"
    broken.write_text("CREATE TABLE store.half (a INTEGER); SELECT no_such_thing;")
    with pytest.raises(WarehouseError, match=rf"{NEXT:04}_broken\.sql: failed"):
        migrate(connection, copy)
    assert connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'").fetchall() == [(0,)]
    assert connection.execute("SELECT max(number) FROM store.migrations").fetchall() == [(NEXT - 1,)]
    broken.write_text("CREATE TABLE store.half (a INTEGER);")
    assert migrate(connection, copy) == [broken.name, *views(copy / "views")]


def test_places_read_before_keep_what_they_had(connection: duckdb.DuckDBPyConnection, copy: Path) -> None:
    for path in sorted((copy / "migrations").glob("*.sql"))[7:]:
        path.unlink()
    for path in (copy / "views").glob("*.sql"):
        path.unlink()
    migrate(connection, copy)
    place = "{'text': 'T', 'start': 1, 'end': 2, 'name': 'N', 'geonames_id': 7, 'admin1': NULL, 'country': 'SY',"
    place += "'latitude': 1.0, 'longitude': 2.0, 'geo_precision': 1, 'reason': 'r', 'confidence': 0.5}"
    required = {"VARCHAR": "'x'", "DOUBLE": "0.5", "DATE": "DATE '2026-01-01'"}
    columns = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'store' AND table_name = 'incidents'"
    ).fetchall()
    for number, value in enumerate((place, "NULL")):
        values = {name: required.get(kind, "[]" if kind.endswith("[]") else "NULL") for name, kind in columns}
        values |= {"incident_id": f"'{number}'", "place": value}
        connection.execute(f"INSERT INTO store.incidents ({', '.join(values)}) VALUES ({', '.join(values.values())})")
    migrate(connection)
    one, two = connection.execute("SELECT place FROM store.incidents ORDER BY incident_id").fetchall()
    assert (one[0]["name"], one[0]["geonames_id"], one[0]["ucdp_precision"]) == ("N", 7, None)
    assert two == (None,)


@pytest.mark.parametrize("number", range(1, NEXT))
def test_a_kill_behind_any_migration_leaves_a_file_that_opens(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has been committed lies in the write-ahead log alone, and must be replayed from there."""
    path = tmp_path / "warehouse.duckdb"
    code = (
        "import os, sys, duckdb; from warehouse import migrate; known = list(migrate.migrations().items());"
        "migrate.migrations = lambda *_: dict(known[: int(sys.argv[2])]); migrate._build_views = lambda *_: [];"
        "connection = duckdb.connect(sys.argv[1]); migrate.migrate(connection); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path), str(number)], check=False, cwd=PROJECT)
    assert done.returncode == -signal.SIGKILL
    if number < NEXT - 1:  # all later migrations give the same tables, on which the views are built once
        monkeypatch.setattr("warehouse.migrate._build_views", lambda *_: [])
    with duckdb.connect(str(path)) as connection:
        assert migrate(connection)[: NEXT - 1 - number] == [file.name for file in migrations().values()][number:]


def test_a_changed_view_is_built_again_and_a_deleted_one_goes(
    connection: duckdb.DuckDBPyConnection, copy: Path
) -> None:
    migrate(connection, copy)
    (copy / "views" / "lag.sql").write_text("-- needs: articles\nCREATE OR REPLACE VIEW lag AS SELECT 1 AS changed;")
    (copy / "views" / "actor_activity.sql").unlink()
    assert "lag" in migrate(connection, copy)
    assert connection.execute("SELECT * FROM lag").fetchall() == [(1,)]
    names = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    assert ("actor_activity",) not in names


def test_tolls_of_incidents_read_before_are_put_together(connection: duckdb.DuckDBPyConnection, copy: Path) -> None:
    kept = {path.name: path for path in (copy / "migrations").glob("*.sql") if path.name >= "0010"}
    for path in [*kept.values(), *(copy / "views").glob("*.sql")]:
        path.rename(path.with_suffix(".later"))
    migrate(connection, copy)
    columns = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'incidents' AND NOT is_nullable"
    ).fetchall()
    blank = {"VARCHAR": "''", "DOUBLE": "0", "DATE": "DATE '2026-03-14'"}
    values = ", ".join(f'{blank.get(kind, "[]")} AS "{name}"' for name, kind in columns if name != "incident_id")
    for number in (1, 2):
        connection.execute(f"INSERT INTO store.incidents BY NAME SELECT 'i{number}' AS incident_id, {values}")
    claims = [("a", 9, 9, None, None, False), ("b", 3, None, None, "a", False), ("c", 2, 2, "a", None, False),
              ("d", 700, 700, None, None, True), ("e", 10, 10, None, None, False)]  # fmt: skip
    for position, (name, low, high, part, adds, background) in enumerate(claims):
        connection.execute(
            "INSERT INTO store.claims BY NAME SELECT 'i1' AS incident_id, ? AS position, ? AS claim_id,"
            " 'killed' AS outcome, ? AS count_min, ?::BIGINT AS count_max, '' AS quantifier,"
            ' 0 AS "start", 0 AS "end",'
            " '' AS quote, ? AS part_of, ? AS adds_to, ? AS background, 0 AS confidence",
            [position, name, low, high, part, adds, background],
        )
    for path in copy.rglob("*.later"):
        path.rename(path.with_suffix(".sql"))
    assert "0010_tolls.sql" in migrate(connection, copy)
    told = connection.execute("SELECT incident_id, tolls FROM store.incidents ORDER BY incident_id").fetchall()
    assert told == [("i1", [{"outcome": "killed", "count_min": 12, "count_max": 12}]), ("i2", [])]


def test_each_view_file_makes_the_view_of_its_name(connection: duckdb.DuckDBPyConnection) -> None:
    migrate(connection)
    names = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' ORDER BY 1"
    ).fetchall()
    assert [name for (name,) in names] == sorted(views())
