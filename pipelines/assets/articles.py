"""``articles``: the captures of one source's day, cleaned."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import dagster as dg

from pipelines import checks
from pipelines.assets.pages import bars
from pipelines.causes import Retries
from pipelines.cleaning import HISTORY_DAYS, drop_recurring, judge_many
from pipelines.partitions import source_and_day, source_days
from scrapers.pagestore import iter_payloads
from warehouse.errors import WarehouseError
from warehouse.layout import Layout
from warehouse.records import Article, Verdict
from warehouse.staging import read_staged, write_staged


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
    found: list[Article] = []
    verdicts: list[Verdict] = []
    with retries.by_cause(context):
        captures = [
            page
            for page in read_staged(layout, "pages", source_id, day)
            if page.purpose == "article" and page.outcome == "ok"
        ]
        for page, cleaned in judge_many(iter_payloads(layout, captures)):
            if cleaned.article is None:
                verdicts.append(
                    Verdict(
                        page_id=page.page_id,
                        source_id=source_id,
                        crawl_day=day,
                        outcome=cleaned.outcome,
                        detail=cleaned.detail,
                    )
                )
                continue
            found.append(
                replace(
                    cleaned.article,
                    source_id=source_id,
                    page_id=page.page_id,
                    crawl_day=day,
                    first_seen=page.fetched_at,
                    last_seen=page.fetched_at,
                )
            )
            if len(found) % 100 == 0:
                context.log.info(f"{len(found) + len(verdicts)} of {len(captures)} pages cleaned")
        found = drop_recurring(found, _before(context, layout, source_id, day))
        write_staged(layout, "articles", source_id, day, found)
        write_staged(layout, "verdicts", source_id, day, verdicts)
    yield dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(found),
            "lines removed": sum(len(article.removed) for article in found),
            "rules": dg.MetadataValue.md(bars(Counter(line.rule for article in found for line in article.removed))),
            "set aside": dg.MetadataValue.md(bars(Counter(verdict.outcome for verdict in verdicts))),
        }
    )
    yield from checks.run("articles", checks.Partition(layout, source_id, day))


def _before(context: dg.AssetExecutionContext, layout: Layout, source_id: str, day: date) -> Iterator[Article]:
    """The source's articles of the days before ``day``, from which its recurring lines are learnt."""
    for back in range(1, HISTORY_DAYS + 1):
        try:
            yield from read_staged(layout, "articles", source_id, day - timedelta(days=back))
        except WarehouseError as error:  # an old partition must not stop today's
            context.log.warning(f"left out of the site profile: {error}")
