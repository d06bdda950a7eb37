"""Which deeds of an article are one incident.

A deed joins the incident told nearest before it that it can belong to: kinds that fit, no other town, no other
day, no other named victim. "the attack" leans back, "another attack" leans away; a counter-attack between the
same sides is the same clash. Deeds of the past ("in recent years") stay apart from the news.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines.incidents.dates import DateMention
from pipelines.incidents.dating import hangs
from pipelines.incidents.deeds import Deed
from pipelines.incidents.parties import ARMED
from pipelines.incidents.places import Toponym
from pipelines.incidents.status import doing
from pipelines.incidents.types import ANYBODY, family

#: Families that may be one incident told in different words.
_FITS = {
    frozenset({"shelling", "airstrike"}), frozenset({"shelling", "clash"}), frozenset({"airstrike", "clash"}),
    frozenset({"bombing", "killing"}),
    frozenset({"arson", "looting"}), frozenset({"clash", "killing"}), frozenset({"shelling", "killing"}),
    frozenset({"airstrike", "killing"}),
    frozenset({"bombing", "airstrike"}), frozenset({"chemical", "killing"}), frozenset({"chemical", "airstrike"}),
    frozenset({"chemical", "shelling"}),
    frozenset({"clash", "territory"}), frozenset({"bombing", "clash"}), frozenset({"shelling", "bombing"}),
}  # fmt: skip
#: Each of these is an incident of its own kind.
_APART = {"protest", "riot", "arrests", "agreement"}
#: Families any other may join: "the attack", "five people were wounded".
_GENERIC = {"attack", "harm"}
#: What a crowd does in one go.
_UNREST = {"arson", "looting"}
#: Of these an article tells apart what it names apart.
_OWN = {"kidnapping", "robbery", "sexual_violence"}

#: Before what somebody speaks of, and not what happens in it.
_ABOUT = {"on", "for", "over", "about", "of", "to", "against", "with", "behind"}
#: ``needs`` of cue words that only ever add to an incident another word tells.
LEANING = {"context", "claim", "blame"}

#: Two towns farther apart than this (km) are two incidents.
FAR_KM = 60.0
#: A deed joins an incident from this score on.
JOIN = 1.0


@dataclass(slots=True)
class Group:
    """The deeds of one incident, with the places and dates their sentences name, and what all of them are: kept as
    deeds are added, for each deed is weighed against every group. ``days``: those of the dates that are the deeds' own,
    and not of somebody's saying so."""

    deeds: list[Deed] = field(default_factory=list)
    places: list[Toponym] = field(default_factory=list)
    dates: list[DateMention] = field(default_factory=list)
    days: list[DateMention] = field(default_factory=list)
    families: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    background: bool = True
    murder: bool = False

    def add(self, deed: Deed) -> None:
        self.deeds.append(deed)
        self.families.add(family(deed))
        self.parties |= {party.key for party in deed.parties}
        self.background = self.background and deed.background
        self.murder = self.murder or is_murder(deed)


def kilometres(a: Toponym, b: Toponym) -> float:
    """Great-circle distance; infinite where either is not on the map."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    la1, lo1, la2, lo2 = map(math.radians, (a.latitude, a.longitude, b.latitude, b.longitude))
    h = math.sin((la2 - la1) / 2) ** 2 + math.cos(la1) * math.cos(la2) * math.sin((lo2 - lo1) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(h)))


def _towns(places: Iterable[Toponym]) -> list[Toponym]:
    return [place for place in places if place.geo_precision == 1 and place.latitude is not None]


def _places_conflict(a: list[Toponym], b: list[Toponym]) -> bool:
    mine, theirs = _towns(a), _towns(b)
    if mine and theirs:
        return min(kilometres(x, y) for x in mine for y in theirs) > FAR_KM
    countries_a = {p.country for p in a if p.country and p.feature != "demonym"}
    countries_b = {p.country for p in b if p.country and p.feature != "demonym"}
    return bool(countries_a and countries_b and not countries_a & countries_b)


def _dates_conflict(a: list[DateMention], b: list[DateMention]) -> bool:
    mine = [d for d in a if d.precision == 1]
    theirs = [d for d in b if d.precision == 1]
    return bool(mine and theirs) and not any(
        x.start_date <= y.end_date and y.start_date <= x.end_date for x in mine for y in theirs
    )


def _share_party(deed: Deed, group: Group) -> bool:
    mine = {p.key for p in deed.parties if p.name or p.confidence >= 0.5}
    return bool(mine & group.parties)


def is_murder(deed: Deed) -> bool:
    """An assassination, murder or massacre of people who do not fight: no part of a clash, by ACLED's types."""
    hit = [party for party in deed.side("patient") if party.people]
    return (
        family(deed) == "killing"
        and deed.trigger.cue.sub_event_type == "Attack"
        and any(party.sector == "Civilians" and party.head.lower() not in ANYBODY for party in hit)
        and not any(party.sector in ARMED for party in hit)
    )


def points_back(deed: Deed) -> bool:
    """ "Moscow did not comment on the attack": names an attack told before, and its sentence says nothing more of it,
    as "the attack took place in Gao" and "was killed in the attack" do."""
    noun = deed.trigger.token
    aside = noun.dep_ == "pobj" and noun.head.lower_ in _ABOUT
    spoken_of = noun.dep_ == "dobj" and noun.head.pos_ == "VERB" and noun.head.lemma_.lower() not in doing()
    named_only = deed.definite and not deed.parties and not deed.weapons and family(deed) in _GENERIC
    return named_only and (aside or spoken_of)


def telling(group: Group) -> list[Deed]:
    """The deeds whose sentences tell of the incident, and not what somebody says of it."""
    return [deed for deed in group.deeds if not points_back(deed)] or group.deeds


def _score(deed: Deed, places: list[Toponym], days: list[DateMention], group: Group) -> float:
    last = group.deeds[-1]
    same_sentence = last.number == deed.number
    kind, kinds = family(deed), group.families
    apart = deed.number - last.number
    if (kind in _APART or kinds & _APART) and kind not in kinds:
        return -math.inf
    unrest = ({kind} | kinds) - _GENERIC <= _UNREST
    generic = kind in _GENERIC or kinds <= _GENERIC
    same_mob = same_sentence and ({kind} | kinds) - _GENERIC <= _UNREST | {"clash"}
    fits = kind in kinds or generic or same_mob or any(frozenset({kind, other}) in _FITS for other in kinds)
    if not fits or ((kind in _OWN or kinds & _OWN) and kind not in kinds and kind != "harm" and not deed.definite):
        return -math.inf
    if not same_sentence and ((kind == "clash" and group.murder) or ("clash" in kinds and is_murder(deed))):
        return -math.inf
    shared = _share_party(deed, group)
    near = same_sentence or shared or deed.counter or deed.definite or unrest
    if kind not in kinds and not generic and not near:
        return -math.inf
    if not same_sentence and not points_back(deed):
        if _dates_conflict(days, group.days):
            return -math.inf
        if _places_conflict(places, group.places):
            return -math.inf
    if deed.background != group.background and not deed.definite and not same_sentence:
        return -math.inf
    score = 3.0 if same_sentence else 1.2 if apart == 1 else 0.8
    score += 0.8 if kind in kinds or unrest else 0.4
    score += 1.0 if shared else 0.0
    score += 1.0 if deed.definite else 0.0
    score += 0.5 if _towns(places) and _towns(group.places) else 0.0
    score -= 1.5 if deed.another and not same_sentence else 0.0
    return score - min(1.5, 0.12 * apart)


def split(deeds: list[Deed], places: list[Toponym], dates: list[DateMention]) -> list[Group]:
    """The incidents of an article, each the deeds that tell it, in order of first telling."""
    groups: list[Group] = []
    for deed in deeds:
        start, end = deed.sentence
        here = [p for p in places if start <= p.start < end]
        named = [d for d in dates if start <= d.start < end]
        days = [d for d in named if hangs(deed, d) == 0.0]
        scored = [(_score(deed, here, days, group), number) for number, group in enumerate(groups)]
        best = max(scored, default=(-math.inf, -1))
        if best[0] >= JOIN:
            group = groups[best[1]]
        elif deed.trigger.cue.needs in LEANING:
            continue  # says something of an incident, tells none by itself
        else:
            group = Group()
            groups.append(group)
        group.add(deed)
        if deed.trigger.cue.needs in LEANING or (points_back(deed) and len(group.deeds) > 1):
            continue
        if not any(p in group.places for p in here):
            group.places += here
        if not any(d in group.dates for d in named):
            group.dates += named
        group.days += [d for d in days if d not in group.days]
    return groups
