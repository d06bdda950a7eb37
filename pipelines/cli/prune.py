"""``dateline prune``: deletes what is old and kept elsewhere, or of no more use."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import app
from warehouse.errors import SettingError
from warehouse.layout import Layout


@app.command()
def prune(
    pages_older_than: Annotated[
        int | None, typer.Option(help="Delete pages older than so many days, or than their source's keep_pages_days.")
    ] = None,
    backup: Annotated[
        Path | None, typer.Option(help="The backup that must hold a page's WARC file, byte for byte.")
    ] = None,
    without_backup: Annotated[
        bool, typer.Option("--without-backup", help="Delete pages that may be nowhere else.")
    ] = False,
    source: Annotated[list[str] | None, typer.Option(help="Only pages of these sources.")] = None,
    runs_older_than: Annotated[
        int | None, typer.Option(min=1, help="Delete Dagster's records and logs of runs older than so many days.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Delete old pages that a backup holds, and records of old runs. Rows of the warehouse stay."""
    layout, now = Layout.from_environment(), datetime.now(UTC)
    if pages_older_than is None and runs_older_than is None:
        raise typer.BadParameter("say what: --pages-older-than DAYS, --runs-older-than DAYS")
    if pages_older_than is not None:
        if (backup is None) is not without_backup:
            raise SettingError(
                "name the backup that holds the pages, or ask for no backup, not both",
                culprit="--pages-older-than",
                mend="Give --backup DIRECTORY (dateline backup makes one); --without-backup deletes for good",
            )
        if not dry_run and without_backup:
            typer.confirm("These pages cannot be made again. Delete them for good?", abort=True)
        _pages(layout, now, pages_older_than, backup, source or [], dry_run=dry_run)
    if runs_older_than is not None:
        from pipelines import retention, runs

        with runs.opened(layout) as instance:
            count = retention.drop_runs(layout, instance, now - timedelta(days=runs_older_than), dry_run=dry_run)
        typer.echo(f"{count} runs {'would go' if dry_run else 'are gone'}, with their logs")


def _pages(layout: Layout, now: datetime, days: int, backup: Path | None, sources: list[str], *, dry_run: bool) -> None:
    from pipelines import retention
    from scrapers.source import LEAST_KEPT_DAYS, survey

    if days < LEAST_KEPT_DAYS:
        raise SettingError(
            f"{days} days are too few: younger pages are still looked at again and learnt from",
            culprit="--pages-older-than",
            mend=f"Give {LEAST_KEPT_DAYS} or more",
        )
    if backup is not None and not (backup / "states").is_dir():
        raise SettingError("is no backup", culprit=str(backup), mend="Make one: dateline backup DIRECTORY")
    declared, broken = survey()
    if broken:
        raise broken[0]  # it may say that its pages are to stay
    own = {
        source.id: now.date() - timedelta(days=source.keep_pages_days)
        for source in declared.values()
        if source.keep_pages_days is not None
    }
    gone, size, stays = 0, 0, Counter[str]()
    before, kept = now.date() - timedelta(days=days), backup and backup.resolve()
    for old in retention.old_pages(layout, before, backup=kept, source_ids=sources, own=own):
        if old.stays is not None:
            stays[old.stays] += 1
        elif dry_run or retention.drop(layout, old):
            gone, size = gone + 1, size + old.bytes
    typer.echo(f"pages of {gone} days of sources {'would go' if dry_run else 'are gone'} ({size / 1e6:.1f} MB)")
    for why, count in stays.most_common():
        typer.echo(f"{count} days stay: {why}")
