"""Staged Parquet: one file a (stage, source, day), replaced whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import WarehouseError, disk_errors
from warehouse.layout import Layout
from warehouse.records import Article, Incident, Page, SiteLine, Verdict
from warehouse.schema import arrow_schema, from_row, to_row

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
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(target) as temporary:
            with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
                for rows in _batches(_checked(records, stage, source_id, day)):
                    writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            replace_durably(temporary, target)
    return target


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """A name to write ``target`` under, this process's alone: two runs of one partition at once must not write into
    each other. What killed runs left goes first; it is told from what is being written by a lock, which the kernel
    frees when its process dies."""
    for left in target.parent.glob(f".{target.name}.*.tmp"):
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
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


def _checked(records: Iterable[Any], stage: str, source_id: str, day: date) -> Iterator[dict[str, Any]]:
    expected = _record_of(stage)
    for record in records:
        if type(record) is not expected:
            raise WarehouseError(
                f"a {type(record).__name__} in stage {stage}",
                culprit=repr(record)[:120],
                mend=f"Stage {expected.__name__}s",
            )
        row = to_row(record)
        if row["source_id"] != source_id or row["crawl_day"] != day:
            raise WarehouseError(
                f"belongs to ({row['source_id']}, {row['crawl_day']}), not to ({source_id}, {day})",
                culprit=f"{stage} record {next(iter(row.values()))}",
                mend="Set source_id and crawl_day to the partition's before staging",
            )
        yield row


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def read_staged(layout: Layout, stage: str, source_id: str, day: date) -> list[Any]:
    """The records of a partition; empty when nothing was staged.

    Raises:
        WarehouseError: the file is damaged or was written by another version of the records.
    """
    record = _record_of(stage)
    path = layout.staged(stage, source_id, day)
    if not path.exists():
        return []
    every = dict.fromkeys(arrow_schema(record).names)
    return [from_row(record, every | row) for row in checked_file(path, stage).read().to_pylist()]


def read_columns(layout: Layout, stage: str, source_id: str, day: date, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Some columns of a partition, as plain rows: for figures over many days, without making records of all.

    Raises:
        WarehouseError: as :func:`read_staged`.
    """
    path = layout.staged(stage, source_id, day)
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = checked_file(path, stage).read(columns=list(columns)).to_pylist()
    return rows


def made_from(layout: Layout, stage: str, source_id: str, day: date) -> str | None:
    """What the partition's records were made from, as its writer named it; None where nothing usable is staged."""
    try:
        file = checked_file(layout.staged(stage, source_id, day), stage)
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
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise WarehouseError(f"cannot be read ({error})", culprit=str(path), mend=mend) from error
    there, today = file.schema_arrow, arrow_schema(_record_of(stage))
    kept = pa.schema([column for column in today if column.name in there.names or not column.nullable])
    if not there.equals(kept):
        raise WarehouseError("was staged by another version of the records", culprit=str(path), mend=mend)
    return file


def staged_sources(layout: Layout, stage: str, day: date) -> list[str]:
    """The sources that staged ``stage`` for ``day``, in order.

    Raises:
        WarehouseError: unknown stage.
    """
    _record_of(stage)
    folder = layout.staged(stage, "-", day).parent.parent
    return sorted(path.parent.name for path in folder.glob(f"*/{day.isoformat()}.parquet"))
