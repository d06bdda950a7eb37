"""How well a deed fits an incident told before it: kinds that fit, no other town, no other day, no other named victim.

"The attack" leans back, "another attack" leans away; a counter-attack between the same sides is the same clash. Deeds
of the past ("in recent years") stay apart from the news.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.incidents.claims.people import is_same_name
from pipelines.incidents.cues import table
from pipelines.incidents.dates.finding import DateMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.places.resolving import Toponym
from pipelines.incidents.roles.clauses import objects_after, subject_of
from pipelines.incidents.roles.parties import ARMED
from pipelines.incidents.status import doing
from pipelines.incidents.types import ANYBODY, family

if TYPE_CHECKING:
    from spacy.tokens import Token

#: A person's name by its words (:func:`pipelines.incidents.claims.people.name`).
Name = tuple[str, ...]

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
#: Each of these is an incident of its own kind.
APART = {"protest", "riot", "arrests", "agreement"}
#: People are hurt at these.
_CROWDS = {"protest", "riot"}
#: Families any other may join: "the attack", "five people were wounded".
_GENERIC = {"attack", "harm"}
#: What a crowd does in one go.
_UNREST = {"arson", "looting"}
#: Of these an article tells apart what it names apart.
OWN = {"kidnapping", "robbery", "sexual_violence"}

#: How power lines are brought down.
_LAID = {"attack", "bombing"}
#: "Claimed responsibility for the attack on Monday": that was the day of the claim.
_CLAIMED = {"responsibility", "credit"}
#: Before what somebody speaks of, and not what happens in it.
_ABOUT = {"on", "for", "over", "about", "of", "to", "against", "with", "behind"}
#: Two towns farther apart than this (km) are two incidents.
FAR_KM = 60.0
#: ACLED's time precision of a week: "last week" is not Friday.
_WEEK = 2
#: A sentence that begins so tells of another time, or, with a town right behind, of another place; nearer than this
#: (km) a town is a part of the one told before.
_LATER = re.compile(
    r"(?:(?:\w+ ){0,2}(?:hours?|minutes?) (?:later|after|earlier)|later (?:on|that|the same|in the)|the same day)\b"
)
_HOURS_LATER = re.compile(r"\b(?:hours?|minutes?) later\b")
_SAME_DAY = re.compile(
    r"\bhours? later\b|\b(?:later (?:that|the same)|the same) (?:day|night|morning|afternoon|evening)\b"
)
#: Before a blow that is not the one told of, and before one that was not told of yet.
_NOT_THIS = {"another", "second", "third", "separate"}
_DEALERS = {"attack", "blast", "bomber", "bombing", "explosion", "strike"}
_SOME = {"a", "an", "two", "three", "several"}
_OPENS = re.compile(r"(?:and |but |meanwhile,? |elsewhere,? )?(?:in|at|near|outside) ")
_OPENS_WITHIN = 30
_NEAR_KM = 10.0
_BLASTS = {"bombing", "shelling", "airstrike"}
#: "The gunmen" of so many sentences on are those told of.
_REFERS_WITHIN = 2
_WHERE = {"in", "at", "near", "on", "outside"}


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
    sabotage: bool = True
    dead: list[Name] = field(default_factory=list)

    def add(self, deed: Deed) -> None:
        self.deeds.append(deed)
        self.families.add(family(deed))
        self.parties |= {party.key for party in deed.parties}
        self.background = self.background and deed.background
        self.murder = self.murder or is_murder(deed)
        self.sabotage = self.sabotage and is_sabotage(deed)


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
    mine, theirs = ([d for d in dates if d.precision == 1] for dates in (a, b))
    if not (mine and theirs):
        mine, theirs = ([d for d in dates if d.precision <= _WEEK] for dates in (a, b))
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
    mine = {party.name for party in deed.side("agent")} - {None}
    theirs = {party.name for earlier in group.deeds for party in earlier.side("agent")} - {None}
    hit = {party.name for party in deed.side("patient")} - {None}
    return bool(mine and theirs) and not (mine | hit) & theirs and not deed.counter


def _is_topic(deed: Deed) -> bool:
    """ "The attack, in which drones were used, set fire to ...": opens its sentence, and nothing says where it was."""
    noun = deed.trigger.token
    opens = noun.i - noun.sent.start <= 1
    return deed.definite and opens and not any(c.dep_ == "prep" and c.lower_ in _WHERE for c in noun.children)


def is_murder(deed: Deed) -> bool:
    """An assassination, murder or massacre of people who do not fight: no part of a clash, by ACLED's types."""
    hit = [party for party in deed.side("patient") if party.people]
    return (
        family(deed) == "killing"
        and deed.trigger.cue.sub_event_type == "Attack"
        and any(party.sector == "Civilians" and party.head.lower() not in ANYBODY for party in hit)
        and not any(party.sector in ARMED for party in hit)
    )


def is_sabotage(deed: Deed) -> bool:
    """Done to things alone, none of them the armed sides' own: power lines cut down during an offensive are no part of
    a clash."""
    hit = deed.side("patient")
    targets = table().words["military_targets"]
    if family(deed) not in _LAID:
        return False  # a clash burns houses too
    return bool(hit) and not any(party.people or party.head.lower().removesuffix("s") in targets for party in hit)


def points_back(deed: Deed) -> bool:
    """ "Moscow did not comment on the attack": names an attack told before, and its sentence says nothing more of it,
    as "the attack took place in Gao" and "was killed in the attack" do."""
    noun = deed.trigger.token
    aside = noun.dep_ == "pobj" and noun.head.lower_ in _ABOUT
    spoken_of = noun.dep_ == "dobj" and noun.head.pos_ == "VERB" and noun.head.lemma_.lower() not in doing()
    generic = deed.definite and not deed.weapons and family(deed) in _GENERIC
    claimed = (noun.dep_ == "pobj" and noun.head.lower_ == "for" and noun.head.head.lemma_ in _CLAIMED) or (
        noun.dep_ == "dobj" and noun.head.lemma_ == "claim"
    )
    return generic and (claimed or (not deed.parties and (aside or spoken_of)))


def telling(group: Group) -> list[Deed]:
    """The deeds whose sentences tell of the incident, and not what somebody says of it."""
    return [deed for deed in group.deeds if not points_back(deed)] or group.deeds


def score(deed: Deed, places: list[Toponym], days: list[DateMention], dead: list[Name], group: Group) -> float:
    last = group.deeds[-1]
    same_sentence = last.number == deed.number
    kind, kinds = family(deed), group.families
    apart = deed.number - last.number
    hurt_there = kind == "harm" and same_sentence and bool(kinds & _CROWDS)
    if (kind in APART or kinds & APART) and kind not in kinds and not hurt_there:
        return -math.inf
    unrest = ({kind} | kinds) - _GENERIC <= _UNREST
    generic = kind in _GENERIC or kinds <= _GENERIC
    same_mob = same_sentence and ({kind} | kinds) - _GENERIC <= _UNREST | {"clash"}
    fits = kind in kinds or generic or same_mob or any(frozenset({kind, other}) in _FITS for other in kinds)
    if not fits or ((kind in OWN or kinds & OWN) and kind not in kinds and kind != "harm" and not deed.definite):
        return -math.inf
    if not same_sentence and ((kind == "clash" and group.murder) or ("clash" in kinds and is_murder(deed))):
        return -math.inf
    if not same_sentence and (
        (kind == "clash" and group.sabotage) or ("clash" in kinds and "bombing" not in kinds and is_sabotage(deed))
    ):
        return -math.inf
    shared = _share_party(deed, group) or (apart <= _REFERS_WITHIN and _same_doers(deed, group))
    near = same_sentence or shared or deed.counter or deed.definite or unrest
    if kind not in kinds and not generic and not near:
        return -math.inf
    if not same_sentence and _is_fresh(deed):
        return -math.inf
    if not same_sentence and not points_back(deed):
        if _dates_conflict(days, group.days):
            return -math.inf
        if _places_conflict(places, group.places) and not (apart == 1 and _is_topic(deed)):
            return -math.inf
        if dead and group.dead and not any(is_same_name(mine, theirs) for mine in dead for theirs in group.dead):
            return -math.inf
    if deed.background != group.background and (deed.behind is not None or not (deed.definite or same_sentence)):
        return -math.inf
    fit = 3.0 if same_sentence else 1.2 if apart == 1 else 0.8
    fit += 0.8 if kind in kinds or unrest else 0.4
    fit += 1.0 if shared else 0.0
    fit += 1.0 if deed.definite else 0.0
    fit += 0.5 if _towns(places) and _towns(group.places) else 0.0
    fit -= 1.0 if not same_sentence and _of_another_side(deed, group) else 0.0
    fit -= 1.5 if not same_sentence and (deed.another or _starts_anew(deed, places, group)) else 0.0
    return fit - min(1.5, 0.12 * apart)


def _starts_anew(deed: Deed, places: list[Toponym], group: Group) -> bool:
    """Whether a sentence opens another incident: "In Khan Younis, ..." after one in Gaza, "Hours later a bomb ..." """
    later = _LATER.match(deed.words) or (_HOURS_LATER.search(deed.words) and _is_later(deed.trigger.token))
    if later and family(deed) in _BLASTS and not deed.definite:
        return True
    opening = [place for place in places if place.start - deed.sentence[0] <= _OPENS_WITHIN]
    mine, theirs = _towns(opening), _towns(group.places)
    opens = bool(mine) and bool(_OPENS.match(deed.words))
    return opens and bool(theirs) and min(kilometres(x, y) for x in mine for y in theirs) > _NEAR_KM


def _is_later(token: Token) -> bool:
    """Whether a deed, or the verb it is the subject of, is what came later: "a bombing hours later wounded four"."""
    deed = {token.i, token.head.i} if token.dep_ in ("nsubj", "nsubjpass", "advcl") else {token.i}
    for word in token.sent:
        step = word
        for _ in range(3 if word.lower_ in ("later", "same") else 0):
            step = step.head
            if step.i in deed:
                return True
    return False


def _is_fresh(deed: Deed) -> bool:
    """Whether a deed is dealt by a bomb or blow of its own: "another bomb killed five", "a car bomb killed four later
    that day". "Another bomb was defused" and "two of the wounded died hours later" tell of none."""
    later = bool(_SAME_DAY.search(deed.words)) and _is_later(deed.trigger.token)
    for noun in _blows(deed):
        before = {child.lower_ for child in noun.children if child.dep_ in ("det", "amod", "nummod")}
        new = before & _SOME or (noun.tag_ == "NNS" and not before)
        if "the" not in before and (before & _NOT_THIS or (later and new)):
            return True
    return False


def _blows(deed: Deed) -> list[Token]:
    """What deals the deed: its weapon, its bomber or another deed, as subject or behind "by" and "in"; or itself."""
    token = deed.trigger.token
    if not deed.trigger.is_verb:
        return [token] if token.dep_ in ("nsubj", "nsubjpass") or token.head.lower_ in ("by", "in") else []
    subject, passive = subject_of(token)
    nouns = [*objects_after(token, {"by", "in"}), *([subject] if subject is not None and not passive else [])]
    return [noun for noun in nouns if noun.lemma_.lower() in _DEALERS or _is_means(noun, deed)]


def _is_means(noun: Token, deed: Deed) -> bool:
    spans = [*deed.instruments, *((weapon.start, weapon.end) for weapon in deed.weapons)]
    return any(start <= noun.idx < end for start, end in spans)
