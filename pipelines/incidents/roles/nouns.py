"""Noun phrases: their extent, and whether they name people, a thing or neither (``data/nouns.toml``)."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast

from pipelines.incidents.actors import demonyms
from pipelines.incidents.data import read_toml
from warehouse.vocabulary import Sector

if TYPE_CHECKING:
    from spacy.tokens import Token

#: Names of days and months: never a party, wherever the parser hangs them.
CALENDAR = {name.lower() for name in (*calendar.day_name, *calendar.month_name)} | {"today", "yesterday", "tonight"}
CALENDAR |= {f"{name.lower()}." for name in calendar.month_abbr if name} | {"sept."}

Kind = Literal["people", "thing", "pronoun", "name", "other"]

#: Dependents that stand before the head and belong to its name.
_BEFORE = {
    "det",
    "amod",
    "compound",
    "nummod",
    "poss",
    "nmod",
    "quantmod",
    "advmod",
    "punct",
    "case",
    "predet",
    "npadvmod",
}
#: "dozens of people": the noun after "of" is meant.
_MEASURES = {
    "dozen", "dozens", "hundred", "hundreds", "thousand", "thousands", "score", "scores", "number", "couple",
    "handful", "pair", "majority", "total",
    "series", "one", "some", "many", "most", "all", "none", "several", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten",
    "half", "part", "kind", "type", "wave", "bunch", "lot", "remains", "body", "bodies", "each", "any",
    "both", "rest", "least",
}  # fmt: skip
#: How people or things stand: "a line of minibuses" is minibuses, "the line of fire" none of either; "members of
#: the gang" are the gang.
_ARRAYS = {"line", "row", "queue", "string", "group", "member", "members"}
#: Words that point at people without naming any.
_POINTERS = {"one", "ones", "other", "others", "another", "each", "some", "many", "most", "several", "dozens", "scores",
             "hundreds", "thousands", "more", "all", "both", "none", "half", "least", "number", "rest"}  # fmt: skip
#: Right behind a list, these make its end a subject.
_SAID = {"said", "say", "says", "told", "reported", "added", "claimed"}
_DETERMINERS = {
    "a",
    "an",
    "the",
    "this",
    "that",
    "these",
    "those",
    "some",
    "any",
    "its",
    "their",
    "his",
    "her",
    "our",
    "my",
    "your",
    "whose",
    "at",
    "least",
    "about",
    "around",
}


#: Vehicles one behind the other are their travellers, be it aid workers or soldiers.
_TRAINS = ("convoy", "caravan")


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, Sector], frozenset[str], frozenset[str]]:
    raw = read_toml("nouns.toml")
    people: dict[str, Sector] = {}
    for sector, words in raw["people"].items():
        for word in words:
            people.setdefault(word, cast("Sector", sector))
    return people, frozenset(raw["things"]["words"]), frozenset(raw["pronouns"]["person"])


def meant(token: Token) -> Token:
    """The noun a measure counts: "people" of "dozens of people"; else the token itself."""
    if token.lower_ in ("hostage", "captive"):  # "took 214 people hostage", read as one noun
        token = next((c for c in token.children if c.dep_ == "compound" and kind(c)[0] == "people"), token)
    seen = 0
    while seen < 3 and (token.lower_ in _MEASURES or token.lower_ in _ARRAYS):
        of = next((c for c in token.children if c.dep_ == "prep" and c.lower_ == "of"), None)
        inner = next((c for c in of.children if c.dep_ == "pobj"), None) if of is not None else None
        stands = ("people", "name") if token.lower_ in ("group", "member", "members") else ("people", "thing")
        if inner is None or (token.lower_ in _ARRAYS and kind(inner)[0] not in stands):
            break
        token = inner
        seen += 1
    return token


def span(token: Token) -> tuple[int, int]:
    """Character span of the phrase whose head is ``token``: what stands before the head, no leading article."""
    doc = token.doc
    first = token.i
    while first > 0:
        before = doc[first - 1]
        if before.head.i < first - 1 or before.head.i > token.i or before.is_space:
            break
        top = before
        while top.head.i != token.i and top.head.i != top.i and first - 1 <= top.head.i <= token.i:
            top = top.head
        if top.head.i != token.i or top.dep_ not in _BEFORE or before.lower_ in CALENDAR:
            break
        if before.dep_ == "amod" and before.tag_ == "VBN" and doc[max(0, first - 2)].dep_ == "pobj":
            break  # "jets of the coalition bombed | forces"
        first -= 1
    while first < token.i and (
        doc[first].lower_ in _DETERMINERS
        or doc[first].is_punct
        or doc[first].dep_ == "punct"
        or doc[first].lower_ in ("'s", "’s", "alive")
    ):
        first += 1
    return doc[first].idx, token.idx + len(token)


def kind(token: Token) -> tuple[Kind, Sector | None]:
    """What the phrase headed by ``token`` names, with the sector a bare mention gives."""
    people, things, pronouns = _lists()
    if token.text in ("US", "IS", "IT"):
        return "name", None  # initials, tagged as pronoun or verb
    if token.pos_ == "PRON" or (token.lower_ in pronouns and token.pos_ == "DET"):
        return "pronoun", None
    lemma = token.lemma_.lower()
    for word in (lemma, token.lower_, token.lower_.removesuffix("s")):
        if word in people and (token.pos_ != "PROPN" or not word.istitle()):
            return "people", "State forces" if word in _TRAINS and _is_an_armys(token, people) else people[word]
        if word in things:
            bare = word == "target" and not any(c.dep_ in ("amod", "compound") for c in token.children)
            return ("other" if bare else "thing"), None  # "military targets", but not "was the target"
    if token.pos_ == "NUM" or token.lower_ in pronouns:
        return "people", None  # "five were killed": the frame asked for a person
    if token.pos_ == "PROPN":
        return "name", None
    single = any(c.dep_ == "det" and c.lower_ in ("a", "an", "another") for c in token.children)
    if single and token.pos_ == "ADJ" and token.text in demonyms():
        return "people", "Civilians"  # "a Palestinian stabbed two people"
    return "other", None


def _is_an_armys(token: Token, people: Mapping[str, Sector]) -> bool:
    """ "An army convoy", "a convoy of soldiers"."""
    of = [t for c in token.children if c.lower_ == "of" for t in c.children]
    whose = [c for c in token.children if c.dep_ in ("compound", "amod", "nmod")] + of
    return any(people.get(c.lemma_.lower()) == "State forces" for c in whose)


@lru_cache(maxsize=1)
def _vehicles() -> frozenset[str]:
    return frozenset(read_toml("nouns.toml")["vehicles"]["words"])


def is_vehicle(token: Token) -> bool:
    """Whether it may also be what an attack is made with: "a car bombing", "a truck attack"."""
    return token.lemma_.lower() in _vehicles()


def is_pronoun(words: str) -> bool:
    """Whether the words stand for somebody without saying whom ("he")."""
    return words.lower() in _lists()[2]


def is_bare(token: Token) -> bool:
    """A figure or a word that only points at somebody told of before: "seven", "others", "each other"."""
    return token.pos_ == "NUM" or token.lower_ in _POINTERS


def conjuncts(token: Token) -> list[Token]:
    """The phrase's head and the heads joined to it by "and", a comma or "or", but for speakers."""
    return without_speakers([token, *token.conjuncts]) if token.dep_ != "conj" else [token]


def without_speakers(listed: list[Token]) -> list[Token]:
    """The list without those who speak at its end: "killing dozens, doctors and camp leaders said".

    The parser takes the speakers for the last of the list. They are its part after the last comma, where a verb of
    saying follows right behind it and has no subject of its own.
    """
    if len(listed) < 2:
        return listed
    doc, last = listed[0].doc, max(listed, key=lambda t: t.i)
    if last.i + 1 >= len(doc) or doc[last.i + 1].lower_ not in _SAID:
        return listed
    if any(child.dep_ in ("nsubj", "nsubjpass") and child.i == last.i for child in doc[last.i + 1].children):
        return [token for token in listed if token.i != last.i]
    commas = [i for i in range(listed[0].i, last.i) if doc[i].text == ","]
    return [token for token in listed if token.i < commas[-1]] if commas else listed
