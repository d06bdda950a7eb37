"""Staged Parquet: one file a (stage, source, day), replaced whole or not at all.

They lie in the data directory, or where ``$DATELINE_STAGING`` says: in a folder that machines share, or in an
object store, where a file that is put appears whole. What reaches them goes through this module.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import DatelineError, TryAgain, WarehouseError, disk_errors
from warehouse.layout import STAGING_VARIABLE, Layout
from warehouse.records import Article, Incident, Page, SiteLine, Verdict
from warehouse.schema import arrow_schema, from_table, to_table

if TYPE_CHECKING:  # who stages loads no DuckDB
    import duckdb

#: What each stage writes.
STAGES: Final[dict[str, type]] = {
    "pages": Page,
    "verdicts": Verdict,
    "articles": Article,
    "profiles": SiteLine,
    "incidents": Incident,
}

#: Rows converted at a time: bounds memory (an article is about 10 kB) and sets the row-group size.
BATCH: Final = 4096

_MADE_FROM: Final = b"dateline.made_from"


def _record_of(stage: str) -> type:
    try:
        return STAGES[stage]
    except KeyError:
        raise WarehouseError("no such stage", culprit=repr(stage), mend=f"The stages are {', '.join(STAGES)}") from None


def fsync_directory(directory: Path) -> None:
    """Make a rename in ``directory`` survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_durably(temporary: Path, target: Path) -> None:
    """Put a finished file in place of ``target`` at one stroke; readers see the old or the new."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(target)
    fsync_directory(target.parent)


def write_staged(
    layout: Layout, stage: str, source_id: str, day: date, records: Iterable[Any], *, made_from: str | None = None
) -> Path:
    """Write the whole partition, replacing what an earlier run staged.

    Args:
        made_from: names the input and the code the records were made from (:func:`made_from`).

    Raises:
        WarehouseError: unknown stage; a record of another kind, partition or with a wrong value.
            What was staged before then stays.
        TryAgain, SettingError: the disk is full, or read-only.
    """
    record = _record_of(stage)
    target = layout.staged(stage, source_id, day)
    schema = arrow_schema(record)
    if made_from is not None:
        schema = schema.with_metadata({_MADE_FROM: made_from})
    with (
        _faults(target),
        _whole(target) as temporary,
        # zstd finds what repeats: dictionaries besides make files dearer to write and read, and no smaller (measured)
        pq.ParquetWriter(temporary, schema, compression="zstd", use_dictionary=False) as writer,
    ):
        for batch in _batches(_checked(records, stage, source_id, day)):
            writer.write_table(to_table(record, batch).replace_schema_metadata(schema.metadata))
    return target


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A file to write; it takes the place of ``target`` at one stroke when it is done, and not at all otherwise."""
    stored: Any = target
    if not isinstance(target, Path):  # an object store
        with TemporaryDirectory() as folder:
            temporary = Path(folder) / target.name
            yield temporary
            stored.fs.put_file(str(temporary), stored.path)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with _temporary(target) as temporary:
        yield temporary
        replace_durably(temporary, target)


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Around whatever reaches staged files: faults of the disk and of the object store, told as errors of ours.

    Raises:
        TryAgain: the disk is full; the object store does not answer, or refuses.
        SettingError: the disk is read-only.
    """
    if isinstance(path, Path):
        with disk_errors(path):
            yield
        return
    try:
        yield
    except (DatelineError, pa.ArrowException):
        raise
    except Exception as error:  # each kind of store has a family of its own
        raise TryAgain(
            f"the object store does not do what it is asked ({type(error).__name__}: {error})",
            culprit=str(path),
            mend=f"See that it runs, that the bucket exists, and that ${STAGING_VARIABLE} and the store's own "
            "variables (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) are right",
        ) from error


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """A name to write ``target`` under, this process's alone: two runs of one partition at once must not write into
    each other. What killed runs left goes first; it is told from what is being written by a lock, which the kernel
    frees when its process dies."""
    for left in target.parent.glob(f".{target.name}.*.tmp"):
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")  # on a shared folder
    with _locked(temporary):
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def _locked(path: Path) -> BinaryIO:
    """A new file, open and locked; once more if a sweep took it between the two."""
    while True:
        file = path.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()


def _checked(records: Iterable[Any], stage: str, source_id: str, day: date) -> Iterator[Any]:
    expected: Any = _record_of(stage)
    for record in records:
        if type(record) is not expected:
            raise WarehouseError(
                f"a {type(record).__name__} in stage {stage}",
                culprit=repr(record)[:120],
                mend=f"Stage {expected.__name__}s",
            )
        if record.source_id != source_id or record.crawl_day != day:
            raise WarehouseError(
                f"belongs to ({record.source_id}, {record.crawl_day}), not to ({source_id}, {day})",
                culprit=f"{stage} record {getattr(record, fields(expected)[0].name)}",
                mend="Set source_id and crawl_day to the partition's before staging",
            )
        yield record


def _batches(records: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(records)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def read_staged(layout: Layout, stage: str, source_id: str, day: date) -> list[Any]:
    """The records of a partition; empty when nothing was staged.

    Raises:
        WarehouseError: the file is damaged or was written by another version of the records.
    """
    record = _record_of(stage)
    path = layout.staged(stage, source_id, day)
    if not _is_there(path):
        return []
    return from_table(record, checked_file(path, stage).read())


def read_columns(layout: Layout, stage: str, source_id: str, day: date, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Some columns of a partition, as plain rows: for figures over many days, without making records of all.

    Raises:
        WarehouseError: as :func:`read_staged`.
    """
    path = layout.staged(stage, source_id, day)
    if not _is_there(path):
        return []
    rows: list[dict[str, Any]] = checked_file(path, stage).read(columns=list(columns)).to_pylist()
    return rows


def made_from(layout: Layout, stage: str, source_id: str, day: date) -> str | None:
    """What the partition's records were made from, as its writer named it; None where nothing usable is staged."""
    path = layout.staged(stage, source_id, day)
    if not _is_there(path):  # cheaper than to find out by opening it: cleaning asks for every day of its window
        return None
    try:
        file = checked_file(path, stage)
    except WarehouseError:
        return None
    value = (file.schema_arrow.metadata or {}).get(_MADE_FROM)
    return None if value is None else value.decode()


def checked_file(path: Path, stage: str) -> pq.ParquetFile:
    """The staged file, opened and held against the schema of today; one from before a column that may be null was
    added is as good.

    Raises:
        WarehouseError: it is damaged, or was written by another version of the records.
    """
    mend = "Run the stage again for this partition"
    with _faults(path):
        try:
            file = pq.ParquetFile(path if isinstance(path, Path) else path.open("rb"))
        except (pa.ArrowException, OSError) as error:
            if not isinstance(path, Path) and not isinstance(error, (pa.ArrowException, FileNotFoundError)):
                raise
            raise WarehouseError(f"cannot be read ({error})", culprit=str(path), mend=mend) from error
    there, today = file.schema_arrow, arrow_schema(_record_of(stage))
    names = there.names  # made anew each time it is asked for
    kept = pa.schema([column for column in today if column.name in names or not column.nullable])
    if not there.equals(kept):
        raise WarehouseError("was staged by another version of the records", culprit=str(path), mend=mend)
    return file


def is_staged(layout: Layout, stage: str, source_id: str, day: date) -> bool:
    """Whether a partition has a staged file, whatever is in it."""
    return _is_there(layout.staged(stage, source_id, day))


def _is_there(path: Path) -> bool:
    with _faults(path):
        return path.exists()


def staged_sources(layout: Layout, stage: str, day: date) -> list[str]:
    """The sources that staged ``stage`` for ``day``, in order.

    Raises:
        WarehouseError: unknown stage.
    """
    return sorted(path.parent.name for path in staged_paths(layout, stage, day))


def staged_paths(layout: Layout, stage: str, day: date | None = None, *, source_id: str | None = None) -> list[Path]:
    """The files that ``stage`` has, for a day or all days, of a source or all sources.

    Raises:
        WarehouseError: unknown stage.
    """
    _record_of(stage)
    folder = layout.staging / stage
    with _faults(folder):
        return list(folder.glob(f"{source_id or '*'}/{day.isoformat() if day else '????-??-??'}.parquet"))


def state_of(path: Path) -> tuple[int, int | str]:
    """What tells a staged file from the one that replaces it: its size in bytes, and the time of its last change (ns)
    or what its object store calls its content."""
    with _faults(path):
        state = path.stat()
    return state.st_size, state.st_mtime_ns if isinstance(path, Path) else str(state.as_info().get("ETag"))


def read_into(connection: duckdb.DuckDBPyConnection, table: str, stage: str, paths: Sequence[Path]) -> None:
    """Make a temporary table of the rows of a stage's files.

    Raises:
        WarehouseError: a file is damaged, of another version of the records, or not all of its rows came.
    """
    rows = sum(checked_file(path, stage).metadata.num_rows for path in paths)
    connection.register("no_rows", arrow_schema(_record_of(stage)).empty_table())
    # one statement: in a transaction DuckDB 1.5.5 loses what is inserted into a table that was made there of an empty
    # Arrow table, all of it and without a word, if it is more than a row group (122,880 rows)
    made = f"CREATE OR REPLACE TEMP TABLE {table} AS FROM no_rows"
    if paths:
        place: Any = paths[0]
        if not isinstance(place, Path) and not connection.filesystem_is_registered(place.protocol):
            connection.register_filesystem(place.fs)
        with _faults(paths[0]):
            names = [str(path) for path in paths]
            connection.execute(f"{made} UNION ALL BY NAME FROM read_parquet(?, union_by_name = true)", [names])
    else:
        connection.execute(made)
    connection.unregister("no_rows")
    ((came,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608 - names of ours
    if came != rows:
        raise WarehouseError(
            f"{came} of {rows} rows came", culprit=f"the staged files of {stage}", mend="Load again; nothing was kept"
        )
