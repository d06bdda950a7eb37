"""``pages``: one source's crawl of one day, kept as WARC and staged as a table of captures."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from pipelines import checks
from pipelines.causes import Retries
from pipelines.partitions import source_and_day, source_days
from pipelines.scrapy_client import ScrapyPipesClient
from scrapers.pagestore import read_index
from warehouse.errors import DatelineError, TryAgain
from warehouse.layout import Layout
from warehouse.records import Page
from warehouse.staging import write_staged

#: Outcomes of a discovery request after which the source may well answer next time.
PASSING = ("error:dns", "error:timeout", "error:connection", "error:http_5", "blocked", "truncated")


class CrawlConfig(dg.Config):
    """What can be asked of a crawl by hand."""

    #: Ask again for every known recent article, whether or not its re-check is due; an old day is then
    #: crawled as if it were today, since articles known now are what is asked for.
    recheck: bool = False
    #: Which of the source's listings are asked: all that it declares (``source``), or only its ``sitemap``,
    #: ``wordpress``, ``feed`` or ``section``.
    spider: str = "source"


def window(day: date, today: date) -> tuple[datetime | None, datetime | None]:
    """Which stories a partition asks for: all that is new for today and yesterday, and for an older
    day (a backfill) those the listings date on that day."""
    if day >= today - timedelta(days=1):
        return None, None
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start, start + timedelta(days=1)


@dg.asset(
    partitions_def=source_days,
    group_name="dateline",
    kinds={"scrapy", "warc"},
    pool="crawl",
    check_specs=checks.specs("pages"),
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=50), warn_window=timedelta(hours=26)
    ),  # nightly: one missed night warns, two fail
)
def pages(
    context: dg.AssetExecutionContext, config: CrawlConfig, scrapy: ScrapyPipesClient, retries: Retries
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Pages as fetched: WARC files with their index, one row for each capture."""
    source_id, day = source_and_day(context)
    layout = Layout.from_environment()
    since, until = (None, None) if config.recheck else window(day, datetime.now(UTC).date())
    with retries.by_cause(context):
        report = scrapy.crawl(
            context, layout, source_id, day, since=since, until=until, recheck=config.recheck, spider=config.spider
        )
        captures = read_index(layout, source_id, day)
        write_staged(layout, "pages", source_id, day, captures)
        complain_if_nothing_answered(source_id, captures)
    outcomes = Counter(page.outcome for page in captures)
    yield dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(captures),
            "articles": sum(page.purpose == "article" for page in captures),
            "requests this run": sum(report.outcomes.values()),
            "outcomes": dg.MetadataValue.md(bars(outcomes)),
            "log": dg.MetadataValue.path(str(report.log)),
        }
    )
    yield from checks.run("pages", checks.Partition(layout, source_id, day))


def complain_if_nothing_answered(source_id: str, captures: list[Page]) -> None:
    """A source none of whose feeds, sitemaps or sections answered has failed, visibly.

    Its captures stay staged, so the warehouse shows what happened; the other sources go on.

    Raises:
        TryAgain: each failure is of a kind that passes (:data:`PASSING`).
        DatelineError: at least one will not pass by itself.
    """
    listings = [page for page in captures if page.purpose == "discovery"]
    if not listings or any(page.outcome in ("ok", "not_modified") for page in listings):
        return
    told = "; ".join(f"{page.url} {page.outcome}" for page in listings)
    passing = all(page.outcome.startswith(PASSING) for page in listings)
    raise (TryAgain if passing else DatelineError)(
        f"nothing that lists its stories answered: {told}",
        culprit=f"source {source_id}",
        mend=f"See what it yields now with: dateline sources check {source_id}",
    )


def bars(counts: Counter[str]) -> str:
    """A Markdown table with a bar for each count: the outcome mix at a glance."""
    longest = max(counts.values(), default=1)
    rows = [f"| {name} | {n} | {'█' * max(1, round(20 * n / longest))} |" for name, n in counts.most_common()]
    return "\n".join(["| outcome | pages | |", "|---|---:|---|", *rows])
