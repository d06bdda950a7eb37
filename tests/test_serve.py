"""``dateline serve``: the published file as pages; what articles say is text, and only this machine is answered."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.events import merge
from pipelines.serve.archived import words_of
from pipelines.serve.filters import Filters
from pipelines.serve.published import Published, sql
from pipelines.serve.render import days
from pipelines.serve.timeline import bars
from tests.attacks import STEERS
from tests.markup import Tags
from tests.serving import all_paths, hostile_warehouse, serving
from tests.warehouse_records import DAY, article, incident, page, stage
from warehouse.errors import SettingError, TryAgain
from warehouse.layout import PROJECT, Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return hostile_warehouse(tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def site(layout: Layout) -> Iterator[httpx.Client]:
    with serving(layout) as base, httpx.Client(base_url=base, timeout=30) as client:
        yield client


def text_of(answer: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


# what is shown


def test_the_list_tells_each_event_and_filters_narrow_it(site: httpx.Client) -> None:
    assert "4 events" in text_of(site.get("/"))
    for query, count in (
        ("country=sy", 1), ("country=TR", 1), ("type=Battles", 0), ("type=Explosions/Remote violence", 4),
        ("actor=desert", 1), ("place=manb", 1), ("source=herald", 1), ("disputed=1", 1), ("box=37,36,38,37", 1),
        (f"since={DAY - timedelta(days=1)}", 3), (f"until={DAY - timedelta(days=2)}", 1),
        ("actor=desert&country=TR", 0), ("country=&since=&box=", 4),
        ("country=sy&country=TR&country=", 2), ("actor=desert&actor=nobody", 1),
        ("type=Battles&type=Explosions/Remote violence", 4),
        ("source=herald&source=nobody&country=sy&country=tr", 1),
    ):  # fmt: skip
        assert f"{count} event{'' if count == 1 else 's'}" in text_of(site.get(f"/?{query}")), query


def test_the_deadliest_come_first_where_that_is_asked(site: httpx.Client) -> None:
    html = site.get("/?sort=deadliest").text
    assert html.index("40 killed") < html.index("12–15 killed")


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "until=2026-13-01",
        "box=1,2,3",
        "box=nan,0,0,0",
        "page=0",
        "page=-1",
        "sort=best",
        "actor=" + "x" * 300,
        "country=" + "&country=".join(map(str, range(31))),
    ],
)
def test_a_filter_that_cannot_be_read_is_named_with_the_mend(site: httpx.Client, query: str) -> None:
    answer = site.get(f"/?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in text_of(answer)
    assert "Give " in text_of(answer)


def test_the_map_gets_each_place_once(site: httpx.Client) -> None:
    told = json.loads(site.get("/map.json").text)
    assert list(zip(told["latitude"], told["longitude"], told["events"], strict=True)) == [
        (10.0, 20.0, 1), (36.53, 37.95, 1), (36.86, 39.03, 1),
    ]  # fmt: skip
    assert json.loads(site.get("/map.json?country=SY").text)["name"] == ["Manbij"]


def test_an_event_tells_who_says_how_many_and_where_they_differ(site: httpx.Client, layout: Layout) -> None:
    with connect(layout) as connection:
        (event_id,) = connection.execute("SELECT event_id FROM events WHERE disputed").fetchone() or ("",)
    answer = site.get(f"/event/{event_id}")
    told = text_of(answer)
    for words in ("12 killed", "15 killed", "“killed 12 people”", "The Herald", "Where the articles differ"):
        assert words in told, words
    assert told.index("Killed", told.index("Where the articles differ")) < told.index("The articles")
    # each quote leads to its words, which are marked in the article
    for tag, attributes in Tags(answer.text).found:
        if tag == "a" and (attributes["href"] or "").startswith("#a"):
            assert f'id="{(attributes["href"] or "")[1:]}"' in answer.text
    assert "<mark" in answer.text


def test_an_article_is_found_by_its_words_in_any_case(site: httpx.Client) -> None:
    found = site.get("/search?q=OLD+bridge")
    assert "Shells hit the bridge" in text_of(found)
    assert "Shells hit the <mark>bridge</mark>" in found.text
    assert "No article holds all of that" in text_of(site.get("/search?q=bridge+rhubarb"))
    assert "No article holds all of that" in text_of(site.get("/search", params={"q": '"bridge old"'}))
    assert "Shells hit the bridge" in text_of(site.get("/search", params={"q": '"old bridge"'}))
    assert "No article holds all of that" in text_of(site.get("/search?q=%25_%25")), "no wildcards"


def test_articles_with_the_words_in_the_title_or_most_of_them_for_their_length_come_first() -> None:
    told = {
        "long": ("News of the day", "A mine was found. " + "Other things happened too. " * 40),
        "often": ("News of the day", "A mine and another mine and a third mine were found. " + "Nothing else. " * 3),
        "title": ("A mine is found", "It is of the war before. It was found by a farmer, and is a mine of old."),
        "newest": ("News of the day", "A mine was found by a farmer, and others are looked for where it was found."),
        "none": ("News of the day", "Nothing was found."),
    }
    with duckdb.connect() as memory:
        memory.execute("CREATE SCHEMA store; CREATE TABLE store.sources (source_id VARCHAR, name VARCHAR)")
        memory.execute("CREATE TABLE store.incidents (article_id VARCHAR, revision VARCHAR, incident_id VARCHAR)")
        memory.execute(
            "CREATE TABLE store.articles AS SELECT unnest($ids) AS article_id, 'r' AS revision,"
            " unnest($titles) AS title, unnest($texts) AS text, 'herald' AS source_id, '' AS url,"
            " TIMESTAMP '2026-03-01' AS published_at",
            {
                "ids": list(told),
                "titles": [one for one, _ in told.values()],
                "texts": [two for _, two in told.values()],
            },
        )
        memory.execute("UPDATE store.articles SET published_at = TIMESTAMP '2026-03-02' WHERE article_id = 'newest'")
        memory.execute("CREATE VIEW store.latest_revisions AS SELECT article_id, revision FROM store.articles")
        found = memory.execute(sql("search"), {"words": ["mine"], "source": None, "size": 9, "page": 1})
        assert [row[0] for row in found.fetchall()] == ["title", "often", "newest", "long"]


def test_sources_tell_how_they_are(site: httpx.Client) -> None:
    assert "The Courier" in text_of(site.get("/sources"))


@pytest.mark.parametrize(
    "path", ["/event/nope", "/article/nope", "/archived/nope", "/archived/nope/page", "/nope", "/static/../app.py"]
)
def test_what_is_not_there_says_so(site: httpx.Client, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "Show all events" in answer.text


# safety


def test_hostile_text_stays_text_on_every_page(site: httpx.Client, layout: Layout) -> None:
    for path in all_paths(layout):
        answer = site.get(path)
        assert not STEERS.search(answer.text), path
        assert answer.status_code < 500, path
        if path == "/map.json":
            continue
        tags = Tags(answer.text).found
        assert not {"img", "object", "base"} & {tag for tag, _ in tags}, path
        assert not [
            name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"
        ], path
        scripts = [attributes for tag, attributes in tags if tag == "script"]
        assert all((attributes["src"] or "").startswith("/static/") for attributes in scripts), path
        for tag, attributes in tags:
            if tag == "a":
                href = attributes["href"] or ""
                outside = href.startswith("https://")
                assert outside or href.startswith(("/", "?", "#")), (path, href)
                assert not href.startswith("//")
                assert (attributes.get("rel") == "noopener noreferrer nofollow") == outside, (path, href)


def test_every_answer_carries_the_headers(site: httpx.Client, layout: Layout) -> None:
    for path in (*all_paths(layout), "/static/page.css", "/static/vendor.js"):
        headers = site.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        )
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "0.0.0.0", "", "localhost.evil.example"]
)
def test_a_foreign_name_that_leads_here_is_refused(site: httpx.Client, host: str) -> None:
    answer = site.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "event" not in answer.text


def test_an_archived_page_is_words_in_a_sandbox_or_plain_text(site: httpx.Client, layout: Layout) -> None:
    with connect(layout) as connection:
        (page_id,) = connection.execute("SELECT page_id FROM pages WHERE url LIKE '%/7'").fetchone() or ("",)
    about = site.get(f"/archived/{page_id}")
    (frame,) = (attributes for tag, attributes in Tags(about.text).found if tag == "iframe")
    assert frame["sandbox"] is None, "no freedom at all"
    shown = site.get(f"/archived/{page_id}/page")
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none';")
    assert "Two people were <b>killed</b>" in shown.text
    tags = Tags(shown.text).found
    assert {tag for tag, _ in tags} <= {"meta", "title", "style", "h1", "p", "b", "a"}
    assert not [attributes for tag, attributes in tags if attributes and tag != "meta"]
    source = site.get(f"/archived/{page_id}/source")
    assert source.headers["content-type"] == "text/plain; charset=utf-8"
    assert source.headers["x-content-type-options"] == "nosniff"
    assert "<script>window.owned" in source.text


@pytest.mark.parametrize("markup", [b"<div>" * 1_000_000, b"<p>&" * 500_000, b"<svg><g>" * 500_000, b"&" * 4_000_000])
def test_an_archived_page_made_to_cost_is_shown_as_source_only(markup: bytes) -> None:
    started = time.process_time()
    assert words_of(markup).startswith(("<p>This page holds more markup", "<p>There are no words"))
    assert time.process_time() - started < 5, "the sanitizer alone takes minutes"


def test_nothing_is_written_and_other_methods_are_refused(site: httpx.Client) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert site.request(method, "/").status_code == 405


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([*Filters.__dataclass_fields__, "else"]), st.text(max_size=20)), max_size=6))
def test_any_query_is_filters_or_an_error_of_ours(query: list[tuple[str, str]]) -> None:
    try:
        filters = Filters.of(query)
    except SettingError:
        return
    again = httpx.QueryParams(filters.query(page=filters.page)[1:]).multi_items()
    assert Filters.of(again) == filters, "an address says all of its view"


# the file


def test_the_page_follows_the_published_file_and_says_when_there_is_none(layout: Layout, tmp_path: Path) -> None:
    own = Layout(tmp_path / "own")
    with serving(own) as base, httpx.Client(base_url=base, timeout=30) as client:
        empty = client.get("/")
        assert (empty.status_code, "nothing is published yet" in empty.text) == (503, True)
        own.published.parent.mkdir(parents=True)
        shutil.copyfile(layout.published, own.published)
        time.sleep(0.6)
        assert "4 events" in text_of(client.get("/"))
        stage(own, articles=[article(9)], incidents=[incident(9)], pages=[page(9)])
        load_day(own, DAY, merge=merge)
        publish(own)
        time.sleep(0.6)
        assert "1 event " in text_of(client.get("/"))


def test_a_swap_waits_for_those_who_read_and_reads_never_stop(layout: Layout, tmp_path: Path) -> None:
    own = Layout(tmp_path / "own")
    own.published.parent.mkdir(parents=True)
    shutil.copyfile(layout.published, own.published)
    published = Published(own)
    seen: list[float] = []
    with published.reading() as first:
        replacement = own.published.with_name("new")
        shutil.copyfile(layout.published, replacement)
        replacement.replace(own.published)
        time.sleep(0.6)

        def read() -> None:
            with published.reading() as reading:
                seen.append(len(reading.rows("days", **Filters().parameters)))

        waiting = threading.Thread(target=read)
        waiting.start()
        time.sleep(0.1)
        assert not seen
        assert first.rows("days", **Filters().parameters), "who reads goes on reading"
    waiting.join(10)
    assert len(seen) == 1
    published.close()


def test_a_question_without_end_is_ended(layout: Layout) -> None:
    published = Published(layout, seconds=0.2)
    with pytest.raises(TryAgain, match=r"more than 0\.2 seconds"), published.reading() as reading:
        reading.cursor.execute(
            "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7"
        ).fetchall()
    with published.reading() as reading:
        assert reading.rows("days", **Filters().parameters), "the next one is answered"
    published.close()


def test_the_connection_can_neither_write_nor_read_other_files(layout: Layout) -> None:
    published = Published(layout)
    for statement in (
        "DELETE FROM store.events",
        "FROM read_text('/etc/hosts')",
        "ATTACH '/tmp/x.duckdb'",
        "SET threads = 9",
    ):
        with pytest.raises(Exception, match=r"cannot be asked"), published.reading() as reading:
            reading.cursor.execute(statement)
    published.close()


# time


@settings(max_examples=60)
@given(st.lists(st.dates(), min_size=1, max_size=30, unique=True))
def test_bars_hold_every_event_once_without_a_gap(found: list[date]) -> None:
    made = bars([(day, 2) for day in sorted(found)])
    assert sum(bar.events for bar in made) == 2 * len(found)
    assert len(made) <= 120
    assert all(one.until + timedelta(days=1) == two.since for one, two in pairwise(made))
    assert made[0].since <= min(found)
    assert made[-1].until >= max(found)


def test_days_are_told_as_people_tell_them() -> None:
    told = [
        (date(2026, 3, 5), date(2026, 3, 5)),
        (date(2026, 3, 3), date(2026, 3, 9)),
        (date(2025, 12, 30), date(2026, 1, 2)),
    ]
    assert [days(*pair) for pair in told] == ["5 March 2026", "3 to 9 March 2026", "30 December 2025 to 2 January 2026"]


# what is shipped


def test_an_installed_package_has_every_file_of_the_page() -> None:
    patterns = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    files = [path for path in (PROJECT / "pipelines").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert not [path for path in files if path.suffix != ".py" and not any(map(path.match, patterns))]


def test_the_libraries_are_those_that_the_lock_pins_and_their_licences_are_with_them() -> None:
    lock = json.loads((PROJECT / "front" / "package-lock.json").read_text("utf-8"))["packages"]
    licences = (PROJECT / "pipelines" / "serve" / "static" / "vendor-licenses.txt").read_text("utf-8")
    shipped = {
        name.removeprefix("node_modules/"): found for name, found in lock.items() if name and not found.get("dev")
    }
    for name, found in shipped.items():
        assert found["integrity"].startswith("sha512-")
        if name not in ("@types/geojson", "commander"):  # types and a command line: nothing of them is bundled
            assert f"{name} {found['version']} " in licences
