"""``review_queue``: each reason to look comes up where it should, in words, and weighty ones come first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.events import merge
from tests.warehouse_records import DAY, TEXT, actor, article, claim, incident, page, place, stage
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import Evidence

NEXT = DAY + timedelta(days=1)
KIND = Evidence(field="event_type", start=0, end=8, quote="Shelling")
WHEN = Evidence(field="start_date", start=TEXT.find("on Friday"), end=TEXT.find("on Friday") + 9, quote="on Friday")
NO_TOLL: dict[str, Any] = {"place": None, "claims": ()}
SOUND: dict[str, Any] = {"evidence": (KIND, WHEN), "date_confidence": 0.9}


def queue(layout: Layout) -> list[tuple[int, str]]:
    publish(layout)
    with connect(layout) as connection:
        return connection.execute("SELECT score, reason FROM review_queue ORDER BY place_in_line").fetchall()


def load(layout: Layout, *incidents: dict[str, Any], day: Any = DAY, source: str = "courier") -> None:
    """Load an article for each of the incidents, which differ from a sound one by what is given."""
    numbers = range(1, len(incidents) + 1)
    stage(
        layout,
        source,
        day,
        pages=[page(n, source=source, day=day) for n in numbers],
        articles=[article(n, source=source, day=day) for n in numbers],
        incidents=[incident(n, source=source, day=day, **SOUND | given) for n, given in enumerate(incidents, 1)],
    )
    load_day(layout, day, merge=merge)


def test_a_sound_incident_is_not_in_the_queue(tmp_path: Path) -> None:
    load(Layout(tmp_path), {})
    assert queue(Layout(tmp_path)) == []


@pytest.mark.parametrize(
    ("given", "weight", "reason"),
    [
        ({"claims": (claim(20),)}, 3, "at least 20 killed"),
        (
            {"claims": (claim(12), claim(15, quantifier="fifteen"))},
            3,
            "the article itself gives 12 and fifteen killed (people)",
        ),
        (
            {"actors": (actor("Northern Front"), actor("Northern Front", "target"))},
            3,
            "Northern Front stands on both sides",
        ),
        ({"confidence": 0.45}, 2, "it may be no incident: confidence 0.45"),
        ({"place": None}, 2, "no place was found"),
        ({"place": place("Nowhere", None, None)}, 2, 'the place "Nowhere" was not found in the gazetteer'),
        ({"place": place(confidence=0.31)}, 2, "the place Harran is unsure: confidence 0.31"),
        ({"start_date": None, "end_date": None, "evidence": (KIND,)}, 1, "no date was found"),
        ({"evidence": (KIND,)}, 1, "no words say when: the date is the day of publication"),
        ({"date_confidence": 0.4}, 1, "the date 2026-03-13 is unsure: confidence 0.40"),
        ({"status": "denied"}, 1, "it is told as denied"),
        ({"claims": (claim(12, hedge="reportedly"),)}, 1, 'a figure is hedged: "reportedly"'),
        ({"actors": (actor("Harran", "target", "Civilians"),)}, 1, "nobody is named as having done it"),
    ],
)
def test_each_reason_is_given_in_words(tmp_path: Path, given: dict[str, Any], weight: int, reason: str) -> None:
    load(Layout(tmp_path), given)
    assert queue(Layout(tmp_path)) == [(weight, reason)]


@pytest.mark.parametrize(
    "claims",
    [
        (claim(12), claim(10, part_of=claim(12).claim_id)),
        (claim(12), claim(3, adds_to=claim(12).claim_id)),
        (claim(12), claim(9000, background=True)),
        (claim(12, party_name="rebels"), claim(3, party_name="soldiers")),
        (claim(10, count_max=None), claim(12)),
        (claim(3, "injured"), claim(12)),
    ],
)
def test_figures_that_can_all_be_true_are_no_contradiction(tmp_path: Path, claims: tuple[Any, ...]) -> None:
    load(Layout(tmp_path), {"claims": claims})
    assert queue(Layout(tmp_path)) == []


def test_articles_that_differ_are_all_in_the_queue_before_lesser_doubts(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    load(layout, {"claims": (claim(12),)}, {"status": "alleged", "place": place("Silvan", 38.1, 41.0), "claims": ()})
    load(layout, {"claims": (claim(15),)}, source="herald")
    differ = (3, "the articles give different numbers of killed: 12, 15")
    assert queue(layout) == [differ, differ, (1, "it is told as alleged")]


def test_a_new_armed_group_is_told_once_there_is_a_day_before_it(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    load(layout, {})
    assert queue(layout) == [], "on the first day everything is new"
    newcomer = (actor("Southern Front"), actor("Northern Front", "target"), actor("Traders", "target", "Civilians"))
    load(layout, {"actors": newcomer}, day=NEXT)
    assert queue(layout) == [(1, "Southern Front is named for the first time")]


def test_reasons_add_up_and_the_weightiest_is_told_first(tmp_path: Path) -> None:
    load(Layout(tmp_path), {"status": "alleged", "place": None, "claims": (claim(40),)}, NO_TOLL)
    (first, second) = queue(Layout(tmp_path))
    assert first == (6, "at least 40 killed; no place was found; it is told as alleged")
    assert second == (2, "no place was found")
