"""Strikes, drones and shells as the news of today tells them, one wording a row; and which of them are one incident."""

from __future__ import annotations

import pytest

from pipelines.incidents import extract
from tests.incidents import acting
from warehouse.records import Incident


def hit(incident: Incident) -> set[str]:
    return {actor.text for actor in incident.actors if actor.role == "target"}


BLOWS = [
    ("Israeli strikes on Rafah killed eight people.", "Air/drone strike", "Military Forces of Israel", "eight people"),
    ("Russian strikes damaged a power plant in Odesa.", "Air/drone strike", "Military Forces of Russia", "power plant"),
    ("Russian drones damaged a silo in Odesa.", "Air/drone strike", "Military Forces of Russia", "silo"),
    ("Ukrainian attacks on Belgorod wounded three people.", "Attack", "Military Forces of Ukraine", "three people"),
    (
        "Shelling by the Rapid Support Forces killed six traders in El Fasher.",
        "Shelling/artillery/missile attack", "Rapid Support Forces", "six traders",
    ),
    ("A Russian guided bomb hit a school in Kharkiv.", "Air/drone strike", "Military Forces of Russia", "school"),
    ("Syrian warplanes struck two tanks in Idlib.", "Air/drone strike", "Military Forces of Syria", "two tanks"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "actor", "target"), BLOWS)
def test_who_strikes_whom(text: str, kind: str, actor: str, target: str) -> None:
    (told,) = extract(text)
    assert (told.sub_event_type, acting(told)) == (kind, {actor})
    assert target in hit(told)


def test_a_strike_kills_whoever_made_it() -> None:
    (told,) = extract("A strike on a camp near Nyala killed eight people.")
    assert (told.sub_event_type, acting(told), hit(told)) == ("Air/drone strike", set(), {"camp", "eight people"})


@pytest.mark.parametrize(
    "text",
    [
        "French strikes on the railways stranded thousands of commuters.",
        "Doctors said a strike over pay would hit hospitals.",
        "Nurses' strikes hit hospitals in London.",
        "Air defences shot down 40 drones over Kyiv.",
        "Ukraine's air force said that it had shot down 73 of 108 missiles.",
        "Activist Grace Oduya was among those tear-gassed.",
        "Separately, a military helicopter crashed in Bamako, killing its three crew members.",
    ],
)
def test_what_is_no_blow(text: str) -> None:
    assert extract(text) == []


def test_a_weapon_that_is_destroyed_was_not_used() -> None:
    (told,) = extract("The army destroyed two tanks and killed six rebels near Idlib.")
    assert (told.sub_event_type, told.weapons) == ("Armed clash", ())


def test_whoever_defuses_a_bomb_did_not_lay_it() -> None:
    (told,) = extract("Police defused a bomb at a station in Madrid.")
    assert (acting(told), [weapon.name for weapon in told.weapons]) == (set(), ["bomb"])


FIRST = "Gunmen on motorcycles stormed the village of Kukawa on Monday night, killing 12 farmers."
ONE = [
    # what they are called by now, and what they did besides
    (FIRST, "The gunmen burned down dozens of houses."),
    (FIRST, "The attack, in which rifles were used, left four women in a district of Arlen wounded."),
    # what a blow does to things is no arson
    ("Russian drones struck a tower in Kharkiv, killing four people.", "The attack set fire to the upper floors."),
]


@pytest.mark.parametrize(("before", "after"), ONE)
def test_what_else_is_told_of_an_attack_is_part_of_it(before: str, after: str) -> None:
    assert len(extract(f"{before}\n\n{after}")) == 1


def test_what_an_attack_came_after_is_another_one() -> None:
    now, then = extract(f"{FIRST}\n\nThe attack came two weeks after suicide bombers killed 32 people in Gwoza.")
    assert (now.sub_event_type, "background" in now.attributes) == ("Attack", False)
    assert (then.sub_event_type, "background" in then.attributes) == ("Suicide bomb", True)
    assert [[toll.count_max for toll in told.tolls] for told in (now, then)] == [[12], [32]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Houthi fighters fired a missile at a tanker off Hodeidah, killing three sailors.",
         "U.S. warplanes struck a radar in Hodeidah."),
        ("An Israeli air strike hit a car in Khan Younis, killing five men.",
         "Elsewhere in the enclave, strikes on a house killed eight people."),
    ],
)  # fmt: skip
def test_a_blow_by_others_or_elsewhere_is_another_one(before: str, after: str) -> None:
    assert len(extract(f"{before}\n\n{after}")) == 2


def test_munitions_destroyed_in_flight_are_no_attack() -> None:
    (told,) = extract(
        "A drone hit a tower near Moscow, killing a woman. Russia said it destroyed 20 Ukrainian drones there."
    )
    assert "20 Ukrainian drones" not in hit(told)


@pytest.mark.parametrize(
    "after",
    ["At the same time a car bomb went off outside a hotel in Jamundi, injuring six people.",
     "In a similar attack, gunmen killed two nurses."],
)  # fmt: skip
def test_what_happens_at_the_same_time_elsewhere_is_another_one(after: str) -> None:
    assert (
        len(
            extract(
                f"Gunmen attacked a police station in Morales with guns on Monday, killing two officers.\n\n{after}"
            )
        )
        == 2
    )


def test_a_fire_that_a_blow_starts_tells_what_was_hit() -> None:
    (told,) = extract("A Ukrainian drone attack sparked a fire at an oil refinery in Kstovo.")
    assert hit(told) == {"oil refinery"}


def test_a_threat_of_revenge_turns_no_blow_into_an_answer() -> None:
    (told,) = extract("Pakistani air strikes killed 46 people, mostly women, and the Taliban threatened retaliation.")
    assert "counter_attack" not in told.attributes
    assert (acting(told), hit(told)) == ({"Military Forces of Pakistan"}, {"46 people"})
