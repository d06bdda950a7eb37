"""The spiders against a real site: every route, a second run, a backfill, the command line, an interruption."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from scrapers.pagestore import read_index, read_payload, verify
from scrapers.spiders.source import SourceSpider
from tests.web import PROJECT, Site, crawl, crawl_command, crawl_environment, declare, page, rss, served, sitemap, story
from warehouse.errors import SettingError
from warehouse.layout import Layout

pytestmark = pytest.mark.slow

DAY = "2026-11-24"


def newspaper(site: Site) -> None:
    """One story a route finds alone, one that all find, and some that none should take."""
    base = site.base
    names = ["from-the-feed", "from-the-sitemap", "from-section-page-only", "from-wordpress", "found-by-all-of-them"]
    for name in names:
        site.pages[f"/news/{name}"] = story(name, ETag=f'"{name}"', X_Robots_Tag="noai")
    site.pages["/news/2018-story"] = story("old")
    site.pages["/moved/feed-link"] = page("", status=301, Location="/news/from-the-feed")
    all_of_them = f"{base}/news/found-by-all-of-them"
    site.pages["/feed"] = rss("/moved/feed-link", f"{all_of_them}?utm_source=feed", "https://elsewhere.invalid/news/x")
    inner = sitemap(
        (f"{base}/news/from-the-sitemap", "2026-11-24T05:00:00Z"),
        (all_of_them, "2026-11-24T05:00:00Z"),
        (f"{base}/news/2018-story", "2018-02-08T10:00:00Z"),
    )
    index = "<sitemapindex>" + "".join(f"<sitemap><loc>{base}{path}</loc></sitemap>" for path in ("/s1.xml.gz",))
    index += f"<sitemap><loc>{base}/s2.xml</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>"
    site.pages["/sitemap.xml"] = page(index, "application/xml")
    site.pages["/s1.xml.gz"] = page(gzip.compress(inner), "application/gzip")
    site.pages["/front"] = page(
        '<a href="/news/from-section-page-only">s</a><a href="/news/found-by-all-of-them">a</a><a href="/about">x</a>'
    )
    for number, link in ((1, all_of_them), (2, f"{base}/news/from-wordpress")):
        posts = json.dumps([{"link": link, "date_gmt": "2026-11-24T05:00:00", "title": {"rendered": "t"}}])
        query = f"/wp-json/wp/v2/posts?per_page=100&page={number}&orderby=date&order=desc"
        query += "&_fields=link%2Cdate_gmt%2Cmodified_gmt%2Ctitle&after=2026-11-17T00%3A00%3A00Z"
        site.pages[query] = page(posts, "application/json", X_WP_TotalPages="2")


def routes(base: str) -> str:
    return (
        f'feeds = ["{base}/feed"]\nsitemaps = ["{base}/sitemap.xml"]\nsections = ["{base}/front"]\n'
        f'wordpress = "{base}/wp-json/wp/v2"\nallow = ["/news/*", "/moved/*"]\n'
    )


def test_every_route_finds_its_story_and_a_second_run_asks_only_what_changed(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    layout = Layout(data)
    with served() as site:
        newspaper(site)
        declare(sources, "all", site.base, routes(site.base))
        first = crawl("source", "all", data=data, sources=sources, day=DAY)
        assert first.code == 0, first.log
        assert first.stats["finish_reason"] == "finished"
        # 6 listings (index, one of its two sitemaps, two pages of posts, feed, front) and 5 stories
        assert first.outcomes == {"ok": 11}, first.log
        assert first.requests == 11
        assert site.paths()["/news/found-by-all-of-them"] == 1
        assert site.paths()["/s2.xml"] == 0, "its lastmod says it holds nothing recent"
        assert first.stats["discovery/offsite"] == 1
        assert first.stats["discovery/outside_window"] == 1
        assert all("Dateline" in headers["User-Agent"] for _, headers in site.asked)

        pages = {page.url.removeprefix(site.base): page for page in read_index(layout, "all", date.fromisoformat(DAY))}
        assert pages["/moved/feed-link"].outcome == "ok"
        assert read_payload(layout, pages["/moved/feed-link"]).count(b"from-the-feed") == 2
        assert pages["/news/from-the-sitemap"].via == "sitemap"
        assert pages["/news/from-wordpress"].via == "wordpress"
        assert pages["/news/from-the-sitemap"].listed_published_at == datetime(2026, 11, 24, 5, tzinfo=UTC)
        assert pages["/news/from-the-sitemap"].reservations == ("noai",)
        assert verify(layout, "all") == []

        asked = len(site.asked)
        again = crawl("source", "all", data=data, sources=sources, day=DAY, recheck="1")
        assert again.outcomes == {"ok": 6, "not_modified": 5}, again.log
        assert site.paths()["/news/from-the-feed"] == 2
        assert len(site.asked) > asked
        before = list(pages.values())
        assert sorted(before, key=lambda row: row.url) == sorted(
            read_index(layout, "all", date.fromisoformat(DAY)), key=lambda row: row.url
        )


def test_a_spider_of_one_route_keeps_to_it(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    with served() as site:
        newspaper(site)
        declare(sources, "one", site.base, routes(site.base))
        done = crawl("section", "one", data=data, sources=sources, day=DAY)
        assert done.outcomes == {"ok": 3}, done.log
        assert site.paths()["/news/from-section-page-only"] == 1
        assert site.paths()["/feed"] == 0


def test_posts_of_a_wordpress_that_does_not_say_how_many_there_are_are_read_to_the_last(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"

    def posts(handler: BaseHTTPRequestHandler) -> None:
        number = int(parse_qs(urlsplit(handler.path).query)["page"][0])
        links = [f"/news/story-{number}" if number == 6 else "/about"] * (40 if number == 6 else 100)
        page(json.dumps([{"link": link, "date_gmt": "2026-11-24T05:00:00"} for link in links]))(handler)

    with served() as site:
        site.other = posts
        site.pages = {"/robots.txt": page("", "text/plain"), "/news/story-6": story("the last")}
        declare(sources, "quiet", site.base, f'wordpress = "{site.base}/wp-json/wp/v2"\nallow = ["/news/*"]')
        done = crawl("wordpress", "quiet", data=data, sources=sources, day=DAY)
        assert done.outcomes == {"ok": 6 + 1}, done.log
        assert site.paths()["/news/story-6"] == 1


def test_a_backfill_takes_only_stories_of_its_window(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    with served() as site:
        newspaper(site)
        declare(sources, "old", site.base, f'sitemaps = ["{site.base}/sitemap.xml"]\n')
        window = {"since": "2018-02-08", "until": "2018-02-09"}
        done = crawl("sitemap", "old", data=data, sources=sources, day="2018-02-08", **window)
        assert site.paths()["/news/2018-story"] == 1, done.log
        assert not [path for path in site.paths() if path.startswith("/news/f")]
        (found,) = [p for p in read_index(Layout(data), "old", date(2018, 2, 8)) if p.purpose == "article"]
        assert found.listed_published_at == datetime(2018, 2, 8, 10, tzinfo=UTC)


def test_the_command_line_says_what_is_wrong(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    with served({"/feed": rss("/news/a-story-of-note")}) as site:
        declare(sources, "good", site.base, f'feeds = ["{site.base}/feed"]\n')
        environment = crawl_environment(data, sources, tmp_path / "stats.json")

        def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "scrapy", *arguments],
                cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip

        checked = scrapy("check", "feed", "-a", "source=good")
        assert checked.returncode == 0, checked.stderr
        assert "Ran 1 contract" in checked.stderr
        site.pages["/feed"] = rss()
        failed = scrapy("check", "feed", "-a", "source=good")
        assert failed.returncode == 1
        assert "no story" in failed.stderr
    unknown = scrapy("crawl", "feed", "-a", "source=nosuch")
    assert unknown.returncode == 1
    assert "no source 'nosuch'" in unknown.stderr
    assert "good" in unknown.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "Add -a source=ID"),
        ({"source": "../../etc/passwd"}, "no source '../../etc/passwd'"),
        ({"source": "bbc", "day": "yesterday"}, "-a day=2018-02-08"),
        ({"source": "bbc", "since": "2018-02-09", "until": "2018-02-08"}, "Swap the two"),
        ({"source": "bbc", "dya": "2018-02-08"}, "unknown argument dya"),
    ],
)
def test_wrong_arguments_are_complained_about(arguments: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError) as caught:
        SourceSpider(**arguments)
    assert said in str(caught.value)


def test_an_interrupted_crawl_ends_orderly_and_the_next_one_fetches_the_rest(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    names = [f"/news/story-number-{n}" for n in range(60)]
    with served({"/feed": rss(*names)}) as site:
        for name in names:
            site.pages[name] = story(name)
        declare(sources, "stop", site.base, f'feeds = ["{site.base}/feed"]\n')
        slowly = {"DOWNLOAD_DELAY": 0.05}
        process = subprocess.Popen(
            crawl_command("feed", "stop", slowly, {"day": DAY}),
            cwd=PROJECT, env=crawl_environment(data, sources, tmp_path / "s.json"), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while len(site.asked) < 12 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        kept = [p for p in read_index(Layout(data), "stop", date.fromisoformat(DAY)) if p.purpose == "article"]
        assert 0 < len(kept) < len(names), "interrupted midway, with what came kept"
        assert not list(data.rglob("*.open"))
        done = crawl("feed", "stop", data=data, sources=sources, day=DAY)
        assert done.stats["request_count/article"] == len(names) - len(kept), done.log
        rows = read_index(Layout(data), "stop", date.fromisoformat(DAY))
        assert sorted(row.url for row in rows if row.purpose == "article") == sorted(site.base + name for name in names)
        assert verify(Layout(data), "stop") == []
