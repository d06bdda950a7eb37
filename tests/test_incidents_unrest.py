"""Demonstrations, mass arrests, agreements, mobs, and weapons that nobody used."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.incidents import extract

PUBLISHED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def types(text: str) -> list[str]:
    return [incident.sub_event_type for incident in extract(text, published_at=PUBLISHED)]


@pytest.mark.parametrize(
    ("text", "sub_event_type"),
    [
        ("Thousands of people marched through Lagos on Thursday in protest against a new tax.", "Peaceful protest"),
        ("Hundreds of students demonstrated outside parliament in Tunis on Wednesday.", "Peaceful protest"),
        ("Police used tear gas against a protest by hundreds of teachers in Nairobi.", "Protest with intervention"),
        ("Protests took place in several cities in Iran on Thursday.", "Peaceful protest"),
        ("There were demonstrations in Lagos and Kano on Thursday over fuel prices.", "Peaceful protest"),
        ("Hundreds rallied in Tbilisi on Thursday against the law.", "Peaceful protest"),
        ("Protests in several towns turned violent on Thursday.", "Violent demonstration"),
        ("Police fired tear gas at protesters in Nairobi on Thursday.", "Protest with intervention"),
        ("Security forces broke up a sit-in in Cairo on Thursday.", "Protest with intervention"),
        ("Police shot dead two protesters in Kampala on Thursday.", "Excessive force against protesters"),
        ("Hundreds of people rioted in Leeds on Thursday night.", "Violent demonstration"),
        ("A mob beat two men to death with sticks in Ranchi on Thursday.", "Mob violence"),
        (
            "Crowds looted grain stores in Port Sudan on Thursday. A shop was set on fire.",
            "Looting/property destruction",
        ),
        ("Turkish police arrested 48 people in raids in Van on Wednesday.", "Arrests"),
        ("The army and the rebels signed a ceasefire in Sabha on Thursday.", "Agreement"),
    ],
)
def test_what_acled_has_besides_attacks(text: str, sub_event_type: str) -> None:
    assert types(text) == [sub_event_type]


@pytest.mark.parametrize(
    "text",
    [
        "Police arrested a man in Leeds on Thursday.",
        "Shares rallied on Thursday as investors bought banks.",
        "The troops marched through the town on parade.",
        "The two sides have not signed a truce. Talks about a ceasefire go on.",
        "Protests are part of a free country, the minister said.",
        "The protests planned for Friday will be held in Gao.",
        "Critics of protests in Bamako held a conference on Thursday.",
        "Investors took control of the company. Leeds regained control of the match.",
    ],
)
def test_what_acled_leaves_out(text: str) -> None:
    assert types(text) == []


def test_the_government_acts_in_no_anti_government_protest() -> None:
    (told,) = extract("Anti-government protests erupted in Khartoum on Thursday.", published_at=PUBLISHED)
    assert told.actors == ()


def test_a_protest_and_an_attack_are_two_incidents() -> None:
    text = (
        "Gunmen attacked a bus near Gao on Wednesday, killing four passengers. "
        "Hundreds of people marched in Bamako on Thursday in protest against the killings."
    )
    assert types(text) == ["Attack", "Peaceful protest"]


@pytest.mark.parametrize(
    ("text", "weapons"),
    [
        ("Rebels attacked a camp near Gao with mortars. The troops seized nine rifles afterwards.", {"mortar"}),
        ("Gunmen attacked a shop in Gao. Police found two pistols in a car.", set()),
        ("A gas tank exploded in Gao, killing two people.", set()),
        ("A drone strike hit a convoy near Gao, killing two people.", {"drone"}),
    ],
)
def test_weapons_are_those_used(text: str, weapons: set[str]) -> None:
    assert {weapon.name for incident in extract(text) for weapon in incident.weapons} == weapons
