"""How well a deed fits an incident told before it: kinds that fit, no other town, no other day, no other named victim.

"The attack" leans back, "another attack" leans away; a counter-attack between the same sides is the same clash. Deeds
of the past ("in recent years") stay apart from the news.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from pipelines.incidents import wording
from pipelines.incidents.claims.people import is_same_name
from pipelines.incidents.cues import table
from pipelines.incidents.dates.finding import DateMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.numbers import find_numbers
from pipelines.incidents.places.resolving import Toponym
from pipelines.incidents.roles import nouns
from pipelines.incidents.roles.clauses import objects_after, subject_of
from pipelines.incidents.roles.parties import ARMED, Party
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
_MONTH = 3
#: The news is younger (days).
_LONG_AGO = 60
_SINCE = re.compile(r"since|until", re.I)
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
OPENS_WITHIN = 30
DAY_OPENS_WITHIN = 12
_NEAR_KM = 10.0
#: Nor does a region hold a town whose middle lies farther off (km).
_OUTSIDE_KM = 200.0
_BLASTS = {"bombing", "shelling", "airstrike"}
#: "The gunmen" of so many sentences on are those told of.
_REFERS_WITHIN = 2
_WHERE = {"in", "at", "near", "on", "outside"}


@dataclass(slots=True)
class Group:
    """The deeds of one incident (``tried``: a court speaks of it; ``around``: the towns told before it, where its own
    sentences name none), with the places and dates their sentences name, and what all of them are: kept as
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
    around: list[Toponym] = field(default_factory=list)
    tried: bool = False

    def add(self, deed: Deed) -> None:
        self.deeds.append(deed)
        self.tried = self.tried or deed.tried
        self.families.add(family(deed))
        self.parties |= {party.key for party in deed.parties}
        leans = deed.trigger.cue.needs == "context"  # "the dead": of whatever is told
        self.background = self.background and (deed.background or self.tried or leans)
        self.murder = self.murder or is_murder(deed)
        self.sabotage = self.sabotage and is_sabotage(deed)


def kilometres(a: Toponym, b: Toponym) -> float:
    """Great-circle distance; infinite where either is not on the map."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    la1, lo1, la2, lo2 = map(math.radians, (a.latitude, a.longitude, b.latitude, b.longitude))
    h = math.sin((la2 - la1) / 2) ** 2 + math.cos(la1) * math.cos(la2) * math.sin((lo2 - lo1) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(h)))


def towns(places: Iterable[Toponym]) -> list[Toponym]:
    return [place for place in places if place.geo_precision == 1 and place.latitude is not None]


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
    blows = family(deed) in _BLASTS and bool({family(d) for d in told} & _BLASTS)
    return blows and bool(mine) and bool(theirs) and not _meet(mine, theirs) and not deed.counter


def _are_of_a_crowd(deed: Deed) -> bool:
    """ "Ten officers and six protesters were injured"."""
    hit = [party for party in deed.side("patient") if party.people]
    return bool(hit) and all(p.sector in ("Protesters", "Rioters") or p.sector == "State forces" for p in hit)


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
    generic = deed.definite and not deed.weapons and not deed.adds and family(deed) in _GENERIC
    claimed = (noun.dep_ == "pobj" and noun.head.lower_ == "for" and noun.head.head.lemma_ in _CLAIMED) or (
        noun.dep_ == "dobj" and noun.head.lemma_ == "claim"
    )
    return generic and (claimed or (not deed.parties and (aside or spoken_of)))


def telling(group: Group) -> list[Deed]:
    """The deeds whose sentences tell of the incident, and not what somebody says of it."""
    return [deed for deed in group.deeds if not points_back(deed)] or group.deeds


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
    kind, kinds = family(deed), group.families
    apart = deed.number - last.number
    hurt_there = kind == "harm" and bool(kinds & _CROWDS) and (same_sentence or (apart <= 2 and _are_of_a_crowd(deed)))
    if (kind in APART or kinds & APART) and kind not in kinds and not hurt_there:
        return -math.inf
    unrest = ({kind} | kinds) - _GENERIC <= _UNREST
    generic = kind in _GENERIC or kinds <= _GENERIC
    same_mob = same_sentence and ({kind} | kinds) - _GENERIC <= _UNREST | {"clash"}
    fits = kind in kinds or generic or same_mob or any(frozenset({kind, other}) in _FITS for other in kinds)
    if not fits or ((kind in OWN or kinds & OWN) and kind not in kinds and kind != "harm" and not deed.definite):
        return -math.inf
    hit_again = {p.key for p in deed.side("patient")} & {p.key for d in group.deeds for p in d.side("patient")}
    murder = (kind == "clash" and group.murder) or ("clash" in kinds and is_murder(deed))
    if murder and not same_sentence and not hit_again:
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
    aside = same_sentence and deed.trigger.token.dep_ == "relcl" and not (group.background or group.tried)
    if aside and _of_long_ago(days, today):
        return -math.inf  # "blamed on the gang, which killed 100 people in October 2024"
    if not same_sentence and not points_back(deed):
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
    fit -= 1.5 if not same_sentence and (deed.another or _starts_anew(deed, places, days, group)) else 0.0
    return fit - min(1.5, 0.12 * apart)


#: What covers many blows: "strikes across Gaza", "nationwide protests".
_MANY = re.compile(
    r"\b(?:(?:air)?strikes|attacks|raids|bombardments?|clashes|protests|shelling|offensive|nationwide|across|throughout"
    r"|several|multiple|series of|wave of|separate)\b"
)
#: So many drones or missiles launched are a night's, and no blow of their own.
_A_NIGHTS = 10


def _is_one_of_many(deed: Deed, group: Group) -> bool:
    """Whether a sentence opens with a place and tells one of the blows that the one before summed up: "Strikes killed
    33 across Gaza. In the Shati camp, a missile hit a house"."""
    opening = wording.OPENS_WITH_PLACE.match(deed.words)
    words = deed.trigger.token.sent
    first = next((t for t in words if t.lower_ in ("in", "at", "near", "outside")), None)
    if opening is None or first is None or first.i + 2 >= len(first.doc):
        return False
    named = first.nbor(2) if first.nbor(1).lower_ in ("the", "a") else first.nbor(1)
    whole = group.deeds[0]
    if named.pos_ != "PROPN" or named.lower_ in nouns.CALENDAR or deed.counter or family(deed) in APART:
        return False
    return bool(_MANY.search(whole.words) or _is_a_tally(whole, [])) and (
        bool(deed.side("patient")) or bool(deed.instruments)
    )


#: "Killed at least 71 people in two separate attacks".
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|several|separate|multiple|series of|string of|wave of) (?:\w+ ){0,2}"
    r"(?:attacks|raids|strikes|incidents|bombings|shootings|ambushes|blasts|explosions)\b"
)


def _is_one_of_several(deed: Deed, places: list[Toponym], group: Group) -> bool:
    """Whether a later sentence tells, with a place and with those hit, one of the attacks the first summed up."""
    told = group.deeds[0]
    hit = family(deed) in ("harm", "killing") or bool(deed.parties)
    return bool(_SEVERAL.search(told.words)) and deed.number > told.number and hit and bool(places)


def _is_a_tally(deed: Deed, places: list[Toponym]) -> bool:
    """ "Russia had launched 140 drones overnight": all that was launched, anywhere."""
    token = deed.trigger.token
    launched = [c for c in token.children if c.dep_ in ("dobj", "nsubjpass")] if deed.trigger.is_verb else []
    counted = [n for t in launched for n in find_numbers(token.doc[t.left_edge.i : t.i + 1].text)]
    return deed.trigger.cue.frame == "launch" and any(n.min >= _A_NIGHTS for n in counted) and not towns(places)


def _is_of_another_day(deed: Deed, days: list[DateMention]) -> bool:
    """ "On Wednesday an attack on the hospital killed 13": opens with its day, and is no attack told of before."""
    noun = deed.trigger.token
    new = noun.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj") and any(c.lower_ in _SOME for c in noun.children)
    opens = any(day.start - deed.sentence[0] <= DAY_OPENS_WITHIN for day in days)
    return not deed.trigger.is_verb and new and opens


def _starts_anew(deed: Deed, places: list[Toponym], days: list[DateMention], group: Group) -> bool:
    """Whether a sentence opens another incident: "In Khan Younis, ..." after one in Gaza, "Hours later a bomb ..." """
    later = _LATER.match(deed.words) or (_HOURS_LATER.search(deed.words) and _is_later(deed.trigger.token))
    if later and family(deed) in _BLASTS and not deed.definite:
        return True
    if (
        _is_one_of_several(deed, places, group)
        or _is_one_of_many(deed, group)
        or _is_a_tally(deed, places)
        or _is_of_another_day(deed, days)
    ):
        return True
    opening = [place for place in places if place.start - deed.sentence[0] <= OPENS_WITHIN]
    mine, theirs = towns(opening), towns(group.places) or group.around
    if not opening or not theirs or not wording.OPENS_WITH_PLACE.match(deed.words):
        return False
    if not mine:
        return all(_is_outside(town, opening[0]) for town in theirs)
    return min(kilometres(x, y) for x in mine for y in theirs) > _NEAR_KM


def _is_outside(town: Toponym, province: Toponym) -> bool:
    """ "In North Kordofan, ..." after El Fasher."""
    if province.feature == "admin1":
        return (town.country, town.admin1) != (province.country, province.admin1)
    return province.feature == "region" and province.latitude is not None and kilometres(town, province) > _OUTSIDE_KM


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
