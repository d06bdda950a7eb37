"""``dateline demo``: serve the newspaper, crawl both its editions for real, show what came out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from pipelines.demo.report import loads, print_report
from pipelines.demo.server import HOST, DemoNewspaper, base_port
from warehouse.engine import engine
from warehouse.layout import Layout
from warehouse.query import connect

#: Called as (source ids, day, whether to ask again for articles already known).
CrawlAndLoad = Callable[[list[str], date, bool], None]


def run_demo(data: Path, crawl_and_load: CrawlAndLoad, console: Console) -> None:
    """Run everything over the demo newspaper and print the report.

    ``data``: the demo's data directory, with the source declarations in ``sources`` below it.
    The first run crawls edition 1 and then edition 2, in which one story has been corrected; a later
    run crawls edition 2 alone, for the same day as the first, and so changes nothing.

    Raises:
        SettingError: a port of the newspaper is taken.
    """
    layout = Layout(data)
    port = base_port()
    read_before, loads_before = day_of_second_edition(layout), loads(layout)
    for edition in (1, 2) if read_before is None else (2,):
        with DemoNewspaper(edition, port) as newspaper:
            source_ids = newspaper.write_sources(data / "sources")
            where = f"http://{HOST}:{port} and the three next ports"
            console.print(f"Edition {edition} of the demo newspaper: {where}", style="dim")
            crawl_and_load(source_ids, read_before or datetime.now(UTC).date(), edition == 2)
    print_report(layout, console, loads_before=loads_before)


def day_of_second_edition(layout: Layout) -> date | None:
    """The day the published warehouse read the corrected story for; None if it has not yet."""
    if engine(layout).published_at() is None:
        return None
    with connect(layout) as connection:
        row = connection.execute("SELECT max(crawl_day) FROM article_revisions WHERE revision_number = 2").fetchone()
    return row[0] if row else None
