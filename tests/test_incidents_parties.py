"""Who stands in an incident and who does not: datelines, figures, speakers, owners, groups told of in other words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.incidents import extract, is_organisation, toll
from pipelines.incidents.claims.finding import find_claims
from pipelines.incidents.datelines import dateline
from pipelines.incidents.domains import domain
from pipelines.incidents.model import parse
from pipelines.incidents.roles.sides import plain_name
from warehouse.records import Incident

PUBLISHED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def told(text: str) -> Incident:
    (incident,) = extract(text, published_at=PUBLISHED)
    return incident


def names(incident: Incident, *roles: str) -> set[str]:
    return {actor.name for actor in incident.actors if actor.role in roles or not roles}


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("GAO, Mali – A bomb went off.", "GAO, Mali – "),
        ("SANAA (Harbour News) -- A bomb went off.", "SANAA (Harbour News) -- "),
        ("Three dead in the north.\n\nGAO, Mali (Harbour News) — A bomb went off.", "GAO, Mali (Harbour News) — "),
        ("The mayor - a teacher - was shot.", None),
        ("A bomb went off in Gao.", None),
    ],
)
def test_a_dateline_is_told_from_a_sentence(text: str, end: str | None) -> None:
    found = dateline(text)
    assert (found and text[slice(*found)]) == end


def test_the_dateline_gives_the_place_and_no_actor() -> None:
    bomb = told("GAO, Mali (Harbour News) – A car bomb exploded at a checkpoint on Thursday, killing four people.")
    assert bomb.place is not None
    assert bomb.place.name == "Gao"
    assert not names(bomb, "actor")


def test_figures_and_pointing_words_are_no_parties() -> None:
    bomb = told(
        "A bomb exploded in Gao on Thursday, killing seven and wounding 15 others. Both sides blame each other."
    )
    assert names(bomb) == set()
    assert toll(bomb.claims) == {"killed": (7, 7), "injured": (15, 15)}


def test_who_speaks_behind_a_list_is_no_victim() -> None:
    text = "Rockets hit a market in Gao, killing dozens, nurses and village elders said."
    assert [claim.quote for claim in find_claims(parse(text), text=text)] == ["killing dozens"]
    assert not {"nurses", "village elders"} & names(told(text))
    listed = "Rockets hit a market in Gao, killing a nurse, a clerk and two guards, police said."
    assert [claim.party for claim in find_claims(parse(listed), text=listed)] == ["nurse", "clerk", "guards"]


def test_nine_of_a_crowd_are_nine_dead() -> None:
    text = "A bomb went off among recruits in Gao, killing nine of them."
    assert toll(find_claims(parse(text), text=text)) == {"killed": (9, 9)}
    part = "The bomb killed 12 recruits, three of them officers."
    assert toll(find_claims(parse(part), text=part)) == {"killed": (12, 12)}


def test_sides_that_contradict_each_other_are_not_added_up() -> None:
    text = (
        "The army said that it had killed 30 rebels. "
        "The rebels said that they had lost four fighters and that 18 soldiers had been killed."
    )
    assert toll(find_claims(parse(text), text=text)) == {"killed": (22, 30)}
    apart = "The army said that 30 rebels were killed. A hospital said that five civilians were killed."
    assert toll(find_claims(parse(apart), text=apart)) == {"killed": (35, 35)}


def test_a_counted_figure_stands_before_dozens() -> None:
    text = "The strike killed dozens, villagers said. A hospital said it had counted 39 bodies."
    assert toll(find_claims(parse(text), text=text)) == {"killed": (39, 39)}


def test_shot_dead_is_quoted_whole() -> None:
    text = "Gunmen shot dead a reporter in Lagos."
    assert [claim.quote for claim in find_claims(parse(text), text=text)] == ["shot dead a reporter"]


def test_where_the_wounded_are_flown_is_not_where_it_happened() -> None:
    text = (
        "Soldiers fought rebels outside the town of Goma on Thursday, the army said. "
        "Two soldiers were wounded and were flown to Kisangani by helicopter."
    )
    place = told(text).place
    assert place is not None
    assert place.name == "Goma"


def test_a_river_is_no_address() -> None:
    text = (
        "Coalition aircraft bombed a column of rebels in eastern Syria on Wednesday. "
        "Those fighters fled who reached the Euphrates when the bombing ended."
    )
    place = told(text).place
    assert place is not None
    assert place.country == "SY"


def test_one_group_is_named_once() -> None:
    text = (
        "The US-led coalition bombed a convoy near Raqqa on Wednesday. The Coalition said it destroyed two trucks. "
        "The coalition struck the convoy again at night."
    )
    actors = [
        a.name for incident in extract(text, published_at=PUBLISHED) for a in incident.actors if a.role == "actor"
    ]
    assert len(actors) == len({name.lower() for name in actors})


def test_its_fighters_are_the_speakers() -> None:
    bomb = told("A bomb exploded in Mogadishu, killing two people. Al-Shabaab said that its fighters planted the bomb.")
    assert names(bomb, "actor") == {"Al Shabaab"}


def test_the_owner_of_an_aircraft_acts() -> None:
    strike = told("A Russian drone hit a block of flats in Kharkiv on Thursday, killing two people.")
    assert names(strike, "actor") == {"Military Forces of Russia"}


def test_bombs_from_aircraft_are_an_air_strike() -> None:
    strike = told("Warplanes bombed a fuel depot in Marib on Thursday, killing 12 drivers and setting off a fire.")
    assert strike.sub_event_type == "Air/drone strike"


def test_the_summary_is_the_sentence_that_tells_the_incident() -> None:
    mine = told(
        "A bus hit a landmine near Gao on Thursday, killing eight passengers. "
        "The army found two more mines, which its engineers blew up."
    )
    assert mine.summary.startswith("A bus hit a landmine")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("The first bombs hit a line of parked lorries near Gao.", "parked lorries"),
        ("A rocket hit a queue of civilians near Gao.", "civilians"),
        ("A rocket hit a power line near Kharkiv.", "power line"),
        ("A rocket hit the line of control near Gao.", "line"),
    ],
)
def test_what_stands_in_a_line_is_hit_and_not_the_line(text: str, target: str) -> None:
    assert [actor.text for actor in told(text).actors if actor.role == "target"] == [target]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Two gunmen", "gunmen"), ("at least 12 civilians", "civilians"), ("dozens of villagers", "villagers"),
        ("the Taliban", "Taliban"), ("more than 30 people", "people"),
    ],
)  # fmt: skip
def test_a_name_has_no_figure(words: str, name: str) -> None:
    assert plain_name(words) == name


@pytest.mark.parametrize(
    "text",
    [
        "The visitors bombarded the goal in the second half, but the keeper saved a penalty and the striker's header "
        "hit the crossbar. The coach said the match had been a battle. A late goal killed the game.",
        "The novel follows a clerk who attacks his rival on the last page. Its author has written a film and a "
        "play; the publisher calls the plot a battle of wits, and readers of her novels know the characters.",
    ],
)
def test_words_of_war_in_sport_and_art(text: str) -> None:
    assert domain(text) is not None
    assert [i for i in extract(text) if i.status == "happened"] == []


def test_a_bomb_at_a_match_is_no_figure_of_speech() -> None:
    text = (
        "A bomb exploded at a cup match in Gao on Thursday, killing two fans. The referee and the coach of the hosts "
        "left by the back door; the goal and the final whistle were forgotten."
    )
    assert told(text).sub_event_type == "Remote explosive/landmine/IED"


def test_rebels_beside_the_one_group_attacked_are_that_group() -> None:
    clash = told("Congolese jets bombed M23 near Goma on Friday. The bombing of the eastern rebels lasted an hour.")
    assert names(clash, "target") == {"M23"}


def test_whose_a_thing_is_belongs_to_its_name() -> None:
    text = "Gunmen attacked the headquarters of the Syrian Democratic Forces on Sunday."
    (attack,) = extract(text)
    base = next(a for a in attack.actors if a.text.startswith("headquarters"))
    assert base.name == "headquarters of the Syrian Democratic Forces" == text[base.start : base.end]


def test_sides_of_a_fight_between_them_both_act() -> None:
    clash = told("Fighting broke out between Congolese soldiers and M23 rebels near Rutshuru on Thursday.")
    assert names(clash, "actor") == {"Military Forces of Democratic Republic of Congo", "M23"}


def test_who_strikes_those_after_they_attacked_answers_them() -> None:
    clash = told("Coalition jets bombed Al-Shabaab on Monday after Al-Shabaab attacked a Kenyan army post.")
    assert names(clash, "actor") == {"Al Shabaab"}
    assert "Al Shabaab" not in names(clash, "target") | names(clash, "other")


def test_a_pronoun_is_no_party() -> None:
    incident = told("Gunmen shot at the mayor's car in Lima on Monday. He was wounded in the attack.")
    assert "He" not in {actor.text for actor in incident.actors}


@pytest.mark.parametrize(
    ("phrase", "organisation"),
    [("the drug mafia", True), ("al-Shabaab", True), ("al-Shabaab fighters", False), ("a group of men", False)],
)
def test_an_organisation_is_told_from_its_people(phrase: str, organisation: bool) -> None:
    assert is_organisation(phrase) is organisation


def test_a_country_acts_and_not_its_drones() -> None:
    incident = told("US drones killed three militants in Marib.")
    assert [(a.text, a.name) for a in incident.actors if a.role == "actor"] == [
        ("US", "Military Forces of United States")
    ]


def test_a_suspect_caught_is_not_whom_the_attack_hit() -> None:
    incident = told("Gunmen killed two farmers in Linden. John Doe was captured by police and is awaiting trial.")
    assert "John Doe" not in names(incident)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Two people were hurt in an explosion at Bombay Bhel on Monday.", "Bombay Bhel"),
        ("The blast destroyed a green Volvo on Monday.", "green Volvo"),
    ],
)
def test_a_name_is_a_things_where_a_blast_was_or_what_it_wrecked(text: str, thing: str) -> None:
    assert [a.sector for a in told(text).actors if a.text == thing] == [None]


def test_what_somebody_is_accused_of_may_be_no_deed() -> None:
    incident = told(
        "Gunmen killed two farmers in Linden. The minister accused John Doe of corruption after the attack."
    )
    assert "John Doe" not in names(incident)


def test_a_blast_behind_a_comma_is_not_the_work_of_who_speaks_of_it() -> None:
    incident = told("Police are hunting a man who left a device that exploded on Friday, wounding 13 people in Linden.")
    assert "Police" not in names(incident, "actor")


def test_a_branch_is_itself_and_not_the_group_it_is_called_by() -> None:
    overran = "JNIM fighters overran a base near Djibo on Sunday, killing 100 soldiers."
    (told,) = extract(f"{overran}\n\nThe al Qaeda affiliate said that it had killed 200 troops.")
    assert {a.name for a in told.actors if a.role == "actor"} == {"JNIM: Group for Support of Islam and Muslims"}


def test_who_claims_an_attack_days_later_did_it() -> None:
    (told,) = extract(
        "A suicide bombing at a rally in Khar killed 54 people on Sunday.\n\nThe Islamic State group's regional "
        "affiliate, Islamic State Khorasan Province, claimed responsibility for the attack on Monday.",
        published_at=datetime(2023, 7, 31, 18, tzinfo=UTC),
    )
    assert "Islamic State Khorasan Province" in {a.name for a in told.actors if a.role == "actor"}
    assert told.start_date == date(2023, 7, 30)


def test_members_of_a_gang_are_the_gang() -> None:
    (told,) = extract("Members of the Gran Grif gang attacked the town at dawn, killing 70 people.")
    assert {a.text for a in told.actors if a.role == "actor"} == {"Gran Grif gang"}


def test_people_killed_at_a_protest_are_told_with_it() -> None:
    (told,) = extract("Police fired at students protesting against quotas in Dhaka, and 11 people were killed.")
    assert [toll.count_min for toll in told.tolls] == [11]


@pytest.mark.parametrize(
    ("text", "how"),
    [("A man stabbed two shoppers in Solingen.", "stabbing"), ("Gunmen shot two shoppers in Solingen.", "shooting")],
)
def test_how_people_were_attacked(text: str, how: str) -> None:
    (told,) = extract(text)
    assert told.attributes == (how,)


def test_villages_listed_with_a_place_are_no_people() -> None:
    (told,) = extract("The gunmen raided Gora, Madomawa and Jambuzu in Zamfara on Friday night, killing eight people.")
    assert {a.text for a in told.actors if a.role == "target"} == {"eight people"}


def test_whoever_claims_the_attack_later_did_it_then() -> None:
    text = "Gunmen killed five people near Ankara on Wednesday.\n\nThe PKK claimed the attack on Friday."
    (told,) = extract(text, published_at=datetime(2024, 10, 25, tzinfo=UTC))
    assert told.start_date == date(2024, 10, 23)
    assert "Kurdistan Workers' Party" in {a.name for a in told.actors if a.role == "actor"}


def test_the_highway_of_a_kidnapping_is_not_taken() -> None:
    (told,) = extract("The kidnapping of a merchant on the highway to Damascus angered the town.")
    assert {a.text for a in told.actors} == {"merchant"}
