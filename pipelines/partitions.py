"""Partitions: day x source for crawling, cleaning and extracting; day for the warehouse."""

from __future__ import annotations

from datetime import date

import dagster as dg

#: The first day a partition exists for. Each year adds 365 partitions a source to what the UI must draw;
#: sites rarely list more than ten years.
FIRST_DAY = "2015-01-01"

#: ``end_offset=1`` lets the running day be crawled too (the demo, a mid-day run by hand).
days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=1)

#: The enabled sources; ``pipelines.instance.prepare`` keeps it in step with the declarations.
sources = dg.DynamicPartitionsDefinition(name="sources")

source_days = dg.MultiPartitionsDefinition({"day": days, "source": sources})


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
