"""One night, gathered: its rows of the warehouse, and the runs and checks that Dagster keeps of its partitions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import dagster as dg

from scrapers.source import survey
from warehouse.engine import engine
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.query import run as ask

#: Incidents shown of the night's part of the review queue.
LOOKS: Final = 10
#: Not told of: the run that is telling.
_ITSELF: Final = "summary"
#: Runs looked at of one night: more sources than this nobody crawls on one machine.
_RUNS: Final = 2000

_SOURCES: Final = """SELECT outlet, source_id, pages, new_articles, corrected, incidents, events, new_events, set_aside,
    errors, health, because, unusual, health_since FROM nights WHERE crawl_day = ? ORDER BY new_articles DESC, outlet"""
_EVENTS: Final = "SELECT count(DISTINCT event_id) FROM incidents WHERE crawl_day = ?"
_QUEUE: Final = """SELECT queue.summary, queue.reason, queue.sub_event_type, queue.place_name, queue.start_date,
    queue.outlet, queue.url, queue.article_id, count(*) OVER () AS waiting
    FROM review_queue AS queue JOIN incidents USING (incident_id)
    WHERE incidents.crawl_day = ? ORDER BY queue.place_in_line LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that failed: which job or check, of what, and why."""

    what: str
    of: str
    why: str


@dataclass(frozen=True, slots=True)
class Night:
    """What is told of one crawl day.

    ``sources``: the rows of the view ``nights``. ``events``: how many events its incidents belong to. ``queue``: the
    first of its incidents in the review queue, ``waiting`` how many there are. ``failed``: partitions whose last run
    failed, or still goes on. ``checks``: checks that did not pass. ``absent``: enabled sources of which nothing is
    loaded. ``newest``: the last day that is loaded, None where none is. ``published_at``: None where nothing is
    published yet.
    """

    day: date
    published_at: datetime | None
    sources: list[dict[str, Any]]
    events: int
    queue: list[dict[str, Any]]
    waiting: int
    failed: list[Trouble]
    checks: list[Trouble]
    absent: list[str]
    newest: date | None

    @property
    def in_trouble(self) -> list[dict[str, Any]]:
        """The sources that somebody should look at."""
        return [row for row in self.sources if row["unusual"]]

    def total(self, column: str) -> int:
        """A column of ``sources`` added up."""
        return sum(row[column] for row in self.sources)


def night(layout: Layout, day: date, instance: dg.DagsterInstance) -> Night:
    """Gather what is known of a crawl day.

    Raises:
        WarehouseError: the published warehouse cannot be read.
    """
    sources: list[dict[str, Any]] = []
    queue: list[dict[str, Any]] = []
    events, newest = 0, None
    if (published_at := engine(layout).published_at()) is not None:
        with connect(layout) as connection:
            sources = _rows(ask(connection, _SOURCES, [day]))
            (events,) = ask(connection, _EVENTS, [day]).fetchone() or (0,)
            queue = _rows(ask(connection, _QUEUE, [day, LOOKS]))
            (newest,) = ask(connection, "SELECT max(crawl_day) FROM store.pages", []).fetchone() or (None,)
    known, broken = survey()
    there = {row["source_id"] for row in sources}
    absent = sorted(source.id for source in known.values() if source.enabled and source.id not in there)
    runs = _last_runs(instance, day)
    failed = [Trouble("declaration", error.culprit or "a source", error.problem) for error in broken]
    return Night(
        day=day,
        published_at=published_at,
        sources=sources,
        events=events,
        queue=queue,
        waiting=queue[0]["waiting"] if queue else 0,
        failed=failed + [trouble for run in runs for trouble in _failure(instance, run)],
        checks=[trouble for run in runs for trouble in _checks(instance, run)],
        absent=absent,
        newest=newest,
    )


def _rows(cursor: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _last_runs(instance: dg.DagsterInstance, day: date) -> list[dg.DagsterRun]:
    """The last run of each partition of the day: what was retried and came to an end is no failure."""
    last: dict[tuple[str, str], dg.DagsterRun] = {}
    for tag in ("dagster/partition/day", "dagster/partition"):
        for run in instance.get_runs(dg.RunsFilter(tags={tag: day.isoformat()}), limit=_RUNS):  # newest first
            if run.job_name != _ITSELF:
                last.setdefault((run.job_name, run.tags["dagster/partition"]), run)
    return [last[key] for key in sorted(last)]


def _failure(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterable[Trouble]:
    partition = run.tags["dagster/partition"]
    if run.status is dg.DagsterRunStatus.SUCCESS:
        return
    if not run.is_finished:
        yield Trouble(run.job_name, partition, "has not ended yet")
        return
    events = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
    causes = [
        (data.error.cause or data.error).message.strip()
        for record in events
        if record.event_log_entry.dagster_event
        and (data := record.event_log_entry.dagster_event.step_failure_data).error
    ]
    yield Trouble(
        run.job_name, partition, "; ".join(causes) or f"it was {run.status.value.lower()} before a step told why"
    )


def _checks(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterable[Trouble]:
    records = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    for record in records:
        if (event := record.event_log_entry.dagster_event) is not None:
            found = event.asset_check_evaluation_data
            if not found.passed:
                name = f"{found.asset_key.to_user_string()}: {found.check_name.replace('_', ' ')}"
                yield Trouble(name, run.tags["dagster/partition"], found.description or "did not pass")
