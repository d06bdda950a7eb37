"""Exports: files that others read back with nothing of ours, and a folder that is whole or as it was."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
import pty
import signal
import struct
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines.events import merge
from tests.conftest import dateline
from tests.warehouse_records import DAY, article, incident, page, place, stage, stage_day
from warehouse.errors import DatelineError, SettingError
from warehouse.export import PROVENANCE, export
from warehouse.formats import FORMATS
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.migrate import views
from warehouse.publish import publish
from warehouse.query import write_csv

LATER = DAY + timedelta(days=40)
FORMULA = '=HYPERLINK("https://evil.example")'


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Three incidents in March, one in April without a place, one without a date."""
    layout = Layout(tmp_path_factory.mktemp("export"))
    stage_day(layout)
    undated: dict[str, Any] = {"start_date": None, "end_date": None, "time_precision": None}
    stage(
        layout,
        "herald",
        LATER,
        pages=[page(n, source="herald", day=LATER) for n in (1, 2)],
        articles=[article(n, source="herald", day=LATER, title=FORMULA) for n in (1, 2)],
        incidents=[
            incident(1, source="herald", day=LATER, place=place(latitude=None, longitude=None)),
            incident(2, source="herald", day=LATER, **undated),
        ],
    )
    load_day(layout, DAY, merge=merge)
    load_day(layout, LATER, merge=merge)
    publish(layout)
    return layout


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def rows(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def test_months_are_folders_that_duckdb_reads_back_whole(layout: Layout, tmp_path: Path) -> None:
    export(layout, "incidents", tmp_path / "x")
    assert files_of(tmp_path / "x") == [
        "month=2026-03/incidents.parquet",
        "month=2026-04/incidents.parquet",
        "month=__HIVE_DEFAULT_PARTITION__/incidents.parquet",
        PROVENANCE,
    ]
    found = rows(f"SELECT month, count(*), min(start_date) FROM '{tmp_path}/x/*/*.parquet' GROUP BY ALL ORDER BY 1")
    assert found == [
        ("2026-03", 3, DAY - timedelta(days=1)),
        ("2026-04", 1, LATER - timedelta(days=1)),
        (None, 1, None),
    ]


def test_the_columns_are_those_of_the_view(layout: Layout, tmp_path: Path) -> None:
    export(layout, "acled", tmp_path / "x")
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        expected = connection.execute("DESCRIBE acled").fetchall()
    path = tmp_path / "x" / "month=2026-03" / "acled.parquet"
    assert rows(f"DESCRIBE SELECT * FROM read_parquet('{path}', hive_partitioning = false)") == expected


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2026, 4, 1), None, ["2026-04"]),
        (None, DAY - timedelta(days=1), ["2026-03"]),
        (DAY, LATER - timedelta(days=2), []),
    ],
)
def test_days_asked_for_are_those_given(
    layout: Layout, tmp_path: Path, since: date | None, until: date | None, months: list[str]
) -> None:
    files = export(layout, "incidents", tmp_path / "x", file_format="jsonl", since=since, until=until)
    assert [file.path for file in files if file.rows] == [f"month={month}/incidents.jsonl" for month in months]


def test_a_view_without_rows_or_date_is_one_file(layout: Layout, tmp_path: Path) -> None:
    export(layout, "incidents", tmp_path / "x", since=date(2030, 1, 1))
    assert files_of(tmp_path / "x") == ["incidents.parquet", PROVENANCE]
    assert pq.read_table(tmp_path / "x" / "incidents.parquet").num_rows == 0
    export(layout, "boilerplate", tmp_path / "y", file_format="csv")
    assert files_of(tmp_path / "y") == ["boilerplate.csv", PROVENANCE]


def test_csv_runs_in_no_spreadsheet(layout: Layout, tmp_path: Path) -> None:
    export(layout, "articles", tmp_path / "x", file_format="csv", since=LATER)
    with (tmp_path / "x" / "month=2026-04" / "articles.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert [row["title"] for row in found] == ["'" + FORMULA] * 2
    assert found[0]["published_at"] == "2026-04-23T06:00:00Z"


def test_json_lines_are_an_object_each(layout: Layout, tmp_path: Path) -> None:
    export(layout, "articles", tmp_path / "x", file_format="jsonl")
    lines = (tmp_path / "x" / "month=2026-04" / "articles.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["title"] for line in lines] == [FORMULA] * 2
    assert json.loads(lines[0])["tags"] == []


def test_geojson_is_longitude_first_and_knows_rows_without_a_place(layout: Layout, tmp_path: Path) -> None:
    """RFC 7946, sections 3.1.1, 3.2 and 4."""
    export(layout, "incidents", tmp_path / "x", file_format="geojson")
    march, april = (
        json.loads((tmp_path / "x" / f"month=2026-0{month}" / "incidents.geojson").read_text("utf-8"))
        for month in (3, 4)
    )
    assert march["type"] == "FeatureCollection"
    assert "crs" not in march
    assert {feature["type"] for feature in march["features"]} == {"Feature"}
    assert [feature["geometry"] for feature in march["features"]] == [
        {"type": "Point", "coordinates": [39.03, 36.86]}
    ] * 3
    assert march["features"][0]["properties"]["start_date"] == "2026-03-13"
    assert [feature["geometry"] for feature in april["features"]] == [None]


def test_geojson_without_rows_is_an_empty_collection(layout: Layout, tmp_path: Path) -> None:
    export(layout, "incidents", tmp_path / "x", file_format="geojson", since=date(2030, 1, 1))
    made = json.loads((tmp_path / "x" / "incidents.geojson").read_text("utf-8"))
    assert made == {"type": "FeatureCollection", "features": []}


def test_geoparquet_names_its_column_of_points(layout: Layout, tmp_path: Path) -> None:
    """GeoParquet 1.1: the key ``geo`` in the file's metadata, and WKB in a column of bytes."""
    export(layout, "incidents", tmp_path / "x", file_format="geoparquet")
    table = pq.read_table(tmp_path / "x" / "month=2026-03" / "incidents.parquet", partitioning=None)
    geo = json.loads(pq.read_metadata(tmp_path / "x" / "month=2026-03" / "incidents.parquet").metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"][geo["primary_column"]] == {"encoding": "WKB", "geometry_types": ["Point"]}
    assert struct.unpack("<BIdd", table[geo["primary_column"]][0].as_py()) == (1, 1, 39.03, 36.86)
    without = pq.read_table(tmp_path / "x" / "month=2026-04" / "incidents.parquet", partitioning=None)
    assert without["geometry"].to_pylist() == [None]


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_note_says_what_it_was_made_from(layout: Layout, tmp_path: Path, file_format: str) -> None:
    export(layout, "incidents", tmp_path / "x", file_format=file_format, since=DAY - timedelta(days=1))
    note = json.loads((tmp_path / "x" / PROVENANCE).read_text("utf-8"))
    assert note["view_sha256"] == views()["incidents"].sha256
    assert note["duckdb"] == duckdb.__version__
    assert note["filters"] == {"column": "start_date", "since": "2026-03-13", "until": None}
    assert note["rows"] == 4 == sum(file["rows"] for file in note["files"])
    for file in note["files"]:
        data = (tmp_path / "x" / file["path"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_the_same_warehouse_gives_the_same_files(layout: Layout, tmp_path: Path) -> None:
    assert export(layout, "claims", tmp_path / "x") == export(layout, "claims", tmp_path / "y")


def test_an_export_is_replaced_whole(layout: Layout, tmp_path: Path) -> None:
    export(layout, "incidents", tmp_path / "x")
    export(layout, "incidents", tmp_path / "x", file_format="csv", since=LATER - timedelta(days=1))
    assert files_of(tmp_path / "x") == ["month=2026-04/incidents.csv", PROVENANCE]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_not_ours_is_never_replaced(layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(SettingError, match=r"thesis: holds chapter\.txt, which is not of an export"):
        export(layout, "incidents", tmp_path / "thesis")
    with pytest.raises(SettingError, match="is no folder"):
        export(layout, "incidents", tmp_path / "thesis" / "chapter.txt")
    export(layout, "incidents", tmp_path / "x")
    (tmp_path / "x" / "notes.md").write_text("mine")
    with pytest.raises(SettingError, match=r"holds notes\.md"):
        export(layout, "incidents", tmp_path / "x")
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"


def test_a_failed_export_leaves_the_former_one(layout: Layout, tmp_path: Path) -> None:
    export(layout, "incidents", tmp_path / "x")
    before = files_of(tmp_path / "x")
    with pytest.raises(SettingError, match="boilerplate: has no latitude"):
        export(layout, "boilerplate", tmp_path / "x", file_format="geojson")
    assert files_of(tmp_path / "x") == before
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"view": 'x"; DROP'}, "no such view. There are acled, "),
        ({"view": "boilerplate", "since": DAY}, "boilerplate: has no date to choose by"),
        ({"view": "incidents", "file_format": "xlsx"}, "no such format. There are parquet, csv"),
    ],
)
def test_what_cannot_be_exported_is_told(layout: Layout, tmp_path: Path, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(DatelineError, match=said):
        export(layout, **arguments, folder=tmp_path / "x")
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_the_command_says_where_and_how_many(layout: Layout) -> None:
    done = dateline("export", "--view", "acled", "--since", "2026-03-01", "--format", "geojson", data=layout.data)
    assert f"{layout.exports / 'acled-geojson'}: " in done.stdout
    assert "rows in 2 files, and provenance.json" in done.stdout
    assert dateline("export", "--view", "acled", "--format", "xlsx", data=layout.data, check=False).returncode == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from warehouse import export
from warehouse.layout import Layout
export._provenance = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
export.export(Layout(Path(sys.argv[1])), "incidents", Path(sys.argv[2]))
"""


def test_what_a_killed_export_left_goes_with_the_next_and_no_other(layout: Layout, tmp_path: Path) -> None:
    export(layout, "incidents", tmp_path / "x[1]")
    before = files_of(tmp_path / "x[1]")
    done = subprocess.run([sys.executable, "-c", KILLED, str(layout.data), str(tmp_path / "x[1]")], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.glob(".x*")
    assert files_of(tmp_path / "x[1]") == before
    (tmp_path / ".x[1].mine").mkdir()
    under_way = tmp_path / ".x[1].other"
    under_way.mkdir()
    with (under_way / next(left.glob("*.lock")).name).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        export(layout, "incidents", tmp_path / "x[1]")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x[1].mine", ".x[1].other", "x[1]"]
    assert files_of(tmp_path / "x[1]") == before


def test_csv_steers_no_terminal_and_reaches_a_file_as_it_is_stored() -> None:
    hostile = "a\x1b]0;owned\x07\x1b[2J\u202e=b"
    with duckdb.connect() as connection, io.StringIO() as file:
        write_csv(connection.execute("SELECT ? AS x, '\x1b[0m=1+1' AS y", [hostile]), file)
        assert file.getvalue() == f"x,y\n{hostile},\x1b[0m=1+1\n"
    ours, theirs = pty.openpty()
    with duckdb.connect() as connection, os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        write_csv(connection.execute("SELECT ? AS x, '\x1b[0m=1+1' AS y", [hostile]), terminal)
        terminal.flush()
        shown = ""
        while shown.count("\n") < 2:
            shown += os.read(ours, 1000).decode()
    os.close(ours)
    assert shown.replace("\r\n", "\n") == "x,y\na=b,'=1+1\n"
