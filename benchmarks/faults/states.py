"""What lies on disk, in a form that two states can be held against each other by."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
from fastwarc.warc import ArchiveIterator, WarcRecordType

from benchmarks.faults.work import DAY, SOURCE
from scrapers.pagestore import captures, iter_payloads, read_index, verify
from warehouse.errors import DatelineError
from warehouse.layout import Layout
from warehouse.staging import read_staged

#: Tables that tell when something happened: only their number of rows can be compared.
TIMED = ("migrations", "load_history", "incident_history")


#: Count and hash of each table; None where there is no file.
Rows = dict[str, Any] | None


def rows_of(file: Path) -> Rows:
    """Count and hash of each table of a DuckDB file, read from a copy with its write-ahead log: opening the file
    itself would mend it. None: there is no such file.

    Raises:
        duckdb.Error: it is damaged.
    """
    if not file.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(file, folder))
        if (log := file.with_name(file.name + ".wal")).exists():
            shutil.copy(log, folder)
        with duckdb.connect(str(copy)) as connection:
            tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'store'").fetchall()
            found: dict[str, Any] = {}
            for (table,) in sorted(tables):
                what = "count(*)" if table in TIMED else "count(*), bit_xor(hash(t)), sum(hash(t))"
                found[table] = connection.execute(f"SELECT {what} FROM store.{table} AS t").fetchone()
    return found


def rows_off(rows: Rows, expected: Rows) -> tuple[int, int]:
    """Tables that differ: those with fewer rows than there should be, or with others; and those with more."""
    rows, expected = rows or {}, expected or {}
    more = sum(rows.get(table, (0,))[0] > told[0] for table, told in expected.items())
    return sum(rows.get(table) != told for table, told in expected.items()) - more, more


def staged_of(layout: Layout, stages: Iterable[str]) -> dict[str, Any]:
    """The records of each of the day's staged files that is there.

    Raises:
        DatelineError: one is torn.
    """
    there = [stage for stage in stages if layout.staged(stage, SOURCE, DAY).exists()]
    return {stage: read_staged(layout, stage, SOURCE, DAY) for stage in there}


def staged_off(staged: dict[str, Any], expected: dict[str, Any]) -> int:
    """How many of the expected files are not there, or hold something else."""
    return sum(staged.get(stage) != records for stage, records in expected.items())


def indexed(layout: Layout) -> set[str]:
    """The captures that the index files list, those left open too."""
    return {page.page_id for page in captures(layout, SOURCE, DAY)}


def unlike(layout: Layout, bodies: dict[str, bytes]) -> tuple[int, int]:
    """How many of the URLs are lost (not stored, or not with their bytes), and how many are there twice: in the
    index, or as response records in the WARC files. What :func:`verify` finds wrong counts as lost."""
    listed: Counter[str] = Counter()
    right = set()
    for page, payload in iter_payloads(layout, read_index(layout, SOURCE, DAY)):
        listed[page.url] += 1
        if bodies.get(page.url) == payload:
            right.add(page.url)
    stored: Counter[str] = Counter()
    for path in layout.pages_of(SOURCE, DAY).glob("*.warc.gz*"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response):
                stored[record.headers["WARC-Target-URI"]] += 1
    lost = len(bodies.keys() - right) + len(verify(layout, SOURCE))
    return lost, len({url for url in bodies if listed[url] > 1 or stored[url] > 1})


def left_over(layout: Layout) -> list[Path]:
    """Files that no finished run leaves: half-written, or still open."""
    found = [path for pattern in ("*.tmp", "*.open") for path in layout.data.rglob(pattern)]
    return [path for path in found if "dagster" not in path.parts]


def read(what: Callable[[], Any]) -> tuple[Any, int]:
    """A state, and whether it could be read: 1 where it is torn."""
    try:
        return what(), 0
    except (DatelineError, duckdb.Error):
        return None, 1
