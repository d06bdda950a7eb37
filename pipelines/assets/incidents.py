"""``incidents``: who did what to whom, read out of one source's articles of one day."""

import time
from collections import Counter
from collections.abc import Iterator

import dagster as dg

from pipelines import checks
from pipelines.assets.pages import bars
from pipelines.causes import Retries
from pipelines.incidents import extract_article
from pipelines.partitions import source_and_day, source_days
from warehouse.layout import Layout
from warehouse.records import Incident
from warehouse.staging import read_staged, write_staged

#: Seconds between two progress lines.
PROGRESS_EVERY_S = 10.0


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
    found: list[Incident] = []
    with retries.by_cause(context):
        texts = read_staged(layout, "articles", source_id, day)
        said = time.monotonic()
        for number, article in enumerate(texts, 1):
            found.extend(extract_article(article))
            if time.monotonic() - said > PROGRESS_EVERY_S:
                said = time.monotonic()
                context.log.info(f"{number} of {len(texts)} articles read, {len(found)} incidents")
        write_staged(layout, "incidents", source_id, day, found)
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
