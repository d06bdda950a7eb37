"""A crawl repeated against an unchanged site changes no row; on the next day it only finds pages not modified."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests import site as sites
from tests.conftest import dateline
from tests.processes import today
from warehouse.layout import Layout

pytestmark = pytest.mark.slow

ARTICLES = 6


def every_row(data: Path) -> dict[str, tuple[object, ...]]:
    """Count and hash of each table of the live file, whole."""
    with duckdb.connect(str(Layout(data).live), read_only=True) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'store'").fetchall()
        found: dict[str, tuple[object, ...]] = {}
        for (table,) in tables:
            row = connection.execute(f"SELECT count(*), bit_xor(hash(t)), sum(hash(t)) FROM store.{table} AS t")
            found[table] = row.fetchone() or ()
        return found


def test_the_same_night_twice_changes_no_row_and_the_next_day_finds_nothing_modified(
    own_data: Path, tmp_path: Path
) -> None:
    # yesterday first: its label and today's both ask for all that is new, older ones only for dated stories
    yesterday = str(today() - timedelta(days=1))
    with sites.serving(articles=ARTICLES) as site:
        sites.declare(tmp_path / "sources", "courier", f"{site.origin}/feed.xml")
        environment = {"DATELINE_SOURCES": str(tmp_path / "sources"), "DATELINE_RETRY_WAIT_S": "0.1"}
        dateline("crawl", "courier", "--day", yesterday, data=own_data, **environment)
        first = every_row(own_data)
        assert first["pages"][0] == ARTICLES + 1
        assert first["articles"][0] == first["incidents"][0] == ARTICLES
        # --recheck, or the second crawl would not even ask for the articles
        dateline("crawl", "courier", "--day", yesterday, "--recheck", data=own_data, **environment)
        assert every_row(own_data) == first
        dateline("crawl", "courier", "--day", str(today()), "--recheck", data=own_data, **environment)
    with duckdb.connect(str(Layout(own_data).live), read_only=True) as connection:
        outcomes = connection.execute(
            "SELECT crawl_day::VARCHAR, outcome, count(*) FROM store.pages GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    assert outcomes == [(yesterday, "ok", ARTICLES + 1), (str(today()), "not_modified", ARTICLES + 1)]
    after = every_row(own_data)
    assert {table: after[table][0] for table in ("articles", "incidents", "events")} == {
        table: first[table][0] for table in ("articles", "incidents", "events")
    }
