"""``archive_pages``, ``archive_incidents``, ``archive_load``: one source's month read out of an archive.

Month x source, never day x source: a run costs 4.5 to 5 s before it does anything. What they stage are the same
files, day by day, as the nightly assets'.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import dagster as dg

from pipelines import archive
from pipelines.assets.pages import bars
from pipelines.causes import Retries
from pipelines.partitions import source_and_month, source_months
from scrapers.archives import DAYS_AFTER, Told, recorded
from scrapers.archives.months import widened
from warehouse.errors import DatelineError, SettingError, TryAgain
from warehouse.layout import Layout
from warehouse.ownership import refuse


class ArchiveConfig(dg.Config):
    """Which archive, and how much of the month."""

    #: The route: wayback, ccnews or warc.
    via: str = "wayback"
    #: Archive files or folders of them, for ``warc``; absolute.
    paths: list[str] = []  # noqa: RUF012 - how Dagster declares it
    #: Only these days of the month (YYYY-MM-DD); all of it when left out.
    first: str | None = None
    last: str | None = None
    #: Other sources to be filled in the same walk (CC-NEWS: the enabled ones are in any case).
    also: list[str] = []  # noqa: RUF012

    def span(self, context: dg.AssetExecutionContext) -> tuple[str, date, date]:
        """The source, and the days of the month asked for.

        Raises:
            SettingError: ``first`` or ``last`` is no day.
        """
        source_id, month = source_and_month(context)
        try:
            first = date.fromisoformat(self.first) if self.first else month.first
            last = date.fromisoformat(self.last) if self.last else month.last
        except ValueError as error:
            raise SettingError(str(error), culprit="first, last", mend="Write days as 2018-02-08") from error
        return source_id, *month.within(first, last)


def month_and_after(context: dg.AssetExecutionContext) -> tuple[str, date, date]:
    """The source, and the days that a month's captures may lie on, whichever archive they are of."""
    source_id, month = source_and_month(context)
    return source_id, *widened(month.first, month.last, after=DAYS_AFTER)


@dg.asset(partitions_def=source_months, group_name="archive", kinds={"warc"}, pool="archive")
def archive_pages(
    context: dg.AssetExecutionContext, config: ArchiveConfig, retries: Retries
) -> dg.MaterializeResult[None]:
    """A month of one source as an archive holds it, in the page store on the days it was captured."""
    layout = Layout.from_environment()

    def told(progress: Told) -> None:
        share = f", {progress.walked / progress.size:.0%} of {progress.size / 1e6:.0f} MB" if progress.size else ""
        came = ", ".join(f"{count} {what}" for what, count in sorted(progress.counts.items())) or "nothing yet"
        context.log.info(f"part {progress.number} of {progress.parts}{share}: {came}")

    with retries.by_cause(context):
        source_id, first, last = config.span(context)
        paths = [Path(path) for path in config.paths]
        filled = archive.fill_pages(
            layout, config.via, source_id, first, last, paths=paths, also=config.also, told=told
        )
        if passing := [error for error in filled.errors if isinstance(error, TryAgain)]:
            raise passing[0]
    counts = filled.counts[source_id]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": counts["ok"],
            "captures": dg.MetadataValue.md(bars(Counter({k: n for k, n in counts.items() if k != "listed"}))),
            "parts walked": filled.walked,
            "lost": dg.MetadataValue.md(
                "\n".join(f"- {lost.place}: {lost.why}" for lost in filled.lost[:50]) or "nothing"
            ),
            "broke off": dg.MetadataValue.md("\n".join(f"- {error}" for error in filled.errors) or "nothing"),
        }
    )


@dg.asset(partitions_def=source_months, deps=[archive_pages], group_name="archive", kinds={"python", "spacy"})
def archive_incidents(context: dg.AssetExecutionContext, retries: Retries) -> dg.MaterializeResult[None]:
    """The month's articles and incidents, staged by days."""
    with retries.by_cause(context):
        source_id, first, last = month_and_after(context)
        read = archive.read_days(Layout.from_environment(), source_id, first, last, context.log.info)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": read.incidents,
            "days": read.days,
            "captures": read.pages,
            "articles": read.articles,
        }
    )


@dg.asset(
    partitions_def=source_months, deps=[archive_incidents], group_name="archive", kinds={"duckdb"}, pool="warehouse"
)
def archive_load(context: dg.AssetExecutionContext, retries: Retries) -> dg.MaterializeResult[None]:
    """The month's changed days merged into the warehouse and published; last, it fails if a part of the archive
    could not be read, or another writer owns the source, when all else is in."""
    layout = Layout.from_environment()
    with retries.by_cause(context):
        source_id, first, last = month_and_after(context)
        loaded = archive.load_days(layout, first, last)
        record = context.instance.get_run_record_by_id(context.run.run_id)
        began = record.start_time if record and record.start_time else 0.0
        broken = [
            progress
            for progress in recorded(layout)
            if progress.source == source_id and progress.broken and progress.at.timestamp() >= began
        ]
        if broken:
            raise DatelineError(
                f"{len(broken)} parts of the archive could not be read: {broken[0].error}",
                culprit=broken[0].name,
                mend="Mend that and run the backfill again; what could be read is loaded",
            )
        refuse(layout, first, last, [source_id])
    return dg.MaterializeResult(metadata={"days loaded": loaded.days, "rows changed": loaded.rows})


def listed(lines: Iterable[str]) -> dg.MarkdownMetadataValue:
    """Lines as a Markdown list; they may quote other people's files, so nothing in them is markup."""
    return dg.MetadataValue.md("\n".join(f"- `{line.replace('`', chr(39))}`" for line in lines) or "nothing")
