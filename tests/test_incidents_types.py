"""Which ACLED sub-event type, which attributes, which weapons."""

from __future__ import annotations

import pytest

from pipelines.incidents import extract
from pipelines.incidents.data import read_csv, read_toml
from pipelines.incidents.weapons import find_weapons
from warehouse.vocabulary import EVENT_TYPE_OF

TYPES = [
    ("Warplanes carried out air strikes on the town, killing six civilians.", "Air/drone strike"),
    ("Artillery shelled the village for hours.", "Shelling/artillery/missile attack"),
    ("A suicide bomber blew himself up outside a mosque.", "Suicide bomb"),
    ("A roadside bomb exploded beside an army convoy.", "Remote explosive/landmine/IED"),
    ("A grenade attack on a bar wounded four people.", "Grenade"),
    ("Soldiers clashed with rebels outside the town.", "Armed clash"),
    ("Gunmen killed four farmers in their fields.", "Attack"),
    ("Gunmen abducted a priest from his home.", "Abduction/forced disappearance"),
    ("Soldiers raped two women in the camp.", "Sexual violence"),
    ("Villagers said the attack with chlorine gas was a chemical attack on the town.", "Chemical weapon"),
    ("Militiamen torched dozens of homes.", "Looting/property destruction"),
    ("Armed herders stole 300 goats from a village.", "Looting/property destruction"),
    ("Soldiers demolished the chapel.", "Looting/property destruction"),
    ("A bus ran over a landmine and two people died.", "Remote explosive/landmine/IED"),
    ("A lorry carrying traders hit an explosive device.", "Remote explosive/landmine/IED"),
    ("Mortar shells landed in a crowded market.", "Shelling/artillery/missile attack"),
    ("Rebels fired shells into the town. Doctors said the shells contained chlorine gas.", "Chemical weapon"),
    ("Pirates hijacked a trawler off the coast.", "Abduction/forced disappearance"),
    ("A soldier sexually assaulted a girl in the camp.", "Sexual violence"),
    ("A mob stoned a man to death.", "Mob violence"),
    ("Militants strangled two watchmen.", "Attack"),
    ("Rebel fighters attacked a police post and 12 people were killed on both sides.", "Armed clash"),
    ("Gunmen murdered the senator during the fighting.", "Attack"),
    ("Four militiamen were killed when insurgents set upon a base.", "Armed clash"),
]


@pytest.mark.parametrize(("text", "sub_event_type"), TYPES)
def test_sub_event_types(text: str, sub_event_type: str) -> None:
    (told,) = extract(text)
    assert told.sub_event_type == sub_event_type
    assert told.event_type == EVENT_TYPE_OF[sub_event_type]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Gunmen seized 12 villagers from a bus near Gao.", "villagers"),
        ("Two aid workers were seized by rebels near Goma.", "aid workers"),
        ("A journalist was seized by masked men in Managua.", "journalist"),
        ("Bandits whisked away 30 schoolchildren from Zamfara.", "schoolchildren"),
        ("Gunmen took away nine pupils from a school in Zamfara.", "pupils"),
        ("Islamists carried off dozens of girls from Chibok.", "girls"),
        ("The kidnappers grabbed three students near Owo.", "students"),
        ("The militants kidnapped six teachers in an attack near Tillaberi.", "teachers"),
    ],
)
def test_whoever_takes_people_without_right_kidnaps_them(text: str, taken: str) -> None:
    (told,) = extract(text)
    assert told.sub_event_type == "Abduction/forced disappearance"
    assert "kidnapping" in told.attributes
    assert taken in {actor.name for actor in told.actors if actor.role == "target"}
    assert [actor.name for actor in told.actors if actor.role == "actor"]


@pytest.mark.parametrize(
    "text",
    [
        "Police seized 20 protesters in Minsk.",  # arrested
        "Israeli soldiers seized three men in Hebron.",
        "Customs officers seized 40 kilos of cocaine in Guayaquil.",
        "Photographers captured the children in Nairobi.",
        "A video captured two men fighting in Nairobi.",
        "Residents seized two suspected thieves in Lagos.",
        "The court seized the assets of the minister in Kinshasa.",
        "Doctors seized the chance to help patients in Goma.",
        "Relatives took away the bodies of two men in Karachi.",
    ],
)
def test_whoever_else_seizes_somebody_or_something_kidnaps_nobody(text: str) -> None:
    assert not any("kidnapping" in told.attributes for told in extract(text))


@pytest.mark.parametrize(
    ("text", "sub_event_type"),
    [
        ("Militants seized two villages near Gao.", "Non-state actor overtakes territory"),
        ("Bandits took away 200 cattle from a farm near Jos.", "Looting/property destruction"),
        ("The militants captured six soldiers in an ambush near Tillaberi.", "Armed clash"),
        ("Six soldiers were captured in an ambush by militants near Tillaberi.", "Armed clash"),
    ],
)
def test_what_is_taken_otherwise_is_told_by_what_is_taken(text: str, sub_event_type: str) -> None:
    (told,) = extract(text)
    assert told.sub_event_type == sub_event_type
    assert [actor.name for actor in told.actors if actor.role == "actor"]


@pytest.mark.parametrize(
    ("text", "sub_event_type", "target"),
    [
        ("Police fired at protesters in Nairobi, killing six.", "Excessive force against protesters", "protesters"),
        ("Police fired live rounds at protesters in Nairobi.", "Excessive force against protesters", "protesters"),
        ("Police opened fire on students protesting in Dhaka.", "Excessive force against protesters", "students"),
        ("Soldiers fired on a crowd in Conakry.", "Attack", "crowd"),
        ("Gunmen fired shots at worshippers leaving a mosque.", "Attack", "worshippers"),
        ("The army fired on the rebels near Goma.", "Armed clash", "rebels"),
        ("A hospital was hit by an air strike in Khan Younis.", "Air/drone strike", "hospital"),
        ("A school was destroyed by shelling in Kherson.", "Shelling/artillery/missile attack", "school"),
        ("A market was targeted in an air strike by the army.", "Air/drone strike", "market"),
        ("A teenager threw a Molotov cocktail at a synagogue.", "Attack", "synagogue"),
        ("Masked attackers threw acid at a woman in Karachi.", "Attack", "woman"),
        ("Jihadists attacked an army convoy near Djibo.", "Armed clash", "army convoy"),
        ("Gunmen attacked a convoy of aid workers near Djibo.", "Attack", "convoy"),
        ("Security forces neutralised 11 terrorists in Bannu.", "Armed clash", "11 terrorists"),
        (
            "The army recaptured the presidential palace in Khartoum.",
            "Government regains territory",
            "presidential palace",
        ),
        ("Turkish jets hit PKK positions in northern Iraq.", "Air/drone strike", "PKK positions"),
        ("The junta bombed a monastery in Sagaing.", "Air/drone strike", "monastery"),
        ("A convoy came under attack in Karachi.", "Attack", "convoy"),
        ("A Palestinian stabbed two people in Tel Aviv.", "Attack", "two people"),
        ("Vigilantes burned alive two suspected thieves in Puebla.", "Attack", "two suspected thieves"),
    ],
)
def test_what_was_done_and_to_whom(text: str, sub_event_type: str, target: str) -> None:
    (told,) = extract(text)
    assert told.sub_event_type == sub_event_type
    assert target in {actor.text for actor in told.actors if actor.role == "target"}


@pytest.mark.parametrize(
    "text",
    [
        "The club fired its coach in Madrid.",
        "The minister was fired in Madrid.",
        "Reporters fired questions at the minister in Madrid.",
        "Troops fired warning shots into the air in Conakry.",
        "A chemist threw away acid at a laboratory in Lyon.",
        "Trucks that carried acid crashed near Karachi.",
        "The bomb squad neutralised a device in Lyon.",
        "A German won the race in Paris.",
    ],
)
def test_nobody_is_shot_at_where_words_of_shooting_say_something_else(text: str) -> None:
    assert extract(text) == []


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("Armed men robbed a bank and shot a guard.", "robbery"),
        ("Arsonists set fire to the courthouse.", "arson"),
        ("Gunmen assassinated the mayor.", "assassination"),
        ("Gunmen kidnapped a teacher.", "kidnapping"),
    ],
)
def test_what_acled_folds_away_is_kept(text: str, attribute: str) -> None:
    assert any(attribute in told.attributes for told in extract(text))


def test_a_missile_that_comes_down_in_the_sea_hits_nobody() -> None:
    assert extract("The test missile landed in the sea after a flight of nine minutes.") == []


def test_what_is_answered_does_not_say_how() -> None:
    (told,) = extract("The fleet launched missiles at the base in retaliation for a poison gas attack on the town.")
    assert told.sub_event_type == "Shelling/artillery/missile attack"


def test_weapons_are_typed() -> None:
    text = "They used heavy artillery, T-54 and T-72 main battle tanks, mortar fire, an AK-47 and a car bomb."
    found = {(text[w.start : w.end], w.name, w.category) for w in find_weapons(text)}
    assert found == {
        ("heavy artillery", "artillery", "heavy weapons"),
        ("T-54", "T-54", "heavy weapons"),
        ("T-72 main battle tanks", "T-72", "heavy weapons"),
        ("mortar fire", "mortar", "heavy weapons"),
        ("AK-47", "assault rifle", "light weapons"),
        ("car bomb", "car bomb", "explosives"),
    }


def test_data_files_name_only_types_that_exist() -> None:
    named = {row["sub_event_type"] for row in (*read_csv("weapons.csv"), *read_toml("cues.toml")["cue"])}
    assert named - {""} <= set(EVENT_TYPE_OF)


@pytest.mark.parametrize(
    ("text", "sub_event_type"),
    [
        # armed people against armed people: ACLED's battles, also where only one side is told to act
        ("Insurgents attacked an army base near Marib on Friday, killing nine soldiers.", "Armed clash"),
        ("Rebels raided a military checkpoint outside Goma on Sunday, leaving five dead.", "Armed clash"),
        ("Gunmen attacked a school near Goma on Sunday, killing five pupils.", "Attack"),
        # who fights the police is no army
        ("Demonstrators clashed with police in Lyon on Monday.", "Violent demonstration"),
        ("Two suicide bombers killed eight people at a market in Kano on Tuesday.", "Suicide bomb"),
        ("Two missiles were fired by fighter jets at a depot near Homs on Monday.", "Air/drone strike"),
        (
            "Dozens of homes were looted and set on fire on Monday after fighting in Abyei.",
            "Looting/property destruction",
        ),
        (
            "Hundreds of people took part in a protest in Lyon on Monday and pelted police cars.",
            "Violent demonstration",
        ),
        ("Rebels captured two villages near Sake on Monday, residents said.", "Non-state actor overtakes territory"),
        ("The army recaptured two towns near Sake on Monday, a general said.", "Government regains territory"),
        ("The army retook the town of Sake on Monday.", "Government regains territory"),
        ("Congolese troops retook Sake from M23 on Monday.", "Government regains territory"),
        ("Government forces regained control of the town of Sake on Monday.", "Government regains territory"),
        ("The Taliban seized control of Kunduz on Monday.", "Non-state actor overtakes territory"),
        ("The town of Sake was retaken by the army after days of fighting.", "Government regains territory"),
        # words with a hyphen are words of the table too
        ("A shoot-out left two dead in Sake on Monday.", "Armed clash"),
        ("An air-strike hit a market in Saada on Monday.", "Air/drone strike"),
        # an attack that was answered is another incident
        ("Warplanes bombed the depot on Monday in retaliation for a chemical attack on the town.", "Air/drone strike"),
    ],
)
def test_sub_event_types_by_who_and_how(text: str, sub_event_type: str) -> None:
    assert extract(text)[0].sub_event_type == sub_event_type


@pytest.mark.parametrize("text", ["Police captured John Smith on Monday.", "Rebels captured 20 soldiers in Sake."])
def test_people_captured_are_no_ground_taken(text: str) -> None:
    assert all("territory" not in told.sub_event_type for told in extract(text))


@pytest.mark.parametrize(
    ("text", "weapons"),
    [
        ("The device was planted under a bus.", {"device"}),
        ("A device, full of screws, went off in the lobby.", {"device"}),
        ("She unlocked the device with her thumb.", set()),
    ],
)
def test_a_device_is_a_bomb_where_it_is_planted(text: str, weapons: set[str]) -> None:
    assert {text[w.start : w.end] for w in find_weapons(text)} == weapons


def test_a_general_word_for_a_named_bomb_is_no_second_weapon() -> None:
    (told,) = extract("A car bomb killed two people in Sake. The explosive device was planted by rebels.")
    assert {weapon.name for weapon in told.weapons} == {"car bomb"}


def test_a_gun_battle_is_a_fight_and_no_weapon() -> None:
    (told,) = extract("Two rebels were killed in a gun battle with police in Sake.")
    assert told.sub_event_type == "Armed clash"
    assert told.weapons == ()
