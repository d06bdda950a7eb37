"""``dateline backfill``: old days filled from what a site itself still lists, a partition each."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.demo.server import DemoNewspaper
from tests.conftest import dateline
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.staging import read_staged

pytestmark = pytest.mark.slow

FIRST = date(2026, 11, 13)
DAYS = [FIRST, FIRST + timedelta(days=1)]
#: The outlet on WordPress, whose API is asked for just the days wanted.
OUTLET = "lanternfield"


def published(data: Path) -> list[tuple[str, str, date]]:
    """Title, partition and capture day of every article, from the published file."""
    with connect(Layout(data)) as connection:
        return connection.execute("SELECT title, crawl_day, published_at::DATE FROM articles ORDER BY ALL").fetchall()


def test_each_old_day_gets_the_stories_dated_on_it_and_a_second_run_changes_nothing(own_data: Path) -> None:
    with DemoNewspaper(edition=1, base_port=0) as newspaper:
        newspaper.write_sources(own_data / "sources")
        expected = {
            story.title
            for story in newspaper.stories
            if OUTLET in story.outlets and story.published.date() in DAYS and story.edition == 1
        }
        assert expected, "the demo has stories on these days"
        command = ["backfill", "--from", str(DAYS[0]), "--to", str(DAYS[-1]), "--source", f"demo-{OUTLET}"]
        dateline(*command, data=own_data)
        found = published(own_data)
        assert {title for title, _, _ in found} == expected
        assert all(crawl_day == day for _, crawl_day, day in found), "each in the partition of its own day"
        pages = [page.page_id for day in DAYS for page in read_staged(Layout(own_data), "pages", f"demo-{OUTLET}", day)]
        dateline(*command, data=own_data)
    assert published(own_data) == found
    again = [page.page_id for day in DAYS for page in read_staged(Layout(own_data), "pages", f"demo-{OUTLET}", day)]
    assert again == pages
