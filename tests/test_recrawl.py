"""Sites that change under a crawler, for real: stories deleted and moved, a source that comes into trouble."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines import runs
from pipelines.checks import Partition, crawl_health
from pipelines.cli.diff import left_since
from pipelines.definitions import defs
from pipelines.events import merge
from pipelines.sensors import health_alert
from pipelines.stages import clean_day
from scrapers.pagestore import read_index
from tests.site import listening
from tests.web import Site, crawl, declare, page, rss, served
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import Page
from warehouse.staging import write_staged

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 10)
SOURCE = "harbour"


def story(title: str) -> str:
    told = " ".join(f"Resident {n} of the old port said that the {title} had begun before dawn." for n in range(12))
    return (
        f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>{told}</p><p>The council meets on Friday, its speaker said in the evening.</p></article></body></html>"
    )


def rows(layout: Layout, sql: str) -> list[tuple[Any, ...]]:
    with connect(layout) as connection:
        return connection.execute(sql).fetchall()


def loaded(layout: Layout, *days: date) -> None:
    for day in days:
        load_day(layout, day, merge=merge)
    publish(layout)


def night(layout: Layout, sources: Path, day: date, **arguments: str) -> list[Page]:
    """A real crawl of the source, staged."""
    done = crawl("source", SOURCE, data=layout.data, sources=sources, day=str(day), **arguments)
    assert done.code == 0, done.log
    captures = read_index(layout, SOURCE, day)
    write_staged(layout, "pages", SOURCE, day, captures)
    return captures


def test_deleted_and_moved_articles_are_recorded_and_nothing_stored_is_lost(own_data: Path, tmp_path: Path) -> None:
    layout, sources = Layout(own_data), tmp_path / "sources"
    first, second, third = (DAY + timedelta(days=n) for n in range(3))
    names = ("stays", "deleted", "moved", "sent-to-the-front-page")
    with served() as site:
        for name in names:
            site.pages[f"/world/strike-{name}"] = page(story(f"strike {name}"))
        site.pages["/feed"] = rss(*(f"{site.base}/world/strike-{name}" for name in names))
        declare(sources, SOURCE, site.base, f'feeds = ["{site.base}/feed"]')
        night(layout, sources, first)
        clean_day(layout, SOURCE, first, lambda line: None)
        site.pages["/world/strike-deleted"] = page("gone for good", status=410)
        site.pages["/world/strike-moved"] = page("", status=301, Location="/archive/strike-moved")
        site.pages["/archive/strike-moved"] = page(story("strike moved"))
        site.pages["/world/strike-sent-to-the-front-page"] = page("", status=302, Location="/")
        site.pages["/"] = page("<html><body>front</body></html>")
        second_night = night(layout, sources, second, recheck="1")
        loaded(layout, first, second)
        told = rows(
            layout, "SELECT title, gone_since, moved_since, moved_to, len(text) > 200 FROM articles ORDER BY title"
        )
        at = {one.url.rsplit("/", 1)[1]: one.fetched_at.replace(tzinfo=None) for one in second_night}
        assert told == [
            ("strike deleted", at["strike-deleted"], None, None, True),
            ("strike moved", None, at["strike-moved"], f"{site.base}/archive/strike-moved", True),
            ("strike sent-to-the-front-page", None, None, None, True),  # 302: for the time being
            ("strike stays", None, None, None, True),
        ]
        # it comes back
        site.pages["/world/strike-deleted"] = page(story("strike deleted"))
        night(layout, sources, third, recheck="1")
        loaded(layout, third)
    (back,) = rows(
        layout, "SELECT state, since FROM availability JOIN articles USING (article_id) WHERE title = 'strike deleted'"
    )
    assert back[0] == "there"
    assert back[1] > at["strike-deleted"]


def test_what_is_deleted_or_moves_in_the_course_of_a_day_is_recorded_that_day(own_data: Path, tmp_path: Path) -> None:
    layout, sources = Layout(own_data), tmp_path / "sources"
    names = ("stays", "deleted", "moved", "back")
    with served() as site:
        stories = {name: page(story(f"strike {name}"), ETag=f'"{name}"') for name in names}
        site.pages |= {f"/world/strike-{name}": told for name, told in stories.items()}
        site.pages["/feed"] = rss(*(f"{site.base}/world/strike-{name}" for name in names))
        declare(sources, SOURCE, site.base, f'feeds = ["{site.base}/feed"]')
        night(layout, sources, DAY)
        clean_day(layout, SOURCE, DAY, lambda line: None)
        site.pages["/world/strike-deleted"] = page("", status=410)
        site.pages["/world/strike-back"] = page("", status=404)
        site.pages["/world/strike-moved"] = page("", status=301, Location="/archive/strike-moved")
        site.pages["/archive/strike-moved"] = page("", status=304)  # unchanged, and elsewhere
        night(layout, sources, DAY, recheck="1")
        site.pages["/world/strike-back"] = stories["back"]
        night(layout, sources, DAY, recheck="1")
        loaded(layout, DAY)
    told = dict(rows(layout, "SELECT title, state FROM availability JOIN articles USING (article_id)"))
    assert told == {
        "strike stays": "there", "strike deleted": "gone", "strike moved": "moved", "strike back": "there",
    }  # fmt: skip
    with connect(layout) as connection:
        said = {
            title: str(left_since(connection, article_id) or "").partition(" since ")[::2]
            for title, article_id in connection.execute("SELECT title, article_id FROM articles").fetchall()
        }
    assert said["strike deleted"][0] == "gone"
    assert said["strike moved"][1].endswith(f"UTC to {site.base}/archive/strike-moved")
    assert said["strike stays"] == ("", "")


LINKS = '<html><body>{}<a href="/about">about us</a></body></html>'


def front(site: Site, batch: str) -> None:
    """A section page with six stories of this batch, all there."""
    paths = [f"/world/port-strike-in-its-week-{batch}-{n}" for n in range(6)]
    for path in paths:
        site.pages[path] = page(story(f"strike {path}"))
    site.pages["/world"] = page(LINKS.format("".join(f'<a href="{path}">a story of the port</a>' for path in paths)))


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, dict[str, date]]:
    """Five good days (the first crawled, the others alike), then a day of each kind of trouble, crawled."""
    folder = tmp_path_factory.mktemp("troubled")
    layout, sources = Layout(folder / "data"), folder / "sources"
    days = {
        name: DAY + timedelta(days=5 + n) for n, name in enumerate(("quiet", "blocked", "denied", "broken", "well"))
    }
    with served() as site:
        declare(sources, SOURCE, site.base, f'sections = ["{site.base}/world"]')
        front(site, "one")
        good = night(layout, sources, DAY)
        for n in range(1, 5):
            write_staged(layout, "pages", SOURCE, DAY + timedelta(days=n), [later(one, n) for one in good])
        night(layout, sources, days["quiet"])
        front(site, "two")
        for path in [path for path in site.pages if "-two-" in path]:
            site.pages[path] = page("<html><body>Access denied</body></html>", status=403)
        night(layout, sources, days["blocked"])
        site.pages["/robots.txt"] = page("User-agent: *\nDisallow: /\n", "text/plain")
        night(layout, sources, days["denied"])
        del site.pages["/robots.txt"]
        site.pages["/world"] = page(LINKS.format("<div data-stories='loaded-by-script'></div>"))
        night(layout, sources, days["broken"])
        front(site, "three")
        night(layout, sources, days["well"])
    loaded(layout, *(DAY + timedelta(days=n) for n in range(10)))
    return layout, days


def later(one: Page, days: int) -> Page:
    """A capture as another day would have brought it: the listing again, other stories."""
    url = one.url if one.purpose == "discovery" else f"{one.url}-{days}"
    return replace(
        one,
        page_id=f"{one.page_id}-{days}",
        url=url,
        canonical_url=url,
        crawl_day=one.crawl_day + timedelta(days=days),
        fetched_at=one.fetched_at + timedelta(days=days),
    )


def test_each_kind_of_trouble_is_told_from_the_others(troubled: tuple[Layout, dict[str, date]]) -> None:
    layout, days = troubled
    told = rows(
        layout, f"SELECT health, because, unusual FROM source_health WHERE crawl_day >= '{DAY}' ORDER BY crawl_day"
    )
    assert told[:5] == [("ok", "6 new articles", False)] * 5
    assert dict(zip(days, told[5:], strict=True)) == {
        "quiet": ("nothing_new", "nothing new, usually 6 articles", True),
        "blocked": ("blocked", "the site refused 6 of 7 pages", True),
        "denied": ("robots_denied", "robots.txt forbade 1 of 1 pages", True),
        "broken": ("broken", "its listings name no story, usually 6", True),
        "well": ("ok", "6 new articles", False),
    }


def test_a_check_tells_of_each_source_in_trouble(troubled: tuple[Layout, dict[str, date]]) -> None:
    layout, days = troubled
    assert crawl_health(Partition(layout, "", DAY)).passed
    assert crawl_health(Partition(layout, "", days["well"])).passed
    finding = crawl_health(Partition(layout, "", days["denied"]))
    assert not finding.passed
    assert finding.words == "harbour is robots denied: robots.txt forbade 1 of 1 pages"


@contextmanager
def hook() -> Iterator[tuple[str, list[str]]]:
    """A webhook: its address, and what it was told."""
    told: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with listening(Receiver) as port:
        yield f"http://127.0.0.1:{port}/hook", told


def test_the_load_of_a_day_alerts_of_the_trouble_that_is_new(
    troubled: tuple[Layout, dict[str, date]], monkeypatch: pytest.MonkeyPatch
) -> None:
    layout, days = troubled
    monkeypatch.setenv("DATELINE_DATA", str(layout.data))
    for name in ("DAGSTER_HOME", "DATELINE_DAGSTER", "DATELINE_SOURCES"):
        monkeypatch.setenv(name, "")  # `opened` sets them; here they are taken back
    with runs.opened(layout) as instance, hook() as (address, told):
        monkeypatch.setenv("DATELINE_ALERT", address)
        for day in (days["broken"], days["well"]):
            done = defs.resolve_job_def("load").execute_in_process(partition_key=str(day), instance=instance)
            context = dg.build_run_status_sensor_context(
                "health_alert", done.get_run_success_event(), instance, done.dagster_run
            )
            health_alert(context)
    assert told == [
        f"Dateline: sources in trouble on {days['broken']}\n"
        "harbour is broken: its listings name no story, usually 6 (ok 1)"
    ]
