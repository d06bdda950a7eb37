"""The warehouse on a DuckLake beside the one DuckDB file: rows a second, bytes, and what two writers at once would do.

Starts a Postgres of its own on loopback, so the catalog is as near as it can be.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Final

import duckdb
import pytest

from benchmarks import stages
from tests.postgres import running
from warehouse.lake import PREFIX, Lake, load_extensions
from warehouse.layout import WAREHOUSE_VARIABLE, Layout
from warehouse.publish import compact, publish
from warehouse.query import connect

_WRITERS: Final = 4
_KEYS: Final = 50

#: The heaviest question of a review: every incident with every reason to look at it.
_QUESTION: Final = "SELECT count(*) FROM (FROM review_queue)"


def lake(scratch: Path, folder: Path | None) -> stages.Figures:
    """The same staged rows into a file and into a lake, in one run."""
    figures: stages.Figures = {}
    try:
        with running() as postgres:
            seconds = {}
            for name in ("file", "lake"):
                if name == "lake":
                    files = scratch / "parquet"
                    os.environ[WAREHOUSE_VARIABLE] = f"{PREFIX}{postgres.database('bench')} data_path={files}"
                layout = Layout(scratch / name)
                loaded = stages.load(layout.data, folder)
                figures |= {f"{name}: {figure}": value for figure, value in loaded.items() if "rows/s" in figure}
                seconds[name] = {figure: float(value) for figure, value in loaded.items() if "rows/s" in figure}
                figures[f"{name}: MB"] = round(publish(layout).bytes / 1e6, 1)
                figures[f"{name}: s, review_queue counted"] = round(_asked(layout), 2)
            for figure, rate in seconds["file"].items():
                figures[f"lake to file: {figure}"] = round(seconds["lake"][figure] / rate, 2)
            figures["lake: MB when compact"] = round(compact(layout)[1] / 1e6, 1)
            bare = Lake.of(f"{PREFIX}{postgres.database('bare')} data_path={scratch / 'bare'}", scratch)
            figures |= _past_the_lock(bare)
    except pytest.skip.Exception as without:
        figures["not measured"] = str(without)
    finally:
        os.environ.pop(WAREHOUSE_VARIABLE, None)
    return figures


def _asked(layout: Layout) -> float:
    with connect(layout) as connection:
        began = time.perf_counter()
        connection.execute(_QUESTION).fetchall()
        return time.perf_counter() - began


def _past_the_lock(bare: Lake) -> stages.Figures:
    """What DuckLake itself makes of writers at once, without the turns that ours take."""
    with bare.writing() as connection:
        connection.execute("CREATE TABLE rows (k BIGINT, v BIGINT)")
        connection.execute(f"INSERT INTO rows SELECT k, 0 FROM range({_WRITERS * _KEYS}) AS given(k)")
    there = _WRITERS * _KEYS
    _, failed = _at_once(bare, lambda writer: (writer * _KEYS, (writer + 1) * _KEYS))
    rows, failed_new = _at_once(bare, lambda writer: (there, there + _KEYS))
    return {
        f"{_WRITERS} writers at once, each its own rows of one file: failed": failed,
        f"{_WRITERS} writers at once, the same {_KEYS} new keys: rows more": rows - there,
        f"{_WRITERS} writers at once, the same {_KEYS} new keys: failed": failed_new,
    }


def _opened(bare: Lake) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    load_extensions(connection, bare.where)
    connection.execute(f"ATTACH '{bare.where}' AS lake (DATA_INLINING_ROW_LIMIT 0); USE lake")
    return connection


def _at_once(bare: Lake, keys: Callable[[int], tuple[int, int]]) -> tuple[int, int]:
    """Every writer merges its range of keys in a transaction, all begun together; rows then, and how many failed."""
    together, failed = Barrier(_WRITERS), []

    def write(writer: int) -> None:
        with _opened(bare) as connection:
            together.wait()
            try:
                connection.execute("BEGIN")
                connection.execute(
                    "MERGE INTO rows AS old USING (SELECT k, 1 AS v FROM range(?, ?) AS given(k)) AS new"
                    " ON old.k = new.k WHEN MATCHED THEN UPDATE BY NAME WHEN NOT MATCHED THEN INSERT BY NAME",
                    list(keys(writer)),
                )
                connection.execute("COMMIT")
            except duckdb.Error as error:
                failed.append(error)

    writers = [Thread(target=write, args=[writer]) for writer in range(_WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with _opened(bare) as connection:
        ((rows,),) = connection.execute("SELECT count(*) FROM (FROM rows)").fetchall()
    return int(rows), len(failed)
