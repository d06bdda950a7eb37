"""``incidents``: who did what to whom, read out of one source's articles of one day."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from pipelines import checks
from pipelines.assets.pages import bars
from pipelines.causes import Retries
from pipelines.executors import configured
from pipelines.partitions import source_and_day, source_days
from pipelines.stages import extract_day
from warehouse.layout import Layout


@dg.asset(
    partitions_def=source_days,
    deps=["articles"],
    group_name="dateline",
    kinds={"spacy"},
    check_specs=checks.specs("incidents"),
)
def incidents(
    context: dg.AssetExecutionContext, retries: Retries
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Incidents with their claims; each field with the words it came from."""
    source_id, day = source_and_day(context)
    layout = Layout.from_environment()
    with retries.by_cause(context), configured() as pool:
        texts, found = extract_day(layout, source_id, day, context.log.info, pool=pool)
    yield dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(found),
            "articles with incidents": len({incident.article_id for incident in found}),
            # English only so far: the others are stored as articles and counted here, not guessed at
            "language unsupported": sum(article.language not in (None, "en") for article in texts),
            "types": dg.MetadataValue.md(bars(Counter(incident.sub_event_type for incident in found))),
        }
    )
    yield from checks.run("incidents", checks.Partition(layout, source_id, day))
