"""Weapons: a typed lexicon (``data/weapons.csv``): T-72 -> tank -> heavy weapons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.incidents.data import read_csv, read_toml
from pipelines.incidents.model import lowered, text_of
from warehouse.records import Weapon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: Steps from a weapon up to the verb it belongs to.
_CLIMB = 6


@dataclass(frozen=True, slots=True)
class WeaponMention:
    """A weapon as written: character span, lexicon name and category, the sub-event type it points to."""

    start: int
    end: int
    name: str
    category: str
    sub_event_type: str


@lru_cache(maxsize=1)
def _lexicon() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, dict[str, str]]]:
    """A pattern that finds weapons, the same with a group a row, and the row of each group.

    Without groups ``re`` skips an alternative by its first letter: four times as fast.
    """
    rows = {f"w{number}": row for number, row in enumerate(read_csv("weapons.csv"))}
    plain = "|".join(row["pattern"].lower() for row in rows.values())
    named = "|".join(f"(?P<{group}>{row['pattern'].lower()})" for group, row in rows.items())
    finds, tells = (re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])") for pattern in (plain, named))
    return finds, tells, rows


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in read_toml("cues.toml")["weapons"].items()}


def find_weapons(text: str, start: int = 0, end: int | None = None) -> list[WeaponMention]:
    """The weapons named in ``text[start:end]``, in order, spans never overlapping."""
    finds, tells, rows = _lexicon()
    found = []
    small = lowered(text)
    for match in finds.finditer(small, start, len(text) if end is None else end):
        told = tells.match(small, match.start(), match.endpos)
        row = rows[str(told and told.lastgroup)]
        found.append(WeaponMention(match.start(), match.end(), row["name"], row["category"], row["sub_event_type"]))
    return found


def used(doc: Doc, weapons: Sequence[WeaponMention], deeds: frozenset[int]) -> list[WeaponMention]:
    """The weapons that a text tells of as used: not found, seized, laid down, or part of another word ("gas tank").

    ``deeds``: token indexes of the cue words.
    """
    found = []
    text = text_of(doc)
    for number, weapon in enumerate(weapons):
        if number and _is_load(text, weapons[number - 1], weapon):
            continue
        words = doc.char_span(weapon.start, weapon.end, alignment_mode="expand")
        if words is not None and (words.root.i in deeds or not _aside(words.root, deeds, weapon)):
            found.append(weapon)
    return found


#: Between a weapon and what it is loaded with: "drones packed with explosives".
_LOADED = re.compile(
    r"\W*(?:\w+ ){0,2}(?:(?:packed|filled|loaded|laden|rigged|stuffed|fitted) with|carrying|containing)"
    r"(?: [\w-]+){0,3} ",
    re.I,
)
#: What is then no weapon beside the first.
_LOADS = {"explosives", "dynamite"}


def _is_load(text: str, carrier: WeaponMention, weapon: WeaponMention) -> bool:
    return weapon.name in _LOADS and bool(_LOADED.fullmatch(text, carrier.end, weapon.start))


def is_hit(token: Token, weapon: WeaponMention) -> bool:
    """ "Destroyed two tanks", "struck drones in their hangar": the weapon is what the verb is done to."""
    verb, lists = token.head.lemma_.lower(), _words()
    wrecked = verb in lists["hit"] or (verb in ("hit", "strike", "target") and weapon.category in HEAVY)
    return token.dep_ in ("dobj", "nsubjpass") and wrecked


def _aside(token: Token, deeds: frozenset[int], weapon: WeaponMention) -> bool:
    lists = _words()
    if token.dep_ in ("compound", "amod", "nmod") and token.head.i > token.i:
        noun = token.head
        if noun.lemma_.lower() in lists["not_a_weapon_before"] and (noun.i not in deeds or noun.lemma_ == "wound"):
            return True
    if token.i not in deeds and is_hit(token, weapon):
        return True
    step = token
    for _ in range(_CLIMB):
        if step.head.i == step.i or step.i in deeds:
            return False
        passive_of = step.dep_ == "nsubjpass" or (step.dep_ == "nsubj" and step.head.dep_ == "relcl")
        hangs = step.dep_ in ("dobj", "pobj", "conj", "compound", "amod", "nmod", "appos", "prep", "agent", "poss")
        for child in step.children:
            if child.dep_ in ("acl", "relcl") and child.tag_ == "VBN" and child.lemma_.lower() in lists["found"]:
                return True  # "weapons seized from the rebels"
        if not (hangs or passive_of):
            return False
        step = step.head
        if step.i in deeds:
            return False
        if step.pos_ in ("VERB", "AUX"):
            return step.lemma_.lower() in lists["found"]
        if step.lemma_.lower() in lists["found_nouns"]:
            return True
    return False


#: These are hit; of mines it is said who hit them.
HEAVY = {"aircraft", "heavy weapons"}
#: A general word for a bomb, by lexicon name: beside one of the others in an incident it says it again.
_GENERAL = {"explosive device"}
_BOMBS = {"bomb", "improvised explosive device", "car bomb", "suicide vest", "landmine"}


def without_general(weapons: Mapping[str, Weapon]) -> dict[str, Weapon]:
    """An incident's weapons by name, without a general word for one named: "a car bomb ... the explosive device"."""
    if not weapons.keys() & _BOMBS:
        return dict(weapons)
    return {name: weapon for name, weapon in weapons.items() if name not in _GENERAL}
