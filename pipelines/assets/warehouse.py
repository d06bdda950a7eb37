"""``warehouse`` and ``published``: a day's staged Parquet merged, and what people query; ``upkeep``."""

from collections.abc import Iterator
from datetime import date, timedelta

import dagster as dg

from pipelines import checks, duplicates
from pipelines.causes import Retries
from pipelines.events import MERGE_VERSION, merge
from pipelines.partitions import days
from pipelines.stages import source_names
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.ownership import refuse
from warehouse.publish import compact, publish


@dg.asset(
    partitions_def=days,
    # lineage only: the load takes what has been staged by the cutoff. Waiting for the whole day of
    # every source would let one dead site block the night (docs/decisions.md)
    deps=["incidents"],
    group_name="dateline",
    kinds={"duckdb"},
    pool="warehouse",
)
def warehouse(context: dg.AssetExecutionContext, retries: Retries) -> dg.MaterializeResult[None]:
    """The live DuckDB file: one writer, one transaction a load, only rows that changed."""
    with retries.by_cause(context):
        report = load_day(
            Layout.from_environment(),
            date.fromisoformat(context.partition_key),
            merge=merge,
            merge_version=MERGE_VERSION,
            duplicates=duplicates,
            sources=source_names(),
        )
    rows = "\n".join(
        f"| {table} | {n.added} | {n.changed} | {n.removed} | {n.unchanged} |" for table, n in report.tables.items()
    )
    return dg.MaterializeResult(
        metadata={
            "rows": dg.MetadataValue.md(
                "| table | added | changed | removed | unchanged |\n|---|---:|---:|---:|---:|\n" + rows
            ),
            "rows changed": sum(n.added + n.changed + n.removed for n in report.tables.values()),
        }
    )


@dg.asset(
    partitions_def=days,
    deps=[warehouse],
    group_name="dateline",
    kinds={"duckdb"},
    pool="warehouse",
    check_specs=checks.specs("published"),
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=50), warn_window=timedelta(hours=26)
    ),  # nightly: one missed night warns, two fail
)
def published(
    context: dg.AssetExecutionContext, retries: Retries
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """The file people query: a whole copy, swapped in under their feet without their noticing. Last, it fails if the
    load left out a source that another writer owns, when all else is in."""
    layout, day = Layout.from_environment(), date.fromisoformat(context.partition_key)
    with retries.by_cause(context):
        seen = publish(layout)
    yield dg.MaterializeResult(metadata={"warehouse": seen.where, "MB": round(seen.bytes / 1e6, 1)})
    yield from checks.run("published", checks.Partition(layout, "", day))
    with retries.by_cause(context):
        refuse(layout, day, day)


@dg.asset(deps=[published], group_name="dateline", kinds={"duckdb"}, pool="warehouse")
def upkeep(context: dg.AssetExecutionContext, retries: Retries) -> dg.MaterializeResult[None]:
    """A lake kept in order: each key once in every table, few files of many, old snapshots and their files gone."""
    with retries.by_cause(context):
        before, after = compact(Layout.from_environment())
    return dg.MaterializeResult(metadata={"MB before": round(before / 1e6, 1), "MB after": round(after / 1e6, 1)})
