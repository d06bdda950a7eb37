"""The warehouse on a DuckLake beside the one DuckDB file: rows a second, bytes, and what two writers at once would do.

Starts a Postgres of its own on loopback, so the catalog is as near as it can be.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from threading import Barrier, Thread
from typing import Final

import duckdb
import pytest

from benchmarks import stages
from tests.postgres import running
from warehouse.extensions import load_extensions
from warehouse.lake import EXTENSIONS, PREFIX, Lake
from warehouse.layout import WAREHOUSE_VARIABLE, Layout
from warehouse.publish import publish
from warehouse.query import connect

_WRITERS: Final = 4
_KEYS: Final = 50

#: Rows that one load brings, and how often each warehouse is made anew: more tells more, at minutes each.
_ROWS: Final = 50_000
_ROUNDS: Final = 1

#: The heaviest question of a review: every incident with every reason to look at it.
_QUESTION: Final = "SELECT count(*) FROM (FROM review_queue)"


def lake(scratch: Path, folder: Path | None) -> stages.Figures:
    """The same staged rows into a file and into a lake, by turns in one run; medians of ``_ROUNDS``."""
    taken: dict[str, dict[str, list[float]]] = {"file": {}, "lake": {}}
    try:
        with running() as postgres:
            for turn in range(_ROUNDS):
                for name, figures in taken.items():
                    address = f"{PREFIX}{postgres.database(f'bench{turn}')} data_path={scratch / f'parquet{turn}'}"
                    os.environ[WAREHOUSE_VARIABLE] = address if name == "lake" else ""
                    for figure, value in _one(Layout(scratch / f"{name}{turn}"), folder).items():
                        figures.setdefault(figure, []).append(value)
            bare = Lake.of(f"{PREFIX}{postgres.database('bare')} data_path={scratch / 'bare'}", scratch)
            at_once = _past_the_lock(bare)
    except pytest.skip.Exception as without:
        return {"not measured": str(without)}
    finally:
        os.environ.pop(WAREHOUSE_VARIABLE, None)
    middle = {name: {figure: median(values) for figure, values in of.items()} for name, of in taken.items()}
    told: stages.Figures = {"rows": _ROWS}
    for figure, value in middle["file"].items():
        told[f"file: {figure}"] = round(value, 2)
        told[f"lake: {figure}"] = round(middle["lake"][figure], 2)
        told[f"lake to file: {figure}"] = round(middle["lake"][figure] / value, 2)
    return told | at_once


def _one(layout: Layout, folder: Path | None) -> dict[str, float]:
    """What one warehouse takes for the rows, loaded and asked."""
    loaded = stages.load(layout.data, folder, _ROWS)
    figures = {figure: float(value) for figure, value in loaded.items() if "rows/s" in figure}
    return figures | {"MB": publish(layout).bytes / 1e6, "s, review_queue counted": _asked(layout)}


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
    load_extensions(connection, bare.where, *EXTENSIONS)
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
