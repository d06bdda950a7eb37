"""``articles``: the captures of one source's day, cleaned."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from pipelines import checks
from pipelines.assets.pages import bars
from pipelines.causes import Retries
from pipelines.executors import configured
from pipelines.partitions import source_and_day, source_days
from pipelines.stages import clean_day, rules_of
from warehouse.layout import Layout


@dg.asset(
    partitions_def=source_days,
    deps=["pages"],
    group_name="dateline",
    kinds={"trafilatura"},
    check_specs=checks.specs("articles"),
)
def articles(
    context: dg.AssetExecutionContext, retries: Retries
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Clean text and metadata; every dropped line kept with its rule; a verdict on each page that is no article."""
    source_id, day = source_and_day(context)
    layout = Layout.from_environment()
    with retries.by_cause(context), configured() as pool:
        overrides, beside = rules_of(source_id)
        found, verdicts = clean_day(
            layout, source_id, day, context.log.info, overrides=overrides, beside=beside, pool=pool
        )
    yield dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(found),
            "lines removed": sum(len(article.removed) for article in found),
            "rules": dg.MetadataValue.md(bars(Counter(line.rule for article in found for line in article.removed))),
            "set aside": dg.MetadataValue.md(bars(Counter(verdict.outcome for verdict in verdicts))),
        }
    )
    yield from checks.run("articles", checks.Partition(layout, source_id, day))
