"""``dateline backfill``: old days, from what a site itself still lists and from archives."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from pipelines.demo.server import DemoNewspaper
from scrapers.archives import Ledger, fill
from scrapers.archives.months import months_between, widened
from scrapers.archives.warc import WarcRoute
from tests.conftest import dateline
from tests.test_ccnews import Crawl, common_crawl
from tests.warcs import outlet, story, write_warc
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.staging import read_staged

pytestmark = pytest.mark.slow

FIRST = date(2026, 11, 13)
DAYS = [FIRST, FIRST + timedelta(days=1)]
#: The outlet on WordPress, whose API is asked for just the days wanted.
OUTLET = "lanternfield"
#: Two outlets whose archives are read; one corrected a story between its captures.
OUTLETS = ["demo-meridian", "demo-quayside"]


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
    logs = [path.read_text("utf-8") for path in (own_data / "dagster" / "crawls").glob("*.log")]
    assert len(logs) == 2 * len(DAYS)
    assert not [log for log in logs if "already being crawled" in log], "its days go one behind the other"


def days_of(data: Path) -> tuple[str, str]:
    """The first and the last day that a data directory has pages of."""
    days = sorted(path.parent.name for path in (data / "pages").glob("*/*/*.warc.gz"))
    return days[0], days[-1]


def told(data: Path) -> list[tuple[str, str, datetime]]:
    """Address, words and capture time of every article of :data:`OUTLETS`, from the published file."""
    with connect(Layout(data)) as connection:
        return connection.execute(
            "SELECT url, text, first_seen FROM articles WHERE source_id IN (?, ?) ORDER BY ALL", OUTLETS
        ).fetchall()


def declared(demo: Path, own_data: Path) -> None:
    """Give a data directory the demo's declarations of :data:`OUTLETS`."""
    (own_data / "sources").mkdir(parents=True)
    for source_id in OUTLETS:
        shutil.copy(demo / "sources" / f"{source_id}.toml", own_data / "sources")


def test_the_demo_newspaper_is_read_again_out_of_its_own_archive(demo: Path, own_data: Path) -> None:
    """The WARC files of a crawl are somebody's archive to the next data directory: the same articles come out."""
    declared(demo, own_data)
    first, last = days_of(demo)
    command = ["backfill", "--from", first, "--to", last, "--via", "warc", "--path", str(demo / "pages")]
    planned = dateline(*command, "--dry-run", data=own_data).stdout
    assert "would read 23 pages" in planned
    assert not (own_data / "pages").exists()
    dateline(*command, data=own_data)
    found = told(own_data)
    # an archive keeps what was captured: both tellings of the corrected story, each when it was captured
    assert {(url, text) for url, text, _ in found} == {(url, text) for url, text, _ in told(demo)}
    assert all(seen.astimezone(UTC) < datetime.now(UTC) for _, _, seen in found)
    pages = sorted((own_data / "pages").rglob("*.warc.gz"))
    again = dateline(*command, data=own_data).stdout
    assert "nothing new" in again
    assert sorted((own_data / "pages").rglob("*.warc.gz")) == pages
    assert told(own_data) == found


def test_a_month_of_an_archive_is_a_partition_that_dagsters_ui_can_launch(demo: Path, own_data: Path) -> None:
    from pipelines.definitions import defs
    from pipelines.instance import prepare
    from pipelines.partitions import month_key
    from scrapers.archives.months import Month

    declared(demo, own_data)
    month = Month.of(date.fromisoformat(days_of(demo)[0]))
    with prepare(Layout(own_data)) as instance:
        done = defs.resolve_job_def("archive").execute_in_process(
            instance=instance,
            partition_key=str(month_key("demo-quayside", month)),
            run_config={"ops": {"archive_pages": {"config": {"via": "warc", "paths": [str(demo / "pages")]}}}},
        )
    assert done.success
    rows = {
        event.asset_key.to_user_string(): event for event in done.get_asset_materialization_events() if event.asset_key
    }
    assert set(rows) == {"archive_pages", "archive_incidents", "archive_load"}
    with connect(Layout(own_data)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(8,)]


def test_a_broken_archive_file_fails_its_month_once_everything_else_is_in(
    demo: Path, own_data: Path, tmp_path: Path
) -> None:
    declared(demo, own_data)
    shutil.copytree(demo / "pages" / "demo-quayside", tmp_path / "archive")
    (tmp_path / "archive" / "broken.wacz").write_bytes(b"no package")
    first, last = days_of(demo)
    span = ["--from", first, "--to", last, "--source", "demo-quayside"]
    done = dateline("backfill", *span, "--via", "warc", "--path", str(tmp_path / "archive"), data=own_data, check=False)
    assert done.returncode == 1
    assert "broken.wacz" in done.stderr
    assert len(told(own_data)) == 8
    state = json.loads(dateline("status", "--json", data=own_data).stdout)
    (span_told,) = state["archives"]
    assert span_told["state"] == "1 of 3 parts missing"
    assert "broken.wacz" in span_told["why"][0]


def test_a_news_crawl_passes_by_once_for_all_sources(demo: Path, own_data: Path, tmp_path: Path) -> None:
    """The demo newspaper as Common Crawl's news crawl would have it: its pages in files of that crawl."""
    declared(demo, own_data)
    for path in (demo / "pages").glob("*/*/*.warc.gz"):
        stamp = path.name[:14]  # the page store's names begin with the same time of day as CC-NEWS'
        number = sorted((demo / "pages").glob("*/*/*.warc.gz")).index(path)
        file = tmp_path / f"crawl-data/CC-NEWS/{stamp[:4]}/{stamp[4:6]}/CC-NEWS-{stamp}-{number:05}.warc.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, file)
    crawl = Crawl(tmp_path)
    first, last = days_of(demo)
    months = months_between(*widened(date.fromisoformat(first), date.fromisoformat(last), before=1, after=3))
    for month in months:
        crawl.list_month(datetime.combine(month.first, time(), UTC))
    command = ["backfill", "--from", first, "--to", last, "--via", "ccnews"]
    with common_crawl(crawl):
        planned = dateline(*command, "--dry-run", data=own_data, DATELINE_CCNEWS=crawl.base).stdout
        assert "would look through 8 parts" in planned
        asked = len(crawl.asked)
        dateline(*command, data=own_data, DATELINE_CCNEWS=crawl.base)
        files = [path for path, _ in crawl.asked[asked:] if path.endswith(".warc.gz")]
        assert len(files) == len(set(files)) == 8
        found = told(own_data)
        assert {(url, text) for url, text, _ in found} == {(url, text) for url, text, _ in told(demo)}
        asked = len(crawl.asked)
        planned = dateline(*command, "--dry-run", data=own_data, DATELINE_CCNEWS=crawl.base).stdout
        assert "nothing to do" in planned
        assert not [path for path, _ in crawl.asked[asked:] if path.endswith(".warc.gz")]


def test_only_the_listings_named_are_asked(own_data: Path) -> None:
    with DemoNewspaper(edition=1, base_port=0) as newspaper:
        newspaper.write_sources(own_data / "sources")
        span = ["--from", str(DAYS[0]), "--to", str(DAYS[0]), "--source", f"demo-{OUTLET}"]
        assert "1 days would be asked" in dateline("backfill", *span, "--dry-run", data=own_data).stdout
        dateline("backfill", *span, "--via", "wordpress", data=own_data)
    pages = read_staged(Layout(own_data), "pages", f"demo-{OUTLET}", DAYS[0])
    assert {page.via for page in pages if page.purpose == "discovery"} == {"wordpress"}
    assert any(page.purpose == "article" for page in pages)


def test_status_tells_what_is_complete_what_is_missing_and_why(own_data: Path, tmp_path: Path) -> None:
    layout = Layout(own_data)
    source = outlet("al-jazeera", "http://www.aljazeera.com")
    write_warc(tmp_path / "archive" / "a.warc.gz", [story(1, host="http://www.aljazeera.com")])
    fill(layout, WarcRoute(layout, [tmp_path / "archive"]), [source], date(2018, 2, 1), date(2018, 2, 28))
    (tmp_path / "archive" / "b.wacz").write_bytes(b"no package")
    fill(layout, WarcRoute(layout, [tmp_path / "archive"]), [source], date(2018, 3, 1), date(2018, 3, 31))
    with Ledger(layout) as ledger:
        ledger.ask("wayback", source.id, date(2018, 4, 1), date(2018, 4, 30))
    said = " ".join(dateline("status", data=own_data).stdout.split())
    assert "warc: 1 spans of 2018-02-01 to 2018-02-28 complete; 1 ok" in said
    assert "warc: 2018-03-01 to 2018-03-31: 1 of 2 parts missing" in said
    assert "b.wacz: cannot be read: File is not a zip file" in said
    assert "wayback: 2018-04-01 to 2018-04-30: not begun" in said
