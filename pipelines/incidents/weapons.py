"""Weapons: a typed lexicon (``data/weapons.csv``): T-72 -> tank -> heavy weapons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.incidents.data import read_csv, read_toml

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
def _lexicon() -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    rows = read_csv("weapons.csv")
    by_group = {f"w{number}": row for number, row in enumerate(rows)}
    pattern = "|".join(f"(?P<{group}>{row['pattern']})" for group, row in by_group.items())
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.I), by_group


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in read_toml("cues.toml")["weapons"].items()}


def find_weapons(text: str, start: int = 0, end: int | None = None) -> list[WeaponMention]:
    """The weapons named in ``text[start:end]``, in order, spans never overlapping."""
    pattern, rows = _lexicon()
    found = []
    for match in pattern.finditer(text, start, len(text) if end is None else end):
        row = rows[str(match.lastgroup)]
        found.append(WeaponMention(match.start(), match.end(), row["name"], row["category"], row["sub_event_type"]))
    return found


def used(doc: Doc, weapons: Sequence[WeaponMention], deeds: frozenset[int]) -> list[WeaponMention]:
    """The weapons that a text tells of as used: not found, seized, laid down, or part of another word ("gas tank").

    ``deeds``: token indexes of the cue words.
    """
    found = []
    for weapon in weapons:
        words = doc.char_span(weapon.start, weapon.end, alignment_mode="expand")
        if words is not None and (words.root.i in deeds or not _aside(words.root, deeds)):
            found.append(weapon)
    return found


def _aside(token: Token, deeds: frozenset[int]) -> bool:
    lists = _words()
    if token.dep_ in ("compound", "amod", "nmod") and token.head.i > token.i and token.head.i not in deeds:
        noun = token.head
        if noun.lemma_.lower() in lists["not_a_weapon_before"]:
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
