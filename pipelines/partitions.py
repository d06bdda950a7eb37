"""Partitions: day x source to crawl, clean and extract; day for the warehouse; month x source for archives."""

from __future__ import annotations

from datetime import date

import dagster as dg

from scrapers.archives.months import Month

#: The first day a partition exists for. Each year adds 365 partitions a source to what the UI must draw;
#: sites rarely list more than ten years.
FIRST_DAY = "2015-01-01"

#: ``end_offset=1`` lets the running day be crawled too (the demo, a mid-day run by hand).
days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=1)

#: The enabled sources; ``pipelines.instance.prepare`` keeps it in step with the declarations.
sources = dg.DynamicPartitionsDefinition(name="sources")

source_days = dg.MultiPartitionsDefinition({"day": days, "source": sources})

#: Archives are read by months: a run costs 4.5 to 5 s before it does anything, and a month of one source is some
#: minutes of work. They begin with the first that the Wayback Machine holds.
months = dg.MonthlyPartitionsDefinition(start_date="1996-01", fmt="%Y-%m", end_offset=1)

source_months = dg.MultiPartitionsDefinition({"month": months, "source": sources})


def key(source_id: str, day: date) -> dg.MultiPartitionKey:
    """The partition of one source's day."""
    return dg.MultiPartitionKey({"day": day.isoformat(), "source": source_id})


def source_and_day(context: dg.AssetExecutionContext) -> tuple[str, date]:
    """The source and day a step of a day x source asset runs for."""
    partition = context.partition_key
    if not isinstance(partition, dg.MultiPartitionKey):
        raise TypeError(f"{partition!r} is not a day x source partition")
    keys = partition.keys_by_dimension
    return keys["source"], date.fromisoformat(keys["day"])


def month_key(source_id: str, month: Month) -> dg.MultiPartitionKey:
    """The partition of one source's month."""
    return dg.MultiPartitionKey({"month": str(month), "source": source_id})


def source_and_month(context: dg.AssetExecutionContext) -> tuple[str, Month]:
    """The source and month a step of a month x source asset runs for."""
    partition = context.partition_key
    if not isinstance(partition, dg.MultiPartitionKey):
        raise TypeError(f"{partition!r} is not a month x source partition")
    keys = partition.keys_by_dimension
    return keys["source"], Month.read(keys["month"])
