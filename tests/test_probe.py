"""Looking at a site: what a proposal finds at the demo newspaper, and what a hostile site cannot put into it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from pipelines.demo.server import DemoNewspaper
from scrapers.guest import Forbidden, Guest, Rules
from scrapers.probe import Route, probe
from scrapers.propose import Proposal, country_of, language_of, name_of, propose
from scrapers.source import Source, load_source
from tests.web import page, rss, served, sitemap
from warehouse.errors import SetAside, TryAgain

LOOPBACK = ("127.0.0.1",)


@pytest.fixture(scope="module")
def paper() -> Iterator[DemoNewspaper]:
    with DemoNewspaper(base_port=0) as newspaper:
        yield newspaper


def declared(url: str, folder: Path, source_id: str = "proposed") -> Source:
    """The source a proposal declares, read back as the crawl would read it."""
    proposal = propose(url, source_id=source_id, allow_addresses=LOOPBACK, delay=0)
    path = folder / f"{proposal.source_id}.toml"
    path.write_text(proposal.toml, "utf-8")
    return load_source(path)


def test_feed_and_sitemap_of_every_outlet_are_found(paper: DemoNewspaper, tmp_path: Path) -> None:
    for outlet in paper.outlets.values():
        source = declared(paper.urls[outlet.id] + "/", tmp_path)
        assert source.name == outlet.name
        assert source.language == "en"
        assert source.feeds == (paper.urls[outlet.id] + outlet.feed,)
        assert source.sitemaps == tuple(paper.urls[outlet.id] + path for path in outlet.sitemaps)
        assert source.network.allow_addresses == LOOPBACK
        assert not source.enabled, "whom to crawl is the user's decision"
        assert source.country is None, "an address tells no country, and a guess would place stories wrongly"
        assert (source.wordpress is not None) == (outlet.template == "wordpress")


def test_a_probe_counts_what_each_route_lists(paper: DemoNewspaper, tmp_path: Path) -> None:
    routes = {route.kind: route for route in probe(declared(paper.urls["lanternfield"] + "/", tmp_path))}
    assert set(routes) == {"feed", "sitemap", "wordpress"}
    for route in routes.values():
        assert route.stories >= 5
        assert route.newest is not None
    assert routes["feed"].trouble == "1 broken entry", "the demo's feed holds one on purpose"
    assert routes["sitemap"].trouble is None


def test_trouble_is_told_in_its_route_and_hides_no_other(tmp_path: Path) -> None:
    pages = {
        "/good.xml": rss("/a"),
        "/broken.xml": page("<html>"),
        "/empty.xml": rss(),
        "/down.xml": page("", status=503),
    }
    with served(pages) as site:
        feeds = [f"{site.base}{path}" for path in (*pages, "/gone.xml")]
        source = Source.model_validate(
            {"id": "x", "name": "x", "home": site.base, "language": "en", "feeds": feeds,
             "politeness": {"delay": 0}, "network": {"allow_addresses": LOOPBACK}}
        )  # fmt: skip
        good, broken, empty, down, gone = probe(source)
    assert (good.stories, good.trouble) == (1, None)
    assert "not a feed" in str(broken.trouble)
    assert empty.trouble == "lists nothing"
    assert (down.trouble, gone.trouble) == ("HTTP 503", "HTTP 404")


def test_a_source_that_allows_no_address_is_not_probed_on_one() -> None:
    with served({"/f": rss("/a")}) as site:
        source = Source.model_validate(
            {"id": "x", "name": "x", "home": site.base, "language": "en", "feeds": [site.base + "/f"]}
        )
        (route,) = probe(source)
        assert "not public" in str(route.trouble)
        assert site.asked == []


def test_a_site_with_links_only_gets_its_front_page_as_section(tmp_path: Path) -> None:
    front = '<title>Only links</title><a href="/news/market-hit-in-night-raid">Market hit</a>'
    with served({"/": page(front)}) as site:
        source = declared(site.base + "/", tmp_path)
        assert source.sections == (site.base + "/",)


def test_a_site_with_nothing_to_read_is_said_to_have_nothing() -> None:
    with served({"/": page("<p>soon</p>"), "/empty": page(b"")}) as site:
        with pytest.raises(SetAside, match="no feed, sitemap, WordPress or story link"):
            propose(site.base + "/", source_id="x", allow_addresses=LOOPBACK, delay=0)
        with pytest.raises(SetAside, match="no HTML page"):
            propose(site.base + "/empty", source_id="x", allow_addresses=LOOPBACK, delay=0)
        with pytest.raises(SetAside, match="HTTP 404"):
            propose(site.base + "/none", source_id="x", allow_addresses=LOOPBACK, delay=0)
        with pytest.raises(SetAside, match="--id"):
            propose(site.base + "/", source_id="../../etc/x", allow_addresses=LOOPBACK, delay=0)
    with pytest.raises(TryAgain):
        propose(site.base + "/", source_id="x", allow_addresses=LOOPBACK, delay=0)


def test_a_hostile_site_cannot_point_the_crawl_inwards_or_add_keys(tmp_path: Path) -> None:
    title = 'News"\nenabled = true\n[network]\nallow_self_signed = true\n#\\'
    with served() as inner, served() as site:
        inner.pages["/feed"] = rss("/a")
        site.pages["/robots.txt"] = page(f"Sitemap: file:///etc/passwd\nSitemap: {inner.base}/s.xml\n")
        site.pages['/f?"]%0Aenabled=true'] = rss("/a")
        site.pages["/"] = page(
            f"<html lang='en\"'><title>{title}</title>"
            "<link rel=alternate type=application/rss+xml href='file:///etc/passwd'>"
            f"<link rel=alternate type=application/rss+xml href='{inner.base.replace('127.0.0.1', '127.0.0.2')}/feed'>"
            "<link rel=alternate type=application/rss+xml href='/good.xml'>"
            "<link rel=alternate type=application/rss+xml href='/f?\"]&#10;enabled=true'>"
        )
        site.pages["/good.xml"] = rss("/a")
        source = declared(site.base + "/", tmp_path)
        assert set(inner.paths()) <= {"/robots.txt", "/s.xml"}, "only what is allowed is asked"
    assert source.feeds == (site.base + "/good.xml",)
    assert not source.enabled
    assert not source.network.allow_self_signed
    assert source.name == " ".join(title.split())


@given(title=st.text(max_size=250), lang=st.text(max_size=12), path=st.text(max_size=40))
def test_any_text_of_a_site_stays_one_value(title: str, lang: str, path: str) -> None:
    home = "https://a.test/"
    table = tomllib.loads(proposed(name_of(title, home), home, language_of(lang), home + path).toml)
    assert set(table) == {"name", "home", "language", "enabled", "feeds"}
    assert table["feeds"] == [home + path]
    assert table["name"] == (" ".join(title.split())[:200] if title.strip() else "a.test")
    assert Source.model_validate({"id": "x", **table, "feeds": [home]}).language == table["language"]


def proposed(name: str, home: str, language: str | None, feed: str) -> Proposal:
    rules = Rules(None, None, (), Protego.parse(""))
    return Proposal("x", name, home, country_of(home), language, (Route("feed", feed, 1),), rules)


@pytest.mark.parametrize(
    ("home", "country"),
    [
        ("https://www.example.co.uk/", "GB"),
        ("https://example.ke/", "KE"),
        ("https://example.org/", None),
        ("https://example.tv/", None),
        ("https://127.0.0.1/", None),
    ],
)
def test_a_country_is_written_only_where_the_address_tells_it(home: str, country: str | None) -> None:
    table = tomllib.loads(proposed("x", home, language_of("en-US"), home).toml)
    assert table.get("country") == country
    assert table["language"] == "en"


class Slow(Guest):
    """Counts its pauses instead of sleeping."""

    def __init__(self, delay: float = 1.0) -> None:
        self.pauses: list[float] = []
        super().__init__(allow_addresses=LOOPBACK, delay=delay, pause=self.pauses.append)


def test_what_robots_txt_forbids_is_not_asked_for_on_any_hop() -> None:
    with served({"/robots.txt": page("User-agent: Dateline\nDisallow: /no\nSitemap: /no/s.xml\n")}) as site:
        site.pages["/"] = page(
            "<link rel=alternate type=application/rss+xml href=/no/feed>"
            "<link rel=alternate type=application/rss+xml href=/moved>"
            "<link rel=alternate type=application/rss+xml href=/feed>"
        )
        site.pages["/moved"] = page("", status=302, Location="/no/feed")
        site.pages["/feed"] = site.pages["/no/feed"] = site.pages["/no/s.xml"] = rss("/news/a-story-of-five-words")
        found = propose(site.base + "/", source_id="x", allow_addresses=LOOPBACK, delay=0)
        troubles = {route.url.removeprefix(site.base): str(route.trouble) for route in found.routes}
        assert not any(path.startswith("/no") for path in site.paths())
        assert site.paths()["/robots.txt"] == 1
    assert [route.url for route in found.kept] == [site.base + "/feed"]
    for path in ("/no/feed", "/moved", "/no/s.xml"):
        assert "robots.txt forbids it" in troubles[path]


@pytest.mark.parametrize("status", [500, 429])
def test_rules_that_cannot_be_had_close_the_site(status: int) -> None:
    with served({"/robots.txt": page("", status=status), "/": page("<a href=/x>")}) as site:
        with pytest.raises(Forbidden, match=r"robots\.txt answered"):
            propose(site.base + "/", source_id="x", allow_addresses=LOOPBACK, delay=0)
        assert set(site.paths()) == {"/robots.txt"}


def test_a_guest_waits_between_requests_as_long_as_the_site_asks_and_leaves_when_told() -> None:
    with served({"/robots.txt": page("User-agent: *\nCrawl-delay: 7\n"), "/a": page("a")}) as site:
        guest = Slow()
        guest.fetch(site.base + "/a")
        guest.fetch(site.base + "/a")
        assert [round(pause) for pause in guest.pauses] == [7, 7], "after robots.txt, too"
        site.pages["/a"] = page("", status=429)
        assert guest.fetch(site.base + "/a").status == 429
        with pytest.raises(TryAgain, match="asked for a rest"):
            guest.fetch(site.base + "/b")
        assert "/b" not in site.paths()


def test_an_index_is_told_by_its_newest_part_and_stories_elsewhere_are_named() -> None:
    with served() as site:
        index = "".join(
            f"<sitemap><loc>{site.base}/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>"
            for name, day in (("old", "2026-01-01"), ("posts", "2026-11-01"), ("category", "2026-11-02"))
        )
        site.pages["/robots.txt"] = page(f"Sitemap: {site.base}/index.xml\n")
        site.pages["/index.xml"] = page(f"<sitemapindex>{index}</sitemapindex>", "text/xml")
        site.pages["/posts.xml"] = page(sitemap(("https://other.example/news/a", "2026-11-01")), "text/xml")
        site.pages["/"] = page("<html lang=fr>")
        found = propose(site.base + "/", source_id="x", allow_addresses=LOOPBACK, delay=0)
        assert {"/old.xml", "/category.xml"}.isdisjoint(site.paths())
    (route,) = found.kept
    assert (route.stories, route.named) == (3, ("https://other.example/news/a",))
    assert found.elsewhere() == {"other.example": 1}
    assert found.language == "fr"
