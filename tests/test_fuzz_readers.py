"""Readers of files that somebody else may have written: a result or their own named error, whatever the bytes.

Feeds, sitemaps, section pages and WordPress answers are fuzzed in ``test_discovery.py``, pages in
``test_cleaning_hostile.py``, lines of the page index in ``test_pagestore.py``, those of archives in ``test_cdx.py``.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.robotstxt import ProtegoRobotParser

from scrapers.pagestore import Exchange, PageWriter, verify
from scrapers.pagestore.index import Row, from_line, rows_of, to_line
from scrapers.pagestore.recover import scan
from scrapers.robots import MOST
from scrapers.source import load_source
from tests.test_sources import GOOD
from warehouse.errors import PageStoreError, SourceError
from warehouse.layout import Layout
from warehouse.schema import to_row

DAY = date(2026, 11, 1)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def mutated(whole: bytes, data: st.DataObject) -> bytes:
    """``whole`` with a few stretches taken out, doubled, or replaced by other bytes."""
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(start, min(len(whole), start + 40)))
        whole = whole[:start] + data.draw(st.binary(max_size=20) | st.just(whole[start:end] * 2)) + whole[end:]
    return whole


# source declarations


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_declaration_broken_anywhere_is_read_or_named(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.toml"
        path.write_bytes(mutated(GOOD.encode(), data))
        try:
            said = load_source(path).id
        except SourceError as error:
            said = str(error)
    assert "fuzzed" in said


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just("https://a.test/"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    key=st.sampled_from(
        ["name", "home", "feeds", "hosts", "allow", "politeness", "network", "cleaning", "before", "x"]
    ),
    value=_VALUES,
)
def test_a_value_of_any_type_is_read_or_named(key: str, value: Any) -> None:
    def toml(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{json.dumps(name)} = {toml(member)}" for name, member in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(toml, value)) + "]"
        return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf").replace("null", '"null"')

    lines = {"name": '"n"', "home": '"https://a.test/"', "language": '"en"', "feeds": '["https://a.test/f"]'}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.toml"
        path.write_text("\n".join(f"{name} = {text}" for name, text in (lines | {key: toml(value)}).items()), "utf-8")
        try:
            said = load_source(path).id
        except SourceError as error:
            said = str(error)
    assert "fuzzed" in said


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 50_000, "a" + ".a" * 40_000 + " = 1", '"' * 90_000, "[[a]]\n" * 15_000]
)
def test_a_declaration_made_to_cost_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "dear.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match="dear"):
        load_source(path)


# robots.txt

ROBOTS = (
    b"User-agent: *\nDisallow: /private/*.html$\nAllow: /private/a\nCrawl-delay: 2\nSitemap: https://a.test/s.xml\n"
)


def obeyed(body: bytes, url: str) -> bool:
    """What the crawl does with a robots.txt: the rules, and the delay asked for."""
    parser = ProtegoRobotParser(body[:MOST], None)
    delay = parser.rp.crawl_delay("Dateline")
    assert delay is None or delay >= 0
    return bool(parser.allowed(url, "Dateline"))


@settings(max_examples=200, deadline=None)
@given(data=st.data(), path=st.text(max_size=30))
def test_no_robots_txt_breaks_the_crawl(data: st.DataObject, path: str) -> None:
    assert obeyed(mutated(ROBOTS, data), f"https://a.test/{path}") in (True, False)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"User-agent: *\nDisallow: /" + b"*a" * 250_000 + b"$\n", id="wildcards"),
        pytest.param(b"User-agent: *\n" + b"Disallow: /*a*a*a*b$\n" * 22_000, id="rules"),
        pytest.param(b"".join(b"User-agent: a%d\n" % n for n in range(30_000)) + b"Disallow: /\n", id="agents"),
        pytest.param(b"\xff\xfe" * (MOST // 2), id="no text"),
        pytest.param(b"Crawl-delay: " + b"9" * (MOST - 20), id="a delay of half a million digits"),
    ],
)
def test_the_dearest_robots_txt_is_still_obeyed(body: bytes) -> None:
    assert obeyed(body, "https://a.test/" + "a" * 2_000 + "c")


# the index of the page store, and the WARC it can be made from again


@pytest.fixture(scope="module")
def partition(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The bytes of a small partition's WARC and index."""
    layout = Layout(tmp_path_factory.mktemp("stored"))
    with PageWriter(layout, "harbour", DAY) as writer:
        for number in range(3):
            writer.write(
                Exchange(
                    url=f"https://harbour.example/{number}",
                    canonical_url=f"https://harbour.example/{number}",
                    purpose="article",
                    fetched_at=NOON + timedelta(minutes=number),
                    listed_published_at=NOON,
                    status=200 if number else 304,
                    response_headers=[("Content-Type", "text/html"), ("ETag", '"1"')],
                    body=b"<p>Shells hit the bridge.</p>" * number,
                    outcome="ok" if number else "not_modified",
                    reservations=("noai",),
                )
            )
    folder = layout.pages_of("harbour", DAY)
    return next(folder.glob("*.warc.gz")).read_bytes(), next(folder.glob("*.cdxj")).read_bytes()


def rows(index: bytes) -> list[Row] | str:
    """The rows of an index, or what is said of it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.cdxj"
        path.write_bytes(index)
        try:
            return list(rows_of(path, "harbour", DAY))
        except PageStoreError as error:
            return str(error)


def good(found: list[Row] | str) -> bool:
    """Whether these are rows that the warehouse takes and that are written as they were read, or a complaint that
    names file and line."""
    if isinstance(found, str):
        return "fuzzed.cdxj" in found and "line" in found
    for row in found:
        to_row(row.page)  # raises
    return [from_line(to_line(row), "harbour", DAY) for row in found] == found


FIELDS = [
    "url", "mime", "offset", "length", "filename", "record", "status", "fetched", "listed", "reservations", "outcome",
    "purpose", "digest",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(key=st.sampled_from(FIELDS), value=_VALUES | st.text('0123456789-:T+[]"', max_size=25))
def test_a_field_of_any_type_gives_a_row_or_is_named(partition: tuple[bytes, bytes], key: str, value: Any) -> None:
    urlkey, stamp, fields = partition[1].decode().splitlines()[1].split(" ", 2)
    assert good(rows(f"{urlkey} {stamp} {json.dumps(json.loads(fields) | {key: value})}\n".encode()))


@pytest.mark.parametrize(
    "line", [b"a b " + b"[" * 1_000_000, b"a b " + b'{"url":' * 200_000, b"\xff\xfe", b"a", b"a b 1e999"]
)
def test_an_index_made_to_cost_is_named(line: bytes) -> None:
    found = rows(line + b"\n")
    assert isinstance(found, str)
    assert "line 1" in found


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_warc_broken_anywhere_gives_what_is_whole_and_says_what_is_not(
    partition: tuple[bytes, bytes], data: st.DataObject
) -> None:
    warc, index = partition
    broken = mutated(warc, data)
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        home = layout.pages_of("harbour", DAY)
        home.mkdir(parents=True)
        (home / "fuzzed.warc.gz").write_bytes(broken)
        (home / "fuzzed.cdxj").write_bytes(index)
        assert len(scan(home / "fuzzed.warc.gz", "harbour", DAY).rows) <= 6
        assert broken == warc or any("fuzzed" in fault for fault in verify(layout))
