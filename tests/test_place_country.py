"""The country of an incident whose own words do not say it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.incidents import extract
from pipelines.incidents.datelines import dateline, written_at
from warehouse.records import Place

PUBLISHED = datetime(2022, 5, 5, tzinfo=UTC)


def _place(text: str) -> Place:
    (incident,) = extract(text, published_at=PUBLISHED)
    place = incident.place
    assert place is not None
    assert text[place.start : place.end] == place.text
    assert any((e.field, e.start, e.end) == ("place", place.start, place.end) for e in incident.evidence)
    return place


def test_a_village_off_the_map_lies_where_the_text_puts_it_not_at_a_far_off_namesake() -> None:
    place = _place("On 3 May 2022, armed men killed four farmers in Salama village (Gaalkacyo, Mudug).")
    assert (place.text, place.country) == ("Salama", "SO")
    assert place.latitude == pytest.approx(6.77, abs=0.1)
    assert place.geo_precision == 2
    assert place.confidence < 0.5
    assert "Gaalkacyo" in place.reason


def test_a_sides_country_is_the_place_where_no_place_is_named() -> None:
    place = _place("Al Shabaab fighters shot dead two elders on Monday after a dispute over a well.")
    assert (place.text, place.name, place.country, place.geo_precision) == ("Al Shabaab", "Somalia", "SO", 3)
    assert place.latitude is None


def test_a_demonym_says_less_surely_where() -> None:
    place = _place("Nigerian troops killed eight gunmen on Monday, the defence ministry said.")
    assert (place.text, place.country, place.geo_precision) == ("Nigerian", "NG", 3)
    assert place.confidence <= 0.6


def test_a_datelines_town_is_a_place_in_capitals_too() -> None:
    place = _place("OSORNO, 3 FEB 90 -- A BOMB EXPLODED IN AN ALLEY LAST NIGHT AND WOUNDED TWO PEOPLE.")
    assert (place.text, place.country) == ("OSORNO", "CL")


def test_a_bureau_abroad_is_not_where_it_happened() -> None:
    text = (
        "NAIROBI, Kenya (Agency) - Gunmen killed nine people on Friday as fighting spread in Ethiopia. "
        "Officials in Addis Ababa said the rebels of Ethiopia's Tigray region had denied it."
    )
    for incident in extract(text, published_at=PUBLISHED):
        assert incident.place is not None
        assert incident.place.country == "ET"


def test_a_town_known_by_itself_is_not_taken_by_the_texts_country() -> None:
    place = _place("Two bombs killed three people in Baidoa on Monday, Kenyan officials in Nairobi said.")
    assert (place.name, place.country) == ("Baidoa", "SO")


def test_one_bureaus_dateline_weighs_less_than_the_country_told() -> None:
    text = "NAIROBI (Agency) - Clan elders said gunmen killed nine farmers on Friday. Officials of Somalia denied it."
    for incident in extract(text, published_at=PUBLISHED):
        assert incident.place is not None
        assert incident.place.country == "SO"


def test_a_bureau_is_abroad_when_the_sentence_behind_it_names_another_country() -> None:
    place = _place("MADRID, Spain (Agency) - Six nuns were murdered in Honduras on Thursday, the ministry said.")
    assert place.country == "HN"


def test_whose_experts_and_to_where_an_ambassador_are_no_places() -> None:
    text = (
        "Gunmen shot dead the former ambassador to Spain on Monday. "
        "Police in Guatemala City are investigating the murder with the help of U.S. experts."
    )
    assert _place(text).country == "GT"


def test_a_place_of_another_sentence_abroad_gives_way_to_the_texts_country() -> None:
    text = (
        "A bomb killed two farmers on Monday, the Salvadoran army said. The Salvadoran president cut short a visit.\n\n"
        "He was to speak in Caracas of El Salvador's debts and El Salvador's coffee."
    )
    assert _place(text).country == "SV"


@pytest.mark.parametrize(
    "text",
    ["MOPTI, Mali (Agency) - Gunmen attacked.", "Mopti, Mali – Gunmen attacked.", "MOPTI -- Gunmen attacked."],
)
def test_a_dateline_stands_in_capitals_or_with_its_country(text: str) -> None:
    span, town = dateline(text), written_at(text)
    assert span is not None
    assert text[span[1] :] == "Gunmen attacked."
    assert town is not None
    assert text[slice(*town)].casefold() == "mopti"


def test_a_heading_before_a_dash_is_no_dateline() -> None:
    assert dateline("Boko Haram - what is known of the group and its leaders.") is None


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("A bomb killed two people in Tripoli on Monday. The Lebanese interior minister blamed militants.", "LB"),
        ("A bomb killed two people in Tripoli on Monday. The Libyan government called for calm.", "LY"),
        ("A bomb killed two people in Tripoli on Monday.", "LY"),
    ],
)
def test_a_large_town_alone_for_its_country_is_the_one_of_the_country_all_else_is_of(text: str, country: str) -> None:
    assert (_place(text).name, _place(text).country) == ("Tripoli", country)


def test_a_bureau_gives_way_to_the_town_of_its_sentence() -> None:
    place = _place("BEIRUT - Gunmen killed three people in Tripoli on Monday. The Lebanese army deployed in the city.")
    assert (place.name, place.country) == ("Tripoli", "LB")


def test_where_somebody_comes_from_is_not_where_it_happened() -> None:
    place = _place(
        "BOGOTA, Colombia - Colombian officials in Medellin spoke of the gang. Mercenaries from Israel killed two "
        "Colombian judges on Monday."
    )
    assert place.country == "CO"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "BOGOTA - Two soldiers died when guerrillas attacked a base in the department of Arauca on Tuesday.",
            "Arauca",
        ),
        ("LIMA - Two soldiers died when guerrillas attacked a base in northern Peru on Tuesday.", "Lima"),
    ],
)
def test_a_bureau_in_the_capital_gives_way_to_where_the_sentence_says(text: str, place: str) -> None:
    (told,) = extract(text)
    assert told.place is not None
    assert told.place.name == place


def test_a_place_yet_to_be_named_is_less_likely_than_the_one_told_before() -> None:
    first, *_ = extract("NAIROBI - Protesters set part of parliament on fire.\n\nProtests were also held in Mombasa.")
    assert first.place is not None
    assert first.place.name == "Nairobi"


def test_a_large_town_abroad_is_no_canton_of_that_name() -> None:
    text = (
        "SAN MIGUEL, El Salvador (Agency) - Rebels shot dead two farmers on Monday in the {}, the Salvadoran army said."
        " Officials of El Salvador denied it."
    )
    assert _place(text.format("Santo Domingo canton")).country == "SV"
    assert _place(text.format("city of Santo Domingo")).country == "DO"


def test_an_embassys_country_is_not_where_it_was_attacked() -> None:
    text = "Gunmen attacked the embassy of China on Monday. Police in Lima, Peru, said two guards were killed."
    assert {incident.place and incident.place.country for incident in extract(text, published_at=PUBLISHED)} == {"PE"}


def test_a_region_of_many_countries_gives_way_to_the_texts_country() -> None:
    text = "Rebels killed two farmers on Monday in the worst attack in Central America this year. {}"
    assert _place(text.format("The Honduran army blamed the Honduran left.")).country == "HN"
    assert _place(text.format("")).text == "Central America"


def test_where_somebody_says_so_is_not_where_it_was() -> None:
    place = _place("Two bombs killed three people in the United States on Monday, officials of Peru said in Lima.")
    assert place.country == "US"


def test_the_country_a_text_is_about_before_another_that_the_sentence_names_in_passing() -> None:
    text = (
        "In a month of talks in Moscow, rebels killed six soldiers in the north of El Salvador. Farmers fled to San "
        "Miguel. The Salvadoran army said that the north of El Salvador was calm."
    )
    assert _place(text).country == "SV"


def test_the_first_deeds_place_before_one_told_much_later() -> None:
    text = (
        "Gunmen killed a judge in Guatemala on Monday. Two guards were wounded in the attack. The attack lasted an "
        "hour. The attack was the third this year. Police blamed the attack on two men near Quetzaltenango."
    )
    assert _place(text).text == "Guatemala"


def test_where_much_is_said_for_a_country_it_needs_no_great_lead() -> None:
    text = (
        "Gunmen shot dead two judges on Monday. Talks were held in Managua, Nicaragua, on debts. "
        "Ministers in Tegucigalpa, Honduras, blamed rebels, and the mayor of Tegucigalpa a gang."
    )
    assert _place(text).country == "HN"


def test_a_text_may_tell_of_two_countries() -> None:
    text = (
        "A bomb killed five people in Kabul, Afghanistan, on Monday. The Afghan government blamed the Taliban. "
        "Gunmen shot dead two policemen in Quetta, Pakistan, on Sunday."
    )
    incidents = extract(text, published_at=PUBLISHED)
    assert [incident.place and incident.place.country for incident in incidents] == ["AF", "PK"]


def test_a_street_lies_in_another_town_than_the_one_it_is_called_after() -> None:
    text = "NORTH CHARLESTON, South Carolina - Two men were shot dead on Rivers Avenue on Sunday, police said."
    (incident,) = extract(text)
    assert incident.place is not None
    assert (incident.place.name, incident.place.country) == ("North Charleston", "US")


def test_what_somebody_shouts_is_not_where() -> None:
    text = (
        "A policeman shot the ambassador dead on Monday and shouted: “Do not forget Aleppo! Long live freedom!” The "
        "shooting at a gallery in Ankara was condemned by both governments."
    )
    (incident,) = extract(text)
    assert incident.place is not None
    assert incident.place.name == "Ankara"
