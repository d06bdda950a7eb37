"""One page by http and by https, from an archive and from a crawl: two captures, one article."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from pipelines.archive import stage_pages
from pipelines.events import merge
from pipelines.stages import clean_day
from scrapers.archives import fill
from scrapers.archives.warc import WarcRoute
from scrapers.pagestore import Exchange, PageWriter
from scrapers.urls import spellings
from tests.warcs import NOON, Capture, outlet, write_warc
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.stored import find_article

PATH = "/news/two-shells-hit-the-bridge"
TOLD = """<html lang=en><head><title>Two shells hit the bridge</title>{link}</head><body><article>
<h1>Two shells hit the bridge</h1>
<p>Two mortar shells hit the old bridge at Harran on Thursday morning and wounded three drivers, the police said.</p>
<p>The town council closed the road and asked people to take the ferry until the engineers had been there.</p>{more}
</article></body></html>"""
CORRECTED = "<p>A fourth driver died in hospital in the evening, his family said by phone.</p>"


def body(more: str = "", link: str = "") -> bytes:
    return TOLD.format(more=more, link=link).encode()


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """An archive's captures by http and https, with and without www, then a crawl by https; then http is gone."""
    folder = tmp_path_factory.mktemp("schemes")
    layout, source = Layout(folder / "data"), outlet(home="https://harbour.example")
    secure = Capture(path=PATH, host="https://harbour.example", at=NOON + timedelta(hours=1), body=body())
    archived = [
        Capture(path=PATH, body=body()),
        secure,
        replace(secure, at=NOON + timedelta(hours=2), body=body(CORRECTED)),
        Capture(path=PATH, host="http://www.harbour.example", at=NOON + timedelta(hours=3), body=body(CORRECTED)),
    ]  # fmt: skip
    write_warc(folder / "a.warc.gz", archived)
    route = WarcRoute(layout, [folder / "a.warc.gz"])
    assert fill(layout, route, [source], NOON.date(), date(2018, 2, 28)).counts["harbour"] == {"listed": 4, "ok": 4}
    assert fill(layout, route, [source], NOON.date(), date(2018, 2, 28)).parts == 0
    route.close()
    crawled = NOON.date() + timedelta(days=1)
    with PageWriter(layout, "harbour", crawled) as writer:
        writer.write(exchange(f"https://harbour.example{PATH}", 0, 200, "ok", body(CORRECTED)))
        writer.write(exchange(f"http://harbour.example{PATH}", 1, 404, "error:http_404", b""))
        writer.write(exchange("https://harbour.example/feed", 2, 200, "ok", b"<rss/>", purpose="discovery"))
    for day in (NOON.date(), crawled):
        stage_pages(layout, "harbour", day)
        clean_day(layout, "harbour", day, lambda line: None)
        load_day(layout, day, merge=merge)
    publish(layout)
    return connect(layout)


def exchange(url: str, minute: int, status: int, outcome: str, data: bytes, purpose: str = "article") -> Exchange:
    return Exchange(
        url=url, canonical_url=url, purpose=purpose, via="live",  # type: ignore[arg-type]
        fetched_at=datetime(2018, 2, 9, 12, minute, tzinfo=UTC), status=status,
        response_headers=[("Content-Type", "text/html")], body=data, outcome=outcome,
    )  # fmt: skip


def test_all_captures_are_kept_and_make_one_article_with_its_correction(warehouse: duckdb.DuckDBPyConnection) -> None:
    (captures,) = warehouse.execute(
        "SELECT count(*) FROM pages WHERE outcome = 'ok' AND purpose = 'article'"
    ).fetchall()
    assert captures == (5,)
    assert warehouse.execute("SELECT revisions, first_seen, last_seen FROM articles").fetchall() == [
        (2, datetime(2018, 2, 8, 14), datetime(2018, 2, 9, 12)),  # noqa: DTZ001 - as DuckDB gives it
    ]


def test_it_is_there_as_long_as_one_of_the_addresses_has_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    told = warehouse.execute("SELECT state, address FROM availability").fetchall()
    assert told == [("there", f"https://harbour.example{PATH}")]


def test_a_page_known_by_http_is_no_new_article_by_https(warehouse: duckdb.DuckDBPyConnection) -> None:
    asked = "SELECT articles, new_articles FROM source_health WHERE crawl_day = DATE '2018-02-09'"
    assert warehouse.execute(asked).fetchall() == [(1, 0)]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_article_is_found_by_either_address(warehouse: duckdb.DuckDBPyConnection, scheme: str) -> None:
    given = f"{scheme}://harbour.example{PATH}?utm_source=mail"
    assert find_article(warehouse, given, *spellings(given)) is not None
