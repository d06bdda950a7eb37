"""Merging incidents into events: what belongs together, what stays apart, and that order plays no part."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.events import blocks, compare, merge
from tests.warehouse_records import DAY, actor, at, claim, incident, place
from warehouse.records import Event, Incident, Place, content_id
from warehouse.window import READ_DAYS, TOUCHED_DAYS, event_day

MARDIN = {"name": "Mardin", "latitude": 37.31, "longitude": 40.73}


def told(number: int = 1, **changes: Any) -> Incident:
    """An incident of an article (and outlet) of its own."""
    return incident(number, source=changes.pop("source", f"outlet{number}"), **changes)


def together(*incidents: Incident) -> bool:
    return len(merge(incidents)) == 1


def test_the_same_attack_told_by_two_outlets_is_one_event() -> None:
    (event,) = merge([told(1), told(2)])
    assert len(event.incident_ids) == len(event.article_ids) == 2
    assert (event.place_name, event.country) == ("Harran", "TR")
    assert (event.killed_min, event.killed_max) == (12, 12)
    assert (event.actors, event.targets) == (("Northern Front",), ("Governor's guard",))
    assert event.disagreements == ()


def test_differing_figures_are_kept_with_who_gives_them() -> None:
    one, two = told(1), told(2, claims=(claim(15),))
    (event,) = merge([one, two])
    assert (event.killed_min, event.killed_max) == (12, 15)
    killed = {item.value: item.incident_ids for item in event.disagreements if item.field == "killed"}
    assert killed == {"12": (one.incident_id,), "15": (two.incident_id,)}


@pytest.mark.parametrize(
    "other",
    [
        told(2, place=place(**MARDIN)),
        told(2, start_date=DAY - timedelta(days=9), end_date=DAY - timedelta(days=9)),
        told(2, event_type="Protests", sub_event_type="Peaceful protest", claims=()),
        told(2, claims=(claim(400),)),
        told(2, place=place(country="SY", latitude=None, longitude=None)),
        told(2, start_date=DAY - timedelta(days=1), end_date=DAY + timedelta(days=20), time_precision=3),
    ],
    ids=["another town", "another week", "another kind", "another toll", "another country", "a month"],
)
def test_what_speaks_against_merging_keeps_events_apart(other: Incident) -> None:
    assert not together(told(1), other)


@pytest.mark.parametrize(
    "other",
    [
        told(2, place=place("Harran outskirts", 36.95, 39.10)),
        told(2, event_type="Violence against civilians", sub_event_type="Attack"),
        told(2, claims=()),
        told(2, claims=(claim(20),)),
        told(2, actors=()),
        told(2, actors=(actor("gunmen", "actor", None),)),
        told(2, place=place("Turkey", 39.0, 35.0, geo_precision=3)),
        told(2, start_date=None, end_date=None, time_precision=None),
    ],
    ids=["near by", "coded otherwise", "no toll", "a later toll", "no actors", "gunmen", "country only", "undated"],
)
def test_what_reporters_leave_out_or_put_otherwise_is_still_one_event(other: Incident) -> None:
    assert together(told(1), other)


def test_other_parties_on_both_sides_make_another_event() -> None:
    sides = actor("River Front"), actor("City Police", "target", "State forces")
    others = actor("Home Guard"), actor("Hill Clans", "target", "Identity militia")
    assert not together(told(1, actors=sides), told(2, actors=others))
    # but who did it is what accounts differ on first
    assert together(told(1, actors=sides[:1]), told(2, actors=others[:1]))
    assert together(told(1, actors=sides), told(2, actors=others[:1]))


@pytest.mark.parametrize(
    ("one", "two"),
    [(14, 17), (2, 20), (3, 9), (40, 150)],
    ids=["counted later", "corrected", "the toll grows", "many more found"],
)
def test_tolls_that_news_commonly_corrects_are_one_event(one: int, two: int) -> None:
    event = merge([told(1, claims=(claim(one),)), told(2, claims=(claim(two),))])
    assert [(each.killed_min, each.killed_max) for each in event] == [(one, two)]


def test_what_an_article_tells_without_a_day_happened_on_the_day_it_speaks_of() -> None:
    undated: dict[str, Any] = {"start_date": DAY, "end_date": DAY, "time_precision": 2}  # as extraction fills it in
    first, second = told(1), told(1, **undated, place=place(**MARDIN), summary="A second shell hit Mardin.")
    other = told(2, place=place(**MARDIN), claims=(), actors=(), weapons=())
    events = {event.place_name: event for event in merge([first, second, other])}
    assert set(events["Mardin"].incident_ids) == {second.incident_id, other.incident_id}
    assert events["Mardin"].start_date == DAY - timedelta(days=1)
    # alone, it is the day the article came out; and such a day is nothing that articles differ on
    assert merge([second])[0].start_date == DAY
    assert "date" not in {item.field for item in events["Mardin"].disagreements}


def test_the_day_that_an_article_came_out_is_its_publishers() -> None:
    """An evening in New York, three days after what it tells; by UTC four, too long for the day it speaks of."""
    day = DAY + timedelta(days=2)
    evening: dict[str, Any] = {"published_at": at(day + timedelta(days=1), 3), "published_day": day}
    undated: dict[str, Any] = {"start_date": day, "end_date": day, "time_precision": 2, "place": place(**MARDIN)}
    first, second = told(1, **evening), told(1, **undated, **evening, summary="A second shell hit Mardin.")
    assert {event.start_date for event in merge([first, second])} == {first.start_date}


def test_an_event_is_named_after_what_was_told_first_whatever_the_zone() -> None:
    first = told(1, published_at=datetime.fromisoformat("2026-03-14T11:30:00+05:30"))
    second = told(2, published_at=datetime.fromisoformat("2026-03-14T07:00:00+00:00"))
    assert merge([first])[0].event_id == merge([first, second])[0].event_id


def test_a_march_and_how_it_was_broken_up_are_one_event_unless_the_article_says_another() -> None:
    march: dict[str, Any] = {"event_type": "Protests", "sub_event_type": "Peaceful protest", "claims": ()}
    force = march | {"sub_event_type": "Excessive force against protesters"}
    assert together(told(1, **march), told(1, **force, summary="Police shot at the marchers."))
    assert not together(told(1, **march), told(1, **force, summary="Police shot at another march."))


def test_copies_of_one_text_have_one_voice() -> None:
    wire = [told(n, place=place("Harran outskirts", 36.95, 39.10)) for n in (1, 2, 3)]
    own = [told(n) for n in (4, 5)]
    (event,) = merge([*wire, *own])
    assert event.place_name == "Harran outskirts"
    (event,) = merge([*wire, *own], clusters={str(one.article_id): "wire" for one in wire})
    assert event.place_name == "Harran"
    assert len(event.article_ids) == 5


def test_a_country_alone_is_no_reason_to_merge() -> None:
    vague = told(2, place=place("Turkey", 39.0, 35.0, geo_precision=3), claims=(), actors=(), weapons=())
    assert not together(told(1), vague)


def test_two_bombings_in_one_town_on_one_day_stay_two_when_an_article_says_so() -> None:
    morning, evening = told(1), told(1, claims=(claim(3),), sub_event_type="Suicide bomb")
    assert len(merge([morning, evening])) == 2
    # and other outlets' tellings find the one that they fit
    again = told(2, claims=(claim(3),), sub_event_type="Suicide bomb")
    events = merge([morning, evening, again, told(3)])
    assert sorted(len(event.incident_ids) for event in events) == [2, 2]
    assert {evening.incident_id, again.incident_id} in [set(event.incident_ids) for event in events]


def test_an_attack_around_midnight_is_one_event_when_more_than_the_place_agrees() -> None:
    later = {"start_date": DAY, "end_date": DAY}
    assert together(told(1), told(2, **later))
    assert not together(told(1, actors=(), weapons=(), claims=()), told(2, actors=(), weapons=(), claims=(), **later))


def test_daily_shelling_of_one_town_does_not_run_together() -> None:
    days = [DAY + timedelta(days=n) for n in range(10)]
    events = merge([told(n, start_date=day, end_date=day) for n, day in enumerate(days)])
    assert all((max(e_days) - min(e_days)).days <= 1 for event in events for e_days in [_days(event, days)])


def _days(event: Event, days: list[date]) -> list[date]:
    of = {told(n, start_date=day, end_date=day).incident_id: day for n, day in enumerate(days)}
    return [of[member] for member in event.incident_ids]


def test_copies_stand_together_whatever_else_they_were_read_to_say() -> None:
    one = told(1, summary="Shells fell on the market of Harran and killed twelve.")
    two = told(2, summary=one.summary, place=replace(place(), country="SY", latitude=35.0, longitude=40.0))
    assert together(one, two)


@pytest.mark.parametrize("status", ["denied", "threatened", "hypothetical"])
def test_what_did_not_happen_makes_no_event(status: str) -> None:
    assert merge([told(1, status=status)]) == []


def test_an_event_keeps_its_name_when_later_articles_join() -> None:
    first = told(1)
    late = told(2, published_at=first.published_at and first.published_at + timedelta(days=1))
    assert merge([first])[0].event_id == merge([first, late])[0].event_id


def test_an_incident_on_no_known_day_still_makes_an_event() -> None:
    bare = told(1, start_date=None, end_date=None, published_at=None, crawl_day=None)
    assert len(merge([bare])) == 1


# -- properties ------------------------------------------------------------------------------------

PLACES = [
    None,
    place(),
    place("Harran outskirts", 36.95, 39.10),
    place(**MARDIN),
    place("Turkey", 39.0, 35.0, geo_precision=3),
    place("Sanliurfa Province", 37.1, 38.8, geo_precision=3, admin1="Sanliurfa"),
    place("Nowhere", None, None),
    place("Palmyra", 34.55, 38.27, country="SY"),
]
TYPES = [
    ("Explosions/Remote violence", "Suicide bomb"),
    ("Explosions/Remote violence", "Air/drone strike"),
    ("Battles", "Armed clash"),
    ("Violence against civilians", "Attack"),
    ("Protests", "Peaceful protest"),
    ("Strategic developments", "Arrests"),
]
WORDS = ["Guns were heard.", "A blast tore through the depot.", "Marchers filled the square."]


@st.composite
def incidents(draw: st.DrawFn, days: int = 4) -> Incident:
    day = DAY + timedelta(days=draw(st.integers(0, days)))
    event_type, sub_event_type = draw(st.sampled_from(TYPES))
    dated = draw(st.booleans()) or draw(st.booleans())
    figures = draw(st.lists(st.sampled_from([0, 3, 5, 40, 400]), max_size=2))
    number = draw(st.integers(1, 8))
    return incident(
        number,
        source=draw(st.sampled_from(["courier", "herald"])),
        day=DAY,
        event_type=event_type,
        sub_event_type=sub_event_type,
        status=draw(st.sampled_from(["happened", "happened", "happened", "alleged", "denied"])),
        start_date=day if dated else None,
        end_date=day if dated else None,
        time_precision=draw(st.sampled_from([1, 1, 1, 3])) if dated else None,
        place=draw(st.sampled_from(PLACES)),
        actors=tuple(draw(st.lists(st.sampled_from([actor(), actor("Home Guard"), actor("gunmen")]), max_size=2))),
        weapons=(),
        claims=tuple(claim(figure) for figure in figures),
        summary=draw(st.sampled_from([*WORDS, ""])) or f"Report {number} told otherwise on {day}.",
        published_at=incident(day=day).published_at,
    )


@settings(max_examples=80, deadline=None)
@given(st.lists(incidents(), max_size=14), st.randoms(use_true_random=False))
def test_order_and_repetition_play_no_part(given: list[Incident], chance: random.Random) -> None:
    expected = merge(given)
    shuffled = given + chance.sample(given, len(given) // 2)
    chance.shuffle(shuffled)
    assert merge(shuffled) == expected


@settings(max_examples=80, deadline=None)
@given(st.lists(incidents(), max_size=14))
def test_every_incident_that_took_place_is_in_exactly_one_event(given: list[Incident]) -> None:
    members = Counter(member for event in merge(given) for member in event.incident_ids)
    assert members == {one.incident_id: 1 for one in given if one.status in ("happened", "alleged")}


@settings(max_examples=80, deadline=None)
@given(st.lists(incidents(), max_size=14))
def test_two_things_an_article_tells_stay_two_events(given: list[Incident]) -> None:
    of = {one.incident_id: one for one in given}
    for event in merge(given):
        seen: dict[str | None, set[Any]] = {}
        for member in event.incident_ids:
            one = of[member]
            words = content_id(one.summary, *sorted(claim.quote for claim in one.claims))
            what = (one.sub_event_type, one.start_date, one.place and one.place.name)
            seen.setdefault(one.article_id, set()).add((what, words, one.summary))
        for tellings in seen.values():
            # what stands in the same words or in one sentence is one telling, whatever was read into it
            assert any(len({each[n] for each in tellings}) == 1 for n in range(3))


@settings(max_examples=80, deadline=None)
@given(st.lists(incidents(), max_size=14))
def test_tolls_span_the_members_and_disagreements_name_them_all(given: list[Incident]) -> None:
    for event in merge(given):
        assert (event.killed_min is None) == (event.killed_max is None)
        if event.killed_min is not None and event.killed_max is not None:
            assert event.killed_min <= event.killed_max
        for field in {item.field for item in event.disagreements}:
            items = [item for item in event.disagreements if item.field == field]
            who = [name for item in items for name in item.incident_ids]
            assert len(items) > 1
            assert len(who) == len(set(who))
            assert set(who) <= set(event.incident_ids)


def _near(one: Incident, day: date, within: int) -> bool:
    when = event_day(one)
    return when is not None and abs((when - day).days) <= within


def _siege(chance: random.Random, days: int = 30) -> list[Incident]:
    """One town shelled day after day, told by many: each night's merging hangs on its neighbours', and what an article
    tells without a day hangs on what else it tells."""
    told_before = ["Shells fell on the old town.", "The bakery was hit again.", "Rockets struck the bridge."]
    found = []
    for number in range(chance.randrange(15, 40)):
        published = DAY + timedelta(days=chance.randrange(days))
        for _ in range(chance.choice([1, 1, 2, 3])):
            day, dated = published - timedelta(days=chance.randrange(4)), chance.random() < 0.6
            found.append(
                told(
                    number,
                    start_date=day if dated else None,
                    end_date=day if dated else None,
                    published_at=at(published),
                    claims=tuple(claim(chance.choice([1, 4, 9, 60])) for _ in range(chance.randrange(2))),
                    actors=tuple(chance.sample([actor(), actor("Home Guard"), actor("gunmen")], chance.randrange(3))),
                    summary=chance.choice([*told_before, f"Report {number} of day {day}."]),
                )
            )
    return found


@pytest.mark.parametrize("seed", range(80))
def test_merging_a_window_again_gives_what_merging_everything_gives(seed: int) -> None:
    """What the loader relies on (warehouse/window.py), whichever incident is the new one."""
    siege = _siege(random.Random(seed))
    new, old = siege[-1], siege[:-1]
    day = event_day(new)
    assert day is not None
    inside = {one.incident_id for one in siege if _near(one, day, TOUCHED_DAYS)}
    kept = [event for event in merge(old) if not inside & set(event.incident_ids)]
    window = merge(one for one in siege if _near(one, day, READ_DAYS))
    again = [event for event in window if inside & set(event.incident_ids)]
    assert sorted(kept + again, key=lambda event: event.event_id) == merge(siege)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the comparisons that merging makes: its work, in no seconds."""
    calls, real = Counter[str](), compare.support

    def counting(*pair: Any) -> int | None:
        calls["support"] += 1
        return real(*pair)

    monkeypatch.setattr(blocks, "support", counting)
    monkeypatch.setattr(compare, "support", counting)
    return calls


def test_ten_times_the_days_are_about_ten_times_the_work(compared: Counter[str]) -> None:
    def work(days: int) -> int:
        chance = random.Random(1)
        compared.clear()
        merge(
            told(
                n,
                place=place(f"Town {n % 20}", chance.uniform(36, 38), chance.uniform(38, 41)),
                start_date=DAY + timedelta(days=n // 30),
                end_date=DAY + timedelta(days=n // 30),
            )
            for n in range(30 * days)
        )
        return compared["support"]

    few = work(5)
    assert work(50) < 15 * few


def _battle(events: int, place: Place | None) -> list[Incident]:
    """So many events of one place and day, each told twice: by whom, of whom, and how many died."""
    return [
        told(
            2 * number + telling,
            place=place,
            actors=(actor(f"{_name(number)} Front"), actor(f"{_name(number)} Guard", "target")),
            claims=(claim(1 + 7 * number % 40 + telling),),
            summary=f"Report {number} {telling}.",
        )
        for number in range(events)
        for telling in range(2)
    ]


def _name(number: int) -> str:
    return "Qatir" + "".join(chr(97 + int(digit)) for digit in str(number))


@pytest.mark.parametrize("where", [place(), None], ids=["a town", "no place"])
def test_each_of_many_events_of_one_town_and_day_is_found_among_a_few(
    compared: Counter[str], where: Place | None
) -> None:
    told_twice = _battle(200, where)
    assert len(merge(told_twice)) == 200
    assert compared["support"] < 1.1 * blocks.LOOKED_AT * len(told_twice)


def test_a_few_speak_for_the_many_accounts_of_one_event_and_no_toll_out_of_reach_joins(compared: Counter[str]) -> None:
    accounts = [told(n, actors=(actor(f"{_name(n)} Front"),), claims=(claim(20 + n % 60),)) for n in range(240)]
    one, many = sorted(merge([*accounts, told(240, claims=(claim(96),))]), key=lambda event: len(event.article_ids))
    assert (many.killed_min, many.killed_max) == (20, 79)
    assert one.killed_min == 96  # more than the least can have grown to
    assert compared["support"] < 1.5 * blocks.SPEAKERS * len(accounts)
