"""Most of a newspaper tells of no violence, in words that news of violence has too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.incidents import extract
from pipelines.incidents.domains import domain, of_violence

PUBLISHED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)

POLITICS = (
    "The senator opened her campaign in Harlow on Monday with a promise to fight for lower rents. She said that the "
    "governor had spent four years attacking teachers and that the party was in a battle for its soul. Her rival "
    "called the speech an assault on common sense. Analysts expect a clash over the budget in April, when both sides "
    "will vote on the pension plan. Polls put her ahead in the north, where she has fought two elections and lost one "
    "of them. The campaign will spend most of its money on advertisements in the last two weeks of May, her office "
    "said."
)
CAMERAS = (
    "We shot with the new camera for a week in Lisbon, in rain and in sun. Its shooting modes are easy to reach, and "
    "the autofocus hits what you aim at. Makers are battling for the middle of the market, and this one fires ten "
    "frames a second without a pause. The price is steep: you will shell out nine hundred for the body alone. The "
    "battery died twice on long days, which killed the mood but not the pictures. For weddings and landscapes we "
    "would take it again, with a second card in the bag and a light tripod that fits under the seat of the train."
)
SOFTWARE = (
    "The new release fights two old bugs in the parser and speeds up the execution of long queries. Our own tests, "
    "run in Tallinn on a small server, no longer blow up when the disk is full. A denial-of-service attack that was "
    "described in January does not work any more. The team has killed the old configuration format, which nobody will "
    "miss. Downloads exploded after the talk in Berlin, and the forum is under a barrage of questions about upgrades. "
    "We plan to strike the last deprecated calls from the code in autumn, once the two largest users have moved to "
    "the new interface."
)
WATER = (
    "The water board of Harlow met on Monday to talk about the price of water, which will rise by a tenth in May. It "
    "has put off the repair of the old pumps twice, and the mayor asked for a date. A loan will pay for most of the "
    "work, and the rest will come from the reserves of the board, its chair said. The town has grown by four thousand "
    "people in ten years, and its pipes are of another century. Nobody on the board wants to sell the lake. The next "
    "meeting will be in April, when the new figures for the winter are known and the engineers have looked at the "
    "second well."
)


@pytest.mark.parametrize("text", [POLITICS, CAMERAS, SOFTWARE, WATER])
def test_a_text_about_something_else_tells_of_no_incident(text: str) -> None:
    assert domain(text) is not None or not of_violence(text)
    assert extract(text, published_at=PUBLISHED) == []


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Gunmen shot dead a member of the board outside his house in Harlow on Sunday.", "Attack"),
        (
            "Three churches were burned down in Bout on Sunday by young men of the village.",
            "Looting/property destruction",
        ),
        ("On Sunday a councillor was murdered in Harlow.", "Attack"),
        ("Hundreds of residents protested against the price in Harlow on Sunday.", "Peaceful protest"),
        ("A drone struck the pumping station near Kherson on Sunday.", "Air/drone strike"),
    ],
)
def test_a_plain_sentence_in_such_a_text_does(sentence: str, kind: str) -> None:
    text = f"{WATER}\n\n{sentence}\n\n{WATER}"
    assert not of_violence(text)
    (incident,) = extract(text, published_at=PUBLISHED)
    assert incident.sub_event_type == kind


def test_a_short_text_is_not_judged_by_its_other_words() -> None:
    (incident,) = extract("Fighting broke out in Gao on Thursday.", published_at=PUBLISHED)
    assert incident.sub_event_type == "Armed clash"


@pytest.mark.parametrize(
    "text",
    [
        "She has been fighting deportation since a court in Harlow found her guilty.",
        "The projects have been executed by army engineers near Wana.",
        "The mayor of Harlow asked the crowd to fight for peace.",
        "On Sunday a boy of four was hit by a car and killed in Kingston, police said.",
        "A two-car crash killed three people near Harlow on Sunday.",
        "A house fire killed a man of 84 in Harlow on Sunday.",
        "A motorcycle wreck on the coast road killed a passenger on Sunday, police said.",
    ],
)
def test_struggles_and_accidents_are_no_incident(text: str) -> None:
    assert extract(text, published_at=PUBLISHED) == []


GAME = (
    "The new shooter from a studio in Warsaw drops players into a ruined city where two factions fight for the water. "
    "Soldiers shoot on sight, drones bomb the streets, and mines kill the careless. You storm a fortified base with a "
    "rifle and two grenades. The multiplayer mode pits teams against each other, and on consoles it runs smoothly. "
    "The gameplay is superb, the story is thin, and the price is fair for a game that lasts twelve evenings in May."
)


def test_what_happens_in_a_game_is_told_in_the_present() -> None:
    assert domain(GAME) == "stage and screen"
    assert extract(GAME, published_at=PUBLISHED) == []
    real = f"{GAME} Its designer was shot dead by gunmen in Warsaw on Sunday."
    (incident,) = extract(real, published_at=PUBLISHED)
    assert [claim.count_min for claim in incident.claims] == [1]


@pytest.mark.parametrize(
    "text",
    [
        "Bombings fell by a third in Gao while kidnappings doubled.",
        "Soldiers will practise defending the port of Liepaja against an attack by missiles.",
        "The drills in Lahore will include air raid sirens, and training what to do in case of any “hostile attacks”.",
        "The ministry will buy 60 attack drones and 200 assault rifles from Seoul.",
    ],
)
def test_figures_exercises_and_purchases_are_no_incident(text: str) -> None:
    assert extract(text, published_at=PUBLISHED) == []


@pytest.mark.parametrize(
    "text",
    [
        "North Korea fired two ballistic missiles into the sea on Thursday, South Korea's military said.",
        "Experts in Hanover defused a bomb from the Second World War on Sunday.",
        "Texas executed a man by lethal injection on Wednesday.",
        "A hiker was killed by a bear near Fagaras on Monday, and gendarmes shot the bear.",
        "An explosion caused by a gas leak killed six people in Kazan on Sunday. The blast blew out windows.",
        "Hackers attacked two hospitals in Marseille on Friday.",
        "The army in Juba ruled out an attack.",
        "A policeman shot himself dead in a barracks in Lyon on Sunday.",
        "A rocket carrying 24 satellites exploded after lift-off from Kourou on Friday.",
    ],
)
def test_harm_of_other_kinds_is_no_incident(text: str) -> None:
    assert extract(text, published_at=PUBLISHED) == []


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("A gunman shot three people dead in Lyon on Sunday and then shot himself.", 3),
        ("Raiders killed two herders and 40 cattle near Bor on Sunday.", 2),
        ("The militants executed six villagers near Gao on Friday.", 6),
        ("Rockets fired at Haifa on Friday killed two people.", 2),
        ("Tigers attacked an army camp near Mullaitivu on Friday, killing 12 soldiers.", 12),
        ("Satellite images show where a bomb exploded in Gao on Friday, killing four people.", 4),
        ("A bomb exploded in Kharkiv on Friday, killing six people, as in no week since the Second World War.", 6),
    ],
)
def test_harm_beside_it_is_told(text: str, killed: int) -> None:
    (incident,) = extract(text, published_at=PUBLISHED)
    assert killed in {claim.count_min for claim in incident.claims if claim.outcome == "killed"}
