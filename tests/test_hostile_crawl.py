"""Hostile and broken servers: every request ends in its one outcome, and the crawl stays small and finishes."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path

import brotli
import pytest
import trustme

from scrapers.pagestore import iter_payloads, read_index, verify
from tests.attacks import HEADS, OK, PRIVATE, STEERING, STEERS, bombs, hang_up, moved, raw
from tests.names import VARIABLE, answering
from tests.web import Crawl, Site, crawl, declare, page, rss, served, sitemap, story
from warehouse.layout import Layout
from warehouse.records import Page
from warehouse.schema import to_row

pytestmark = pytest.mark.slow

DAY = "2026-11-24"
DAY_DATE = date(2026, 11, 24)


def busy_once(site: Site, path: str) -> None:
    """429 with Retry-After at first, then the story."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        times = site.paths()[path]
        (page("slow down", status=429, Retry_After="1") if times == 1 else story("patience"))(handler)

    site.pages[path] = answer


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
    with served() as site, served() as elsewhere:
        expected = {
            "/news/good": "ok",
            "/news/drip": "error:timeout",
            "/news/cut-short": "truncated",
            "/news/hang-up": "error:connection",
            "/news/forbidden": "blocked",
            "/news/challenge": "blocked",
            "/news/gone": "error:http_410",
            "/news/down": "error:http_500",
            "/news/busy-once": "ok",
            "/news/not-gzip": "error:encoding",
            "/news/two-hundred-times-gzip": "error:encoding",
            "/news/half-a-gzip": "truncated",
            "/news/half-a-brotli": "truncated",
            "/news/a-part-nobody-asked-for": "truncated",
            "/news/to-file": "error:scheme",
            "/news/to-steering": "error:scheme",
            "/news/to-data": "error:scheme",
            "/news/to-nowhere": "error:redirect",
            "/news/to-a-long-address": "error:redirect",
            "/news/to-a-bad-address": "error:redirect",
            "/news/round-and-round": "error:redirect",
            "/news/to-good-with-a-password": "ok",
            "/news/no-such-host": "error:dns",
            "/news/refresh": "ok",
            "/news/%2e%2e/%2e%2e/etc/passwd%00": "error:http_404",
            "/private/page": "robots_denied",
            **dict.fromkeys(bombs(), "too_large"),
            **{path: outcome for path, (_, outcome) in HEADS.items()},
        }
        names = [f"of-many-{n}-{hashlib.md5(b'%d' % n).hexdigest()}" for n in range(90)]
        goes = {
            "/news/to-file": "file:///etc/passwd",
            "/news/to-steering": f"ftp://user:password@127.0.0.1/{STEERING}",
            "/news/to-data": "data:text/html,<p>x",
            "/news/to-a-long-address": "/" + "a" * 9_000,
            "/news/to-a-bad-address": "http://[bad/",
            "/news/round-and-round": "/news/round-and-round",
            "/news/to-good-with-a-password": f"http://user:password@127.0.0.1:{site.port}/news/good",
            "/news/no-such-host": "http://no-such-host.invalid/",
        }
        refresh = f"<meta http-equiv=refresh content='0;url=http://127.0.0.2:{site.port}/'><p>here"
        site.pages |= {path: moved(to) for path, to in goes.items()}
        site.pages |= bombs() | {path: answer for path, (answer, _) in HEADS.items()}
        site.pages |= {
            "/robots.txt": page("User-agent: *\nDisallow: /private/\n", "text/plain"),
            "/news/good": story("good"),
            "/news/drip": raw(OK + b"Content-Length: 100000\r\n\r\n", *[b"."] * 100, pause=0.1),
            "/news/cut-short": raw(
                OK + b"Content-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>the first half</p>"
            ),
            "/news/hang-up": hang_up,
            "/news/forbidden": page("no", status=403),
            "/news/challenge": page("<p>checking your browser", cf_mitigated="challenge"),
            "/news/gone": page("gone", status=410),
            "/news/down": page("oops", status=500),
            "/news/not-gzip": page("plain words", Content_Encoding="gzip"),
            "/news/two-hundred-times-gzip": page(gzip.compress(b"x"), Content_Encoding=", ".join(["gzip"] * 200)),
            "/news/half-a-gzip": page(gzip.compress(LONG)[:3000], Content_Encoding="gzip"),
            "/news/half-a-brotli": page(brotli.compress(LONG)[:3000], Content_Encoding="br"),
            "/news/a-part-nobody-asked-for": page("<p>the first", status=206, Content_Range="bytes 0-11/5000"),
            "/news/to-nowhere": page("", status=302),
            "/news/refresh": page(refresh, Refresh=f"0; url=http://127.0.0.2:{site.port}/"),
            "/private/page": story("private"),
            "/feed": rss(*expected, "file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/html,x", "s3://bucket/key"),
            "/broken-feed": page("<html><body>We are moving house.</body></html>"),
            "/bomb.xml.gz": page(gzip.compress(b"<urlset>" + b" " * 9_000_000, 1), "application/gzip"),
            "/half.xml.gz": page(
                gzip.compress(sitemap(*[(f"/news/{n}", "") for n in names]))[:-400], "application/gzip"
            ),
            "/cut.xml": page(sitemap(("/news/good", ""), ("/news/half-an-address-is-none", "")).partition(b"-is")[0]),
            "/files.xml": page(sitemap(("file:///etc/passwd", ""), ("ftp://127.0.0.1/x", ""), ("data:,x", ""))),
            "/index.xml": page(b"<sitemapindex><sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>"),
        }
        busy_once(site, "/news/busy-once")
        sitemaps = ["/bomb.xml.gz", "/half.xml.gz", "/cut.xml", "/files.xml", "/index.xml"]
        feeds = [site.base + "/feed", site.base + "/broken-feed"]
        declare(sources, "bad", site.base, f"feeds = {feeds}\nsitemaps = {[site.base + path for path in sitemaps]}\n")
        done = crawl(
            "source", "bad", data=data, sources=sources, day=DAY, settings={"DOWNLOAD_TIMEOUT": 5},
            environment=dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"), elsewhere.base),
        )  # fmt: skip
        whole(done)
        pages = {url.removeprefix(site.base): page for url, page in outcomes(Layout(data), "bad").items()}
        half = {path for path in pages if path.startswith("/news/of-many")}
        assert 9 < len(half) < 90, "what came of a listing is read"
        expected |= dict.fromkeys(half, "error:http_404")
        listings = {
            "/half.xml.gz": "truncated",
            "/cut.xml": "truncated",
            "/feed": "ok",
            "/broken-feed": "error:malformed",
            "/bomb.xml.gz": "too_large",
        }
        listings |= {"/files.xml": "ok", "/index.xml": "ok"}
        assert {path: page.outcome for path, page in pages.items()} == expected | listings, done.log
        assert done.stats["discovery/broken"] == 4 + 3 + 1 + 2, "file, ftp, s3 and data links, nor entries cut off"
        assert site.paths()["/private/page"] == 0
        assert site.paths()["/news/forbidden"] == 1, "a refusal is not asked for twice"
        assert site.paths()["/head/without-end"] == 1, "nor is what is too large"
    assert not elsewhere.asked, "no proxy of the environment is asked: it would connect where nothing checks"
    for path in ("/news/cut-short", "/news/half-a-gzip", "/news/forbidden"):
        assert pages[path].payload_digest, "bodies that came are kept"
    assert done.stats["memusage/max"] < 300e6, "bytes, at the crawl's peak"
    assert not STEERS.search(done.log)
    assert "password" not in done.log
    names = {part for path in data.rglob("*") for part in path.relative_to(data).parts}
    assert all(re.fullmatch(r"[a-z0-9][a-zA-Z0-9._-]{0,99}", name) for name in names), "ids, hashes and dates"


LONG = b"".join(b"<p>Shell %d hit street number %d.</p>" % (n, n * 7919 % 1000) for n in range(2000))
GZIPPED = gzip.compress(b"<p>Shells hit the bridge.</p>" * 20)
PLAIN = {"Content-Type": "text/html; charset=utf-8", "ETag": '"1"', "Content-Length": "12"}
CHUNKS = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked", "X-Robots-Tag": "noai"}
AWAY = {"Location": "http://127.0.0.1/a?b=c#d", "Set-Cookie": "a=b", "Content-Length": "0"}
SAME = {"Last-Modified": "Tue, 24 Nov 2026 06:00:00 GMT"}
ANSWERS = [
    f"HTTP/1.1 {status}\r\n".encode()
    + b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items())
    + b"\r\n"
    + body
    for status, headers, body in (
        ("200 OK", PLAIN, b"<p>hello</p>"),
        ("200 OK", CHUNKS, b"%x\r\n%s\r\n0\r\n\r\n" % (len(GZIPPED), GZIPPED)),
        ("302 Found", AWAY, b""),
        ("304 Not Modified", SAME, b""),
    )
]
PIECES = [b"\r\n", b"\n", b"\0", b":", b" ", b"9" * 30, b"-1", b"\xff\xfe", b"\x1b[2J", b"%", b"\t", "\u202e".encode()]


def test_no_answer_whatever_its_bytes_breaks_a_crawl_or_its_tables(tmp_path: Path) -> None:
    """Answers with bytes left out, doubled and put in: each has an outcome, and what is stored can be read again."""
    data, sources = tmp_path / "data", tmp_path / "sources"
    chance = random.Random(1)
    with served() as site:
        for number in range(150):
            answer = chance.choice(ANSWERS)
            for _ in range(chance.randint(1, 3)):
                start = chance.randrange(len(answer))
                end = min(len(answer), start + chance.randint(0, 9))
                answer = answer[:start] + chance.choice([*PIECES, answer[start:end] * 2, b""]) + answer[end:]
            site.pages[f"/news/{number}"] = raw(answer)
        site.pages["/feed"] = rss(*site.pages)
        declare(sources, "odd", site.base, f'feeds = ["{site.base}/feed"]')
        done = crawl(
            "feed", "odd", data=data, sources=sources, day=DAY, settings={"DOWNLOAD_TIMEOUT": 3, "RETRY_TIMES": 0}
        )
        whole(done)
    found = outcomes(Layout(data), "odd")
    assert len(found) == 151
    assert not [page for page in found.values() if page.outcome in ("error:other", "error:spider")], done.log
    for row in found.values():
        to_row(row)  # what the warehouse will not take raises
    list(iter_payloads(Layout(data), found.values()))
    assert verify(Layout(data)) == []
    assert not STEERS.search(done.log)


def test_no_spelling_of_a_private_address_is_connected_to(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    with served() as site, served(host="127.0.0.2") as inside:
        names = {f"/news/to-{n}": spelling.format(port=inside.port) for n, spelling in enumerate(PRIVATE)}
        site.pages = {path: moved(to) for path, to in names.items()} | {"/feed": rss(*names)}
        declare(sources, "inwards", site.base, f'feeds = ["{site.base}/feed"]')
        done = crawl("feed", "inwards", data=data, sources=sources, day=DAY, settings={"RETRY_TIMES": 0})
        whole(done)
        found = {url.removeprefix(site.base): page for url, page in outcomes(Layout(data), "inwards").items()}
        wrong = {names[path]: found[path].outcome for path in names if found[path].outcome != "error:address"}
        assert not wrong, done.log
        assert all("not public" in (found[path].error or "") for path in names)
    assert not inside.asked


def test_no_hop_of_any_kind_leads_inwards(tmp_path: Path) -> None:
    """Stories, feeds, sitemaps, indexes, robots.txt: declared, named or redirected to, the address is checked."""
    data, sources = tmp_path / "data", tmp_path / "sources"
    with served() as site, served() as gated, served() as index, served(host="127.0.0.2") as inside:
        secret = inside.base + "/secret"
        site.pages = {
            "/moved-feed": moved(secret),
            "/feed": rss(secret, "/news/moved", gated.base + "/news/behind-robots"),
            "/moved-sitemap.xml": moved(secret),
            "/entities.xml": page(
                f'<!DOCTYPE rss SYSTEM "{secret}" [<!ENTITY x SYSTEM "{secret}"><!ENTITY % y SYSTEM "{secret}"> %y;]>'
                f'<?xml-stylesheet href="{secret}"?><rss><channel><item><title>&x;</title></item></channel></rss>'
            ),
            "/index.xml": page(
                f"<sitemapindex><sitemap><loc>{secret}</loc></sitemap><sitemap><loc>{index.base}/s.xml</loc></sitemap>"
                "</sitemapindex>"
            ),
            "/news/moved": moved("/news/moved-again"),
            "/news/moved-again": moved(secret),
        }
        gated.pages = {"/robots.txt": moved(inside.base + "/robots.txt"), "/news/behind-robots": story("never seen")}
        index.pages = {"/s.xml": moved(secret)}
        feeds = [site.base + path for path in ("/moved-feed", "/feed", "/entities.xml")] + [secret + "-feed"]
        routes = [site.base + "/moved-sitemap.xml", site.base + "/index.xml", secret + "-sitemap.xml"]
        hosts = 'hosts = ["127.0.0.2"]\n'
        declare(sources, "hops", site.base, f"feeds = {feeds}\nsitemaps = {routes}\n{hosts}")
        done = crawl("source", "hops", data=data, sources=sources, day=DAY)
        whole(done)
        found = {url: page.outcome for url, page in outcomes(Layout(data), "hops").items()}
        assert found == {
            site.base + "/feed": "ok",
            site.base + "/index.xml": "ok",
            site.base + "/entities.xml": "ok",
            **dict.fromkeys(
                [
                    site.base + "/moved-feed", site.base + "/moved-sitemap.xml", site.base + "/news/moved", secret,
                    secret + "-feed", secret + "-sitemap.xml", index.base + "/s.xml",
                    gated.base + "/news/behind-robots",
                ],
                "error:address",
            ),
        }, done.log  # fmt: skip
        assert set(gated.paths()) == {"/robots.txt"}, "without its rules nothing is fetched"
    assert not inside.asked


def test_the_address_that_was_checked_is_the_one_connected_to(tmp_path: Path) -> None:
    """Names whose answers change between two look-ups, or hold a public and a private address at once."""
    data, sources = tmp_path / "data", tmp_path / "sources"
    names = ["rebinding.test", "mixed.test", "never.test"]
    answers = {
        "rebinding.test": [["127.0.0.1"], ["127.0.0.2"]],
        "mixed.test": [["127.0.0.2", "127.0.0.1"]],
        "never.test": [["10.0.0.1", "127.0.0.2"]],
    }
    with served() as site, served(host="127.0.0.2", port=site.port) as inside, answering(answers) as (service, asked):
        urls = {name: f"http://{name}:{site.port}/news/story" for name in names}
        site.pages = {
            "/feed": rss(*urls.values()),
            "/news/story": story("public", Connection="close"),
            "/robots.txt": page("", "text/plain", Connection="close"),
        }
        declare(sources, "names", site.base, f'feeds = ["{site.base}/feed"]\nhosts = {names}')
        settings = {"TWISTED_DNS_RESOLVER": "tests.names.LocalNames", "DNSCACHE_ENABLED": False}
        done = crawl(
            "feed", "names", data=data, sources=sources, day=DAY, settings=settings, environment={VARIABLE: service}
        )
        whole(done)
        found = {url: page.outcome for url, page in outcomes(Layout(data), "names").items()}
        del found[site.base + "/feed"]
        assert found == {
            urls["rebinding.test"]: "error:address",
            urls["mixed.test"]: "ok",
            urls["never.test"]: "error:address",
        }, done.log
        assert asked["rebinding.test"] == 2, "the first answer served its robots.txt"
    assert not inside.asked


def test_hosts_that_must_not_or_cannot_be_crawled_each_say_why(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    feed = {"/feed": rss("/news/a")}
    with (
        trusted_by_nobody() as context,
        served(feed | {"/robots.txt": page("oops", status=500)}) as sick,
        served(feed | {"/robots.txt": raw(OK, *[b"X: y\r\n"] * 100, pause=0.1)}) as dripping,
        served(feed, host="127.0.0.2") as inside,
        served(feed, tls=context) as unsigned,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        expected = {
            f"{sick.base}/feed": "robots_denied",
            f"{dripping.base}/feed": "error:timeout",
            f"https://127.0.0.1:{silent.getsockname()[1]}/feed": "error:timeout",
            f"{inside.base}/feed": "error:address",
            f"{unsigned.base}/feed": "error:tls",
            "http://no-such-host.invalid/feed": "error:dns",
            "http://127.0.0.1:1/feed": "error:connection",
        }
        declare(sources, "closed", sick.base, f"feeds = {list(expected)}")
        done = crawl("feed", "closed", data=data, sources=sources, day=DAY, settings={"DOWNLOAD_TIMEOUT": 3})
        whole(done)
        rows = outcomes(Layout(data), "closed")
        assert {url: row.outcome for url, row in rows.items()} == expected, done.log
        assert set(sick.paths()) == set(dripping.paths()) == {"/robots.txt"}
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
    pages = {"/robots.txt": robots, **dict.fromkeys(names, timed)}
    with trusted_by_nobody() as context, served(pages, tls=context) as site:
        # the feed gives one story by http as well, where nothing answers: it is the same story
        site.pages["/feed"] = rss(*names, f"{site.base.replace('https', 'http')}{names[0]}")
        declare(sources, "slow", site.base, f'feeds = ["{site.base}/feed"]')
        with (sources / "slow.toml").open("a") as declaration:
            declaration.write("allow_self_signed = true\n")
        done = crawl("feed", "slow", data=data, sources=sources, day=DAY)
        whole(done)
    assert done.outcomes == {"ok": 4}, done.log
    assert min(after - before for before, after in pairwise(times)) > 0.6


def test_a_certificate_must_be_of_a_known_authority_for_this_host_and_of_today(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    authority, feed = trustme.CA(), {"/feed": rss()}
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificates = {
        "ok": authority.issue_cert("127.0.0.1"),
        "other host": authority.issue_cert("127.0.0.2", "news.example"),
        "expired": authority.issue_cert("127.0.0.1", not_after=datetime(2026, 1, 1, tzinfo=UTC)),
        "nobody's": trustme.CA().issue_cert("127.0.0.1"),
    }
    with ExitStack() as stack:
        sites = {}
        for name, certificate in certificates.items():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            sites[name] = stack.enter_context(served(feed, tls=context))
        declare(sources, "tls", sites["ok"].base, f"feeds = {[site.base + '/feed' for site in sites.values()]}")
        done = crawl(
            "feed", "tls", data=data, sources=sources, day=DAY,
            environment={"SSL_CERT_FILE": str(tmp_path / "ca.pem")},
        )  # fmt: skip
        whole(done)
        rows = outcomes(Layout(data), "tls")
        found = {name: rows[site.base + "/feed"].outcome for name, site in sites.items()}
    assert found == {name: "ok" if name == "ok" else "error:tls" for name in certificates}, done.log
    assert [name for name, site in sites.items() if site.asked] == ["ok"], "nothing is sent before the check"


def test_traps_without_end_are_left_at_their_caps(tmp_path: Path) -> None:
    """A sitemap index whose children are indexes, a calendar of ever more days, a WordPress of a million pages."""
    data, sources = tmp_path / "data", tmp_path / "sources"

    def more(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/wp-json/"):
            posts = json.dumps([{"link": f"/posts/{len(handler.path)}"}])
            page(posts, "application/json", X_WP_TotalPages="999999")(handler)
            return
        children = "".join(f"<sitemap><loc>{handler.path}/{n}</loc></sitemap>" for n in range(30))
        page(f"<sitemapindex><sitemap><loc>{handler.path}</loc></sitemap>{children}</sitemapindex>")(handler)

    days = [f"/calendar/2026/{month}/{day}/what-is-on-today" for month in range(1, 5) for day in range(28)]
    calendar = page("".join(f"<a href={day}>x</a>" for day in days))
    with served() as site:
        site.other = more
        site.pages = {"/robots.txt": page("", "text/plain"), "/calendar": calendar} | dict.fromkeys(days, calendar)
        posts = f"{site.base}/wp-json/wp/v2"
        routes = f'sitemaps = ["{site.base}/endless"]\nsections = ["{site.base}/calendar"]\nwordpress = "{posts}"\n'
        declare(sources, "trap", site.base, routes)
        caps = {"LISTING_TOTAL": 120, "CAP_PATTERN": 5}
        done = crawl("source", "trap", data=data, sources=sources, day=DAY, settings=caps)
        whole(done)
        asked = site.paths()
    assert done.stats["request_count/discovery"] == 120, done.log
    assert sum(n for path, n in asked.items() if path in days) == 5
    for start in ("/endless", "/wp-json"):
        times = [n for path, n in asked.items() if path.startswith(start)]
        # which of them uses the allowance up is a matter of who answers first
        assert times
        assert max(times) == 1, "an index that names itself is read once"
    assert done.stats["discovery/listings_left_out"] > 0
    assert done.stats["discovery/capped"] > 0


def test_hosts_made_up_without_end_and_their_endless_rules_fill_no_memory(tmp_path: Path) -> None:
    """Half a megabyte of rules takes 30 MB in memory, and names cost nothing."""
    data, sources = tmp_path / "data", tmp_path / "sources"
    rules = "User-agent: *\n" + "".join(f"Allow: /{n}$\n" for n in range(36_000))
    with served() as site, answering({"*.own.test": [["127.0.0.1"]]}) as (service, _):
        names = [f"http://h{n}.own.test:{site.port}/news/a" for n in range(7)]
        site.pages = {"/feed": rss(*names), "/robots.txt": page(rules, "text/plain"), "/news/a": story("a")}
        declare(sources, "many", site.base, f'feeds = ["{site.base}/feed"]\nhosts = ["own.test"]')
        done = crawl(
            "feed", "many", data=data, sources=sources, day=DAY,
            settings={"TWISTED_DNS_RESOLVER": "tests.names.LocalNames", "CAP_HOSTS": 6},
            environment={VARIABLE: service},
        )  # fmt: skip
        whole(done)
        asked = site.paths()
    assert done.outcomes == {"ok": 1 + 5, "error:hosts": 2}, done.log
    assert asked["/robots.txt"] == 6
    assert done.stats["memusage/max"] < 230e6, "bytes; with the rules of all six kept it was 273 MB"


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
