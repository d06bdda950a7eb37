"""Readers of listings: what they take from good ones, what survives in broken ones, what attacks come to."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.addresses import allowed
from scrapers.answers import retry_after
from scrapers.caps import Caps
from scrapers.discovery.feed import read_feed
from scrapers.discovery.listing import (
    LARGEST,
    MOST_ENTRIES,
    Discovered,
    Listing,
    ListingError,
    ListingTooLarge,
    breaks_off,
    parse_date,
)
from scrapers.discovery.section import read_section
from scrapers.discovery.sitemap import may_hold, period, read_sitemap
from scrapers.discovery.wordpress import posts_url, read_posts
from scrapers.reservations import reservations
from scrapers.urls import canonical, other_page, requestable
from tests.conftest import PROJECT

URL = "https://news.example.org/feed.xml"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

RSS = b"""\xef\xbb\xbf
<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Us</title>
<item><title>Shelling in &amp; around the port</title><link> /a/one?utm_source=rss </link>
  <pubDate>Tue, 24 Nov 2026 14:00:00 +0200</pubDate></item>
<item><title>No link, guid only</title><guid>https://news.example.org/a/two</guid><dc:date>2026-11-24</dc:date></item>
<item><title>Nothing to follow</title><guid isPermaLink="false">17</guid></item>
<item><title>A script</title><link>javascript:alert(1)</link></item>
<item><title>A file</title><link>file:///etc/passwd</link></item>
<item><title>Bad date</title><link>https://news.example.org/a/three</link><pubDate>yesterday-ish</pubDate></item>
<item><title>Never closed &nbsp;</title><link>https://news.example.org/a/four</link>
"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example.org/x/"><entry>
<title type="html">Truce</title><link rel="self" href="/self"/><link href="five"/><id>tag:x</id>
<published>2026-11-24T12:00:00Z</published><updated>2026-11-24T13:30:00.123+01:00</updated></entry></feed>"""

NEWS = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://news.example.org/a</loc><lastmod>2026-11-24T13:00:00Z</lastmod><news:news>
<news:publication><news:name>Us</news:name></news:publication><news:publication_date>2026-11-24T12:00Z
</news:publication_date><news:title>Raid</news:title></news:news></url>
<url><lastmod>2026-11-24</lastmod></url></urlset>"""

BOMB = b"""<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>"""


def test_a_broken_entry_never_drops_the_feed() -> None:
    listing = read_feed(RSS, URL)
    assert [story.url for story in listing.stories] == [
        "https://news.example.org/a/one?utm_source=rss",
        "https://news.example.org/a/two",
        "https://news.example.org/a/three",
        "https://news.example.org/a/four",
    ]
    assert listing.broken == 3
    first, second, third, _ = listing.stories
    assert (first.title, first.published_at) == ("Shelling in & around the port", NOON)
    assert (second.published_at, third.published_at) == (datetime(2026, 11, 24, tzinfo=UTC), None)


def test_atom_takes_the_alternate_link_against_its_base() -> None:
    (story,) = read_feed(ATOM, URL).stories
    assert story.url == "https://news.example.org/x/five"
    assert (story.published_at, story.modified_at) == (NOON, datetime(2026, 11, 24, 12, 30, tzinfo=UTC))


PREFIXED = b"""<?xml version="1.0"?><sm:urlset xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9">
<sm:url><sm:loc>https://news.example.org/a</sm:loc></sm:url><sm:url><sm:loc>https://news.example.org/b</sm:loc></sm:url>
</sm:urlset>"""


@pytest.mark.parametrize(("read", "body"), [(read_feed, ATOM), (read_sitemap, NEWS), (read_sitemap, PREFIXED)])
def test_a_listing_cut_off_anywhere_says_so_and_names_no_half_address(
    read: Callable[[bytes, str], Listing], body: bytes
) -> None:
    whole = {story.url for story in read(body, URL).stories}
    assert breaks_off(body) is None
    entries = max(body.find(b"<url>"), body.find(b"<sm:url>"), body.find(b"<entry>")) + 10
    last = max(body.rfind(end) + len(end) for end in (b"</url>", b"</sm:url>", b"</entry>") if end in body)
    for end in range(entries, last):
        assert breaks_off(body[:end]) or body[:end].endswith((b"</url>", b"</url>\n", b"</sm:url>")), body[:end]
        assert {story.url for story in read(body[:end], URL).stories} <= whole


def test_a_feed_that_lacks_its_last_tags_alone_is_not_cut_off() -> None:
    never_ended = b"<rss version='2.0'><channel><item><link>https://news.example.org/a</link></item>\n"
    assert breaks_off(never_ended) is None
    assert breaks_off(b"<html><body><p>A page that never ends its <rss-reader> tags.") is None


@pytest.mark.parametrize("body", [NEWS, gzip.compress(NEWS)])
def test_a_news_sitemap_keeps_publication_date_and_lastmod(body: bytes) -> None:
    listing = read_sitemap(body, URL)
    one = Discovered("https://news.example.org/a", NOON, NOON + timedelta(hours=1), "Raid")
    assert listing == Listing(stories=(one,), broken=1)


def test_an_index_gives_children_and_a_text_sitemap_its_lines() -> None:
    index = b"<sitemapindex><sitemap><loc>/s/2026-11.xml</loc><lastmod>2026-11-24</lastmod></sitemap></sitemapindex>"
    (child,) = read_sitemap(index, URL).children
    assert child.url == "https://news.example.org/s/2026-11.xml"
    text = b"https://news.example.org/a\nhttps://news.example.org/b\nrubbish\n"
    assert [story.url[-1] for story in read_sitemap(text, URL).stories] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("/sitemap-2018-02.xml", (date(2018, 2, 1), date(2018, 3, 1))),
        ("/posts-201802.xml", (date(2018, 2, 1), date(2018, 3, 1))),
        ("/sitemap?yyyy=2018&mm=12", (date(2018, 12, 1), date(2019, 1, 1))),
        ("/2018/02/08/sitemap.xml", (date(2018, 2, 8), date(2018, 2, 9))),
        ("/sitemap-2018.xml", (date(2018, 1, 1), date(2019, 1, 1))),
    ],
)
def test_a_dated_sitemap_says_which_days_it_holds(name: str, span: tuple[date, date]) -> None:
    found = period(f"https://news.example.org{name}")
    assert found is not None
    assert (found[0].date(), found[1].date()) == span


@pytest.mark.parametrize("name", ["/sitemap.xml", "/news-12345678.xml", "/page/201812345.xml", "/2018-02-30.xml"])
def test_other_numbers_are_no_dates(name: str) -> None:
    assert period(f"https://news.example.org{name}") is None


@given(
    day=st.dates(date(1995, 1, 1), date(2090, 12, 31)), pattern=st.sampled_from(["%Y-%m", "%Y/%m/%d", "%Y%m%d", "%Y"])
)
def test_no_sitemap_of_the_day_asked_for_is_left_out(day: date, pattern: str) -> None:
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    child = Discovered(f"https://news.example.org/sitemap-{day.strftime(pattern)}.xml", modified_at=since)
    assert may_hold(child, since, since + timedelta(days=1))


def test_sections_keep_links_that_look_like_stories() -> None:
    page = b"""<base href="https://news.example.org/world/"><a href="/about">About</a><a href="/world/africa">Africa</a>
    <a href="strike-hits-market-in-town">A <b>strike</b></a><a href="/news/2026/11/24/truce">Truce</a>
    <a href="https://other.example.com/strike-hits-market-in-town">Elsewhere</a><a href="/article/1234567">N</a>
    <a href="https://m.example.org/four-word-slug-here">Mobile</a><a href="/img/four-word-slug-here.jpg">Pic</a>
    <a href="javascript:void(0)">x</a><a href="http://[bad">y</a><a>z</a>"""
    found = [(story.url, story.title) for story in read_section(page, URL, ("example.org",)).stories]
    assert found == [
        ("https://news.example.org/world/strike-hits-market-in-town", "A strike"),
        ("https://news.example.org/news/2026/11/24/truce", "Truce"),
        ("https://news.example.org/article/1234567", "N"),
        ("https://m.example.org/four-word-slug-here", "Mobile"),
    ]


def test_wordpress_posts_and_their_paging() -> None:
    posts = [
        {"link": "https://news.example.org/p", "date_gmt": "2026-11-24T12:00:00", "title": {"rendered": "A &#8211; B"}},
        {"link": None},
        7,
    ]
    listing = read_posts(json.dumps(posts).encode(), URL, "3")
    assert listing.stories == (Discovered("https://news.example.org/p", NOON, None, "A – B"),)
    assert (listing.broken, listing.pages) == (2, 3)
    assert read_posts(json.dumps(posts).encode(), URL).pages == 1
    assert read_posts(json.dumps(posts[:1] * 100).encode(), URL, "9" * 5000).pages is None, "full, and no telling"
    asked = posts_url("https://x.test/wp-json/wp/v2/", after=NOON, before=NOON + timedelta(days=1), page=2)
    assert asked.startswith("https://x.test/wp-json/wp/v2/posts?per_page=100&page=2")
    assert "after=2026-11-24T12%3A00%3A00Z&before=2026-11-25" in asked
    with pytest.raises(ListingError, match="rest_no_route"):
        read_posts(b'{"code": "rest_no_route"}', URL)


def test_xml_bombs_expand_to_nothing() -> None:
    feed = BOMB + b"<rss><channel><item><link>https://a.test/1</link><title>t&c;&x;</title></item></channel></rss>"
    (story,) = read_feed(feed, URL).stories
    assert story.title == "t&c;&x;", "named, not expanded"
    sitemap = BOMB + b"<urlset><url><loc>https://a.test/&x;</loc></url></urlset>"
    assert "root:" not in repr(read_sitemap(sitemap, URL))
    with pytest.raises(ListingTooLarge):
        read_sitemap(gzip.compress(b"<urlset>" + b" " * (LARGEST + 1)), URL)


BOUNDED = """
import resource, sys, time
from scrapers.discovery.feed import read_feed
from scrapers.discovery.listing import ListingError, Listing
from scrapers.discovery.section import read_section
from scrapers.discovery.sitemap import read_sitemap
resource.setrlimit(resource.RLIMIT_AS, (768 << 20, 768 << 20))
began = time.process_time()
try:
    listing = globals()[sys.argv[1]](sys.stdin.buffer.read(), "https://a.test/listing")
except ListingError as error:
    listing = Listing()
print(len(listing.stories), max((len(story.title or "") for story in listing.stories), default=0))
assert time.process_time() - began < 20, "the crawler's reactor waits for this"
"""

ITEM = b"<item><title>t&%c;</title><link>https://a.test/%d</link></item>"
LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(98, 107))
TYPE = b'<!DOCTYPE rss [<!ENTITY a "%s">%s]>'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(TYPE % (b"ha" * 5, LAUGHS) + b"<rss>" + ITEM % (b"j"[0], 1) + b"</rss>", id="billion laughs"),
        pytest.param(
            TYPE % (b"ha" * 50_000, b"") + b"<rss><item><title>" + b"&a;" * 100_000 + b"</title></item>",
            id="quadratic blow-up",
        ),
        pytest.param(
            TYPE % (b"ha" * 5, LAUGHS) + b'<feed><entry><link href="https://a.test/&j;"/></entry></feed>',
            id="laughs in an attribute",
        ),
        pytest.param(b"<rss>" + b"".join(ITEM % (b"a"[0], n) for n in range(130_000)), id="never closed"),
        pytest.param((b"<rss>" + b"<item/>" * 300_000).ljust(LARGEST, b"<"), id="300,000 items"),
        pytest.param(b"<rss><item>" + b"<a>" * 2_000_000, id="depth"),
        pytest.param(b"<rss><item>" + b"<a b='' c=''/>" * 500_000 + b"</item></rss>", id="a huge entry"),
    ],
)
def test_a_hostile_feed_costs_little_memory_and_time(body: bytes) -> None:
    stories, longest = bounded("read_feed", body)
    assert stories <= 20_000
    assert longest < 1_000_000


def bounded(reader: str, body: bytes) -> tuple[int, int]:
    """The stories that a reader takes from a body within memory and time, and the length of the longest title."""
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, reader], input=body, capture_output=True, cwd=PROJECT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    stories, longest = map(int, done.stdout.split())
    return stories, longest


URLS = b"<urlset>" + b"".join(b"<url><loc>https://a.test/%d&%c;</loc></url>" % (n, b"a"[0]) for n in range(190_000))


@pytest.mark.parametrize(
    ("reader", "body"),
    [
        pytest.param("read_sitemap", TYPE % (b"ha" * 50_000, LAUGHS) + URLS, id="billion laughs"),
        pytest.param("read_sitemap", b"<urlset>" + b"<url><loc>" * 400_000, id="never closed"),
        pytest.param("read_sitemap", (b"https://a.test/" + b"a" * 9 + b"\n") * 300_000, id="300,000 lines"),
        pytest.param("read_sitemap", b"<urlset>" + b"<url>" + b"<loc/>" * 1_300_000, id="an entry of 8 MB"),
        pytest.param("read_section", b"<a href=/news/2026/11/24/a-b-c-d>x" * 300_000, id="300,000 links"),
        pytest.param("read_section", b"<p>" * 2_700_000, id="8 MB of <p>"),
        pytest.param("read_section", b"<a href=/%s-1-2-3-4>x</a>" % (b"a/" * 990) * 4_000, id="longest addresses"),
        pytest.param("read_section", b"<a href='/x-1-2-3-4'>" + b"<b>x" * 1_900_000, id="a link of 8 MB"),
    ],
)
def test_hostile_sitemaps_and_sections_cost_little_memory_and_time(reader: str, body: bytes) -> None:
    stories, longest = bounded(reader, body[:LARGEST])
    assert stories <= MOST_ENTRIES
    assert longest <= 500


def test_a_feed_never_makes_its_reader_open_a_file_or_an_address(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(RSS)
    for name in (str(path), path.as_uri(), "http://127.0.0.1:9/feed.xml"):
        with pytest.raises(ListingError):
            read_feed(name.encode(), URL)
    pointing = f'<rss><channel><item xml:base="{path.as_uri()}"><link>x</link></item></channel></rss>'
    assert read_feed(pointing.encode(), URL) == Listing(broken=1)


def test_dates_that_only_feeds_write_are_read_in_utc() -> None:
    said = {
        "Tue, 24 Nov 2026 07:00:00 EST": NOON,
        "24 Nov 2026 12:00 GMT": NOON,
        "2026-11-24T14:00:00+02:00": NOON,
        "Tue, 32 Nov 2026 99:00:00 GMT": None,
    }
    items = "".join(f"<item><link>/{n}</link><pubDate>{written}</pubDate></item>" for n, written in enumerate(said))
    assert [story.published_at for story in read_feed(f"<rss>{items}</rss>".encode(), URL).stories] == [*said.values()]


Reader = Callable[[bytes, str], Listing]


@pytest.mark.parametrize("read", [read_feed, read_sitemap, read_section, read_posts])
@given(data=st.data())
def test_no_bytes_raise_anything_but_a_listing_error(read: Reader, data: st.DataObject) -> None:
    whole = data.draw(
        st.sampled_from([RSS, ATOM, NEWS, gzip.compress(NEWS), BOMB, b'[{"link": "https://a.test/"}]', b""])
    )
    cut = data.draw(st.integers(0, len(whole)))
    body = whole[:cut] + data.draw(st.binary(max_size=60)) + whole[data.draw(st.integers(cut, len(whole))) :]
    try:
        listing = read(body, URL)
    except ListingError as error:
        said = str(error)
    else:
        said = URL
        for story in (*listing.stories, *listing.children):
            assert requestable(story.url) == story.url
            assert story.dated is None or story.dated.utcoffset() == timedelta(0)
    assert URL in said


@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([+-]\d\d:?\d\d|Z)?", fullmatch=True))
def test_dates_are_utc_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.utcoffset() == timedelta(0)


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_iso_dates_round_trip_whatever_their_zone(moment: datetime, minutes: int) -> None:
    aware = moment.replace(
        year=2026, day=min(moment.day, 28), microsecond=0, tzinfo=timezone(timedelta(minutes=minutes))
    )
    assert parse_date(aware.isoformat()) == aware


@given(st.text(max_size=80) | st.from_regex(r"https?://[a-zA-Z0-9.@:\[\]%]{1,20}(/[ -~]{0,20})?", fullmatch=True))
def test_requestable_urls_are_stable_and_bare_of_secrets(href: str) -> None:
    url = requestable(href, "https://news.example.org/x/")
    if url is not None:
        assert url.startswith(("http://", "https://"))
        assert "@" not in url.split("/")[2]
        assert requestable(url) == url
        assert canonical(canonical(url)) == canonical(url)


@given(st.from_regex(r"https?://[a-z0-9.-]{1,80}/[a-zA-Z0-9._~/-]{0,20}", fullmatch=True))
def test_an_address_that_looks_fit_is_what_a_closer_look_makes_of_it(href: str) -> None:
    assert requestable(href) == requestable(href, "https://news.example.org/x/")


@pytest.mark.parametrize(
    "href",
    [
        pytest.param("https://news.example/" + "a" * 2_100, id="too long"),
        pytest.param("https://news.example/" + "\u00e4" * 400, id="too long once it is written in ASCII"),
        pytest.param("https://news.example/a\x1b[2J", id="steering a terminal"),
        pytest.param("https://news.example/a\x00b", id="NUL"),
        pytest.param("https://news.example/a\r\nX-Forged: b", id="a line of its own"),
    ],
)
def test_no_address_of_this_kind_is_asked(href: str) -> None:
    assert requestable(href) is None


def test_no_listing_is_read_past_its_bounds() -> None:
    entries = b"".join(b"<url><loc>https://a.test/%d</loc></url>" % n for n in range(MOST_ENTRIES + 10))
    assert len(read_sitemap(b"<urlset>" + entries + b"</urlset>", URL).stories) == MOST_ENTRIES
    lines = b"\n".join(b"https://a.test/%d" % n for n in range(MOST_ENTRIES + 10))
    assert len(read_sitemap(lines, URL).stories) == MOST_ENTRIES
    posts = read_posts(json.dumps([{"link": f"/{n}"} for n in range(1_000)]).encode(), URL, "1000000")
    assert (len(posts.stories), posts.pages) == (200, 50)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://www.news.example/a", False),
        ("https://news.example/a/", False),
        ("https://news.example/a?utm_source=feed", False),
        ("https://news.example/a?id=2", True),
        ("https://news.example/b", True),
        ("https://other.example/a", True),
    ],
)
def test_an_address_names_another_page_where_more_than_its_spelling_differs(url: str, other: bool) -> None:
    assert other_page(url, "https://news.example/a") is other


@pytest.mark.parametrize("host", ["a\u202e.test", "a%.test", "%00", "a%20b", "[::1%25lo]", "a\udcff.test", "a,b"])
def test_a_host_that_is_none_is_not_asked(host: str) -> None:
    assert requestable(f"http://{host}/") is None


@pytest.mark.parametrize(
    ("host", "asked"), [("Bücher.example", "xn--bcher-kva.example"), ("a_b.test", "a_b.test"), ("[::1]", "[::1]")]
)
def test_a_host_in_other_letters_is_asked_in_ascii(host: str, asked: str) -> None:
    assert requestable(f"http://{host}/") == f"http://{asked}/"


def test_canonical_drops_what_names_the_reader_and_keeps_what_names_the_page() -> None:
    assert canonical("HTTPS://User:pw@News.Example.org:443/a?id=7&utm_medium=rss&at_campaign=x#top") == (
        "https://news.example.org/a?id=7"
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "fd00::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "224.0.0.1",
        "100.64.0.1",
        "192.0.2.1",
        "fec0::1",
        "::127.0.0.1",
        "::ffff:0:7f00:1",
        "64:ff9b:1::7f00:1",
        "ff02::1",
        "localhost",
        "",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not allowed(address)


def test_public_and_named_addresses_are_let_through() -> None:
    assert allowed("1.1.1.1")
    assert allowed("2606:4700:4700::1111")
    assert allowed("::ffff:1.1.1.1")
    assert allowed("127.0.0.1", ["127.0.0.0/8"])
    assert allowed("::ffff:127.0.0.1", ["127.0.0.1"])
    assert not allowed("127.0.0.2", ["127.0.0.1"])


def test_caps_end_a_calendar_trap_and_leave_other_pages_alone() -> None:
    caps = Caps(total=100, host=50, pattern=3)
    days = [f"https://a.test/calendar/2024/{month}/{day}?view=month" for month in range(1, 4) for day in range(1, 9)]
    assert sum(caps.admit(url, by_pattern=True) for url in days) == 3
    assert caps.admit("https://a.test/news/one-two-three", by_pattern=True)
    assert sum(caps.admit(f"https://a.test/s/{n}", by_pattern=False) for n in range(99)) == 46


def test_retry_after_reads_seconds_and_dates() -> None:
    assert retry_after(b"120", NOON) == 120
    assert retry_after(b"Tue, 24 Nov 2026 12:00:30 GMT", NOON) == 30
    assert retry_after(b"Tue, 24 Nov 2020 12:00:30 GMT", NOON) == 0
    assert retry_after(None, NOON) is retry_after(b"soon", NOON) is None


def test_reservations_come_from_headers_and_head() -> None:
    headers = [("X-Robots-Tag", "otherbot: noai, max-snippet:5"), ("TDM-Reservation", "1")]
    page = b'<META content=\'noarchive,follow\' name=robots><meta name="description" content="noimageai">'
    assert reservations(headers, page) == ("noai", "noarchive", "tdm-reservation")
    assert reservations([("tdm-reservation", "0")], b'<meta name="tdm-reservation" content="0">') == ()
    assert reservations([], b'<meta name="about"><a href="/robots">noai</a><meta name="robots"') == ()
    assert reservations([], b"<meta name=robots content=none" + b" " * 2000 + b">") == ()
