"""Whether a sentence opens another incident than the one told before it: with a place, a day, a bomb of its own, or as
one of many that were summed up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.incidents import wording
from pipelines.incidents.dates.finding import DateMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.groups import APART, BLASTS, Group, kilometres, towns
from pipelines.incidents.numbers import find_numbers
from pipelines.incidents.places.resolving import Toponym
from pipelines.incidents.roles import nouns
from pipelines.incidents.roles.clauses import objects_after, subject_of
from pipelines.incidents.types import family

if TYPE_CHECKING:
    from spacy.tokens import Token

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


def starts_anew(deed: Deed, places: list[Toponym], days: list[DateMention], group: Group) -> bool:
    """Whether a sentence opens another incident: "In Khan Younis, ..." after one in Gaza, "Hours later a bomb ..." """
    later = _LATER.match(deed.words) or (_HOURS_LATER.search(deed.words) and _is_later(deed.trigger.token))
    if later and family(deed) in BLASTS and not deed.definite:
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


def is_fresh(deed: Deed) -> bool:
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
