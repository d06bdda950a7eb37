"""Texts that borrow the words of war: "bombarded the goal", "fought for a better typeface", "shares under attack".

Whole newspapers are read, most of which tell of no violence at all. What a text is about shows in its other words: of
those that news of violence cannot do without (``data/domains.toml``), one with an incident has some in every hundred,
one on politics, business or cameras hardly any. There, and in texts full of the words of sport, stage or markets, a
sentence must say it in plain terms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from pipelines.incidents.actors import ActorMention
from pipelines.incidents.data import read_toml
from pipelines.incidents.deeds import Deed
from pipelines.incidents.model import is_capitals, lowered
from pipelines.incidents.roles.parties import ARMED
from pipelines.incidents.weapons import WeaponMention

#: Words of violence in a hundred below which a text is not about it. Of the texts developed on, this takes none of a
#: collection of incidents but speeches, and four in five of those that general newspapers gave before.
LEAST: Final = 1.0

#: The field (``data/domains.toml``) whose texts tell plots.
_FICTION: Final = "stage and screen"

#: What sentences that tell of a protest hold; those need a crowd in any text (pipelines/incidents/needs.py).
_GATHERED: Final = re.compile(r"\b(?:protest|demonstrat|march|rall(?:y|ied|ies)|sit-in|riot)")

#: Words below which a text is too short to be told by its others.
SHORT: Final = 60


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return read_toml("domains.toml")


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(words) + r")\b")


@lru_cache(maxsize=1)
def _domains() -> list[tuple[str, int, re.Pattern[str]]]:
    return [
        (row["name"], row["least"], _any_of([re.escape(word.lower()) for word in row["words"]]))
        for row in _data()["domain"]
    ]


@lru_cache(maxsize=1)
def _violence() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The words of violence, and of these the plain ones."""
    words = _data()["violence"]
    return _any_of([*words["plain"], *words["common"]]), _any_of(words["plain"])


def domain(text: str) -> str | None:
    """The field whose words the text is full of, by ``data/domains.toml``; None for most news."""
    small = lowered(text)
    for name, least, pattern in _domains():
        if len(set(pattern.findall(small))) >= least:
            return name
    return None


def of_violence(text: str) -> bool:
    """Whether a text has so many of the words of violence as one that tells of it, or is too short to be judged."""
    size = len(text.split())
    return size < SHORT or len(_violence()[0].findall(lowered(text))) >= LEAST * size / 100


def literal(deed: Deed) -> bool:
    """Whether the deed's own sentence speaks of real violence: a weapon, an armed side, a plain word of violence beside
    the deed's own, or such a word for what was done to somebody or something."""
    start, end = (place - deed.sentence[0] for place in (deed.trigger.start, deed.trigger.end))
    found = [match.span() for match in _violence()[1].finditer(deed.words)]
    own = any(a < end and start < b for a, b in found)
    beside = any(b <= start or end <= a for a, b in found)
    armed = any(party.sector in ARMED and (party.name or party.sector != "State forces") for party in deed.parties)
    return bool(deed.weapons) or armed or beside or (own and bool(deed.side("patient")))


def worth_parsing(
    text: str, spans: list[tuple[int, int]], known: Sequence[ActorMention], weapons: Sequence[WeaponMention]
) -> list[tuple[int, int]]:
    """Of the cue sentences those of which :func:`without_figures_of_speech` may leave a deed: parsing takes most of an
    extraction's time, and most of a newspaper tells of no violence."""
    if is_capitals(text) or of_violence(text):  # the role model for wire copy is learnt from all sentences
        return spans
    small, plain = lowered(text), _violence()[1]
    held = [*(actor.start for actor in known), *(weapon.start for weapon in weapons)]
    return [
        (start, end)
        for start, end in spans
        if plain.search(small, start, end)
        or _GATHERED.search(small, start, end)
        or any(start <= at < end for at in held)
    ]


def _struggles(deed: Deed) -> bool:
    """ "Has been fighting deportation", "asked the crowd to fight for peace": nobody armed does it, nor does "fighting"
    stand for what happened."""
    trigger = deed.trigger
    if not trigger.is_verb or trigger.token.lemma_.lower() not in ("fight", "battle") or literal(deed):
        return False
    fought = any(child.dep_ in ("dobj", "xcomp") for child in trigger.token.children)
    return fought or bool(deed.side("agent")) or trigger.token.tag_ != "VBG"


def _told_now(deed: Deed) -> bool:
    """Whether a deed is told in the present, as plots are and news is not: "rebels shell the town"."""
    verb = deed.trigger.token if deed.trigger.is_verb else deed.trigger.token.sent.root
    helping = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    if helping:
        return all(child.lemma_ == "be" and child.tag_ in ("VBZ", "VBP") for child in helping)
    return verb.tag_ in ("VBZ", "VBP", "VB")


def without_figures_of_speech(text: str, deeds: list[Deed]) -> list[Deed]:
    """The deeds that are meant as told."""
    field = domain(text)
    if field is not None:
        plain = [deed for deed in deeds if literal(deed) and not deed.background]
        return [deed for deed in plain if field != _FICTION or not _told_now(deed)]
    if of_violence(text):
        return [deed for deed in deeds if not _struggles(deed)]
    return [deed for deed in deeds if deed.trigger.cue.frame == "gather" or literal(deed)]
