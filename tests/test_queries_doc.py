"""Asking: connections, the worked questions, the reference pages, and output that is safe to open."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import duckdb_cli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.events import merge
from tests.warehouse_records import DAY, article, at, claim, incident, page, stage, stage_day
from warehouse.errors import WarehouseError
from warehouse.layout import PROJECT, Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import Example, connect, examples, run, write_csv, write_json
from warehouse.reference import describe, worked_questions
from warehouse.text import inert, printable


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(tmp_path_factory.mktemp("warehouse"))
    stage_day(layout)
    title = '=HYPERLINK("https://evil.example")'
    stage(layout, "herald", pages=[page(1, source="herald")], articles=[article(1, source="herald", title=title)])
    load_day(layout, DAY, merge=merge)
    publish(layout)
    return layout


def test_there_are_twenty_worked_questions_at_least() -> None:
    assert len(examples()) >= 20
    assert all(example.question.rstrip().endswith((".", "?", ")")) for example in examples())
    assert len({example.name for example in examples()}) == len(examples())


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_each_worked_question_runs(layout: Layout, example: Example) -> None:
    with connect(layout) as connection:
        cursor = run(connection, example.sql)
        assert cursor.description
        cursor.fetchall()


def test_the_worked_questions_run_in_the_command_line_of_duckdb(layout: Layout) -> None:
    program = Path(duckdb_cli.__file__).with_name("duckdb")
    asked = "\n".join(f".print == {example.name}\n{example.sql}" for example in examples())
    command = [program, "-no-init", "-bail", "-csv", "-readonly", layout.published]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^== (\w+)", done.stdout, re.M) == [example.name for example in examples()]


def ask(layout: Layout, name: str) -> list[tuple[Any, ...]]:
    """The answer of a worked question."""
    (example,) = (example for example in examples() if example.name == name)
    with connect(layout) as connection:
        return run(connection, example.sql).fetchall()


def test_evidence_is_the_words_of_the_text(layout: Layout) -> None:
    assert {row[-1] for row in ask(layout, "every_field_in_its_words")} == {True}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """One shelling: the courier gives 12 dead at six, the herald 15 nine hours later and 14 two days on."""
    layout = Layout(tmp_path_factory.mktemp("week"))
    told = [("courier", 1, DAY, at(DAY, 6), 12), ("herald", 2, DAY, at(DAY, 15), 15)]
    told.append(("herald", 3, DAY + timedelta(days=2), at(DAY + timedelta(days=2), 6), 14))
    for source, number, day, published, count in told:
        stage(
            layout,
            source,
            day,
            pages=[page(number, source=source, day=day)],
            articles=[article(number, source=source, day=day, published_at=published)],
            incidents=[
                incident(
                    number,
                    source=source,
                    day=day,
                    published_at=published,
                    start_date=DAY - timedelta(days=1),
                    end_date=DAY - timedelta(days=1),
                    claims=(claim(count),),
                )
            ],
        )
        load_day(layout, day, merge=merge)
    publish(layout)
    return layout


def test_the_week_shows_each_days_figures_and_the_highest_so_far(week: Layout) -> None:
    days = [row[2:] for row in ask(week, "toll_over_the_week")]
    assert days == [(0, 2, 12, 15, 15), (2, 1, 14, 14, 15)]


def test_followers_are_told_with_their_delay(week: Layout) -> None:
    (row,) = ask(week, "first_and_followers")
    assert row[3:6] == ("courier", "herald", 9.0)


def test_pairs_of_actor_and_target_are_counted_by_event(week: Layout) -> None:
    assert [row[:4] for row in ask(week, "who_attacks_whom")] == [("Northern Front", "Governor's guard", 1, 12)]


def test_around_a_place_measures_from_that_place(layout: Layout) -> None:
    assert {(row[0], row[-1]) for row in ask(layout, "around_a_place")} == {("Harran", 0.0)}


@pytest.mark.parametrize(("page", "made"), [("tables.md", describe), ("queries.md", worked_questions)])
def test_the_reference_pages_are_current(page: str, made: object) -> None:
    assert callable(made)
    written = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    assert written == made(), f"docs/{page} is behind: python -m warehouse.reference"


def test_the_published_file_cannot_be_written(layout: Layout) -> None:
    with connect(layout) as connection, pytest.raises(WarehouseError, match="read-only"):
        run(connection, "DELETE FROM store.pages")


def test_wrong_sql_says_where_and_points_to_the_tables(layout: Layout) -> None:
    with connect(layout) as connection, pytest.raises(WarehouseError, match=r"(?s)no_such_table.*docs/tables\.md"):
        run(connection, "SELECT * FROM no_such_table")


def test_nothing_published_yet_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"nothing is published yet\. Run: dateline crawl"):
        connect(Layout(tmp_path))


@pytest.mark.parametrize("content", [b"", b"not a database", b"x" * 100_000])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    layout = Layout(tmp_path)
    layout.published.parent.mkdir(parents=True)
    layout.published.write_bytes(content)
    with pytest.raises(WarehouseError, match=r"dateline\.duckdb: cannot be read by DuckDB"):
        connect(layout)


def test_a_file_of_a_newer_duckdb_is_named(layout: Layout, tmp_path: Path) -> None:
    newer = Layout(tmp_path)
    newer.published.parent.mkdir(parents=True)
    data = bytearray(layout.published.read_bytes())
    data[12:20] = (9999).to_bytes(8, "little")  # the storage version, after checksum and magic
    newer.published.write_bytes(data)
    with pytest.raises(WarehouseError, match="If a newer Dateline wrote it, update this one"):
        connect(newer)


def test_csv_is_inert_and_keeps_numbers(layout: Layout) -> None:
    out = io.StringIO()
    with connect(layout) as connection:
        write_csv(run(connection, "SELECT title, -5 AS n, ['=1', 'b'] AS list, published_at, NULL AS none"
                                  " FROM articles WHERE source_id = 'herald'"), out)  # fmt: skip
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert row == {
        "title": '\'=HYPERLINK("https://evil.example")',
        "n": "-5",
        "list": '["=1", "b"]',
        "published_at": "2026-03-14T06:00:00Z",
        "none": "",
    }


def test_json_is_json_whatever_the_values(layout: Layout) -> None:
    out = io.StringIO()
    with connect(layout) as connection:
        write_json(run(connection, "SELECT 1.5::DECIMAL(4, 1) AS d, 10::HUGEINT AS h, {'a': DATE '2026-03-14'} AS s,"
                                   " 'é' AS t, 'nan'::DOUBLE AS nan FROM range(2)"), out)  # fmt: skip
    assert json.loads(out.getvalue()) == [{"d": 1.5, "h": 10, "s": {"a": "2026-03-14"}, "t": "é", "nan": None}] * 2
    assert "NaN" not in out.getvalue()
    empty = io.StringIO()
    with connect(layout) as connection:
        write_json(run(connection, "SELECT 1 AS a LIMIT 0"), empty)
    assert json.loads(empty.getvalue()) == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", " =1+1", "＝1", "\n=1"])
def test_cells_that_spreadsheets_would_run_are_prefixed(cell: str) -> None:
    assert inert(cell) == "'" + cell


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(st.sampled_from("=+-@ab\t\r\n\",; '\0\ufeff"), max_size=8), min_size=1, max_size=3))
def test_no_spreadsheet_reads_a_formula_in_any_cell(cells: list[str]) -> None:
    """Spreadsheets end a row at a bare carriage return, too."""
    out = io.StringIO()
    with duckdb.connect() as connection:
        columns = ", ".join(f"? AS c{number}" for number in range(len(cells)))
        write_csv(connection.execute(f"SELECT {columns}", cells), out)
    written = out.getvalue()
    assert "\r" not in written
    _, row = csv.reader(io.StringIO(written, newline=""))
    assert len(row) == len(cells)
    assert not [cell for cell in row if cell.lstrip(" \n\0\ufeff").startswith(("=", "+", "-", "@", "\t"))]


def test_other_cells_are_left_alone() -> None:
    assert [inert(cell) for cell in ("a=b", "", "12", "'=x", " text")] == ["a=b", "", "12", "'=x", " text"]


@given(st.text())
def test_no_text_reaches_the_terminal_with_controls(text: str) -> None:
    shown = printable(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in shown if c not in "\n\t")
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "click"),
        ("\x9b2Jcleared", "cleared"),
        ("\x1b]0;title\x1b\\x", "x"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("over\rwritten", "overwritten"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("café 北京 \U0001f600", "café 北京 \U0001f600"),
    ],
)
def test_escape_sequences_go_and_letters_stay(text: str, shown: str) -> None:
    assert printable(text) == shown
