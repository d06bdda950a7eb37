"""A span that may name a place: what the gazetteer has for it, and what the words around it say."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pipelines.incidents.places.gazetteer import Entry, Gazetteer
from pipelines.incidents.places.keys import fold_key, likeness, sound_key
from pipelines.incidents.places.words import POSSESSIVE, WORD, Words, words

#: Likeness two spellings must have to be one name by sound.
LEAST_ALIKE: Final = 0.45
_RELATION: Final = re.compile(
    r"(?:\b(?:near|outside|around|just off|close to|not far from|(?:the )?(?:outskirts|suburbs|vicinity) of|"
    r"(?:across|on the (?:other|far|opposite) side of) the (?:river|border|lake|strait) from|opposite|"
    r"off(?: the coast of)?|"
    r"(?:the )?countryside (?:of|around)|on the road (?:to|between|from)|the edge of|"
    r"(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west)(?:ern)?(?:wards?)? of|"
    r"(?:kilomet(?:er|re)s?|km|miles?) (?:from|(?:[a-z\-]+ )?of))"
    r"(?: (?:the|a|of|city|town|village|capital|port|provincial|nearby|besieged|(?:north|south|east|west)ern)){0,4}"
    r"\s+)$",
    re.IGNORECASE,
)
#: Between a town and a part of it, and behind the part.
_OWNED: Final = re.compile(r"['’]s? (?:[a-z-]+ern )?")
_QUARTER: Final = re.compile(r" (?:neighbou?rhood|district|quarter|suburb|area|ward|camp)\b")
_KIND_OF: Final = re.compile(
    r"\b(city|town|village|hamlet|suburb|municipality|neighbou?rhood|capital|port|province|governorate|state|region|"
    r"department|county|district|island|river)s? (?:of|called|named)\s+$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Mention:
    """A span that may name a place, with what the words around it tell."""

    start: int
    end: int
    text: str
    entries: tuple[Entry, ...]
    wants: str = ""  # the kind the text itself gives: county, province, district, city, point
    relation: str = ""  # "near", "east of": the place is not the town itself
    direction: str = ""  # "eastern"
    evidence: float = 0.0  # for its being a place at all
    why: list[str] = field(default_factory=list)
    inside: Mention | None = None  # "Aleppo, Syria": Syria
    sounds: bool = False  # found by sound only


#: A bureau's dateline: the city, and not the state ("WASHINGTON (AP) — ").
_CAPITAL_DATELINE: Final = re.compile(r"WASHINGTON(?: ?\([^)\n]{1,30}\))? ?(?:--|—|–|- )")


def describe(mention: Mention, text: str, after: str, before: str, lists: Words) -> None:
    """Fill in what the words around a span say of its kind and of where it lies."""
    for kind in ("county", "province", "district", "city", "point"):
        if after in lists.lists[kind]:
            mention.wants = kind
    if mention.start == 0 and _CAPITAL_DATELINE.match(text):
        mention.wants = "city"
    left = text[max(0, mention.start - 80) : mention.start]
    owner = text[mention.end : mention.end + 2] in ("'s", "’s")  # "the capital of Mexico's Guerrero state"
    if (match := _KIND_OF.search(left)) and not owner:
        word = match[1].casefold()
        mention.wants = next(
            (kind for kind in ("county", "province", "district", "point") if word in lists.lists[kind]), "city"
        )
        mention.evidence += 2.5
        mention.why.append(f"“{match[0].strip()}” before it")
    if match := _RELATION.search(left):
        mention.relation = " ".join(match[0].split())
    if before in lists.directions:
        mention.direction = before


def contain(text: str, mentions: list[Mention]) -> None:
    """Link "Aleppo, Syria", "Paris (Texas)" and "Idlib province in Syria"; "Gaza City's Zeitoun neighbourhood" is a
    part of the town, and no namesake of it elsewhere."""
    for mention, following in itertools.pairwise(mentions):
        between = text[mention.end : following.start]
        larger = any(entry.kind in {"country", "admin1", "admin2", "region"} for entry in following.entries)
        if larger and re.fullmatch(
            r"(?: (?i:county|province|governorate|state|region|city|district|department))?"
            r"(?:, (?:in )?(?:the )?|,? \(| in (?:the )?)(?:[a-z\-]+ern |[a-z\-]+ )?",
            between,
        ):
            mention.inside = following
            mention.evidence += 1.0
        elif _OWNED.fullmatch(between) and _QUARTER.match(text, following.end):
            towns = [entry for entry in mention.entries if entry.kind == "city"]
            if towns:  # but "Pakistan's North Waziristan district" is of a country
                following.entries = tuple(e for e in following.entries if any(_is_beside(e, town) for town in towns))


def _is_beside(entry: Entry, town: Entry) -> bool:
    apart = abs(entry.latitude - town.latitude) + abs(entry.longitude - town.longitude)
    return entry.country == town.country and apart < 1.0


def mentions_at(text: str, spans: Iterable[tuple[int, int]], table: Gazetteer) -> list[Mention]:
    """Mentions for spans that someone else found; each is looked up harder than in :func:`find_mentions`."""
    lists = words()
    mentions: list[Mention] = []
    for start, end in spans:
        name = text[start:end]
        entries, sounds = look_up(name, table)
        mention = Mention(start, end, name, entries, sounds=sounds)
        after = WORD.match(text, end + 1)
        before = WORD.search(text[max(0, start - 20) : start].rpartition(" ")[0].rpartition(" ")[2] or " ")
        describe(mention, text, after[0].casefold() if after else "", before[0].casefold() if before else "", lists)
        last = name.split()[-1].casefold() if name.split() else ""
        for kind in ("county", "province", "district", "city", "point"):
            if last in lists.lists[kind]:
                mention.wants = kind
        mentions.append(mention)
    contain(text, mentions)
    return mentions


def look_up(name: str, table: Gazetteer) -> tuple[tuple[Entry, ...], bool]:
    """What a name may mean: as written, without its generic words, then by sound (second value True)."""
    lists = words()
    plain = " ".join(POSSESSIVE.sub("", name).split())
    tries = [plain]
    parts = plain.split()
    generic = set().union(*(lists.lists[kind] for kind in ("county", "province", "district", "city", "point")))
    lead = lists.directions | lists.lead
    if len(parts) > 1 and parts[-1].casefold().strip(".") in generic:
        tries.append(" ".join(parts[:-1]))
    rest = parts
    while len(rest) > 1 and rest[0].casefold() in lead:
        rest = rest[1:]
        tries.append(" ".join(rest))
        if len(rest) > 1 and rest[-1].casefold() in generic:
            tries.append(" ".join(rest[:-1]))
    if "," in plain:
        tries.append(plain.partition(",")[0])
    if "-" in plain:
        tries.append(plain.partition("-")[0])
    for attempt in tries:
        key = fold_key(attempt)
        if found := table.find([key]):
            return found[key], False
    for attempt in tries:
        if (key := sound_key(attempt)) and (found := table.find([key])):
            near = tuple(
                entry
                for entry in found[key]
                # nobody spells a country by ear
                if entry.kind != "country" and len(attempt) > 3 and likeness(attempt, entry.name) >= LEAST_ALIKE
            )
            if near:
                return near, True
    return (), False
