"""Which sentences of today's news are one incident, and which are several: an answer, an item of a wrap-up, a tally, a
trial, an older riot."""

from __future__ import annotations

from datetime import date

import pytest

from tests.incidents import acting, read, toll
from warehouse.records import Incident


def hit(incident: Incident) -> set[str]:
    return {actor.text for actor in incident.actors if actor.role == "target"}


def test_the_answer_and_what_it_answers_are_two_blows() -> None:
    rockets, strike = read(
        "The Houthis launched two missiles at Israel, days after an Israeli air strike in Sanaa killed nine ministers."
    )
    assert (acting(rockets), toll(rockets), len(rockets.weapons)) == ({"Houthi movement"}, None, 1)
    assert (acting(strike), toll(strike), strike.weapons) == ({"Military Forces of Israel"}, (9, 9), ())


def test_two_sides_blows_told_beside_each_other_are_two() -> None:
    strike, rockets = read(
        "Israeli strikes on Tyre killed seven people. Hezbollah fired rockets at Haifa, wounding three people."
    )
    assert (toll(strike), toll(rockets)) == ((7, 7), None)
    assert toll(rockets, "injured") == (3, 3)


def test_an_item_of_a_wrap_up_is_an_incident_of_its_own() -> None:
    whole, item = read(
        "Israeli strikes killed 33 Palestinians across Gaza on Thursday, medics said. In the Bureij camp, a missile "
        "hit a house, killing five people."
    )
    assert (toll(whole), toll(item)) == ((33, 33), (5, 5))


def test_a_sentence_that_opens_with_another_province_tells_another_incident() -> None:
    shot, clash = read(
        "Gunmen shot dead nine people at a hospital in El Fasher, Sudan. In South Kordofan, the army said it repelled "
        "an attack by the Rapid Support Forces."
    )
    assert toll(shot) == (9, 9)
    assert clash.sub_event_type == "Armed clash"


def test_a_nights_tally_is_not_the_blow_told_before() -> None:
    first, *_ = read(
        "A missile strike killed three people in Odesa on Thursday. Ukraine's air force said that Russia had launched "
        "140 drones, of which 88 were shot down."
    )
    assert [weapon.name for weapon in first.weapons] == ["missile"]
    assert "shooting" not in first.attributes


def test_an_attack_of_another_day_is_another() -> None:
    first, second = read(
        "Shelling killed 20 people in a camp at El Fasher, medics said. On Monday an attack on a hospital killed 13 "
        "people."
    )
    assert (toll(first), toll(second)) == ((20, 20), (13, 13))


def test_an_older_riot_in_the_same_prison_is_another() -> None:
    riot, older = read(
        "At least 31 inmates died in a riot at a prison in Machala on Sunday. The same prison was the site of a riot "
        "in September in which 13 inmates and a guard were killed."
    )
    assert (riot.sub_event_type, toll(riot), toll(older)) == ("Mob violence", (31, None), (14, 14))
    assert older.start_date == date(2025, 9, 1)


def test_what_a_court_hears_is_the_deed_of_the_trial() -> None:
    (murder,) = read(
        "A court in Stuttgart on Wednesday jailed a man for life for the murder of two guards at a market in Ulm in "
        'December 2017. Judges found that he opened fire with a pistol. "He killed two people," the judge said.'
    )
    assert (murder.start_date, toll(murder)) == (date(2017, 12, 1), (2, 2))
    assert murder.place is not None
    assert murder.place.name == "Ulm"


def test_the_news_does_not_join_a_deed_of_years_ago() -> None:
    rockets, attack = read(
        "Militants fired two rockets at Sderot, causing no casualties. The war began when Hamas militants attacked "
        "Israel on October 7, 2023, killing about 1,200 people."
    )
    assert (acting(attack), toll(attack)) == ({"Hamas"}, (1200, 1200))
    assert attack.start_date == date(2023, 10, 7)
    assert rockets.start_date != attack.start_date


def test_a_figure_of_the_incidents_own_day_counts_though_it_is_years_ago() -> None:
    news, old = read(
        "A bomb killed four people in Gao on Thursday. A suicide bombing in Gao killed 77 people in January 2017."
    )
    assert (toll(news), toll(old)) == ((4, 4), (77, 77))


@pytest.mark.parametrize(
    "total",
    [
        "The group has attacked more than 100 ships in the Red Sea since November 2023, killing eight sailors.",
        "More than 3,100 people were killed in gang violence in the first half of the year, according to the UN.",
        "The army has been battling jihadists for a decade.",
        "Moscow denies targeting civilians.",
        "The governor said that there had been no fighting in the area.",
        "Jalisco, where the Sinaloa Cartel fights its rivals, is on the coast.",
    ],
)
def test_totals_and_what_did_not_happen_are_no_incidents(total: str) -> None:
    (only,) = read(f"Gunmen killed two fishermen in Hodeida, Yemen, on Thursday. {total}")
    assert toll(only) == (2, 2)


def test_the_same_person_by_description_dies_once() -> None:
    (attack,) = read(
        "Gunmen stormed a school in Kebbi, Nigeria, killing the vice principal and abducting 25 pupils. They exchanged "
        "fire with guards. The vice principal, Hassan Makuku, was shot dead as he shielded pupils."
    )
    assert (toll(attack), toll(attack, "captured")) == ((1, 1), (25, 25))


def test_what_the_shelter_was_hit_by_is_told_elsewhere() -> None:
    (strike,) = read("A drone strike killed 57 people in El Fasher. The university building was hit late on Tuesday.")
    assert strike.start_date == date(2025, 11, 18)


def test_who_was_hurt_at_a_protest_belongs_to_it() -> None:
    (protest,) = read(
        "Georgian police used pepper spray to push demonstrators away from the palace in Tbilisi. Ten officers and six "
        "protesters were injured."
    )
    assert (protest.sub_event_type, toll(protest, "injured")) == ("Protest with intervention", (16, 16))


def test_a_figure_of_a_mishap_or_of_a_town_far_off_belongs_to_no_incident() -> None:
    (fire,) = read(
        "Protesters set fire to the offices of the party in Valjevo on Tuesday. The protests began after a roof "
        "collapsed in Novi Sad, killing 16 people."
    )
    assert (toll(fire), hit(fire)) == (None, {"offices"})
    (murder,) = read(
        "The mayor of Uruapan was shot dead on Tuesday. In Culiacan, five bodies were found on a road, police said."
    )
    assert toll(murder) == (1, 1)


def test_a_dateline_abroad_parts_no_deeds() -> None:
    (ambush,) = read(
        "ABIDJAN (AFP) - At least 19 soldiers were killed in an ambush in the north of Burkina Faso, security sources "
        "said. A convoy came under attack near Djibo on Tuesday. The army of Burkina Faso did not comment."
    )
    assert ambush.place is not None
    assert (ambush.place.name, ambush.start_date, toll(ambush)) == ("Djibo", date(2025, 11, 18), (19, None))


def test_one_of_several_attacks_summed_up_is_an_incident_of_its_own() -> None:
    _, first, second = read(
        "Rebels killed at least 71 people in two separate attacks in North Kivu, in Congo, officials said. Fighters "
        "stormed a wake in Lubero on Monday night, killing more than 60 people. Ten others were killed in Goma "
        "when gunmen set houses on fire."
    )
    assert (toll(first), toll(second)) == ((60, None), (10, 10))


def test_the_hostages_taken_in_an_attack_belong_to_it() -> None:
    (attack,) = read(
        "A suicide bomber stormed a hotel in Nairobi and detonated his explosives. Gunmen took hostages and attacked "
        "the hotel with firearms. At least 21 people were killed."
    )
    assert (attack.sub_event_type, toll(attack)) == ("Suicide bomb", (21, None))


def test_figures_of_another_month_are_no_part_of_the_toll() -> None:
    (attack,) = read(
        "Suicide bombers attacked a compound in Peshawar on Monday, killing three guards. In September, six soldiers "
        "died when a similar place in Bannu was rammed with a vehicle."
    )
    assert toll(attack) == (3, 3)


def test_what_those_blamed_did_before_is_another_incident() -> None:
    attack, massacre = read(
        "Gang members stormed Pont-Sonde in Haiti on Sunday, killing a dozen people. The attack was blamed on the Gran "
        "Grif gang, which killed more than 100 people in Saint-Marc in October 2024."
    )
    assert (toll(attack), toll(massacre)) == ((12, 12), (100, None))
    assert not any("Gran Grif" in text for text in hit(attack))


def test_the_attack_of_an_anniversary_is_not_the_news() -> None:
    news, *_ = read(
        "French police shot and wounded a man with a knife in Toulouse on Monday. The incident occurred a day before "
        "the tenth anniversary of the November 13 attacks, in which Islamic State gunmen killed 130 people in Paris."
    )
    assert acting(news) == {"Police Forces of France"}


def test_a_day_long_before_the_charge_is_the_deeds() -> None:
    (stabbing,) = read("A pupil was charged with murder over the fatal stabbing of a classmate in Frisco on April 2.")
    assert stabbing.start_date == date(2025, 4, 2)


def test_bombs_that_a_jet_dropped_are_the_air_strike_told_before() -> None:
    (strike,) = read(
        "A Myanmar military air strike on a hospital killed 33 people in Rakhine. The jet dropped two bombs on the "
        "general hospital in Mrauk-U on Wednesday."
    )
    assert (strike.sub_event_type, strike.start_date) == ("Air/drone strike", date(2025, 11, 19))
