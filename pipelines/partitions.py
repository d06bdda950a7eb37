"""Partitions: day x source to crawl, clean and extract; day for the warehouse; month x source for archives."""

from __future__ import annotations

from datetime import date

import dagster as dg

from pipelines.calendar import FIRST_DAY, FIRST_MONTH
from scrapers.archives.months import Month

#: ``end_offset=1`` lets the running day be crawled too (the demo, a mid-day run by hand).
days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), end_offset=1)

#: The enabled sources; ``pipelines.instance.prepare`` keeps it in step with the declarations.
sources = dg.DynamicPartitionsDefinition(name="sources")

source_days = dg.MultiPartitionsDefinition({"day": days, "source": sources})

#: Archives are read by months: a run costs 4.5 to 5 s before it does anything, and a month of one source is some
#: minutes of work.
months = dg.MonthlyPartitionsDefinition(start_date=str(FIRST_MONTH), fmt="%Y-%m", end_offset=1)

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
