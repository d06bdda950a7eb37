"""The casualty engine's specification: a sentence, and the claims that stand in it.

A claim is written ``outcome low[-high|+] party``, with marks in brackets: ``part`` of another figure,
``more`` on top of another, ``background`` not this incident's toll. "+" is open-ended. All sentences
are our own.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.incidents.claims.finding import find_claims, toll
from pipelines.incidents.model import nlp, parse
from warehouse.records import Claim


def claims_of(text: str) -> list[Claim]:
    return find_claims(parse(text), text=text)


def shorthand(claim: Claim) -> str:
    low, high = claim.count_min, claim.count_max
    count = f"{low}+" if high is None else str(low) if low == high else f"{low}-{high}"
    marks = [
        name for name, on in (("part", claim.part_of), ("more", claim.adds_to), ("background", claim.background)) if on
    ]
    words = [claim.outcome, count, claim.party_name or "", f"({', '.join(marks)})" if marks else ""]
    return " ".join(word for word in words if word)


PASSIVE = [
    ("Two farmers were ambushed, kidnapped, tortured and killed.", "captured 2 farmers; killed 2 farmers"),
    ("Twelve people were killed in the raid.", "killed 12 people"),
    ("At least 12 people were killed in the raid.", "killed 12+ people"),
    ("About 100 pro-government fighters have been killed.", "killed 100 pro-government fighters"),
    ("Thirty-four miners were wounded when the gate blew up.", "injured 34 miners"),
    ("More than 1,200 villagers were displaced by the shelling.", "displaced 1200+ villagers"),
    ("Five teachers were kidnapped on the road to the market.", "captured 5 teachers"),
    ("Two farmers were shot dead near the river.", "killed 2 farmers"),
    ("Ten men were stabbed to death in the prison.", "killed 10 men"),
    ("Three guards had been fatally shot at the gate.", "killed 3 guards"),
    ("Six of the passengers were injured.", "injured 6 passengers"),
    ("Some 40 people are believed to have been killed.", "killed 40 people"),
    ("Fifteen sailors were reported killed.", "killed 15 sailors"),
    ("Nine civilians, all from one family, were killed.", "killed 9 civilians"),
    ("Eight soldiers who were wounded in the blast were flown out.", "injured 8 soldiers"),
    ("People killed in the blast numbered many.", "killed 2+ people"),
    ("Twenty pupils were taken hostage at the school.", "captured 20 pupils"),
    ("Dozens of shoppers were hurt.", "injured 12+ shoppers"),
]
ACTIVE = [
    (
        "The blast killed a judge running for a seat in the assembly, his driver and a guard and injured three people.",
        "killed 1 judge; killed 1 driver (more); killed 1 guard (more); injured 3 people",
    ),
    ("The blast killed 12 people.", "killed 12 people"),
    ("A roadside bomb killed four soldiers and wounded nine.", "killed 4 soldiers; injured 9"),
    (
        "Gunmen opened fire, killing at least 22 diners and injuring more than 80 others.",
        "killed 22+ diners; injured 80+",
    ),
    ("Rebels abducted 30 villagers.", "captured 30 villagers"),
    ("Gunmen seized 12 villagers from a bus.", "captured 12 villagers"),
    ("Twelve villagers were seized by gunmen.", "captured 12 villagers"),
    ("Bandits whisked away 30 pupils.", "captured 30 pupils"),
    ("Gunmen took 15 passengers captive near Gao.", "captured 15 passengers"),
    ("The air strike wounded as many as 25 people.", "injured 1-25 people"),
    ("The fighting has displaced some 3,000 families.", "displaced 3000 families"),
    ("Militants gunned down seven policemen at a checkpoint.", "killed 7 policemen"),
    ("The group beheaded two captives.", "killed 2 captives"),
    ("A man stabbed one pedestrian to death and injured 4 others.", "killed 1 pedestrian; injured 4"),
    ("The driver rammed the crowd, killing two.", "killed 2"),
    ("The explosion claimed 19 lives.", "killed 19"),
    ("Troops killed a 17-year-old at a checkpoint.", "killed 1 17-year-old"),
    ("A sniper shot dead a policeman.", "killed 1 policeman"),
    ("A gunman shot dead six people in a church.", "killed 6 people"),
    ("The flood of fire cost the lives of 12 workers.", "killed 12 workers"),
]
INTRANSITIVE = [
    ("Between 20 and 30 rebels died in the bombardment.", "killed 20-30 rebels"),
    ("Two nurses lost their lives.", "killed 2 nurses"),
    ("Four people died of their wounds.", "killed 4 people"),
    ("Six migrants drowned.", "killed 6 migrants"),
    ("Hundreds fled their homes.", "displaced 100+"),
    ("Eleven students disappeared after the march.", "missing 11 students"),
    ("Eight people are still missing.", "missing 8 people"),
    ("Ten thousand people were forced from their homes.", "displaced 10000 people"),
    ("Seven passengers suffered injuries.", "injured 7 passengers"),
    ("Fourteen people were taken to hospital.", "injured 14 people"),
]
NOMINAL = [
    ("The death toll rose to 45.", "killed 45"),
    ("The death toll rose from 12 to 45.", "killed 45"),
    ("The number of dead rose to 31.", "killed 31"),
    ("The ministry put the death toll at 17.", "killed 17"),
    ("A toll of at least 60 was given.", "killed 60+"),
    ("The deaths of five soldiers were confirmed.", "killed 5 soldiers"),
    ("The killing of three journalists shocked the town.", "killed 3 journalists"),
    ("Five bodies were found in a well.", "killed 5"),
    ("The bodies of six men were dug up.", "killed 6 men"),
    ("The clinic counted 12 deaths and 40 injuries.", "killed 12; injured 40"),
    ("There were three civilian fatalities.", "killed 3 civilian"),
    ("The clinic saw nine unexplained deaths.", "killed 9"),
    ("The kidnapping of two engineers was condemned.", "captured 2 engineers"),
    ("The strike began after Senator Mora's murder.", "killed 1 Senator Mora"),
    ("The farmer's death was confirmed by the clinic.", "killed 1 farmer"),
    ("The army's killing of three farmers was condemned.", "killed 3 farmers"),
    (
        "Gunmen killed a judge who led inquiries into mines, his wife and two guards.",
        "killed 1 judge; killed 1 wife (more); killed 2 guards (more)",
    ),
    ("The raid killed a leader of the union, workers said.", "killed 1 leader"),
    ("The death of 4 soldiers and 2 peasants was confirmed.", "killed 4 soldiers; killed 2 peasants (more)"),
    (
        "On 16 November Jesuits Ignacio Ruiz and Luis Lara were killed.",
        "killed 1 Jesuits Ignacio Ruiz; killed 1 Luis Lara (more)",
    ),
    (
        "The funeral of six nuns, five of them Germans, who were killed on Thursday, was held.",
        "killed 6 nuns; killed 5 (part)",
    ),
    ("A family of five was killed in the strike.", "killed 5"),
    ("A crew of three was killed when the helicopter was hit.", "killed 3"),
    ("The group of five soldiers was killed.", "killed 5 soldiers"),
]
HEADLINES = [
    ("12 dead, 30 hurt in market blast", "killed 12; injured 30"),
    ("3 killed, 11 wounded as bus hits mine", "killed 3; injured 11"),
    ("Suicide bomber strikes mourners, kills 41", "killed 41"),
    ("Gunmen kill 6 in attack on mosque", "killed 6"),
    ("Car bomb leaves 20 dead", "killed 20"),
    ("Killed: 3. Wounded: 11.", "killed 3; injured 11"),
    ("Two soldiers killed in border clash", "killed 2 soldiers"),
]
CAPITALS = [
    ("THREE SUBVERSIVES WERE KILLED AND SEVEN OTHERS WERE WOUNDED DURING CLASHES YESTERDAY NEAR THE FARM.",
     "killed 3 subversives; injured 7"),
    ("THE COLONEL SAID THAT 13 GUERRILLAS WERE KILLED AND THREE SOLDIERS WOUNDED IN THE CLASH.",
     "killed 13 guerrillas; injured 3 soldiers"),
    ("ABOUT 50 PEASANTS HAVE BEEN KIDNAPPED BY TERRORISTS IN THE NORTH OF THE COUNTRY.", "captured 50 peasants"),
    ("THE ATTACK ON THE POST CAUSED NO CASUALTIES, ACCORDING TO THE GARRISON.", "killed 0; injured 0"),
]  # fmt: skip
SINGLE = [
    ("A policeman was killed.", "killed 1 policeman"),
    ("Mayor John Doe was assassinated on Tuesday.", "killed 1 Mayor John Doe"),
    ("One SDF fighter was wounded.", "injured 1 SDF fighter"),
    ("A teacher was shot dead outside her school.", "killed 1 teacher"),
    ("Gunmen kidnapped a priest.", "captured 1 priest"),
    ("Anna Berg, 45, was killed and her husband, 43, was wounded.", "killed 1 Anna Berg; injured 1 husband"),
    ("Another man was injured.", "injured 1 man"),
    ("The attack killed the village chief.", "killed 1 village chief"),
]
ELLIPSIS = [
    ("The blast killed 12 and wounded 30.", "killed 12; injured 30"),
    ("Four people were killed and 12 wounded.", "killed 4 people; injured 12"),
    ("The raid left 3 dead and 12 wounded.", "killed 3; injured 12"),
    ("The ambush left at least 12 soldiers dead and 2 others missing.", "killed 12+ soldiers; missing 2"),
    ("Nine rebels were killed and 4 captured.", "killed 9 rebels; captured 4"),
    ("Three people were killed and at least 20 wounded after an explosion.", "killed 3 people; injured 20+"),
    ("Fifteen were killed and 60 more injured.", "killed 15; injured 60"),
    ("A policeman was killed and his partner wounded.", "killed 1 policeman; injured 1 partner"),
    ("Ten men were shot to death and two others became injured.", "killed 10 men; injured 2"),
]
CONJUNCTIONS = [
    ("Two soldiers and three civilians were killed.", "killed 2 soldiers; killed 3 civilians (more)"),
    ("The bomb killed a guard, two clerks and a driver.",
     "killed 1 guard; killed 2 clerks (more); killed 1 driver (more)"),
    ("Six soldiers, 6 civilians and a police officer were killed.",
     "killed 6 soldiers; killed 6 civilians (more); killed 1 police officer (more)"),
    ("The mayor was killed along with two bodyguards.", "killed 1 mayor; killed 2 bodyguards (more)"),
    ("Militants kidnapped 12 schoolgirls and took two teachers hostage.",
     "captured 12 schoolgirls; captured 2 teachers"),
]  # fmt: skip
PARTS = [
    ("Twelve people, including 3 children, were killed.", "killed 12 people; killed 3 children (part)"),
    ("The blast killed 12 people, including three children and a nurse.",
     "killed 12 people; killed 3 children (part); killed 1 nurse (part)"),
    ("The blast injured 21 people, including three children, regional governor Oleh Marin said.",
     "injured 21 people; injured 3 children (part)"),
    ("The blast killed 21 people. Emergency wards took in 27. Three of them died on arrival.",
     "killed 21 people; killed 3 (part)"),
    ("Fifteen people, among them four women, were injured.", "injured 15 people; injured 4 women (part)"),
    ("Dozens of people were injured, two of them critically.", "injured 12+ people; injured 2 (part)"),
    ("Rebels abducted 30 villagers, including 12 girls.", "captured 30 villagers; captured 12 girls (part)"),
    ("Twenty people were killed. Among the dead were two journalists.",
     "killed 20 people; killed 2 journalists (part)"),
    ("Forty people were hurt. The injured included three children.", "injured 40 people; injured 3 children (part)"),
    ("Thirty people were killed. Three of those killed were children.", "killed 30 people; killed 3 (part)"),
    ("Nine people were killed. All but three of the dead were officers.", "killed 9 people"),
    ("Nine people were killed. Five medics were among the dead.", "killed 9 people; killed 5 medics (part)"),
    ("Five of the 12 wounded were in a critical state.", "injured 12; injured 5 (part)"),
    ("At least 72 people were killed, including 29 children and over 200 others were injured.",
     "killed 72+ people; injured 200+; killed 29 children (part)"),
]  # fmt: skip
NOBODY = [
    ("No U.S. military members were injured.", "injured 0 U.S. military members"),
    ("No one was hurt.", "injured 0"),
    ("Nobody was killed.", "killed 0"),
    ("None of the passengers was injured.", "injured 0 passengers"),
    ("Not a single soldier was wounded.", "injured 0 soldier"),
    ("There were no casualties.", "killed 0; injured 0"),
    ("The clash ended without casualties.", "killed 0; injured 0"),
    ("No injuries were reported.", "injured 0"),
    ("The driver was unhurt.", "injured 0 driver"),
    ("The minister was not injured.", "injured 0 minister"),
    ("The shots did not kill anyone.", "killed 0"),
    ("The bomb went off without injuring anyone.", "injured 0"),
    ("The army denied killing anyone.", "killed 0"),
    ("No soldiers were killed or wounded.", "killed 0 soldiers; injured 0 soldiers"),
]
BACKGROUND = [
    ("More than 400,000 people have been killed since the war began.", "killed 400000+ people (background)"),
    ("More than 1,200 people have died in the conflict this year.", "killed 1200+ people (background)"),
    ("Last month, a similar attack killed 14 people in the same town.", "killed 14 people (background)"),
    ("The insurgency has killed 30,000 people.", "killed 30000 people (background)"),
    ("In 2004 a bombing there killed 19 worshippers.", "killed 19 worshippers (background)"),
    ("Thousands have been displaced over the past decade.", "displaced 1000+ (background)"),
    ("The town marked the anniversary of a raid that killed 11 people.", "killed 11 people (background)"),
    ("The bombing killed 14 people, the deadliest attack since 2015.", "killed 14 people"),
    ("More than 7,000 people have died.", "killed 7000+ people (background)"),
    ("Some 5,000 people died during the 12-year civil war.", "killed 5000 people (background)"),
]
MORE = [
    ("The blast killed 12 people. Another five died in hospital.", "killed 12 people; killed 5 (more)"),
    ("Seven people were killed. A further two died overnight.", "killed 7 people; killed 2 (more)"),
    (
        "Six guards were wounded at the gate. An additional three were wounded inside.",
        "injured 6 guards; injured 3 (more)",
    ),
]
APPROXIMATE = [
    ("Hundreds of thousands of people were displaced.", "displaced 100000+ people"),
    ("Nearly a dozen people were hurt.", "injured 12 people"),
    ("Two or three guards were wounded.", "injured 2-3 guards"),
    ("Several people were killed.", "killed 3+ people"),
    ("Scores of protesters were injured.", "injured 20+ protesters"),
    ("Fewer than 10 rebels were killed.", "killed 1-10 rebels"),
    ("From 15 to 20 rebels were killed.", "killed 15-20 rebels"),
    ("A couple of soldiers were hurt.", "injured 2 soldiers"),
    ("The strike killed or wounded 14 fighters.", "killed 0-14 fighters; injured 0-14 fighters"),
    ("Civilians were killed.", "killed 2+ civilians"),
]
NO_CLAIM = [
    "Troops seized two towns and 30 rifles.",
    "The car and 40 kilos of cocaine were seized.",
    "The judge got many death threats.",
    "A man was nearly lynched.",
    "The city's murder rate fell.",
    "They plotted to kill 12 people.",
    "The bomb could have killed dozens.",
    "If the dam breaks, thousands will be killed.",
    "It was not clear how many people were killed.",
    "The storm killed 12 cows.",
    "The army captured the town.",
    "The army holds fields the rebels captured in May.",
    "The decision hurt the economy.",
    "He has served for 12 years and is 45.",
    "The military does not have an exact figure for the casualties.",
    "Hamas's killing went on, the minister said.",
    "Iran's execution policy was debated.",
    "The T-72 tank fired 122mm rounds on 12 May 2016.",
    "The militants threatened to execute 20 hostages.",
    "The shop sold 30 loaves.",
    "The doctor counted 18 bullet wounds.",
    "There were no powder marks on the victims.",
    "The murder of the Fatah was denounced.",
]
LISTS = [
    ("THE MURDERS OF THE GOVERNOR OF ANTIOQUIA, ANOTHER JUDGE, AND THE POLICE COMMANDER, WERE DENOUNCED.",
     "killed 1 governor; killed 1 judge (more); killed 1 police commander (more)"),
    ("LAWYERS IGNACIO BARO, SEGUNDO MONTES, ANA LOPEZ, AND JOAQUIN RUIZ WERE KILLED IN SAN SALVADOR.",
     "killed 1 lawyers ignacio baro; killed 1 segundo montes (more); killed 1 ana lopez (more); "
     "killed 1 joaquin ruiz (more)"),
    ("The party condemned the murder of Ana Ruiz and of Jorge Mora.",
     "killed 1 Ana Ruiz; killed 1 Jorge Mora (more)"),
    ("The council condemned the murder in Guatemala of Ana Ruiz.", "killed 1 Ana Ruiz"),
    ("Police hold two men over the murder of Ana Ruiz: Jorge Mora and Luis Lara.", "killed 1 Ana Ruiz"),
    ("The mayor and his driver Juan Mora were killed.", "killed 1 mayor; killed 1 driver Juan Mora (more)"),
    ("Mayor Luis Ruiz was killed at 8 am near his home in San Salvador, along with two of his guards.",
     "killed 1 Mayor Luis Ruiz; killed 2 guards (more)"),
    ("Two officers who were acting as her guards and a private citizen were wounded.",
     "injured 2 officers; injured 1 private citizen (more)"),
    ("The police reported that 10 people (not yet identified) were also injured.", "injured 10 people"),
    ("The men shot him and left him seriously wounded.", "injured 1"),
    ("Dozens of drones were fired at the depot. Twenty of them exploded, killing nine.", "killed 9"),
]  # fmt: skip
GROUPS = {
    name: group
    for name, group in list(globals().items())
    if name.isupper() and isinstance(group, list) and name != "NO_CLAIM"
}
CASES = [
    pytest.param(sentence, claims, id=f"{name.lower()}: {sentence[:60]}")
    for name, group in GROUPS.items()
    for sentence, claims in group
]


@pytest.mark.parametrize(("sentence", "expected"), CASES)
def test_claims_of_a_sentence(sentence: str, expected: str) -> None:
    found = sorted(shorthand(claim) for claim in claims_of(sentence))
    assert found == sorted(expected.split("; "))


@pytest.mark.parametrize("sentence", NO_CLAIM)
def test_no_claim_where_nobody_is_said_to_be_hurt(sentence: str) -> None:
    assert [shorthand(claim) for claim in claims_of(sentence)] == []


@pytest.mark.parametrize(
    ("sentence", "who", "kind"),
    [
        ("The official said about 100 fighters were killed.", "The official", "official"),
        ("Two people were killed, police said.", "police", "police"),
        ("According to a hospital doctor, 40 people were injured.", "a hospital doctor", "medical"),
        ("An army spokesman said 9 rebels had been killed.", "An army spokesman", "military"),
        ("The Taliban claimed to have killed 25 soldiers.", "The Taliban", "armed group"),
        ("Villagers said soldiers had killed eleven farmers.", "Villagers", "witness"),
        ("Twenty rebels died in the raid, the Observatory said.", "the Observatory", "ngo"),
        ("The United Nations says 300 people have been displaced.", "The United Nations", "un"),
        ("The mayor said four people were killed. He said six were hurt.", "The mayor", "official"),
        ("A man stabbed a clerk with a knife, killing three people, police said.", "police", "police"),
        ("The blast killed 12 people.", None, None),
    ],
)  # fmt: skip
def test_a_figure_is_attributed_to_its_speaker(sentence: str, who: str | None, kind: str | None) -> None:
    assert {(claim.attributed_to, claim.speaker_kind) for claim in claims_of(sentence)} == {(who, kind)}


@pytest.mark.parametrize(
    ("sentence", "hedge"),
    [
        ("As many as 40 people may have been killed.", "may"),
        ("The militants reportedly executed seven policemen.", "reportedly"),
        ("Twenty people are believed to have been killed.", "believed"),
        ("Sixty people were feared dead.", "feared"),
        ("The guards allegedly killed two prisoners.", "allegedly"),
        ("Twelve people were killed.", None),
    ],
)
def test_a_figure_keeps_its_hedge(sentence: str, hedge: str | None) -> None:
    assert {claim.hedge for claim in claims_of(sentence)} == {hedge}


def test_conflicting_figures_stand_side_by_side() -> None:
    text = "The mayor said four people had been killed; the hospital put the toll at six."
    assert [(c.count_min, c.attributed_to) for c in claims_of(text)] == [(4, "The mayor"), (6, "the hospital")]


def test_a_year_of_publication_is_not_background() -> None:
    text = "A raid in 2016 killed 14 people."
    assert [claim.background for claim in find_claims(parse(text), year=2016)] == [False]
    assert [claim.background for claim in find_claims(parse(text), year=2020)] == [True]


TOLLS = [
    ("One name in two spellings is one person.",
     "Justice Marta Ruiz was murdered on Monday. The murder of Marta Ruiz Salas shocked the town.", {"killed": (1, 1)}),
    ("What a toll came to stands far behind the word.",
     "The death toll from a bombing at a mosque inside a police compound in the old city of Peshawar rose to 101.",
     {"killed": (101, 101)}),
    ("As many as told of before.",
     "Five journalists were killed. The five men were killed on duty, the channel said.", {"killed": (5, 5)}),
    ("Two names are two persons.", "Marta Ruiz was murdered. Jorge Ruiz was murdered.", {"killed": (2, 2)}),
    ("Somebody pointed at may be the one named.",
     "Marta Ruiz was murdered on Monday. The candidate was shot dead in her car.", {"killed": (1, 2)}),
    ("Who was also killed is another.",
     "Marta Ruiz was murdered on Monday. The driver was also killed.", {"killed": (2, 2)}),
    ("One small figure of parties that may be the same people.",
     "Two missionaries were killed. Two Canadians were killed, the embassy said.", {"killed": (2, 4)}),
    ("One small figure of kinds that exclude each other.",
     "Two soldiers were killed. Two children were killed.", {"killed": (4, 4)}),
    ("Several people, of whom two are named.",
     "Marta Ruiz and Jorge Lara were killed. Several people were killed, the mayor said.", {"killed": (2, None)}),
    ("The same fact told twice counts once.",
     "12 killed in market blast\n\nTwelve people were killed in the blast. The blast killed 12.", {"killed": (12, 12)}),
    ("Parties told of together are added.", "Two soldiers and three civilians were killed.", {"killed": (5, 5)}),
    ("Parties told of one after the other are added.",
     "Two soldiers were killed at the gate. Three nurses were killed inside.", {"killed": (5, 5)}),
    ("A figure on top is added.", "The blast killed 12 people. Another five died in hospital.", {"killed": (17, 17)}),
    ("Parts are not added.", "Twelve people, including 3 children, were killed.", {"killed": (12, 12)}),
    ("A figure for everybody holds the parties.",
     "Eight people were killed in all. Five soldiers were killed, the army said.", {"killed": (8, 8)}),
    ("Background is left out.",
     "Two people were killed. More than 400,000 people have been killed since the war began.", {"killed": (2, 2)}),
    ("Only background: no toll.", "More than 400,000 people have been killed since the war began.", {}),
    ("Figures that differ give a range.",
     "The mayor said four people were killed. The hospital said six people were killed.", {"killed": (4, 6)}),
    ("The driver beside a figure is one of those counted.",
     "The blast killed four guards. The driver was killed at the wheel.", {"killed": (4, 4)}),
    ("John Doe may be the soldier.", "A soldier was killed. John Doe was killed at noon.", {"killed": (1, 2)}),
    ("One figure in two names for the same side is one fact.",
     "About 100 government forces were killed, he said. Another source said the strike killed around 100 troops.",
     {"killed": (100, 100)}),
    ("One open-ended figure stays open.", "At least 12 people were killed and dozens injured.",
     {"killed": (12, None), "injured": (12, None)}),
    ("A dead attacker widens the maximum only.",
     "Four shoppers were killed. The attacker was killed by police.", {"killed": (4, 5)}),
    ("Only the attacker died.", "The attacker was killed by police.", {"killed": (1, 1)}),
    ("Nobody hurt.", "No one was killed or injured.", {"killed": (0, 0), "injured": (0, 0)}),
    ("A party told of again holds no more than it did.",
     "The murder of six monks and two cooks shook the town. The six monks had been killed at night.",
     {"killed": (8, 8)}),
    ("One sum in other words for some of them is one fact.",
     "Six monks and two women were killed, he said. Six monks and two employees were killed, she said.",
     {"killed": (8, 8)}),
    ("Others beside somebody named are more than one.",
     "The murder of Ana Ruiz and the other teachers shocked the town. Ana Ruiz's murder was denounced.",
     {"killed": (3, None)}),
    ("More who died are on top.",
     "The shells killed 12 civilians. Three more died of their wounds overnight.", {"killed": (15, 15)}),
    ("Who was killed may be told behind the verb.", "Also killed were two guards and a driver.", {"killed": (3, 3)}),
    ("So may who was hurt.", "Also injured was a street vendor identified as Maria Perez.", {"injured": (1, 1)}),
    ("A list behind a participle.", "Killed in the blast were five soldiers.", {"killed": (5, 5)}),
    ("An aside between somebody and what he suffered.",
     "As a result of the attack, an agronomist, identified as Jose Martinez, was killed.", {"killed": (1, 1)}),
    ("A name behind what a person is, within a list.",
     "The mayor, Ana Ruiz, and her driver, Jose Mora, were killed.", {"killed": (2, 2)}),
    ("The list behind \"the victims\" says who they were.",
     "The victims, three women and a man, were killed on Monday.", {"killed": (4, 4)}),
    ("A couple are two.", "An elderly couple and their grandson were killed.", {"killed": (3, 3)}),
    ("Who is treated is hurt.", "More than 100 people were treated for the effects of tear gas.",
     {"injured": (100, None)}),
    ("A total of some days is background.",
     "So far, two deputies have been murdered in less than 15 days.", {}),
    ("A total told behind the news leaves its figure alone.",
     "Three soldiers were killed, taking the number of troops killed this year to 41.", {"killed": (3, 3)}),
    ("More are named than the least that was told.",
     "At least three people were injured, among them Ana Ruiz, Jorge Lara, Luis Mora and Rosa Diaz.",
     {"injured": (4, None)}),
    ("\"The two others\" were told of before.",
     "One man was killed and two others were wounded. The two others are in hospital.",
     {"killed": (1, 1), "injured": (2, 2)}),
    ("A surname in -s is one person.", "Corrales was injured by splinters.", {"injured": (1, 1)}),
    ("As were others.", "All 33 hostages were killed in the raid, as were two soldiers.", {"killed": (35, 35)}),
    ("Dead and hurt in a headline.", "Seven dead, 20 hurt in market blast", {"killed": (7, 7), "injured": (20, 20)}),
    ("Of the hurt some are in a serious condition.", "The blast injured at least 15, with two in serious condition.",
     {"injured": (15, None)}),
    ("A number put at a figure.", "An official put the number of wounded at 45.", {"injured": (45, 45)}),
    ("Bare people beside a figure share it.", "Gunmen killed nine customers and staff.", {"killed": (9, 9)}),
    ("So is a seventh.", "The blast killed six people. A seventh died in hospital.", {"killed": (7, 7)}),
    ("Of the wounded some died.",
     "Two people were killed and 17 wounded. Two of the injured later died.", {"killed": (4, 4), "injured": (17, 17)}),
    ("Of the wounded of its own sentence one died.",
     "The attack left four soldiers dead and six others wounded, one of whom later died.",
     {"killed": (5, 5), "injured": (6, 6)}),
    ("A toll holds those for whom it rose.",
     "The death toll climbed to 17 on Friday after two people died of their injuries.", {"killed": (17, 17)}),
    ("Shares that make up the whole are not other tellings.",
     "Eight people were killed. One strike killed three people, a second one killed five.", {"killed": (8, 8)}),
    ("The dead listed are added.", "The dead included the driver and three passengers.", {"killed": (4, None)}),
    ("The wounded are no bodies.",
     "The bodies of nine people and 22 wounded were brought in.", {"killed": (9, 9), "injured": (22, 22)}),
    ("Wounded people are counted.",
     "The hospital received 11 bodies and 34 wounded people.", {"killed": (11, 11), "injured": (34, 34)}),
    ("Who is in hospital is hurt.", "The shooting left one dead and five in hospital.",
     {"killed": (1, 1), "injured": (5, 5)}),
    ("Who is in critical condition is hurt.", "The shooting left one dead and three in critical condition.",
     {"killed": (1, 1), "injured": (3, 3)}),
    ("Of people told of before, and not of a figure.",
     "Gunmen stopped a bus, checked papers and shot dead nine of them.", {"killed": (9, 9)}),
    ("Nobody was killed by a plan.",
     "They had planned to set off explosives hidden in a van and kill many visitors.", {}),
    ("A soldier told of twice.",
     "A soldier was killed on Monday. The soldier was shot dead at noon.", {"killed": (1, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "expected"), TOLLS, ids=[case[0] for case in TOLLS])
def test_toll(rule: str, text: str, expected: dict[str, tuple[int, int | None]]) -> None:
    assert toll(claims_of(text)) == expected


FRAGMENTS = st.sampled_from(
    [
        "killed",
        "wounded",
        "were",
        "was",
        "dead",
        "died",
        "12",
        "three",
        "and",
        ",",
        ".",
        "no",
        "nobody",
        "people",
        "soldiers",
        "at",
        "least",
        "about",
        "including",
        "of",
        "the",
        "a",
        "toll",
        "rose",
        "to",
        "children",
        "dozens",
        "between",
        "20",
        "30",
        "to",
        "death",
        "shot",
        "not",
        "missing",
        "said",
        "police",
        ";",
        "\n\n",
        "hostage",
        "injured",
        "-",
        "he",
        "him",
        "bodies",
        "lives",
        "T-72",
        "2014",
        "KILLED",
        "İ",
        "ß",
        "’",
        "“",
        "”",
        "\u200b",
        "😀",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=25).map(" ".join)))
def test_any_text_gives_claims_that_hold_their_own_words(text: str) -> None:
    found = find_claims(nlp()(text))
    for claim in found:
        assert text[claim.start : claim.end] == claim.quote
        assert claim.quantifier in claim.quote
        assert claim.count_max is None or claim.count_min <= claim.count_max
        if claim.party_start is not None:
            assert text[claim.party_start : claim.party_end] == claim.party
        assert 0.0 <= claim.confidence <= 1.0
    ids = [claim.claim_id for claim in found]
    assert len(set(ids)) == len(ids)
    assert all(claim.part_of in ids for claim in found if claim.part_of)
    assert all(low >= 0 and (high is None or low <= high) for low, high in toll(found).values())


def test_a_text_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        find_claims(nlp()("Two people were killed."), text="Two")
