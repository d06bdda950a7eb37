"""Sides, types, weapons and places in today's wording, one wording a row."""

from __future__ import annotations

import pytest

from pipelines.incidents import extract
from tests.incidents import PUBLISHED, acting
from warehouse.records import Incident


def one(text: str, title: str | None = None) -> Incident:
    (incident,) = extract(text, title=title, published_at=PUBLISHED)
    return incident


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sudan's paramilitary Rapid Support Forces shelled El Fasher.", {"Rapid Support Forces"}),
        ("Five people died in shelling by the paramilitary Rapid Support Forces.", {"Rapid Support Forces"}),
        ("Fighters of the Arakan Army hacked to death nine farmers.", {"Arakan Army"}),
        ("Gunmen killed six people in Gao. The attackers fled on motorcycles.", {"Gunmen"}),
        ("Israel said its military struck two tanks near Sweida.", {"Military Forces of Israel"}),
        ("Clashes between Bedouin tribes and local fighters killed 30 people.", {"Bedouin tribes", "local fighters"}),
        ("Two clerks were killed and five others injured after unidentified gunmen ambushed their convoy near Imphal.",
         {"unidentified gunmen"}),
        ("JNIM, an al-Qaeda affiliate, ambushed a patrol. In Djibo, the group killed ten soldiers on Monday.",
         {"JNIM: Group for Support of Islam and Muslims"}),
        ("An RSF drone strike on a fuel depot in Kosti killed two guards.", {"Rapid Support Forces"}),
        ("He was driving home when Boko Haram fighters ambushed his convoy near Gwoza.", {"Boko Haram"}),
        ("Russian shelling killed three people in Kostiantynivka.", {"Military Forces of Russia"}),
        ("Thai and Cambodian soldiers exchanged fire near a temple on Wednesday.",
         {"Military Forces of Thailand", "Military Forces of Cambodia"}),
        ("The United States carried out a strike on a vessel, killing four men.", {"United States"}),
        ("Nine passengers were kidnapped from a bus and shot dead near Zhob.", set()),
        ("Gunmen disguised as soldiers opened fire at a cockfight in Ecuador, killing 12 people.", {"Gunmen"}),
        ("Al-Shabaab seized a village. The al-Qaeda-linked group killed ten soldiers in Moqokori.", {"Al Shabaab"}),
        ("Armed men stopped a bus near Elwak and ordered passengers to lie down before shooting them.", {"Armed men"}),
    ],
)  # fmt: skip
def test_who_acts(text: str, names: set[str]) -> None:
    assert set[str]().union(*(acting(incident) for incident in extract(text, published_at=PUBLISHED))) == names


def test_who_took_hostages_is_who_said_so() -> None:
    *_, taken = extract("The Balochistan Liberation Army claimed the attack and said it had taken 214 people hostage.")
    assert acting(taken) == {"Balochistan Liberation Army"}
    assert [actor.text for actor in taken.actors if actor.role == "target"] == ["214 people"]


def test_a_coalition_with_a_name_is_not_the_coalition() -> None:
    names = {actor.name for actor in one("Police fought members of the Viv Ansanm coalition in Delmas.").actors}
    assert "Viv Ansanm" in names
    assert not any("Global coalition" in name for name in names)


@pytest.mark.parametrize(
    ("text", "sub_type"),
    [
        ("Police shot dead 16 people in Kenya during protests over a tax.", "Excessive force against protesters"),
        ("Fourteen soldiers were killed in an ambush in Tillaberi.", "Armed clash"),
        ("Sixty people were hurt in clashes between students and villagers in Chittagong.", "Mob violence"),
        ("In Dhaka, police used batons and sound grenades to disperse supporters of the party.",
         "Protest with intervention"),
        ("Police fired tear gas and water cannon to disperse protesters in Nairobi.", "Protest with intervention"),
        ("The army dropped two bombs from a motorised paraglider on a crowd in Sagaing, killing 24 people.",
         "Air/drone strike"),
        ("Israeli strikes killed 33 people in Gaza as tanks pushed deeper into the city.", "Air/drone strike"),
        ("Rebels seized the army headquarters in El Fasher.", "Non-state actor overtakes territory"),
        ("Militants took hostages on a train near Bolan.", "Abduction/forced disappearance"),
        ("Gunmen stormed a hotel in Bamako and took hostages, killing 21 people.", "Attack"),
        ("Gunmen killed 30 people in Katsina and burned their houses.", "Attack"),
        ("Police opened fire to disperse crowds at a stadium in Nairobi, killing three people.",
         "Excessive force against protesters"),
        ("Al-Shabaab gunmen stormed a hotel in Nairobi, killing 21 people. All five attackers died.", "Attack"),
    ],
)  # fmt: skip
def test_the_type(text: str, sub_type: str) -> None:
    assert one(text).sub_event_type == sub_type


@pytest.mark.parametrize(
    "text",
    [
        "We were killed on the counter, said the coach.",
        "At least 37 people were killed when a bus collided with a truck and plunged into a ravine in Peru.",
        "Profit-taking killed the rally in shares.",
        "Start by killing the crab. Attack it with your hands.",
        "Ecuador recorded 781 murders in January.",
    ],
)
def test_what_is_no_incident(text: str) -> None:
    assert extract(text) == []


def test_a_weapon_in_the_name_of_a_force_is_none() -> None:
    assert one("Gunmen killed two Assam Rifles soldiers in Manipur.").weapons == ()


def test_people_behind_and_are_counted_where_the_parser_ties_them_to_the_verb() -> None:
    strike = one("An air strike on a tent in Khan Younis killed a couple and their three daughters, medics said.")
    assert [(t.outcome, t.count_min, t.count_max) for t in strike.tolls] == [("killed", 5, 5)]


@pytest.mark.parametrize(
    ("text", "title", "place"),
    [
        # the region that the next sentence names, before the country
        ("Gunmen killed 22 villagers in western Niger. The attack took place on Monday in the Tillaberi region.", None,
         "Tillaberi"),
        # where the attack "happened", before the dateline
        ("PORT-AU-PRINCE, Haiti (AP) — Gang members killed 40 people north of the capital. The attack happened in "
         "Cabaret.", None, "Cabaret"),
        # a small place that the gazetteer lacks, by what stands behind its name
        ("Fighters killed 38 worshippers in Komanda, in Ituri province, in Congo.", None, "Komanda"),
        ("An air strike hit a school in the village of Oe Htein Kwin in Myanmar.", None, "Oe Htein Kwin"),
        # a town of the title does not make another province precise
        ("Fighters killed 38 worshippers in Ituri province, in Congo.", "Violence spreads from Rutshuru", "Ituri"),
        # whose a hospital is, and who speaks in a capital
        ("An attack on the Saudi hospital in El Fasher killed 13 people.", None, "El Fasher"),
        # the district is not the town it is called after, and what lies at a town is there
        ("In the southern Odesa region, a drone hit a market in Chornomorsk, killing two people.", None, "Chornomorsk"),
        ("Ukraine said that it struck the Novorossiysk oil terminal with missiles.", None, "Novorossiysk"),
        ("Moscow said that drones had hit a pumping station in Tambov.", None, "Tambov"),
    ],
)  # fmt: skip
def test_the_place(text: str, title: str | None, place: str) -> None:
    told = one(text, title).place
    assert told is not None
    assert told.text == place


def test_the_day_of_another_thing_is_not_the_deeds() -> None:
    strike = one("A strike flattened a school on Monday, far from the epicentre of the March 28 quake.")
    assert [e.quote for e in strike.evidence if e.field == "start_date"] == ["on Monday"]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Gunmen attacked a mosque in Katsina and killed 27 people, officials and residents said Wednesday. The attack "
         "occurred Tuesday.", "Tuesday"),
        ("A drone attack on a beach in Kursk killed four people. Ukraine did not comment on the incident, which took "
         "place on Tuesday.", "on Tuesday"),
        ("A police raid in Rio on Tuesday left 121 people dead, the deadliest in Brazil's history.", "on Tuesday"),
    ],
)  # fmt: skip
def test_the_day(text: str, quote: str) -> None:
    assert [e.quote for e in one(text).evidence if e.field == "start_date"] == [quote]


def test_washington_in_a_dateline_is_the_city() -> None:
    place = one("WASHINGTON (AP) — Two soldiers from West Virginia were shot dead on Wednesday.").place
    assert place is not None
    assert place.admin1 == "District of Columbia"


def test_figures_of_speakers_who_differ_give_a_range_with_an_end() -> None:
    ambush = one(
        "At least 19 soldiers were killed in an ambush near Djibo on Tuesday, officials said. JNIM said it had killed "
        "24 soldiers in the ambush."
    )
    assert [(t.count_min, t.count_max) for t in ambush.tolls if t.outcome == "killed"] == [(19, 24)]
