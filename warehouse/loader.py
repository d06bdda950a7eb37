"""The one writer: a day's staged Parquet merged into the warehouse, in one transaction.

The unit that is replaced is the partition (source, day) of a stage: rows of it that are no longer
staged go, rows that differ change, the rest is left alone, so a second run changes nothing. A
source that staged nothing for the day is not touched. Articles only come or gain revisions; one
goes only when cleaning now reads its very capture otherwise. A source that another writer owns is
left out, and what is staged of it waits (:mod:`warehouse.ownership`).

Events are merged again only around the days on which something changed (:mod:`warehouse.window`),
from the latest revision of each article, and wherever another version of merging made them; copies are
looked for where it can matter (:mod:`warehouse.copies`).
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import duckdb
import pyarrow as pa

from warehouse.copies import Duplicates, look_for_copies
from warehouse.engine import engine
from warehouse.errors import WarehouseError, disk_errors
from warehouse.history import remember
from warehouse.layout import Layout
from warehouse.migrate import migrate
from warehouse.ownership import fence, owners, writer_of
from warehouse.records import Event, Incident
from warehouse.schema import arrow_schema, to_table
from warehouse.staging import STAGES, read_into, staged_sources
from warehouse.stamps import Owner, loaded_folder, staged_files, stamp
from warehouse.tables import Changes, change, put_aside, records, run, sql
from warehouse.window import READ_DAYS, TOUCHED_DAYS, event_day


class Merge(Protocol):
    """What the load must be given: ``pipelines.events.merge`` is one."""

    def __call__(self, incidents: Iterable[Incident], *, clusters: Mapping[str, str]) -> list[Event]:
        """The events that incidents tell; ``clusters``: the cluster of copies an article is in, by article."""


#: Tables of what was staged, in the order they are loaded: claims need their incidents.
TABLES: Final = ("sources", "pages", "articles", "site_lines", "incidents", "claims")
#: Those made of the others, and only around the days on which something changed.
_MERGED: Final = ("event_members", "events")

#: Days whose events are merged in one go: bounds memory where a new version of merging has years to go over.
_DAYS_AT_ONCE: Final = 90

#: Fields that a record may leave out but a stored row must have (they name its partition).
_REQUIRED: Final = {
    "articles": ("source_id", "page_id", "crawl_day", "first_seen", "last_seen"),
    "incidents": ("article_id", "revision", "source_id", "crawl_day"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceName:
    """What the warehouse keeps of a source declaration."""

    source_id: str
    name: str | None = None
    home: str | None = None
    country: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: per table, over which sources, in how many seconds; the sources that were left out because
    another writer owns them."""

    day: date
    sources: tuple[str, ...]
    tables: dict[str, Changes] = field(default_factory=dict)
    seconds: float = 0.0
    refused: dict[str, Owner] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any row differs from before."""
        return any(self.tables.values())


def load_day(
    layout: Layout,
    day: date,
    *,
    merge: Merge,
    merge_version: str | None = None,
    duplicates: Duplicates | None = None,
    sources: Iterable[SourceName] = (),
) -> LoadReport:
    """Merge what has been staged for ``day`` into the live warehouse: all of it or nothing, but for sources that
    another writer owns. Those are reported, and their files stay (:func:`~warehouse.ownership.refuse` tells them).

    Events that bear another version than ``merge_version`` are merged again, whatever their day. Without one, what is
    merged bears none, and the next load that has one merges it again. Without ``duplicates`` copies are not looked
    for; the next load that has it catches up.

    Raises:
        TryAgain: another process did not end its load or publish in time, or the disk is full.
        SettingError: the disk is read-only.
        WarehouseError: a staged file is damaged or incomplete, or the warehouse is of a newer version.
    """
    began = time.monotonic()
    warehouse = engine(layout)
    with disk_errors(layout.live):
        with warehouse.writing() as connection:
            seen = stamp(layout, day)  # before reading: what is staged meanwhile makes the day stale again
            migrate(connection)
            staged = {stage: staged_sources(layout, stage, day) for stage in STAGES}
            there, sources, writer = set().union(*staged.values()), list(sources), writer_of(layout)
            connection.execute("BEGIN")
            try:
                known = owners(connection, there | {source.source_id for source in sources})
                others = {source: owner for source, owner in known.items() if owner.writer != writer}
                staged = {stage: sorted(set(found) - others.keys()) for stage, found in staged.items()}
                named = [source for source in sources if source.source_id not in others]
                _stage(connection, layout, day, staged, named)
                tables = {"source_owners": _own(connection, writer)}
                tables |= _merge_tables(connection, day, merge, merge_version, duplicates)
                if any(tables.values()):
                    _record(connection, day, tables)
                    connection.execute("COMMIT")
                else:
                    connection.execute("ROLLBACK")  # leaves the file as it was
            except BaseException:
                with suppress(duckdb.Error):  # a commit that failed has ended the transaction
                    connection.execute("ROLLBACK")
                raise
        refused = {source: others[source] for source in sorted(there & others.keys())}
        seen.save(loaded_folder(layout, warehouse), refused)
    loaded = sorted(there - refused.keys())
    return LoadReport(day, tuple(loaded), tables, time.monotonic() - began, refused)


def stale_days(layout: Layout) -> list[date]:
    """Days with something staged since they were last loaded, in order.

    Reads only names and times of files, so it never waits for a load.
    """
    warehouse = engine(layout)
    folder = loaded_folder(layout, warehouse)
    there = warehouse.exists()
    return [day for day in staged_files(layout) if not (there and stamp(layout, day).is_saved(folder))]


def _own(connection: duckdb.DuckDBPyConnection, writer: str) -> Changes:
    """Make the writer the owner of those of its sources that had none."""
    now = datetime.now(UTC).replace(tzinfo=None)
    return change(connection, "source_owners", writer=writer, host=socket.gethostname(), now=now)


def _stage(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    day: date,
    staged: dict[str, list[str]],
    sources: Iterable[SourceName],
) -> None:
    """The staged rows as temporary tables ``staged_<stage>``, their partitions as ``partitions``."""
    for stage in STAGES:
        files = [layout.staged(stage, source_id, day) for source_id in staged[stage]]
        read_into(connection, f"staged_{stage}", stage, files)
        for column in _REQUIRED.get(stage, ()):
            _refuse_null(connection, stage, column, files)
    partitions = [{"stage": stage, "source_id": source} for stage, found in staged.items() for source in found]
    schema = pa.schema([("stage", pa.string()), ("source_id", pa.string())])
    put_aside(connection, "partitions", pa.Table.from_pylist(partitions, schema=schema))
    names = pa.schema([(name, pa.string()) for name in SourceName.__dataclass_fields__])
    put_aside(connection, "staged_sources", pa.Table.from_pylist([asdict(source) for source in sources], schema=names))


def _refuse_null(connection: duckdb.DuckDBPyConnection, stage: str, column: str, files: list[Path]) -> None:
    row = connection.execute(f"SELECT count(*) FROM staged_{stage} WHERE {column} IS NULL").fetchone()  # noqa: S608
    if row is not None and row[0]:
        raise WarehouseError(
            f"{row[0]} rows without {column}",
            culprit=", ".join(map(str, files)),
            mend=f"Fill {column} before staging, and stage the partition again",
        )


def _merge_tables(
    connection: duckdb.DuckDBPyConnection,
    day: date,
    merge: Merge,
    merge_version: str | None,
    duplicates: Duplicates | None,
) -> dict[str, Changes]:
    run(connection, "affected", day=day)
    before = _touchable(connection)
    tables = {name: change(connection, name, day=day) for name in TABLES}
    after = _touchable(connection)
    if duplicates is not None:
        tables |= look_for_copies(connection, duplicates)
    tables |= dict.fromkeys(_MERGED, Changes())
    touched = {event_day for _, event_day, _ in before ^ after}
    if tables.get("copies"):
        touched |= {day for (day,) in connection.execute("FROM regrouped_days").fetchall()}
    if merge_version is not None:
        outdated = connection.execute(sql("outdated"), {"merge_version": merge_version}).fetchall()
        touched |= {event_day for (event_day,) in outdated}
    around = sorted(touched)
    for at in range(0, len(around), _DAYS_AT_ONCE):
        _merge_window(connection, around[at : at + _DAYS_AT_ONCE], merge)
        for name in _MERGED:
            tables[name] += change(connection, name, merge_version=merge_version)
    return tables


def _touchable(connection: duckdb.DuckDBPyConnection) -> set[tuple[Any, ...]]:
    return set(connection.execute(sql("touched")).fetchall())


def _merge_window(connection: duckdb.DuckDBPyConnection, touched: list[date], merge: Merge) -> None:
    """Merge again around the touched days: ``old_events``, ``new_events``, ``new_members``."""
    put_aside(connection, "touched", pa.table({"touched_day": pa.array(touched, pa.date32())}))
    run(connection, "window", touched_days=TOUCHED_DAYS, read_days=READ_DAYS)
    incidents = list(records(connection.execute("FROM window_incidents"), Incident))
    days = {incident.incident_id: event_day(incident) for incident in incidents}
    inside = {row[0] for row in connection.execute("FROM window_days").fetchall()}
    clusters = dict(connection.execute("FROM window_clusters").fetchall())
    merged = merge(incidents, clusters=clusters)
    events = [event for event in merged if any(days[member] in inside for member in event.incident_ids)]
    members = [
        {"incident_id": member, "event_id": event.event_id, "event_day": days[member]}
        for event in events
        for member in event.incident_ids
    ]
    kept = [
        name for name in arrow_schema(Event).names if name not in ("incident_ids", "article_ids")
    ]  # event_members holds these
    put_aside(connection, "new_events", to_table(Event, events).select(kept))
    schema = pa.schema([("incident_id", pa.string()), ("event_id", pa.string()), ("event_day", pa.date32())])
    put_aside(connection, "new_members", pa.Table.from_pylist(members, schema=schema))


def _record(connection: duckdb.DuckDBPyConnection, day: date, tables: dict[str, Changes]) -> None:
    """Write down what the load did: to each table, and to incidents that had been told otherwise before."""
    fence(connection)
    (number,) = connection.execute("SELECT coalesce(max(load_id), 0) + 1 FROM store.load_history").fetchone() or (1,)
    now = datetime.now(UTC).replace(tzinfo=None)
    if tables["incidents"] or tables["claims"]:
        remember(connection, int(number), now)
    connection.executemany(
        "INSERT INTO store.load_history VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [[number, table, day, now, n.added, n.changed, n.removed, n.unchanged] for table, n in tables.items()],
    )
