"""Who a claim speaks of: a person by name, somebody who attacked, anybody, or a kind of people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipelines.incidents.actors import country_of
from pipelines.incidents.claims.words import word_set, words
from pipelines.incidents.model import is_common
from warehouse.records import Claim

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_TITLES = word_set("titles")


def name(claim: Claim) -> tuple[str, ...]:
    """The person's name in the claim's words, in lower case without titles; empty where it gives none: of "Colombian
    justice Carlos Valencia", Carlos Valencia."""
    return _name(claim.party or "")


@lru_cache(maxsize=4096)
def _name(party: str) -> tuple[str, ...]:
    found: list[str] = []
    capitals = party.isupper()
    for word in _WORD.findall(party):
        lower = word.lower().removesuffix("'s").removesuffix("’s")
        if (is_common(lower) if capitals else not word[0].isupper() or lower in words().people) or (
            lower in _TITLES or country_of(lower) is not None
        ):
            if found and lower not in _TITLES:
                found = []  # a name ends its phrase
            continue
        found.append(lower)
    return tuple(found)


def count_persons(claims: Sequence[Claim]) -> int:
    """How many persons claims with a name speak of, two spellings of one name counted once."""
    persons: list[set[tuple[str, ...]]] = []
    told: dict[str, list[int]] = {}  # by each word of a name, the persons it may mean
    for called in dict.fromkeys(name(claim) for claim in claims):
        likely = sorted({number for word in called for number in told.get(word, ())})
        known = next((n for n in likely if any(is_same_name(called, other) for other in persons[n])), len(persons))
        if known == len(persons):
            persons.append(set())
        persons[known].add(called)
        for word in called:
            told.setdefault(word, []).append(known)
    return len(persons)


def is_same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two spellings may be one person's: one's last word stands in the other ("Carlos Valencia", "Valencia
    Garcia", "Valencia"), and what stands before a shared last word does not differ ("Marta Ruiz", "Jorge Ruiz")."""
    if one[-1] == other[-1]:
        return len(one) == 1 or len(other) == 1 or bool(set(one[:-1]) & set(other[:-1]))
    return one[-1] in other or other[-1] in one


def party_key(claim: Claim) -> str:
    """What kind of people the party is: its last word in the singular, or the class that word is in."""
    called = (claim.party_name or "").lower().split()
    word = called[-1] if called else ""
    word = word.removesuffix("s") if len(word) > 3 else word
    return words().alike.get(word, word)


def is_of_kind(key: str) -> bool:
    """Whether a party's key is one of the kinds that exclude each other: soldiers, civilians, children ..."""
    return key in _kinds()


@lru_cache(maxsize=1)
def _kinds() -> frozenset[str]:
    return frozenset(words().alike.values())


def is_general(claim: Claim) -> bool:
    """Whether the party is anybody: "people", "others", or nobody named."""
    if claim.party_name is None:
        return True
    called = claim.party_name.lower()
    return called in words().generic or called.split()[-1] in ("people", "persons", "others", "victims", "bodies")


def is_attacker(claim: Claim) -> bool:
    """Whether the party is those who attacked: "the bomber", "three gunmen"."""
    called = (claim.party_name or claim.quantifier).lower().split()
    return bool(called) and (called[-1] in words().attackers or called[-1].removesuffix("s") in words().attackers)
