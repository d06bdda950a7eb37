"""Looking at a site: what a proposal finds at the demo newspaper, and what a hostile site cannot put into it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from pipelines.demo.server import DemoNewspaper
from scrapers import probe as probing
from scrapers.probe import probe, propose
from scrapers.source import Source, load_source
from tests.web import page, rss, served
from warehouse.errors import SetAside, TryAgain

LOOPBACK = ("127.0.0.1",)


@pytest.fixture(scope="module")
def paper() -> Iterator[DemoNewspaper]:
    with DemoNewspaper(base_port=0) as newspaper:
        yield newspaper


def declared(url: str, folder: Path, source_id: str = "proposed") -> Source:
    """The source a proposal declares, read back as the crawl would read it."""
    proposal = propose(url, source_id=source_id, allow_addresses=LOOPBACK)
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
             "network": {"allow_addresses": LOOPBACK}}
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
            propose(site.base + "/", source_id="x", allow_addresses=LOOPBACK)
        with pytest.raises(SetAside, match="no HTML page"):
            propose(site.base + "/empty", source_id="x", allow_addresses=LOOPBACK)
        with pytest.raises(SetAside, match="HTTP 404"):
            propose(site.base + "/none", source_id="x", allow_addresses=LOOPBACK)
        with pytest.raises(SetAside, match="--id"):
            propose(site.base + "/", source_id="../../etc/x", allow_addresses=LOOPBACK)
    with pytest.raises(TryAgain):
        propose(site.base + "/", source_id="x", allow_addresses=LOOPBACK)


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
        assert inner.asked == [] or all(path == "/s.xml" for path, _ in inner.asked), "only what is allowed is asked"
    assert source.feeds == (site.base + "/good.xml",)
    assert not source.enabled
    assert not source.network.allow_self_signed
    assert source.name == " ".join(title.split())


@given(title=st.text(max_size=250), lang=st.text(max_size=12), path=st.text(max_size=40))
def test_any_text_of_a_site_stays_one_value(title: str, lang: str, path: str) -> None:
    root = html.Element("html")
    try:
        root.set("lang", lang)
        root.append(html.Element("meta", {"property": "og:site_name", "content": title}))
    except ValueError:  # a control character, which no parsed page holds
        return
    written = probing._toml(root, "https://a.test/", {"feeds": ["https://a.test/" + path]}, None, ())
    table = tomllib.loads(written)
    assert set(table) == {"name", "home", "language", "enabled", "feeds"}
    assert table["feeds"] == ["https://a.test/" + path]
    assert table["name"] == (" ".join(title.split())[:200] if title.strip() else "a.test")
    assert Source.model_validate({"id": "x", **table, "feeds": ["https://a.test/"]}).language == table["language"]


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
    page = html.document_fromstring("<html lang=en-US><title>x</title>")
    table = tomllib.loads(probing._toml(page, home, {}, None, ()))
    assert table.get("country") == country
    assert table["language"] == "en"
