"""What extract() makes of whole texts, and what holds for any text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.incidents import EXTRACTOR_VERSION, extract, extract_article
from warehouse.records import Article, Incident, Removed
from warehouse.vocabulary import ACLED_TYPES

SEED = Path(__file__).parent.parent.parent / "shared" / "seed-article.txt"
PUBLISHED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)

CLASH = (
    "Fighters loyal to the regime attacked a base of the Syrian Democratic Forces near Raqqa on Wednesday, "
    "firing mortars and tank rounds.\n\n"
    "The US-led coalition said it struck the pro-government forces in self-defence. "
    "About 60 pro-government forces were killed in the counterattack, an official said.\n\n"
    "One SDF fighter was wounded. No American soldiers were hurt in the clash."
)
TWO = (
    "A car bomb exploded outside a market in Mogadishu on Monday, killing 12 people. "
    "Al-Shabaab claimed responsibility for the attack.\n\n"
    "In a separate incident, gunmen kidnapped two aid workers near Maiduguri in Nigeria on Tuesday."
)


def named(incident: Incident, role: str) -> set[str]:
    return {actor.name for actor in incident.actors if actor.role == role}


def holds(text: str, incidents: list[Incident]) -> None:
    """The invariants of every record."""
    for incident in incidents:
        assert incident.sub_event_type in ACLED_TYPES[incident.event_type]
        assert incident.evidence
        assert all(text[item.start : item.end] == item.quote for item in incident.evidence)
        assert all(text[claim.start : claim.end] == claim.quote for claim in incident.claims)
        written = [(a.start, a.end, a.text) for a in incident.actors]
        written += [(w.start, w.end, w.text) for w in incident.weapons]
        if incident.place is not None:
            written.append((incident.place.start, incident.place.end, incident.place.text))
        assert all(text[start:end] == words for start, end, words in written)
        fields = {words.field for words in incident.evidence}
        assert {f"actors[{n}]" for n in range(len(incident.actors))} <= fields
        assert {f"weapons[{n}]" for n in range(len(incident.weapons))} <= fields
        assert {f"claims[{n}]" for n in range(len(incident.claims))} <= fields
        assert (incident.place is None) or "place" in fields
        assert 0 <= incident.confidence <= 1
    assert len({incident.incident_id for incident in incidents}) == len(incidents)


def test_a_clash_with_an_answer_is_one_incident() -> None:
    (clash,) = extract(CLASH, published_at=PUBLISHED)
    holds(CLASH, [clash])
    assert (clash.event_type, clash.sub_event_type) == ("Battles", "Armed clash")
    assert clash.status == "happened"
    assert clash.start_date == date(2026, 3, 18)
    assert clash.place is not None
    assert clash.place.country == "SY"
    assert "Syrian Democratic Forces" in named(clash, "target")
    assert "Syrian Democratic Forces" not in named(clash, "actor")
    assert "Global coalition against the Islamic State" in named(clash, "associate")
    assert {weapon.name for weapon in clash.weapons} == {"mortar", "tank"}
    told = {(c.outcome, c.count_min, c.count_max) for c in clash.claims}
    assert {("killed", 60, 60), ("injured", 1, 1), ("injured", 0, 0)} <= told


def test_two_incidents_of_one_article_stay_apart() -> None:
    found = extract(TWO, published_at=PUBLISHED)
    holds(TWO, found)
    bomb, kidnapping = found
    assert bomb.sub_event_type == "Remote explosive/landmine/IED"
    assert bomb.place is not None
    assert bomb.place.country == "SO"
    assert named(bomb, "actor") == {"Al Shabaab"}
    assert [(c.count_min, c.outcome) for c in bomb.claims] == [(12, "killed")]
    assert kidnapping.sub_event_type == "Abduction/forced disappearance"
    assert kidnapping.place is not None
    assert kidnapping.place.country == "NG"
    assert "kidnapping" in kidnapping.attributes


def test_nobody_is_killed_twice() -> None:
    text = (
        "Senator Marta Ruiz was murdered in Lima on Monday.\n\nShops were shut all day. The weather was fine.\n\n"
        "On 3 March, in Cuzco, lawyers said that the murder of Marta Ruiz had been planned for months."
    )
    assert len([one for one in extract(text) if one.tolls]) == 1


def test_murders_of_two_persons_are_two_incidents() -> None:
    text = "Judge Marta Ruiz was murdered at her gate. Congressman Jorge Lara was murdered on his way to work."
    told = [[(toll.outcome, toll.count_min, toll.count_max) for toll in one.tolls] for one in extract(text)]
    assert told == [[("killed", 1, 1)], [("killed", 1, 1)]]


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        (
            "Two people were killed when a shell hit a house in Gaza City. In Khan Younis, an air strike killed five "
            "members of one family.",
            [2, 5],
        ),
        (
            "A car bomb killed ten people in Mosul on Monday. Hours later a bomb went off at a post, killing five.",
            [10, 5],
        ),
        (
            "Gunmen killed Marta Ruiz in her shop on Monday.\n\nHooded men killed Jorge Lara in front of his house.",
            [1, 1],
        ),
        ("Marta Ruiz was killed along with two guards. The murder of Marta Ruiz had been planned, he said.", [3]),
        (
            "A car bomb killed ten people in Mosul on Monday. A suicide bombing at a post hours later killed five.",
            [10, 5],
        ),
        ("A car bomb killed ten people in Mosul on Monday. The group claimed the bombing hours later.", [10]),
        ("A bomb killed ten people in Mosul on Monday. Police said five other people were also killed.", [15]),
        ("A bomb killed ten people in Mosul on Monday. Another bomb went off at a market, killing five.", [10, 5]),
    ],
)
def test_who_was_killed_in_which_attack(text: str, killed: list[int]) -> None:
    told = [[toll.count_min for toll in one.tolls if toll.outcome == "killed"] for one in extract(text)]
    assert [figure for figures in told for figure in figures] == killed


@pytest.mark.parametrize(
    ("then", "killed"),
    [
        ("A suicide bomber attacked an army post hours later, killing three.", [10, 3]),
        ("Another bomb killed five people.", [10, 5]),
        ("Another suicide bomber killed five people at a mosque.", [10, 5]),
        ("Five people were killed by another bomb.", [10, 5]),
        ("Two soldiers died in another bombing.", [10, 2]),
        ("A car bomb killed four policemen later that day.", [10, 4]),
        ("Later that day bombs killed four policemen.", [10, 4]),
        ("A roadside bomb hit a bus the same day, killing four.", [10, 4]),
        ("Another attack left six people wounded.", [10]),
    ],
)
@pytest.mark.parametrize(
    "first",
    ["Ten people died when a bomb went off in a market in Kabul.", "A bomb killed ten people in Kabul on Monday."],
)
def test_a_blow_of_its_own(first: str, then: str, killed: list[int]) -> None:
    told = extract(f"{first} {then}", published_at=PUBLISHED)
    assert len(told) == 2
    assert [toll.count_min for one in told for toll in one.tolls if toll.outcome == "killed"] == killed


@pytest.mark.parametrize(
    "then",
    [
        "Hours later the toll rose to twelve.",
        "Another bomb was defused.",
        "Police defused another bomb.",
        "Two of the wounded died hours later in hospital.",
        "Another person died in hospital later that day.",
        "The blast wounded another 20 people.",
        "The bomb also killed another policeman.",
        "The president condemned the bombing the same day.",
    ],
)
def test_no_blow_of_its_own(then: str) -> None:
    first = "Ten people died when a bomb went off in a market in Kabul."
    assert len(extract(f"{first} {then}", published_at=PUBLISHED)) == 1


def test_power_lines_cut_during_an_offensive_are_no_part_of_the_clash() -> None:
    text = (
        "Rebels clashed with soldiers near the town of Suchitoto on Monday, killing two soldiers.\n\n"
        "Elsewhere rebels sabotaged five power lines with dynamite."
    )
    assert [one.sub_event_type == "Armed clash" for one in extract(text, published_at=PUBLISHED)] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "The chief said that the state will fight drug trafficking.",
        "The minister suffered a heart attack on Sunday and is in hospital.",
        "The company struck a deal with its creditors after a long legal battle.",
        "At least 40 people were killed when a bus plunged into a ravine in a road accident near Pokhara.",
        "An earthquake killed 200 people in the mountains on Friday.",
        "The striker opened the scoring in the final minutes.",
        "The senator harshly attacked the president of the court on Sunday.",
        "The ministry spoke of a disinformation offensive against the country.",
        "The minister flew home as a scandal that had exploded in the capital went on.",
        "",
    ],
)
def test_what_is_no_incident(text: str) -> None:
    assert extract(text) == []


def test_other_languages_give_nothing() -> None:
    text = "A bomb exploded in Mogadishu, killing 12 people."
    assert extract(text)
    assert extract(text, language="fr") == []
    assert extract(text, language="en-GB") == extract(text)


def test_a_capitals_wire_reads_like_print() -> None:
    text = (
        "GUERRILLAS OF THE FARABUNDO MARTI NATIONAL LIBERATION FRONT [FMLN] ATTACKED A POLICE STATION IN "
        "SAN MIGUEL YESTERDAY. TWO POLICEMEN WERE KILLED."
    )
    (attack,) = extract(text, published_at=PUBLISHED)
    holds(text, [attack])
    assert "Farabundo Martí National Liberation Front" in named(attack, "actor")
    assert any(a.role == "target" and a.text == "POLICE STATION" for a in attack.actors)
    assert [c.count_min for c in attack.claims] == [2]


def test_the_same_text_gives_the_same_ids() -> None:
    assert extract(TWO, published_at=PUBLISHED) == extract(TWO, published_at=PUBLISHED)


def article(text: str, *, removed: tuple[Removed, ...] = (), language: str = "en") -> Article:
    return Article(
        article_id="a1", revision="r1", url="https://paper.example/1", canonical_url="https://paper.example/1",
        title="Clash reported", lead=None, text=text, removed=removed, language=language, published_at=PUBLISHED,
        source_id="paper", crawl_day=date(2026, 3, 20),
    )  # fmt: skip


def test_an_article_lends_its_ids() -> None:
    (clash,) = extract_article(article(CLASH))
    assert (clash.article_id, clash.revision, clash.source_id) == ("a1", "r1", "paper")
    assert clash.crawl_day == date(2026, 3, 20)
    assert clash.extractor_version == EXTRACTOR_VERSION
    assert extract_article(article(CLASH, language="de")) == []


def test_an_undated_story_is_of_the_day_on_which_its_publisher_had_it() -> None:
    undated = article(CLASH.replace(" on Wednesday", ""))
    evening = replace(undated, published_at=datetime(2026, 3, 21, 3, 5, tzinfo=UTC), published_day=None)
    for told, day in ((None, date(2026, 3, 21)), (date(2026, 3, 20), date(2026, 3, 20))):
        (incident,) = extract_article(replace(evening, published_day=told))
        assert (incident.start_date, incident.published_day) == (day, day)


def test_a_caption_names_the_town_the_text_leaves_open() -> None:
    text = "Government troops clashed with rebels in eastern Syria. Five soldiers were killed."
    caption = Removed(text="Troops near Deir Ezzor", rule="caption", position=1)
    (clash,) = extract_article(article(text, removed=(caption,)))
    assert clash.place is not None
    assert clash.place.country == "SY"
    assert clash.place.geo_precision in (1, 2)  # "near" makes it 2
    assert "Deir" in clash.place.name
    assert "Deir Ezzor" in clash.place.reason
    holds(text, [clash])


def test_a_town_elsewhere_in_a_caption_changes_nothing() -> None:
    text = "Government troops clashed with rebels in eastern Syria. Five soldiers were killed."
    (clash,) = extract_article(article(text, removed=(Removed(text="A street in Lima", rule="caption", position=1),)))
    assert clash.place is not None
    assert clash.place.name == "Syria"


@pytest.mark.skipif(not SEED.exists(), reason="the seed article lies beside the checkout, not in it")
def test_the_seed_article() -> None:
    """Residue lines are what cleaning takes out; its photo captions reach the extractor as removed lines."""
    title, *lines = [line for line in SEED.read_text(encoding="utf-8").split("\n") if line.strip()]
    body = [line for line in lines if line[-1:] in '.".' and "More news" not in line]
    body = body[: next(n for n, line in enumerate(body) if line.startswith("We are pleased"))]
    text = "\n\n".join(body)
    captions = tuple(Removed(text=line, rule="caption", position=n) for n, line in enumerate(lines[:2]))
    (clash, *others) = extract_article(article(text, removed=captions))
    holds(text, [clash, *others])
    assert title
    assert others == []
    assert (clash.event_type, clash.sub_event_type) == ("Battles", "Armed clash")
    assert "airstrike" in clash.attributes
    told = {(c.outcome, c.count_min, c.count_max, c.party) for c in clash.claims}
    assert ("killed", 100, 100, "pro-government forces") in told
    assert any(o == "injured" and low == 1 and p and "SDF" in p for o, low, _, p in told)
    assert any(o == "injured" and high == 0 and p and "U.S." in p for o, _, high, p in told)
    assert {"artillery", "T-54", "T-72", "mortar"} <= {weapon.name for weapon in clash.weapons}
    assert clash.place is not None
    assert "Deir" in clash.place.name
    assert clash.place.country == "SY"
    assert "Pro-government forces" in named(clash, "actor")
    assert "Syrian Democratic Forces" in named(clash, "target")
    assert named(clash, "associate") & {"Global coalition against the Islamic State", "US"}


WORDS = (
    "rebels attacked the base killing 12 soldiers in Kabul , . \n\n a bomb exploded near US-led coalition forces "
    'The FMLN claimed responsibility " “ ” ( ) - T-72 tanks ISIS who were not wounded on Monday kidnapped İ ß 😀 ﬁ '
    "by police SDF if threatened to denied clash between and army of at least two of them 's Deir ez-Zor"
)
words = st.sampled_from(WORDS.split(" "))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(words, max_size=60).map(" ".join))
def test_any_words_keep_the_invariants(text: str) -> None:
    holds(text, extract(text, published_at=PUBLISHED))
    holds(text.upper(), extract(text.upper(), published_at=PUBLISHED))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_keeps_the_invariants(text: str, title: str) -> None:
    text = f"{text} Gunmen killed 3 people in Kabul. {text}"
    holds(text, extract(text, title=title))


def test_an_assassination_is_no_part_of_a_clash_told_beside_it() -> None:
    text = (
        "Soldiers clashed with rebels of the Northern Front near Gao on Monday and ten rebels were killed.\n\n"
        "Rebels of the Northern Front assassinated the mayor of Gao and his wife, the ministry said."
    )
    assert {told.sub_event_type for told in extract(text)} == {"Armed clash", "Attack"}


def test_the_attack_that_somebody_comments_on_is_the_one_told_before() -> None:
    text = "Russian forces shelled Nikopol on Thursday, killing three people.\n\nMoscow did not comment on the attack."
    (told,) = extract(text)
    assert told.place is not None
    assert told.place.name == "Nikopol"


def test_days_that_are_told_part_what_a_week_would_join() -> None:
    first, second = extract(
        "A bomb killed six people near a shrine in Damascus on Thursday. It was the second blast there this week.\n\n"
        "On Tuesday, two people were wounded when a motorcycle rigged with explosives blew up.",
        published_at=datetime(2023, 7, 27, 18, tzinfo=UTC),
    )
    assert (first.start_date, second.start_date) == (date(2023, 7, 27), date(2023, 7, 25))


def test_the_dead_of_a_mishap_told_beside_are_not_the_attacks() -> None:
    (told,) = extract(
        "Ten people were killed in a suicide bombing in Gao on Saturday.\n\n"
        "Separately, a military helicopter crashed in Bamako, killing its three crew members."
    )
    assert [(toll.outcome, toll.count_min) for toll in told.tolls] == [("killed", 10)]
