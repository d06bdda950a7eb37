"""The schedules: nightly crawl of every enabled source, load at the cutoff, summary of both, upkeep, housekeeping."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from pipelines import alerts, partitions, retention, summary
from pipelines.assets import (
    archive_incidents,
    archive_load,
    archive_pages,
    articles,
    incidents,
    pages,
    published,
    upkeep,
    warehouse,
)
from pipelines.causes import Retries
from scrapers.source import survey
from warehouse.errors import DatelineError
from warehouse.layout import WAREHOUSE_VARIABLE, Layout
from warehouse.loader import stale_days

# One process a run: a day's crawl of one source is one unit of failure, and a process for each of
# its three steps would cost more than the steps (4.5-5 s of overhead a run were measured).
crawl_job = dg.define_asset_job(
    "crawl",
    selection=dg.AssetSelection.assets(pages, articles, incidents),
    executor_def=dg.in_process_executor,
    description="Crawl, clean and extract one source's day.",
)

load_job = dg.define_asset_job(
    "load",
    selection=dg.AssetSelection.assets(warehouse, published),
    executor_def=dg.in_process_executor,
    description="Merge a day's staged records into DuckDB and publish it.",
)

upkeep_job = dg.define_asset_job(
    "lake_upkeep",  # a job may not have the name of an asset in it
    selection=dg.AssetSelection.assets(upkeep),
    executor_def=dg.in_process_executor,
    description="Keep a warehouse on DuckLake in order.",
)

archive_job = dg.define_asset_job(
    "archive",
    selection=dg.AssetSelection.assets(archive_pages, archive_incidents, archive_load),
    executor_def=dg.in_process_executor,
    description="Read one source's month out of an archive, clean, extract and load it.",
)


@dg.op
def tell_summary(context: dg.OpExecutionContext, retries: Retries) -> None:
    """Tell ``$DATELINE_SUMMARY`` what the night brought, what failed and what needs a look."""
    with retries.by_cause(context):
        night = summary.night(Layout.from_environment(), date.fromisoformat(context.partition_key), context.instance)
        kind = alerts.send(
            summary.subject(night), summary.text(night), html=summary.html(night), variable=alerts.SUMMARY_VARIABLE
        )
    context.log.info(f"told the {kind}")


@dg.job(name="summary", partitions_def=partitions.days, executor_def=dg.in_process_executor)
def summary_job() -> None:
    """Tell what a night brought."""
    tell_summary()


@dg.op
def drop_old_runs(context: dg.OpExecutionContext, retries: Retries) -> None:
    """Delete Dagster's records and logs of runs older than ``$DATELINE_KEEP_RUNS`` days."""
    with retries.by_cause(context):
        if days := retention.keep_runs_days():
            before = datetime.now(UTC) - timedelta(days=days)
            count = retention.drop_runs(Layout.from_environment(), context.instance, before)
            context.log.info(f"{count} runs older than {days} days are gone, with their logs")


@dg.job(executor_def=dg.in_process_executor)
def housekeeping() -> None:
    """Keep Dagster's records within bounds."""
    drop_old_runs()


daily_housekeeping = dg.ScheduleDefinition(
    name="daily_housekeeping",
    job=housekeeping,
    cron_schedule="0 12 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="At 12:00 UTC, when no crawl runs: records and logs of runs that are a year old go.",
)


@dg.schedule(job=crawl_job, cron_schedule="0 2 * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly_crawl(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """At 02:00 UTC: yesterday's partition of every enabled source, a run each, so one dead source fails alone."""
    day = context.scheduled_execution_time.astimezone(UTC).date() - timedelta(days=1)
    known, broken = survey()
    if broken:  # the others are crawled; this one is told as a failed run would be
        try:
            alerts.send("Dateline: broken source declarations", "\n".join(str(error) for error in broken))
        except DatelineError as error:  # a dead alert target must not cost the night
            context.log.error(f"broken source declarations could not be told: {error}")
    enabled = sorted(source.id for source in known.values() if source.enabled)
    if not enabled:
        yield dg.SkipReason("no source is enabled; enable one with: dateline sources enable ID")
        return
    missing = [source for source in enabled if not context.instance.has_dynamic_partition("sources", source)]
    if missing:  # a source declared since the daemon started
        context.instance.add_dynamic_partitions("sources", missing)
    first = {"dagster/priority": "1"}  # before what a backfill has in the queue
    for source in enabled:
        yield dg.RunRequest(run_key=f"{day}:{source}", partition_key=partitions.key(source, day), tags=first)


@dg.schedule(job=load_job, cron_schedule="0 6 * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
def cutoff_load(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """At 06:00 UTC: every day with something staged since it was last loaded. Late sources wait for the next one."""
    # an archive's days may lie before the first partition: its own run loads those
    days = [day for day in stale_days(Layout.from_environment()) if partitions.days.has_partition_key(str(day))]
    if not days:
        yield dg.SkipReason("nothing has been staged since the last load")
    for day in days:
        yield load_request(day, context.scheduled_execution_time)


@dg.schedule(job=summary_job, cron_schedule="0 7 * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly_summary(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """At 07:00 UTC: the summary of yesterday, whether the load has ended by then or not: a night in which nothing
    came is one to be told of."""
    if not os.environ.get(alerts.SUMMARY_VARIABLE):
        yield dg.SkipReason(f"${alerts.SUMMARY_VARIABLE} names no target")
        return
    day = context.scheduled_execution_time.astimezone(UTC).date() - timedelta(days=1)
    yield dg.RunRequest(run_key=str(day), partition_key=day.isoformat())


@dg.schedule(job=upkeep_job, cron_schedule="0 8 * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly_upkeep() -> Iterator[dg.RunRequest | dg.SkipReason]:
    """At 08:00 UTC, behind the load, where the warehouse is a lake. One file needs it seldom, when somebody asks."""
    if os.environ.get(WAREHOUSE_VARIABLE):
        yield dg.RunRequest()
    else:
        yield dg.SkipReason("the warehouse is one DuckDB file: dateline warehouse compact makes it small")


def load_request(day: date, at: datetime) -> dg.RunRequest:
    """The load of one day, once a tick."""
    return dg.RunRequest(run_key=f"{day}@{at.isoformat()}", partition_key=day.isoformat())
