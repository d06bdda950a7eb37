"""What is told of an incident besides what happened first: who died later, who was taken along, what was heard and who
was arrested there; and plots that came to nothing."""

from __future__ import annotations

from datetime import date

import pytest

from tests.incidents import acting, read, toll


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("Two people were killed and nine wounded when a grenade exploded in Goma on Sunday. One of the wounded "
         "died on Tuesday.", (3, 3)),
        ("A grenade exploded in Goma on Sunday, killing two people. One of the injured, a boy of nine, died on "
         "Tuesday, raising the death toll to three.", (3, 3)),
        ("The death toll from a bombing in Goma on Sunday rose to seven on Tuesday after two people died of their "
         "injuries.", (7, 7)),
    ],
)  # fmt: skip
def test_who_dies_later_is_of_the_same_incident_and_its_day(text: str, killed: tuple[int, int]) -> None:
    (incident,) = read(text)
    assert (toll(incident), incident.start_date) == (killed, date(2025, 11, 16))


def test_people_taken_in_an_attack_are_no_incident_beside_it() -> None:
    (raid,) = read(
        "Gunmen attacked the village of Tungan Rafi on Tuesday, killing five residents and abducting 20 others. "
        "Several houses were set on fire."
    )
    assert raid.sub_event_type == "Attack"
    assert (toll(raid), toll(raid, "captured")) == ((5, 5), (20, 20))
    assert "kidnapping" in raid.attributes


def test_what_kidnappers_do_that_hurts_nobody_is_of_the_kidnapping() -> None:
    (taken,) = read(
        "Gunmen abducted 43 pupils from a school near Kaduna on Monday. The attackers shot into the air before they "
        "left."
    )
    assert (taken.sub_event_type, toll(taken, "captured")) == ("Abduction/forced disappearance", (43, 43))


def test_who_was_hurt_in_the_clashes_was_hurt_at_the_protest() -> None:
    (riot,) = read(
        "Protesters set fire to a police post and threw stones at officers in Sylhet on Wednesday. At least 27 people "
        "were hurt in the clashes."
    )
    assert (riot.sub_event_type, toll(riot, "injured")) == ("Violent demonstration", (27, None))


def test_arrests_at_a_protest_are_of_the_protest() -> None:
    (protest,) = read(
        "Kenyan police fired tear gas at protesters in Nairobi on Wednesday, killing three people. Police said 83 "
        "people had been arrested."
    )
    assert (protest.sub_event_type, toll(protest)) == ("Excessive force against protesters", (3, 3))


def test_a_blast_that_is_heard_during_an_attack_is_none_beside_it() -> None:
    (attack,) = read(
        "Gunmen stormed a police station in Karachi on Wednesday, killing five officers. A blast was heard inside the "
        "building as commandos moved in."
    )
    assert attack.event_type != "Explosions/Remote violence"


def test_whom_an_attack_hit_may_follow_it() -> None:
    (attack,) = read(
        "Settlers attacked the village of Turmus Ayya on Saturday, setting fire to three houses. A man of 22 was shot "
        "dead and six people were injured."
    )
    assert (toll(attack), toll(attack, "injured")) == ((1, 1), (6, 6))


def test_soldiers_hit_and_hitting_back_fight_a_clash() -> None:
    (clash,) = read(
        "Suspected jihadists ambushed an army convoy near Gao on Friday, killing 11 soldiers. Six of the attackers "
        "were killed when the air force bombed them as they fled."
    )
    assert clash.sub_event_type == "Armed clash"


def test_a_camp_of_the_displaced_is_no_military_one() -> None:
    (raid,) = read("CODECO militiamen killed 23 people in a raid on a camp for displaced people in Ituri on Tuesday.")
    assert raid.sub_event_type == "Attack"


@pytest.mark.parametrize(
    "text",
    [
        "A man was arrested in Brisbane after an attack on a synagogue was foiled by police.",
        "Police in Dortmund have foiled a plot to bomb a market. Three men had planned to set off explosives hidden in "
        "a van and kill as many visitors as possible.",
    ],
)
def test_what_was_foiled_did_not_happen_and_the_police_did_not_do_it(text: str) -> None:
    for plot in read(text):
        assert plot.status == "threatened"
        assert toll(plot) is None
        assert not any("olice" in name for name in acting(plot))


def test_the_murder_behind_an_execution_is_not_of_today() -> None:
    (murder,) = read(
        "Iran on Wednesday hanged a man who had murdered a guard in Zahedan in 2021. The man had stabbed the guard, "
        "Reza Karimi, to death during a protest."
    )
    assert "background" in murder.attributes
    assert murder.end_date is not None
    assert murder.end_date.year == 2021


def test_charges_of_dynamite_are_no_charges_in_court() -> None:
    (attack,) = read(
        "Unidentified men threw dynamite charges that injured a passerby at a house in Lima on Wednesday. In 1984 "
        "rebels had fired at the embassy."
    )[:1]
    assert attack.start_date == date(2025, 11, 19)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Fighting between Congolese troops and M23 rebels near Sake on Tuesday left 14 people dead.",
         {"Military Forces of Democratic Republic of Congo", "M23"}),
        ("A man armed with a knife stabbed four people in Lyon on Thursday, prosecutors said.", {"man"}),
        ("Artillery fire by the paramilitary Rapid Support Forces hit a market in El-Obeid, killing 12 civilians.",
         {"Rapid Support Forces"}),
    ],
)  # fmt: skip
def test_who_acts(text: str, names: set[str]) -> None:
    (incident,) = read(text)
    assert acting(incident) == names


def test_prayers_on_a_day_are_of_that_day() -> None:
    (bombing,) = read(
        "A suicide bomber blew himself up at a mosque in Kunduz during Friday prayers, killing 16 people."
    )
    assert bombing.start_date == date(2025, 11, 14)


def test_a_district_of_a_country_is_where() -> None:
    (bombing,) = read(
        "ISLAMABAD - A bomb hit a vehicle in Pakistan's North Waziristan district on Wednesday, killing three soldiers."
    )
    assert bombing.place is not None
    assert bombing.place.name == "North Waziristan"


def test_what_a_group_has_on_record_is_no_news() -> None:
    (attack,) = read(
        "Gunmen killed 30 people in a village in Niger state, Nigeria, on Tuesday. The gunmen have killed dozens of "
        "people and carried out numerous attacks in the region this year."
    )
    assert toll(attack) == (30, 30)


def test_the_second_of_two_bombs_is_of_the_same_attack() -> None:
    (attack,) = read(
        "Two roadside bombs exploded in Damascus on Thursday, killing four people. The second bomb went off as "
        "rescuers arrived."
    )
    assert toll(attack) == (4, 4)


def test_the_day_of_an_arrest_is_not_surely_the_attacks() -> None:
    (bombing,) = read("A suspect in the bombing of a market in Kano that killed six people was arrested on Tuesday.")
    assert bombing.time_precision == 2


def test_a_town_is_hit_by_what_is_fired_at_it() -> None:
    (strike,) = read("Russian drones hit Odesa overnight, Ukrainian officials said on Wednesday.")
    assert (strike.sub_event_type, acting(strike)) == ("Air/drone strike", {"Military Forces of Russia"})


def test_a_live_blog_tells_one_strike_in_many_entries() -> None:
    (strike,) = read(
        "16.05 Ten dead in Kharkiv\nThe number of people killed in the missile strike on a supermarket in Kharkiv has "
        "risen to 10, the governor says.\n\n13.40\nThe president has condemned the attack on the supermarket.\n\n"
        "11.15\nRescuers search the ruins of the supermarket in Kharkiv that was hit by a Russian missile today. At "
        "least six people were killed.\n\n09.02 Explosions heard\nExplosions have been heard in Kharkiv."
    )
    assert toll(strike) == (6, 10)
