"""Copies in the warehouse: kept up to date load by load, as if everything had been looked at together."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.duplicates.corpus import START, Sample, labelled, stories
from pipelines import duplicates
from pipelines.duplicates import find_copies
from pipelines.events import merge
from tests.test_loader import ask, every_row
from tests.warehouse_records import article, incident, page, place, stage
from warehouse.copies import look_for_copies
from warehouse.layout import Layout
from warehouse.loader import LoadReport, load_day
from warehouse.migrate import migrate
from warehouse.records import Article, Copy, content_id
from warehouse.schema import arrow_schema, to_row
from warehouse.tables import put_aside

DAY = START.date()


def load(layout: Layout, day: date = DAY) -> LoadReport:
    return load_day(layout, day, merge=merge, duplicates=duplicates)


def of(sample: Sample, number: int) -> Article:
    """A sample as an article that its outlet's crawl of that day found."""
    base = article(number, source=sample.outlet, day=sample.told_at.date(), text=sample.text)
    return replace(base, published_at=sample.told_at, published_precision="time")


def partitions(articles: Iterable[Article]) -> dict[tuple[str, date], list[Article]]:
    found: dict[tuple[str, date], list[Article]] = {}
    for one in articles:
        found.setdefault((str(one.source_id), one.crawl_day or DAY), []).append(one)
    return found


def put(layout: Layout, source: str, day: date, articles: list[Article]) -> None:
    captured = [
        replace(page(0, source=source, day=day), page_id=str(one.page_id), url=one.url, canonical_url=one.canonical_url)
        for one in articles
    ]
    stage(layout, source, day, pages=captured, articles=articles, incidents=[])


def stored(layout: Layout) -> list[Copy]:
    rows = ask(layout, "SELECT article_id, cluster_id, kind, model_id, share, share_of_model FROM store.copies")
    names = ("article_id", "cluster_id", "kind", "model_id", "share", "share_of_model")
    return sorted((Copy(**dict(zip(names, row, strict=True))) for row in rows), key=lambda copy: copy.article_id)  # type: ignore[arg-type]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


class Shelf:
    """The articles of a warehouse in memory, and what a load of some of them does to copies."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        migrate(self.connection)

    def load(self, articles: Iterable[Article], gone: Iterable[Article] = ()) -> bool:
        """Whether any row changed."""
        for table, rows in {"here": list(articles), "gone": list(gone)}.items():
            made = pa.Table.from_pylist([to_row(row) for row in rows], schema=arrow_schema(Article))
            put_aside(self.connection, table, made)
        self.connection.execute(
            "DELETE FROM store.articles WHERE article_id IN (SELECT article_id FROM gone);"
            "INSERT OR REPLACE INTO store.articles BY NAME FROM here;"
            "CREATE OR REPLACE TEMP TABLE affected AS SELECT article_id FROM here UNION SELECT article_id FROM gone"
        )
        return any(look_for_copies(self.connection, duplicates).values())

    def copies(self) -> list[Copy]:
        rows = self.connection.execute("FROM store.copies ORDER BY article_id").fetchall()
        return [Copy(**dict(zip(Copy.__dataclass_fields__, row, strict=True))) for row in rows]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.randoms(use_true_random=False), st.integers(1, 12), st.integers(3, 8))
def test_whatever_comes_in_whatever_order_gives_what_looking_at_everything_gives(
    seed: int, chance: random.Random, at_once: int, told_of: int
) -> None:
    samples = labelled(seed, stories()[:told_of], series=seed % 3 == 0)
    articles = [of(sample, number) for number, sample in enumerate(samples)]
    chance.shuffle(articles)
    shelf, size = Shelf(), len(articles) // at_once + 1
    for start in range(0, len(articles), size):
        shelf.load(articles[start : start + size])
    assert shelf.copies() == find_copies(articles)
    assert not shelf.load(articles)
    # articles that go, or turn out to be of another time and text, leave no trace
    gone, moved, rest = articles[:3], articles[3:6], articles[6:]
    shelf.load([], gone)
    later = [replace(one, published_at=one.first_seen, text="\n\n".join(one.text.split("\n\n")[1:])) for one in moved]
    shelf.load(later)
    assert shelf.copies() == find_copies(rest + later)


def test_a_second_load_changes_no_row(layout: Layout) -> None:
    articles = [of(sample, number) for number, sample in enumerate(labelled(1)) if sample.told_at.date() == DAY]
    for (source, day), held in partitions(articles).items():
        put(layout, source, day, held)
    first, before = load(layout), every_row(layout)
    second = load(layout)
    assert first.tables["copies"].added > 5
    assert not second.changed
    assert second.tables["stories"].unchanged == len(articles)
    assert every_row(layout) == before


WIRE = "\n\n".join(stories()[0].paragraphs)
OTHER = "\n\n".join(stories()[1].paragraphs)


def told(number: int, text: str, source: str, hours: float, day: date = DAY) -> Article:
    when = START + timedelta(hours=hours)
    return replace(article(number, source=source, day=day, text=text), published_at=when, published_precision="time")


def test_an_earlier_copy_that_comes_to_light_renames_the_cluster(layout: Layout) -> None:
    late = told(1, WIRE, "herald", 8), told(1, WIRE[:-200], "post", 9)
    for one in late:
        put(layout, str(one.source_id), DAY, [one])
    load(layout)
    assert ask(layout, "SELECT DISTINCT cluster_id FROM store.copies") == [(late[0].article_id,)]
    early = told(1, WIRE, "agency", 2)
    put(layout, "agency", DAY, [early])
    load(layout)
    assert ask(layout, "SELECT DISTINCT cluster_id FROM store.copies") == [(early.article_id,)]


def test_an_article_corrected_out_of_a_cluster_leaves_it(layout: Layout) -> None:
    put(layout, "agency", DAY, [told(1, WIRE, "agency", 2)])
    put(layout, "herald", DAY, [told(1, WIRE, "herald", 8)])
    load(layout)
    day = DAY + timedelta(days=1)
    again = replace(told(1, OTHER, "herald", 8, day), revision=content_id("corrected"))
    put(layout, "herald", day, [again])
    report = load(layout, day)
    assert (report.tables["stories"].changed, report.tables["copies"].removed) == (1, 2)
    assert stored(layout) == []


def test_standing_text_that_comes_to_be_known_parts_what_it_had_joined(layout: Layout) -> None:
    instalments = [sample for sample in labelled(3) if sample.kind == "lottery"]
    outlets = sorted({sample.outlet for sample in instalments})[:2]
    runs = [[of(s, n) for n, s in enumerate(instalments) if s.outlet == outlet] for outlet in outlets]
    for number in range(8):
        for outlet, run in zip(outlets, runs, strict=True):
            put(layout, outlet, run[number].crawl_day or DAY, [run[number]])
        load(layout, runs[0][number].crawl_day or DAY)
        if number == 0:
            assert stored(layout)  # one instalment each: who could tell
    assert stored(layout) == []


def test_an_event_hears_copies_as_one_voice_until_they_prove_to_be_none(layout: Layout) -> None:
    """Even where the load that tells is of another fortnight than the event."""
    near = place("Harran outskirts", 36.95, 39.10)
    put(layout, "own", DAY, [article(7, source="own", day=DAY)])
    stage(layout, "own", DAY, incidents=[incident(7, source="own", day=DAY)])
    named = []
    for number, day in enumerate((DAY, DAY + timedelta(days=9), DAY + timedelta(days=10))):
        for outlet in ("courier", "herald"):
            own = " ".join(f"{outlet} words of day {number}, line {line}." for line in range(3))
            one = article(number, source=outlet, day=day, text=f"{own}\n\n{WIRE}")
            put(layout, outlet, day, [one])
            if number == 0:
                stage(layout, outlet, day, incidents=[incident(0, source=outlet, day=day, text=one.text, place=near)])
        load(layout, day)
        named += ask(layout, "SELECT place_name FROM store.events")
    assert named == [("Harran",), ("Harran",), ("Harran outskirts",)]
    assert not stored(layout)


def test_a_load_looks_only_at_what_it_can_change(layout: Layout) -> None:
    far = DAY + timedelta(days=90)
    put(layout, "agency", DAY, [told(1, WIRE, "agency", 2), told(2, OTHER, "agency", 2)])
    put(layout, "herald", DAY, [told(1, WIRE, "herald", 3)])
    load(layout)
    seen: list[set[str]] = []

    class Watching:
        VERSION = duplicates.VERSION
        story = staticmethod(duplicates.story)
        cluster = staticmethod(duplicates.cluster)

        @staticmethod
        def overlaps(stories: Iterable[duplicates.Story]) -> list[duplicates.Overlap]:
            given = list(stories)
            seen.append({one.article_id for one in given})
            return duplicates.overlaps(given)

    post = told(1, WIRE, "post", 4)
    put(layout, "post", DAY, [post])
    load_day(layout, DAY, merge=merge, duplicates=Watching)
    assert seen == [{told(1, WIRE, source, 0).article_id for source in ("agency", "herald", "post")}]
    put(layout, "agency", far, [told(3, WIRE, "agency", 90 * 24, far)])
    load_day(layout, far, merge=merge, duplicates=Watching)
    assert len(seen[1]) == 1


def test_a_warehouse_from_before_is_caught_up_with(layout: Layout) -> None:
    put(layout, "agency", DAY, [told(1, WIRE, "agency", 2)])
    put(layout, "herald", DAY, [told(1, WIRE, "herald", 3)])
    load_day(layout, DAY, merge=merge)
    assert stored(layout) == []
    assert load(layout).tables["copies"].added == 2


def test_stories_of_another_version_of_the_comparison_are_made_anew(layout: Layout) -> None:
    put(layout, "agency", DAY, [told(1, WIRE, "agency", 2)])
    load(layout)
    with duckdb.connect(str(layout.live)) as connection:
        connection.execute("UPDATE store.stories SET version = 'duplicates-0', fingerprints = [1, 2, 3]")
    assert load(layout, DAY + timedelta(days=1)).tables["stories"].changed == 1
    ((marks,),) = ask(layout, "SELECT len(fingerprints) FROM store.stories")
    assert isinstance(marks, int)
    assert marks > 50


def test_articles_without_a_time_take_the_time_they_were_first_seen(layout: Layout) -> None:
    undated = replace(told(1, WIRE, "herald", 0), published_at=None)
    put(layout, "herald", DAY, [undated])
    put(layout, "agency", DAY, [told(1, WIRE, "agency", 1)])
    load(layout)
    assert undated.first_seen is not None
    assert undated.first_seen > START + timedelta(hours=1)
    assert {copy.cluster_id for copy in stored(layout)} == {told(1, WIRE, "agency", 1).article_id}
