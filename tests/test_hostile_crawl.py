"""Hostile and broken servers: every request ends in its one outcome, and the crawl stays small and finishes."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path

import pytest
import trustme

from scrapers.pagestore import read_index
from tests.web import Crawl, Site, crawl, declare, page, rss, served, story
from warehouse.layout import Layout
from warehouse.records import Page

pytestmark = pytest.mark.slow

DAY = "2026-11-24"
DAY_DATE = date(2026, 11, 24)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(b"<p>more</p>" * 10_000)
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b".")
        handler.wfile.flush()
        time.sleep(0.1)


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<p>the first half</p>")
    handler.close_connection = True


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def busy_once(site: Site, path: str) -> None:
    """429 with Retry-After at first, then the story."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        times = site.paths()[path]
        (page("slow down", status=429, Retry_After="1") if times == 1 else story("patience"))(handler)

    site.pages[path] = answer


def bomb() -> bytes:
    packed = gzip.compress(b"\0" * 30_000_000, 1)
    return gzip.compress(packed, 1)


def outcomes(layout: Layout, source: str) -> dict[str, Page]:
    return {page.url: page for page in read_index(layout, source, DAY_DATE)}


def whole(done: Crawl) -> None:
    """What holds after any crawl that finished: the sums add up."""
    assert done.stats.get("finish_reason") == "finished", done.log
    assert sum(done.outcomes.values()) == done.requests, done.log


@contextmanager
def trusted_by_nobody() -> Iterator[ssl.SSLContext]:
    """A certificate for 127.0.0.1 of an authority nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    yield context


def test_each_bad_page_ends_in_its_outcome_and_the_good_ones_are_kept(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    secret: list[str] = []
    with served() as site, served({"/": page("inner secret")}) as other:
        expected = {
            "/news/good": "ok",
            "/news/bomb": "too_large",
            "/news/bomb-announced": "too_large",
            "/news/endless": "too_large",
            "/news/drip": "error:timeout",
            "/news/cut-short": "truncated",
            "/news/hang-up": "error:connection",
            "/news/forbidden": "blocked",
            "/news/challenge": "blocked",
            "/news/gone": "error:http_410",
            "/news/down": "error:http_500",
            "/news/busy-once": "ok",
            "/news/not-gzip": "error:encoding",
            "/news/to-file": "error:scheme",
            "/news/to-nowhere": "error:redirect",
            "/news/round-and-round": "error:redirect",
            "/news/to-private": "error:address",
            "/news/to-metadata": "error:address",
            "/news/to-decimal": "error:address",
            "/news/to-mapped": "error:address",
            "/news/to-localhost-name": "error:address",
            "/news/no-such-host": "error:dns",
            "/private/page": "robots_denied",
        }
        moved = {
            "/news/to-file": "file:///etc/passwd",
            "/news/round-and-round": "/news/round-and-round",
            "/news/to-private": "http://10.0.0.1/",
            "/news/to-metadata": "http://169.254.169.254/latest/meta-data/",
            "/news/to-decimal": f"http://2130706434:{other.port}/",  # 127.0.0.2 in one number
            "/news/to-mapped": f"http://[::ffff:127.0.0.2]:{other.port}/",
            "/news/to-localhost-name": "http://0.0.0.0/",
            "/news/no-such-host": "http://no-such-host.invalid/",
        }
        site.pages |= {path: page("", status=302, Location=to) for path, to in moved.items()}
        site.pages |= {
            "/robots.txt": page("User-agent: *\nDisallow: /private/\n", "text/plain"),
            "/news/good": story("good"),
            "/news/bomb": page(bomb(), Content_Encoding="gzip, gzip"),
            "/news/bomb-announced": page(b"x" * 9_000_000),
            "/news/endless": endless,
            "/news/drip": drip,
            "/news/cut-short": cut_short,
            "/news/hang-up": hang_up,
            "/news/forbidden": page("no", status=403),
            "/news/challenge": page("<p>checking your browser", cf_mitigated="challenge"),
            "/news/gone": page("gone", status=410),
            "/news/down": page("oops", status=500),
            "/news/not-gzip": page("plain words", Content_Encoding="gzip"),
            "/news/to-nowhere": page("", status=302),
            "/private/page": story("private"),
            "/feed": rss(*expected, "file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/html,x"),
            "/broken-feed": page("<html><body>We are moving house.</body></html>"),
            "/bomb.xml.gz": page(gzip.compress(b"<urlset>" + b" " * 9_000_000, 1), "application/gzip"),
        }
        busy_once(site, "/news/busy-once")
        routes = f'feeds = ["{site.base}/feed", "{site.base}/broken-feed"]\nsitemaps = ["{site.base}/bomb.xml.gz"]\n'
        declare(sources, "bad", site.base, routes)
        done = crawl("source", "bad", data=data, sources=sources, day=DAY, settings={"DOWNLOAD_TIMEOUT": 3})
        whole(done)
        secret += [path for path, _ in other.asked]
        found = {url.removeprefix(site.base): page.outcome for url, page in outcomes(Layout(data), "bad").items()}
        listings = {"/feed": "ok", "/broken-feed": "error:malformed", "/bomb.xml.gz": "too_large"}
        assert found == expected | listings, done.log
        assert done.stats["discovery/broken"] == 3, "file, ftp and data links are no stories"
        assert site.paths()["/private/page"] == 0
        assert site.paths()["/news/forbidden"] == 1, "a refusal is not asked for twice"
    assert not secret, "nothing but the source's own address was connected to"
    pages = {url.removeprefix(site.base): page for url, page in outcomes(Layout(data), "bad").items()}
    for path in ("/news/cut-short", "/news/forbidden"):
        assert pages[path].payload_digest, "bodies that came are kept"
    assert "not public" in (pages["/news/to-metadata"].error or "")
    assert done.stats["memusage/max"] < 300e6, "bytes, at the crawl's peak"


def test_hosts_that_must_not_or_cannot_be_crawled_each_say_why(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    feed = {"/feed": rss("/news/a")}
    with (
        trusted_by_nobody() as context,
        served(feed | {"/robots.txt": page("oops", status=500)}) as sick,
        served(feed) as inside,
        served(feed, tls=context) as unsigned,
    ):
        expected = {
            f"{sick.base}/feed": "robots_denied",
            f"http://127.0.0.2:{inside.port}/feed": "error:address",
            f"{unsigned.base}/feed": "error:tls",
            "http://no-such-host.invalid/feed": "error:dns",
            "http://127.0.0.1:1/feed": "error:connection",
        }
        declare(sources, "closed", sick.base, f"feeds = {list(expected)}")
        done = crawl("feed", "closed", data=data, sources=sources, day=DAY)
        whole(done)
        rows = outcomes(Layout(data), "closed")
        assert {url: row.outcome for url, row in rows.items()} == expected, done.log
        assert set(sick.paths()) == {"/robots.txt"}
        assert not inside.asked
        assert "500" in (rows[f"{sick.base}/feed"].error or "")


def test_a_source_may_allow_a_self_signed_certificate_and_crawl_delay_is_kept(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    names = ["/news/a", "/news/b", "/news/c"]
    times: list[float] = []

    def timed(handler: BaseHTTPRequestHandler) -> None:
        times.append(time.monotonic())
        story("t")(handler)

    robots = page("User-agent: Dateline\nCrawl-delay: 0.7\n", "text/plain")
    pages = {"/robots.txt": robots, "/feed": rss(*names), **dict.fromkeys(names, timed)}
    with trusted_by_nobody() as context, served(pages, tls=context) as site:
        declare(sources, "slow", site.base, f'feeds = ["{site.base}/feed"]')
        with (sources / "slow.toml").open("a") as declaration:
            declaration.write("allow_self_signed = true\n")
        done = crawl("feed", "slow", data=data, sources=sources, day=DAY)
        whole(done)
    assert done.outcomes == {"ok": 4}, done.log
    assert min(after - before for before, after in pairwise(times)) > 0.6


def test_rules_hold_for_every_request_that_waited_for_them(tmp_path: Path) -> None:
    """Several first requests wait for one slow robots.txt: each of them must hear what it forbids."""
    data, sources = tmp_path / "data", tmp_path / "sources"

    def late_rules(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(1.0)
        page("User-agent: *\nDisallow: /private/\n", "text/plain")(handler)

    names = [f"/private/feed-{n}" for n in range(6)]
    with served({"/robots.txt": late_rules} | {name: rss("/news/a") for name in names}) as site:
        declare(sources, "waiting", site.base, f"feeds = [{', '.join(repr(site.base + name) for name in names)}]\n")
        done = crawl("feed", "waiting", data=data, sources=sources, day=DAY)
        whole(done)
        assert done.outcomes == {"robots_denied": len(names)}, done.log
        assert set(site.paths()) == {"/robots.txt"}


def test_a_host_that_keeps_saying_no_is_left_alone(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    names = [f"/news/story-{n}" for n in range(40)]
    with served({"/feed": rss(*names)}) as site:
        site.pages |= {name: page("later", status=429, Retry_After="3600") for name in names}
        declare(sources, "rest", site.base, f'feeds = ["{site.base}/feed"]\n')
        began = time.monotonic()
        done = crawl("feed", "rest", data=data, sources=sources, day=DAY)
        whole(done)
        assert time.monotonic() - began < 30, "an hour's rest is not waited for"
        asked = sum(n for path, n in site.paths().items() if path in names)
        assert asked <= 16, "what was under way, then nothing more"
        assert done.outcomes["error:host_resting"] + done.outcomes["blocked"] == len(names), done.log
