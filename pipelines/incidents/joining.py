"""How well a deed fits an incident told before it: kinds that fit, no other town, no other day, no other named victim.

"The attack" leans back, "another attack" leans away; a counter-attack between the same sides is the same clash. Deeds
of the past ("in recent years") stay apart from the news.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from pipelines.incidents import wording
from pipelines.incidents.anew import is_fresh, starts_anew
from pipelines.incidents.claims.people import is_same_name
from pipelines.incidents.dates.finding import DateMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.groups import (
    APART,
    BLASTS,
    FAR_KM,
    GENERIC,
    OWN,
    Group,
    Name,
    died_later,
    is_murder,
    is_sabotage,
    kilometres,
    points_back,
    towns,
)  # fmt: skip
from pipelines.incidents.places.resolving import Toponym
from pipelines.incidents.roles.clauses import is_passive, subject_of
from pipelines.incidents.roles.parties import ARMED, Party
from pipelines.incidents.types import family

#: Families that may be one incident told in different words.
_FITS = {
    frozenset({"shelling", "airstrike"}), frozenset({"shelling", "clash"}), frozenset({"airstrike", "clash"}),
    frozenset({"bombing", "killing"}),
    frozenset({"arson", "looting"}), frozenset({"arson", "killing"}), frozenset({"looting", "killing"}),
    frozenset({"clash", "killing"}), frozenset({"shelling", "killing"}),
    frozenset({"airstrike", "killing"}),
    frozenset({"bombing", "airstrike"}), frozenset({"chemical", "killing"}), frozenset({"chemical", "airstrike"}),
    frozenset({"chemical", "shelling"}),
    frozenset({"clash", "territory"}), frozenset({"bombing", "clash"}), frozenset({"shelling", "bombing"}),
}  # fmt: skip
#: People are hurt at these.
_CROWDS = {"protest", "riot"}
#: What a crowd does in one go.
_UNREST = {"arson", "looting"}

#: ACLED's time precision of a week: "last week" is not Friday.
_WEEK = 2
_MONTH = 3
#: The news is younger (days).
_LONG_AGO = 60
_SINCE = re.compile(r"since|until", re.I)
#: "The gunmen" of so many sentences on are those told of.
_REFERS_WITHIN = 2
_TWO = re.compile(r"\b(?:two|twin|both|pair of|double)\b")
_WHERE = {"in", "at", "near", "on", "outside"}


def _places_conflict(a: list[Toponym], b: list[Toponym]) -> bool:
    mine, theirs = towns(a), towns(b)
    if mine and theirs:
        return min(kilometres(x, y) for x in mine for y in theirs) > FAR_KM
    countries_a = {p.country for p in a if p.country and p.feature != "demonym"}
    countries_b = {p.country for p in b if p.country and p.feature != "demonym"}
    return bool(countries_a and countries_b and not countries_a & countries_b)


def _dates_conflict(a: list[DateMention], b: list[DateMention]) -> bool:
    mine, theirs = ([d for d in dates if d.precision == 1] for dates in (a, b))
    if not (mine and theirs):
        mine, theirs = ([d for d in dates if d.precision <= _WEEK] for dates in (a, b))
    if not (mine and theirs):
        mine, theirs = ([d for d in dates if d.precision <= _MONTH and not _SINCE.match(d.text)] for dates in (a, b))
    return bool(mine and theirs) and not any(
        x.start_date <= y.end_date and y.start_date <= x.end_date for x in mine for y in theirs
    )


def _share_party(deed: Deed, group: Group) -> bool:
    mine = {p.key for p in deed.parties if p.name or p.confidence >= 0.5}
    return bool(mine & group.parties)


def _same_doers(deed: Deed, group: Group) -> bool:
    """ "The insurgents burned down the houses": those told of before as who acted, called by what they are."""
    doc = deed.trigger.token.doc
    subject, passive = subject_of(deed.trigger.token) if deed.trigger.is_verb else (None, False)
    told = any(party.people for earlier in group.deeds for party in earlier.side("agent"))
    if told and subject is not None and subject.lower_ == "they" and not passive:
        return True
    for party in deed.side("agent") if told else ():
        word = doc.char_span(party.start, party.end, alignment_mode="expand")
        pointed = word is not None and word.start > 0 and doc[word.start - 1].lower_ == "the"
        if party.name is None and party.people and party.sector in ARMED and pointed:
            return True
    return False


def _of_another_side(deed: Deed, group: Group) -> bool:
    """Whether known others act than those of the incident so far, and not against them either: two deeds of a war."""
    mine, theirs = _doers([deed]), _doers(group.deeds)
    hit = _sides(deed.side("patient"))
    answered = deed.counter or any(earlier.counter for earlier in group.deeds)
    return bool(mine and theirs) and not _meet(mine | hit, theirs) and not answered


#: A side: of which kind, and whose; None where it may be anybody's ("troops", "militants").
Side = tuple[Literal["state", "group"], str | None]


def _sides(parties: Iterable[Party]) -> set[Side]:
    """Israel, its forces and "Israeli" are one side; armed people of no known name may be any."""
    found: set[Side] = set()
    for party in parties:
        if party.sector == "State forces":
            found.add(("state", party.country))
        elif party.name is not None or party.sector in ARMED:
            found.add(("group", party.name))
    return found


def _meet(mine: set[Side], theirs: set[Side]) -> bool:
    """Whether two sides may be one."""
    return any(a[0] == b[0] and (a[1] == b[1] or None in (a[1], b[1])) for a in mine for b in theirs)


def _doers(deeds: Iterable[Deed]) -> set[Side]:
    return _sides(party for deed in deeds for party in deed.side("agent"))


def _is_anothers_blow(deed: Deed, group: Group) -> bool:
    """Whether two sides' blows from afar are told beside each other: "missiles were fired at Israel, days after an
    Israeli air strike killed five", "strikes killed seven, and Hezbollah fired rockets"."""
    told = [d for d in group.deeds if d.number == deed.number] or group.deeds
    if "clash" in group.families or any(earlier.counter for earlier in group.deeds):
        return False
    mine, theirs = _doers([deed]), _doers(told)
    blows = family(deed) in BLASTS and bool({family(d) for d in told} & BLASTS)
    return blows and bool(mine) and bool(theirs) and not _meet(mine, theirs) and not deed.counter


def _are_of_a_crowd(deed: Deed) -> bool:
    """ "Ten officers and six protesters were injured"."""
    hit = [party for party in deed.side("patient") if party.people]
    return bool(hit) and all(p.sector in ("Protesters", "Rioters") or p.sector == "State forces" for p in hit)


def _hurts_nobody(deed: Deed) -> bool:
    """ "The attackers fired into the air": what kidnappers or robbers do beside."""
    return family(deed) in ("attack", "killing") and not deed.side("patient")


def _is_done_in_it(deed: Deed, group: Group) -> bool:
    """ "Attacked the village, killing five and abducting 20": what attackers take with them is ACLED's one event of the
    day and place."""
    token = deed.trigger.token
    if family(deed) != "kidnapping" or token.tag_ != "VBG" or "kidnapping" in group.families:
        return False
    told = {d.trigger.token.i for d in group.deeds if d.number == deed.number and d.trigger.is_verb}
    for _ in range(3):
        if token.dep_ not in ("advcl", "conj"):
            return False
        token = token.head
        if token.i in told:
            return True
    return False


def _is_the_attack_of(deed: Deed, group: Group) -> bool:
    """ "Kidnapped six teachers in an attack": one deed, told by two words."""
    noun = deed.trigger.token
    inside = noun.dep_ == "pobj" and noun.head.lower_ in ("in", "during") and family(deed) in GENERIC
    return inside and any(told.trigger.token.i == noun.head.head.i for told in group.deeds)


def _is_counted_in(deed: Deed, group: Group) -> bool:
    """ "The second bomb went off as rescuers arrived", after "two bombs exploded"."""
    blow = deed.trigger.token
    nouns = [blow] if not deed.trigger.is_verb else [c for c in blow.children if c.dep_ == "nsubj"]
    nth = any({"the", "second"} <= {c.lower_ for c in noun.children} for noun in nouns)
    return nth and _TWO.search(group.deeds[0].words) is not None


def _of_the_crowd(deed: Deed, group: Group) -> bool:
    """ "27 people were hurt in the clashes", after protesters threw stones at the police."""
    doers = [party for told in group.deeds for party in told.side("agent")]
    crowd = bool(group.families & _CROWDS) or any(p.sector in ("Protesters", "Rioters") for p in doers)
    return family(deed) == "clash" and deed.definite and crowd


def _is_put_down(deed: Deed, group: Group) -> bool:
    """ "Police fired at students protesting against quotas": ACLED's one event, whichever is told first."""
    told = [deed, *(d for d in group.deeds if d.number == deed.number)]
    blows = [d for d in told if family(d) != "protest"]
    struck = (party for blow in blows for party in blow.side("patient"))
    return len(blows) < len(told) and any(party.sector == "Protesters" for party in struck)


def _are_rounded_up(deed: Deed, group: Group) -> bool:
    """ "Police said 83 people were arrested", at the protest told of: no mass arrest beside it."""
    return family(deed) == "arrests" and bool(group.families & _CROWDS) and not deed.side("agent")


def _tells_whom(deed: Deed, apart: int, places: list[Toponym], days: list[DateMention]) -> bool:
    """ "A man of 22 was shot dead and six people were hurt", right behind an attack: whom it hit, and nothing else."""
    passive = deed.trigger.is_verb and is_passive(deed.trigger.token)
    return apart == 1 and passive and not (deed.side("agent") or places or days or deed.another)


def _is_topic(deed: Deed) -> bool:
    """ "The attack, in which drones were used, set fire to ...": opens its sentence, and nothing says where it was."""
    noun = deed.trigger.token
    opens = noun.i - noun.sent.start <= 1
    return deed.definite and opens and not any(c.dep_ == "prep" and c.lower_ in _WHERE for c in noun.children)


def _of_long_ago(days: list[DateMention], today: date | None) -> bool:
    exact = [day for day in days if day.precision <= _MONTH and not _SINCE.match(day.text)]
    return bool(exact) and today is not None and all((today - day.end_date).days > _LONG_AGO for day in exact)


def score(
    deed: Deed,
    places: list[Toponym],
    days: list[DateMention],
    dead: list[Name],
    group: Group,
    today: date | None = None,
) -> float:
    """How well a deed fits an incident, minus infinity where it cannot be its. ``today``: the day of publication."""
    last = group.deeds[-1]
    same_sentence = last.number == deed.number
    kind = family(deed)
    kinds = group.families if kind in OWN else group.kinds
    apart = deed.number - last.number
    hurt_there = kind == "harm" and bool(kinds & _CROWDS) and (same_sentence or (apart <= 2 and _are_of_a_crowd(deed)))
    of_the_crowd = apart <= 1 and _of_the_crowd(deed, group)
    of_the_crowd = of_the_crowd or (
        apart <= _REFERS_WITHIN and not places and not days and _are_rounded_up(deed, group)
    )
    of_the_crowd = of_the_crowd or _is_put_down(deed, group)
    if (kind in APART or kinds & APART) and kind not in kinds and not (hurt_there or of_the_crowd):
        return -math.inf
    unrest = ({kind} | kinds) - GENERIC <= _UNREST
    generic = kind in GENERIC or kinds <= GENERIC
    same_mob = same_sentence and ({kind} | kinds) - GENERIC <= _UNREST | {"clash"}
    shared = _share_party(deed, group) or (apart <= _REFERS_WITHIN and _same_doers(deed, group))
    fits = kind in kinds or generic or same_mob or of_the_crowd
    fits = fits or any(frozenset({kind, other}) in _FITS for other in kinds)
    own = (kind in OWN or kinds & OWN) and kind not in kinds and kind != "harm" and not deed.definite
    beside = (bool(kinds & OWN) and shared and _hurts_nobody(deed)) or _is_done_in_it(deed, group)
    beside = beside or _is_the_attack_of(deed, group)
    if not beside and (not fits or own):
        return -math.inf
    hit_again = {p.key for p in deed.side("patient")} & {p.key for d in group.deeds for p in d.side("patient")}
    murder = (kind == "clash" and group.murder) or ("clash" in kinds and is_murder(deed))
    if murder and not same_sentence and not hit_again:
        return -math.inf
    if not same_sentence and (
        (kind == "clash" and group.sabotage) or ("clash" in kinds and "bombing" not in kinds and is_sabotage(deed))
    ):
        return -math.inf
    near = same_sentence or shared or deed.counter or deed.definite or unrest
    near = near or (wording.is_heard(deed.trigger) and not deed.weapons)
    near = near or _tells_whom(deed, apart, places, days)
    if kind not in kinds and not generic and not near:
        return -math.inf
    if not same_sentence and is_fresh(deed):
        return -math.inf
    aside = same_sentence and deed.trigger.token.dep_ == "relcl" and not (group.background or group.tried)
    if aside and _of_long_ago(days, today):
        return -math.inf  # "blamed on the gang, which killed 100 people in October 2024"
    if not same_sentence and not points_back(deed) and not died_later(deed):
        old = _of_long_ago(days, today) and not (group.days or group.background or group.tried)
        if old or _dates_conflict(days, group.days):
            return -math.inf
        if _places_conflict(places, group.places) and not (apart == 1 and _is_topic(deed)):
            return -math.inf
        if dead and group.dead and not any(is_same_name(mine, theirs) for mine in dead for theirs in group.dead):
            return -math.inf
    if (
        deed.background != group.background
        and not (group.tried and not deed.background)
        and (deed.behind is not None or not (deed.definite or same_sentence))
    ):
        return -math.inf
    if _is_anothers_blow(deed, group):
        return -math.inf
    fit = 3.0 if same_sentence else 1.2 if apart == 1 else 0.8
    fit += 0.8 if kind in kinds or unrest else 0.4
    fit += 1.0 if shared else 0.0
    fit += 1.0 if deed.definite else 0.0
    fit += 0.5 if group.tried or hurt_there else 0.0  # what else a court hears; who was hurt at a protest
    fit += 0.5 if towns(places) and towns(group.places) else 0.0
    fit -= 1.5 if not same_sentence and _of_another_side(deed, group) else 0.0
    another = (deed.another and not _is_counted_in(deed, group)) or starts_anew(deed, places, days, group)
    fit -= 1.5 if not same_sentence and another else 0.0
    return fit - min(1.5, 0.12 * apart)
