"""``incident_changes``: what a correction or a new reading changed, field by field, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.events import merge
from tests.warehouse_records import DAY, TEXT, actor, article, at, claim, incident, page, place, stage
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import Incident, content_id

NEXT = DAY + timedelta(days=1)
CHANGE = tuple[str, str, str | None, str | None, str | None]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def read(layout: Layout, *incidents: Incident, day: date = DAY, number: int = 1) -> None:
    """Stage an article with these incidents, and load the day."""
    pages, articles = [page(number, day=day)], [article(number, day=day)]
    stage(layout, day=day, pages=pages, articles=articles, incidents=list(incidents))
    load_day(layout, day, merge=merge)


def changes(layout: Layout) -> list[CHANGE]:
    publish(layout)
    with connect(layout) as connection:
        return connection.execute(
            "SELECT cause, change, field, before, after FROM incident_changes ORDER BY changed_at, change, field"
        ).fetchall()


def known(**changed: Any) -> Incident:
    """One incident, however it is told: its id stays."""
    return replace(incident(1, **changed), incident_id="a" * 32)


def test_a_first_reading_is_news_and_no_change(layout: Layout) -> None:
    read(layout, known())
    read(layout, incident(2, day=NEXT), day=NEXT, number=2)
    assert changes(layout) == []


def test_the_same_reading_again_is_no_change(layout: Layout) -> None:
    read(layout, known())
    read(layout, known(extractor_version="rules-9", confidence=0.99))
    assert changes(layout) == []


def test_a_field_that_is_read_otherwise_is_told_before_and_after(layout: Layout) -> None:
    read(layout, known())
    read(layout, known(place=place("Silvan"), claims=(claim(12), claim(30, "injured"))))
    assert changes(layout) == [
        ("re-reading", "changed", "injured", None, "30"),
        ("re-reading", "changed", "place", "Harran, TR", "Silvan, TR"),
    ]


def test_a_figure_alone_is_a_change_and_reaches_the_event(layout: Layout) -> None:
    read(layout, known())
    read(layout, known(claims=(claim(12, count_max=15),)))
    assert changes(layout) == [("re-reading", "changed", "killed", "12", "12–15")]
    with connect(layout) as connection:
        assert connection.execute("SELECT killed_min, killed_max FROM events").fetchall() == [(12, 15)]


def test_an_incident_that_is_another_kind_now_is_the_same_incident(layout: Layout) -> None:
    read(layout, incident(1))
    read(layout, incident(1, event_type="Battles", sub_event_type="Armed clash"))
    (change,) = changes(layout)
    assert change == (
        "re-reading", "changed", "type", "Explosions/Remote violence / Shelling/artillery/missile attack",
        "Battles / Armed clash",
    )  # fmt: skip


def test_incidents_that_come_and_go_are_told_whole(layout: Layout) -> None:
    elsewhere = {
        "place": place("Silvan"), "start_date": date(2020, 1, 1), "end_date": date(2020, 1, 1), "claims": (),
        "actors": (actor("Farmers", "target"),), "weapons": (), "event_type": "Riots", "sub_event_type": "Mob violence",
    }  # fmt: skip
    read(layout, incident(1))
    read(layout, incident(1), incident(1, **elsewhere))
    told = "date 2020-01-01; place Silvan, TR; status happened; target Farmers; type Riots / Mob violence"
    assert changes(layout) == [("re-reading", "added", None, None, told)]
    read(layout, incident(1))
    assert changes(layout)[1:] == [("re-reading", "removed", None, told, None)]


def test_an_article_that_told_nothing_and_tells_something_now(layout: Layout) -> None:
    read(layout)
    read(layout, incident(1))
    assert [change[:2] for change in changes(layout)] == [("re-reading", "added")]


def test_a_correction_is_told_from_a_new_reading(layout: Layout) -> None:
    first, later = article(1), content_id("later")
    text = TEXT.replace("12", "13")
    fixed = article(1, text=text, page_id=later, first_seen=at(hour=15), last_seen=at(hour=15))
    told = incident(1, text=text, revision=fixed.revision, claims=(claim(13),))
    stage(
        layout,
        pages=[page(1), page(1, page_id=later, fetched_at=at(hour=15))],
        articles=[first, fixed],
        incidents=[incident(1), told],
    )
    load_day(layout, DAY, merge=merge)
    assert changes(layout) == [("correction", "changed", "killed", "12", "13")]
    with connect(layout) as connection:
        row = connection.execute("SELECT changed_at, revision_before, revision_after FROM incident_changes").fetchone()
    assert row == (at(hour=15).replace(tzinfo=None), first.revision, fixed.revision)


def test_a_text_that_is_cleaned_otherwise_is_a_new_reading_not_a_correction(layout: Layout) -> None:
    read(layout, incident(1))
    text = TEXT + "\n\nMore."
    again = article(1, text=text)
    told = incident(1, text=text, revision=again.revision, claims=(claim(14),))
    stage(layout, pages=[page(1)], articles=[again], incidents=[told])
    load_day(layout, DAY, merge=merge)
    assert changes(layout) == [("re-reading", "changed", "killed", "12", "14")]


def test_a_reading_loaded_twice_leaves_one_change(layout: Layout) -> None:
    read(layout, known())
    for _ in range(2):
        read(layout, known(place=place("Silvan")))
    assert len(changes(layout)) == 1
