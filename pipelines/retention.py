"""What may go once it is old: pages that a backup holds, and Dagster's records and logs of runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

import dagster as dg

from pipelines.backups import same
from pipelines.reprocess import stored
from scrapers.pagestore.index import CDXJ, OPEN, WARC, rows_of
from scrapers.pagestore.lock import LOCK_NAME, Lock
from warehouse.errors import SettingError, TryAgain, disk_errors
from warehouse.layout import Layout
from warehouse.staging import STAGES

#: Names for how many days runs are kept; 0 keeps them for ever.
RUNS_VARIABLE: Final = "DATELINE_KEEP_RUNS"
_RUNS_DAYS: Final = 365
#: Runs deleted between two looks at what is there.
_TOGETHER: Final = 200


@dataclass(frozen=True, slots=True)
class OldPages:
    """The pages of one source's day: their size in bytes, and why they stay (None: they may go)."""

    source_id: str
    day: date
    bytes: int
    stays: str | None


def old_pages(
    layout: Layout,
    before: date,
    *,
    backup: Path | None,
    source_ids: Sequence[str] = (),
    own: Mapping[str, date] | None = None,
) -> Iterator[OldPages]:
    """The partitions of the page store before a day, each with whether it may go. ``own``: sources with another day.

    One stays while a later capture that stays repeats its bytes (a revisit record), while a crawl has it open, and
    where ``backup`` lacks one of its WARC files; None asks for no backup.

    Raises:
        SettingError: nothing is stored of one of the sources.
        PageStoreError: an index cannot be read; says which.
    """
    partitions = stored(layout, date.min, date.max, source_ids)
    for source in sorted({source for source, _ in partitions}):
        days = [day for of, day in partitions if of == source]
        limit = (own or {}).get(source, before)
        needed = _needed(layout, source, days, limit)
        for day in (day for day in days if day < limit):
            folder = layout.pages_of(source, day)
            size = sum(path.stat().st_size for path in folder.iterdir())
            why = "later captures repeat its bytes" if day in needed else _why(layout, folder, backup)
            yield OldPages(source, day, size, why)


@dataclass(slots=True)
class _Bodies:
    """The payload digests that one day's WARC files hold, and those it only refers to."""

    held: set[str] = field(default_factory=set)
    referred: set[str] = field(default_factory=set)


def _needed(layout: Layout, source: str, days: Sequence[date], before: date) -> set[date]:
    """The old days that days which stay refer to, however indirectly."""
    bodies = {day: _bodies(layout, source, day) for day in days}
    stay = {day for day in days if day >= before}
    while True:
        there = set().union(*(bodies[day].held for day in stay))
        lacking = set().union(*(bodies[day].referred for day in stay)) - there
        more = {day for day in bodies.keys() - stay if bodies[day].held & lacking}
        if not more:
            return {day for day in stay if day < before}
        stay |= more


def _bodies(layout: Layout, source: str, day: date) -> _Bodies:
    found = _Bodies()
    for index in layout.pages_of(source, day).glob(f"*{CDXJ}"):
        for row in rows_of(index, source, day):
            if row.page.payload_digest is not None:
                (found.referred if row.revisit else found.held).add(row.page.payload_digest)
    return found


def _why(layout: Layout, folder: Path, backup: Path | None) -> str | None:
    if any(path.name.endswith(OPEN) for path in folder.iterdir()):
        return "a crawl has it open, or was killed: crawl that day again"
    if backup is not None:
        for path in sorted(folder.glob(f"*{WARC}")):
            if not same(path, backup / path.relative_to(layout.data)):
                return "the backup lacks it, or holds it otherwise"
    return None


def drop(layout: Layout, old: OldPages) -> bool:
    """Delete the pages of a day and what was staged of them; False where a crawl has begun to write there.

    The rows of the warehouse stay: a load touches only days with something staged.
    """
    folder = layout.pages_of(old.source_id, old.day)
    with disk_errors(folder):
        try:
            lock = Lock(folder / LOCK_NAME, what=old.source_id)
        except TryAgain:
            return False
        try:
            for stage in STAGES:
                layout.staged(stage, old.source_id, old.day).unlink(missing_ok=True)
            shutil.rmtree(folder)
        finally:
            lock.release()
    return True


def keep_runs_days() -> int:
    """For how many days Dagster's records of runs are kept; 0 for ever.

    Raises:
        SettingError: ``$DATELINE_KEEP_RUNS`` is no number of days.
    """
    value = os.environ.get(RUNS_VARIABLE) or str(_RUNS_DAYS)
    if not value.isdecimal():
        raise SettingError(f"{value!r} is no number of days", culprit=f"${RUNS_VARIABLE}", mend="Give one such as 365")
    return int(value)


def drop_runs(layout: Layout, instance: dg.DagsterInstance, before: datetime, *, dry_run: bool = False) -> int:
    """Delete the records and logs of runs that ended and were made before a time; how many there were."""
    over = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    which = dg.RunsFilter(statuses=over, created_before=before)
    if dry_run:
        return instance.get_runs_count(which)
    count = 0
    while runs := instance.get_runs(which, limit=_TOGETHER):
        for run in runs:
            instance.delete_run(run.run_id)
            shutil.rmtree(layout.dagster / run.run_id, ignore_errors=True)
            for log in (layout.dagster / "crawls").glob(f"{run.run_id}-*.log"):
                log.unlink(missing_ok=True)
            (layout.dagster / "history" / "runs" / f"{run.run_id}.db").unlink(missing_ok=True)
        count += len(runs)
    return count
