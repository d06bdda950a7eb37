"""A view of the published file as files for others: a folder by month, with a note of what it was made from.

The folder is written under another name and put in place whole. What stands there already is replaced only
if it is an export, and holds nothing else.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import importlib.metadata
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from warehouse.engine import engine
from warehouse.errors import SettingError, WarehouseError, disk_error, disk_errors
from warehouse.formats import FORMATS
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.staging import fsync_directory

#: Rows held at a time (an article is about 10 kB).
BATCH: Final = 4096

PROVENANCE: Final = "provenance.json"
_MADE_BY: Final = "dateline export"

#: In the hidden folder of an export under way.
_LOCK: Final = "dateline-export.lock"

#: The folder of rows without a date, as Hive and DuckDB name it: they read it back as null.
_NO_DATE: Final = "__HIVE_DEFAULT_PARTITION__"

#: The rows wait in a temporary table, on disk past the limit. Sorting a view at one stroke would hold all of its
#: texts; threads are few because each holds some.
_BOUNDS: Final = ("SET memory_limit = '1GB'", "SET threads = 2", "SET preserve_insertion_order = false")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of an export: its path within the folder, its rows, its size in bytes and its checksum."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is exported: a view with its columns, and the days of one of them."""

    view: str
    columns: list[str]
    dated: str | None
    since: date | None
    until: date | None

    @property
    def gather(self) -> str:
        """The rows asked for, each behind its month, put aside."""
        view, names = _quoted(self.view), ", ".join(_quoted(name) for name in self.columns)
        if self.dated is None:
            return f"CREATE TEMP TABLE exported AS SELECT NULL::VARCHAR AS month, {names} FROM {view}"  # noqa: S608
        dated = _quoted(self.dated)
        wanted = [f"{dated} >= ?"] * (self.since is not None) + [f"{dated} < ?"] * (self.until is not None)
        month = f"coalesce(strftime({dated}, '%Y-%m'), '{_NO_DATE}')"
        which = " AND ".join(wanted) or "true"
        return f"CREATE TEMP TABLE exported AS SELECT {month} AS month, {names} FROM {view} WHERE {which}"  # noqa: S608

    @property
    def month(self) -> str:
        """The rows of a month, by date, then by all columns: the same warehouse gives the same files."""
        names = [_quoted(name) for name in self.columns]
        order = ", ".join(([_quoted(self.dated)] if self.dated else []) + names)
        return f"SELECT {', '.join(names)} FROM exported WHERE month IS NOT DISTINCT FROM ? ORDER BY {order}"  # noqa: S608

    @property
    def values(self) -> list[date]:
        after = None if self.until is None else self.until + timedelta(days=1)
        return [day for day in (self.since, after) if day is not None]


def export(
    layout: Layout,
    view: str,
    folder: Path,
    *,
    file_format: str = "parquet",
    since: date | None = None,
    until: date | None = None,
) -> list[Exported]:
    """Write ``view`` into ``folder``; its files.

    A view with a date (its first column that is one) has a folder a month, ``month=2026-03``.

    Args:
        file_format: one of ``warehouse.formats.FORMATS``.
        since, until: first and last day of the rows wanted; rows without a date are then left out.

    Raises:
        SettingError: there is no such view or format, the view has no date or place and one is needed, or something
            else stands in ``folder``.
        TryAgain: the disk is full.
        WarehouseError: nothing is published yet.
    """
    if file_format not in FORMATS:
        raise SettingError("no such format", culprit=repr(file_format), mend=f"There are {', '.join(FORMATS)}")
    folder = folder.resolve()
    _refuse_others(folder)
    with connect(layout) as connection, disk_errors(folder):
        asked = _asked(connection, view, since, until)
        if FORMATS[file_format].needs_place and not {"latitude", "longitude"} <= set(asked.columns):
            raise SettingError(
                f"has no latitude and longitude, which {file_format} needs",
                culprit=view,
                mend="Export it as parquet, csv or jsonl",
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _beside(folder) as beside:
            new = beside / "new"
            new.mkdir()
            connection.execute("SET temp_directory = ?", [str(beside / "sorting")])
            files = _write(connection, asked, file_format, new)
            note = _provenance(connection, layout, asked, file_format, files)
            _save(new / PROVENANCE, json.dumps(note, indent=2) + "\n")
            fsync_directory(new)
            if folder.exists():
                folder.rename(beside / "old")  # goes with the temporary folder
            new.rename(folder)
            fsync_directory(folder.parent)
    return files


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A hidden folder beside ``folder`` to write in. Those that killed exports left go first; one in use is told from
    them by a lock, which the kernel frees when its process dies."""
    prefix = f".{folder.name}."
    for lock in folder.parent.glob(f"{glob.escape(prefix)}*/{_LOCK}"):
        with suppress(OSError), lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent)
    with (
        tempfile.TemporaryDirectory(prefix=prefix, dir=folder.parent) as name,
        (Path(name) / _LOCK).open("wb") as file,
    ):
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Path(name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _refuse_others(folder: Path) -> None:
    """Raise unless ``folder`` is free, empty, or an export with nothing beside."""
    mend = "Name another folder with --to"
    if not folder.exists():
        return
    if not folder.is_dir():
        raise SettingError("is there, and is no folder", culprit=str(folder), mend=mend)
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()
    }
    if not there:
        return
    try:
        note = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        ours = {PROVENANCE, *(file["path"] for file in note["files"])} if note["made_by"] == _MADE_BY else set()
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    if strangers := sorted(there - ours):
        raise SettingError(f"holds {strangers[0]}, which is not of an export", culprit=str(folder), mend=mend)


def _asked(connection: duckdb.DuckDBPyConnection, view: str, since: date | None, until: date | None) -> _Asked:
    columns = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ?"
        " AND database_name = current_database() ORDER BY column_index",
        [view],
    ).fetchall()
    if not columns:
        views = connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
            " AND database_name = current_database() ORDER BY 1"
        ).fetchall()
        raise SettingError("no such view", culprit=repr(view), mend=f"There are {', '.join(name for (name,) in views)}")
    by_kind = {kind: [name for name, has in columns if has == kind] for kind in ("DATE", "TIMESTAMP")}
    dated = next(iter(by_kind["DATE"] + by_kind["TIMESTAMP"]), None)
    if dated is None and (since or until):
        raise SettingError("has no date to choose by", culprit=view, mend="Leave out --since and --until")
    return _Asked(view, [name for name, _ in columns], dated, since, until)


def _write(connection: duckdb.DuckDBPyConnection, asked: _Asked, file_format: str, folder: Path) -> list[Exported]:
    chosen = FORMATS[file_format]
    name = f"{asked.view}.{chosen.ending}"
    try:
        for setting in _BOUNDS:
            connection.execute(setting)
        connection.execute(asked.gather, asked.values)
        months = [month for (month,) in connection.execute("SELECT DISTINCT month FROM exported ORDER BY 1").fetchall()]
        return [
            _file(
                folder / (name if month is None else f"month={month}/{name}"),
                connection.execute(asked.month, [month]).to_arrow_reader(BATCH),
                chosen.writing,
                folder,
            )
            for month in months or [None]  # without rows one file all the same: whoever reads it finds the columns
        ]
    except duckdb.Error as error:
        if disk_error(error, folder) is not None:
            raise
        raise WarehouseError(
            str(error), culprit=asked.view, mend="Ask for fewer days with --since and --until, or publish again"
        ) from error


def _file(path: Path, reader: pa.RecordBatchReader, writing: Any, folder: Path) -> Exported:
    path.parent.mkdir(exist_ok=True)
    count = 0
    with writing(path, reader.schema) as write:
        for batch in reader:
            write(batch)
            count += batch.num_rows
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    fsync_directory(path.parent)
    return Exported(path.relative_to(folder).as_posix(), count, path.stat().st_size, checksum)


def _save(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _provenance(
    connection: duckdb.DuckDBPyConnection, layout: Layout, asked: _Asked, file_format: str, files: list[Exported]
) -> dict[str, Any]:
    """What the export was made from and by, and what it holds."""

    def counted(table: str, column: str) -> dict[str, int]:
        found = connection.execute(
            f"SELECT {column}, count(*) FROM store.{table} WHERE {column} IS NOT NULL GROUP BY ALL ORDER BY ALL"  # noqa: S608
        )
        return dict(found.fetchall())

    views: dict[str, str] = dict(
        connection.execute("SELECT name, sha256 FROM store.view_files ORDER BY name").fetchall()
    )
    (migration,) = connection.execute("SELECT max(name) FROM store.migrations").fetchone() or (None,)
    published = engine(layout).published_at()
    return {
        "made_by": _MADE_BY,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "dateline": importlib.metadata.version("dateline"),
        "duckdb": duckdb.__version__,
        "warehouse": {
            "published_at": published and published.isoformat(timespec="seconds"),
            "migration": migration,
            "articles_by_cleaner_version": counted("articles", "cleaner_version"),
            "incidents_by_extractor_version": counted("incidents", "extractor_version"),
            "events_by_merge_version": counted("events", "merge_version"),
        },
        "view": asked.view,
        "view_sha256": views.get(asked.view),
        "all_views_sha256": hashlib.sha256(json.dumps(views).encode()).hexdigest(),
        "format": file_format,
        "filters": {
            "column": asked.dated,
            "since": asked.since and asked.since.isoformat(),
            "until": asked.until and asked.until.isoformat(),
        },
        "partitioned_by": asked.dated and f"month of {asked.dated}",
        "rows": sum(file.rows for file in files),
        "files": [{name: getattr(file, name) for name in Exported.__slots__} for file in files],
    }
