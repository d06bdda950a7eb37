"""Who did what to whom, and whether it happened: one wording a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.incidents import extract
from pipelines.incidents.model import nlp

BY_WHOM = [
    ("Rebels attacked the barracks at dawn.", "Rebels", "barracks"),
    ("The barracks was attacked by rebels at dawn.", "rebels", "barracks"),
    ("An attack by rebels on the barracks left nothing standing.", "rebels", "barracks"),
    ("Gunmen who stormed the hotel have fled.", "Gunmen", "hotel"),
    ("Rebels carried out an attack on the barracks.", "Rebels", "barracks"),
    ("The assassination of the mayor by gunmen shocked the town.", "gunmen", "mayor"),
    ("Militants began firing rockets at the airport.", "Militants", "airport"),
    ("Police said gunmen kidnapped three nurses.", "gunmen", "three nurses"),
    ("The coalition said it bombed a weapons depot.", "coalition", "weapons depot"),
    ("Soldiers beat and arrested two farmers.", "Soldiers", "two farmers"),
    ("A bomb exploded outside the police academy and the gunmen attacked a pub.", "gunmen", "police academy"),
    ("The militants used two car bombs which destroyed the barracks.", "militants", "barracks"),
    ("The post was overrun when rebels set upon the barracks.", "rebels", "barracks"),
    ("Two farmers were killed in a clash with gunmen in Linden.", "gunmen", "Two farmers"),
    ("A militant blew himself up inside the office of the mayor.", "militant", "office"),
    ("Rebels claimed responsibility for the pub bombings.", "Rebels", "pub"),
    ("Rebels bombed a bank, and the blast ripped through a bar.", "Rebels", "bar"),
    ("The target of the attack by gunmen was a patrol.", "gunmen", "patrol"),
    ("An army checkpoint was attacked by gunmen near Gao, killing three soldiers.", "gunmen", "three soldiers"),
    ("Two farmers died after a shootout with gunmen in Linden.", "gunmen", "farmers"),
    ("Two farmers were shot dead by the gang behind the bombings.", "gang", "Two farmers"),
    ("A man tried to blow up the consulate with a grenade.", "man", "consulate"),
    ("Prosecutors accused the man of bombing the consulate.", "man", "consulate"),
    ("Gunmen fled after they bombed the consulate.", "Gunmen", "consulate"),
    ("The mastermind of the attack on the consulate, John Doe, fled.", "John Doe", "consulate"),
    # the parser takes these for a noun "shot", or for dead people
    ("A sniper shot dead a policeman in Homs on Friday.", "sniper", "policeman"),
    ("A gunman shot dead six people in a church in Nairobi.", "gunman", "six people"),
    ("An Israeli settler shot dead a Palestinian farmer near Nablus.", "Israeli settler", "Palestinian farmer"),
    ("Two men on a motorcycle shot dead a journalist in Tegucigalpa.", "Two men", "journalist"),
    ("A sniper shot and killed a policeman in Homs on Friday.", "sniper", "policeman"),
    ("Police in Mozambique shot at demonstrators in Maputo on Thursday.", "Police", "demonstrators"),
    ("Troops shot at protesters in Yangon on Sunday.", "Troops", "protesters"),
    ("Soldiers shot at a bus near Kunduz on Monday.", "Soldiers", "bus"),
    ("Peacekeepers came under fire from militiamen near Goma.", "militiamen", "Peacekeepers"),
    ("The bus came under fire from rebels near Goma, killing three passengers.", "rebels", "three passengers"),
    ("Israeli troops killed a 17-year-old in Jenin on Tuesday.", "Israeli troops", "17-year-old"),
    ("Naval forces fired on a fishing boat off Gaza on Friday.", "Naval forces", "fishing boat"),
    ("Gang members burned 12 houses in Cabaret on Sunday.", "Gang members", "12 houses"),
]


@pytest.mark.parametrize(("text", "actor", "target"), BY_WHOM)
def test_the_sides_are_the_right_way_round(text: str, actor: str, target: str) -> None:
    (told,) = extract(text)
    assert actor in {a.text for a in told.actors if a.role == "actor"}
    assert target in {a.text for a in told.actors if a.role == "target"}
    assert target not in {a.text for a in told.actors if a.role == "actor"}


STATUS = [
    ("Rebels attacked the barracks.", "happened"),
    ("The army denied bombing the village.", "denied"),
    ("Rebels threatened to attack the barracks with mortars.", "threatened"),
    ("Rebels allegedly attacked the barracks.", "alleged"),
    ("The minister did not condemn the attack by rebels on the barracks.", "happened"),
    ("A committee will investigate the massacre of 12 farmers.", "happened"),
    ("Rebels did not carry out the attack on the barracks.", "denied"),
    ("Rebels gathered to launch an attack on the barracks with mortars.", "hypothetical"),
]


@pytest.mark.parametrize(("text", "status"), STATUS)
def test_the_standing_of_what_is_told(text: str, status: str) -> None:
    (told,) = extract(text)
    assert told.status == status
    assert any(words.field == "status" for words in told.evidence)


def test_a_claim_of_responsibility_names_who_did_it() -> None:
    (told,) = extract("A bomb exploded at a mosque in Kabul. The Islamic State claimed responsibility.")
    assert [a.name for a in told.actors if a.role == "actor"] == ["Islamic State"]
    assert "claimed" in told.attributes


def test_the_rebels_are_the_group_the_article_names() -> None:
    text = "Al-Shabaab has fought the government for years. Militants attacked a hotel in Mogadishu on Friday."
    told = extract(text)[-1]
    militants = next(a for a in told.actors if a.text == "Militants")
    assert militants.name == "Al Shabaab"
    assert militants.confidence < 0.7


def test_a_states_forces_take_their_country() -> None:
    (told,) = extract("Nigerian soldiers attacked a camp of insurgents with artillery.")
    actor = next(a for a in told.actors if a.role == "actor")
    assert (actor.name, actor.sector, actor.country) == ("Military Forces of Nigeria", "State forces", "NG")


@pytest.mark.parametrize(
    ("text", "weapons"),
    [
        ("Two drones packed with plastic explosives attacked the parade.", {"drone"}),
        ("Rebels attacked the post with drones.", {"drone"}),
        ("Gunmen shot a farmer, who died of gunshot wounds.", set()),
        ("A man rammed his van into a crowd in London, killing four people.", {"vehicle"}),
        ("Gunmen burned a van and shot the driver.", set()),
    ],
)
def test_the_weapons_used(text: str, weapons: set[str]) -> None:
    assert {weapon.name for told in extract(text) for weapon in told.weapons} == weapons


def test_a_sentence_beside_is_read_for_words_that_need_company() -> None:
    text = "Rebels attacked the barracks. The army said it struck the rebels in response. It rained."
    (told,) = extract(text)
    assert {a.name for a in told.actors if a.role == "associate"} == {"Military Forces"}


NOBODY_BY_MISTAKE = [
    ("Two policemen killed in ambush near Gao", {"policemen"}),
    ("A shootout in Linden left a man and two officers wounded.", {"officers"}),
    ("The attack on the barracks was one of Mali's deadliest.", {"barracks"}),
    ("John Doe, a teacher, was shot dead by gunmen.", {"John Doe"}),
]


@pytest.mark.parametrize(("text", "hit"), NOBODY_BY_MISTAKE)
def test_who_is_hit_or_only_named_does_not_act(text: str, hit: set[str]) -> None:
    (told,) = extract(text)
    assert {a.name for a in told.actors if a.role == "target"} >= hit
    assert {a.name for a in told.actors if a.role == "actor"} <= {"gunmen"}


def test_a_person_called_by_name_and_described_is_one() -> None:
    (told,) = extract("John Doe, a patrol officer, was shot dead by gunmen.")
    assert [(a.name, a.sector) for a in told.actors if a.role == "target"] == [("John Doe", "State forces")]


def test_who_it_was_may_be_told_in_the_next_sentence() -> None:
    (told,) = extract("A gunman killed four nurses in Vienna. The attacker was identified as John Doe, 24.")
    assert {a.name for a in told.actors if a.role == "actor"} == {"gunman", "John Doe"}


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("John Doe was found beheaded in his car in Cali.", "John Doe"),
        ("Two men were found shot dead in Cali.", "Two men"),
        ("Four guards taken hostage in Guayaquil were freed.", "Four guards"),
    ],
)
def test_whoever_is_found_so_or_was_taken_did_not_do_it(text: str, target: str) -> None:
    (told,) = extract(text)
    assert {(a.role, a.text) for a in told.actors} == {("target", target)}


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("A UN convoy came under fire near Juba on Tuesday.", {"UN convoy"}),
        ("Soldiers came under fire after they crossed the river near Goma.", {"Soldiers"}),
        ("Two buses came under fire near Reasi on Sunday.", {"Two buses"}),
        ("The army base came under fire near Gao, wounding three soldiers.", {"army base", "three soldiers"}),
        ("Three people were shot at a wedding in Kano on Sunday.", {"Three people"}),
        ("Man shot at nightclub in Leeds on Saturday.", {"Man"}),
    ],
)
def test_who_was_hit_where_nobody_says_by_whom(text: str, hit: set[str]) -> None:
    (told,) = extract(text)
    assert {actor.text for actor in told.actors if actor.role == "target"} == hit
    assert {actor.text for actor in told.actors if actor.role == "actor"} == set()


@pytest.mark.parametrize(
    "text",
    [
        "The minister came under fire from opposition lawmakers on Tuesday.",
        "The company came under fire from rights groups on Monday.",
        "Police came under fire on Monday for their handling of the protest.",
        "The premier came under fire from all sides on Monday.",
        "He took a shot at the goal.",
        "The club fired on all cylinders on Sunday.",
        "The wildfire burned 300 homes in Chile on Sunday.",
        "The gang burned through 12 million dollars, police said on Monday.",
    ],
)
def test_critics_wildfires_and_sportsmen_harm_nobody(text: str) -> None:
    assert extract(text) == []


WORDS = (
    "shot",
    "dead",
    "a",
    "the",
    "men",
    "sniper",
    "motorcycle",
    "and",
    "killed",
    "on",
    "who",
    "was",
    "two",
    ",",
    ".",
)


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_a_mended_parse_is_a_tree(words: list[str]) -> None:
    for sentence in nlp()(" ".join(words)).sents:
        (root,) = (token for token in sentence if token.head == token)
        assert set(root.subtree) == set(sentence)
        assert all(sentence.start <= token.head.i < sentence.end for token in sentence)
