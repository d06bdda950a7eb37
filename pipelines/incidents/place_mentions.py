"""Which words of a text name a place: candidates by capitals, gazetteer and the words around them.

Needs no model; a spaCy ``Doc`` of the same text sharpens the choice where one is given.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.incidents.gazetteer import Entry, Gazetteer
from pipelines.incidents.place_keys import fold_key, likeness, sound_key

if TYPE_CHECKING:
    from spacy.tokens import Doc

#: A word: "U.S.", "ez-Zor", "Côte", "N'Djamena"; hyphens and apostrophes inside belong to it.
_WORD: Final = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’‘ʿʾ`ʻ\-‑][^\W\d_]+)*")
_POSSESSIVE: Final = re.compile(r"['’]s$|(?<=s)['’]$", re.IGNORECASE)
#: What may stand between two words of one name; a line break never does.
_JOIN: Final = re.compile(r"[ \u00a0]{1,2}|\.[ \u00a0]|[-‑–]|/|[ \u00a0]?\n[ \u00a0]*")
#: Likeness two spellings must have to be one name by sound.
LEAST_ALIKE: Final = 0.45
_LONGEST: Final = 5  # words in a name
_LINK_WORDS = """
of the de del la le les du des da do dos al el ez az ad ar as ash an at es i e y and
"""
_LINKS: Final = frozenset(_LINK_WORDS.split())
_CAPITALS_SHARE: Final = 0.7  # of the letters: a text all in capitals, as the old wires sent it
_RELATION: Final = re.compile(
    r"(?:\b(?:near|outside|around|just off|close to|not far from|(?:the )?(?:outskirts|suburbs|vicinity) of|"
    r"across the (?:river|border) from|on the road (?:to|between|from)|the edge of|"
    r"(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west)(?:ern)?(?:wards?)? of|"
    r"(?:kilomet(?:er|re)s?|km|miles?) (?:from|(?:[a-z\-]+ )?of))"
    r"(?: (?:the|a|of|city|town|village|capital|port|provincial|nearby|besieged|(?:north|south|east|west)ern)){0,4}"
    r"\s+)$",
    re.IGNORECASE,
)
_KIND_OF: Final = re.compile(
    r"\b(city|town|village|hamlet|suburb|municipality|neighbou?rhood|capital|port|province|governorate|state|region|"
    r"department|county|district|island|river)s? (?:of|called|named)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Words:
    """The lists of ``geo/words.toml``, folded."""

    lists: dict[str, frozenset[str]]

    def __getattr__(self, name: str) -> frozenset[str]:
        try:
            return self.lists[name]
        except KeyError:
            raise AttributeError(name) from None


@lru_cache(maxsize=1)
def words() -> Words:
    """Read ``geo/words.toml`` once."""
    table = tomllib.loads((Path(__file__).parent / "geo" / "words.toml").read_text(encoding="utf-8"))
    return Words({name: frozenset(text.casefold().split()) for name, text in table.items()})


@dataclass(slots=True)
class Token:
    start: int
    end: int
    text: str
    low: str
    capital: bool


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


def tokens(text: str) -> list[Token]:
    """The words of the text, possessive endings cut off."""
    found: list[Token] = []
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        capital = word[:1].isupper() or any(part[:1].isupper() for part in re.split(r"[-‑'’]", word)[1:])
        found.append(Token(match.start(), match.start() + len(word), word, word.casefold().replace(".", ""), capital))
    return found


def in_capitals(text: str) -> bool:
    """Whether the text is all in capitals, so that capitals tell nothing."""
    upper = sum(letter.isupper() for letter in text)
    return upper > _CAPITALS_SHARE * (upper + sum(letter.islower() for letter in text))


def joined(text: str, left: Token, right: Token) -> bool:
    """Whether two neighbouring words may be of one name."""
    between = text[left.end : right.start]
    if between == ". ":  # "St. Louis", not the end of a sentence
        return len(left.text) <= 2 or left.low in {
            "mt",
            "ft",
            "gen",
            "col",
            "lt",
            "sgt",
            "maj",
            "capt",
            "gov",
            "sen",
            "rep",
        }
    return _JOIN.fullmatch(between) is not None and "\n\n" not in between


def find_mentions(text: str, table: Gazetteer, *, doc: Doc | None = None) -> list[Mention]:
    """Every span that may name a place, longest first at each point, in order, never overlapping."""
    all_tokens = tokens(text)
    lists = words()
    capitals = in_capitals(text)
    lower = {token.low for token in all_tokens if not token.capital}
    spans: list[tuple[int, int, str]] = []  # first token, behind last token, key
    for first, token in enumerate(all_tokens):
        if not token.capital or (token.low in lists.common and token.low in _LINKS):
            continue
        for last in range(first, min(first + _LONGEST, len(all_tokens))):
            if last > first and not joined(text, all_tokens[last - 1], all_tokens[last]):
                break
            ends = all_tokens[last]
            if not ends.capital:
                if ends.low not in _LINKS:
                    break
                continue
            spans.append((first, last + 1, fold_key(text[token.start : ends.end])))
    known = table.find(key for *_, key in spans)
    longest: dict[int, tuple[int, str]] = {}
    for first, behind, key in spans:
        if key in known and _may_be(text, all_tokens[first:behind], known[key], lists, capitals):
            longest[first] = behind, key
    mentions: list[Mention] = []
    covered = 0
    people = _PersonWatch(all_tokens, text, lists, capitals, doc)
    for first in sorted(longest):
        if first < covered:
            continue
        behind, key = longest[first]
        mention = _mention(text, all_tokens, first, behind, known[key])
        if _judge(mention, text, all_tokens, first, behind, people, lower, lists, capitals):
            mentions.append(mention)
            covered = behind
    _contain(text, mentions)
    return mentions


def _may_be(text: str, span: Sequence[Token], entries: tuple[Entry, ...], lists: Words, capitals: bool) -> bool:
    if len(span) > 1:
        return not all(token.low in lists.common for token in span) or any(
            entry.kind in {"region", "country", "continent", "admin1"} and entry.main for entry in entries
        )
    token = span[0]
    before = text[max(0, token.start - 2) : token.start]
    if len(token.low) <= 4 and any(entry.kind == "admin1" and entry.country == "US" for entry in entries):
        # "Paris, TX" and "Paris, Ky." but not "Miss Smith", "La Paz" or "Me"
        shortened = fold_key(entries[0].name) != token.low and not any(
            fold_key(entry.name) == token.low for entry in entries if entry.kind == "admin1"
        )
        if shortened and before == ", " and (text[token.end : token.end + 1] == "." or token.text.isupper()):
            return not capitals or "." in token.text
        if shortened and "." in token.text:
            return True
        if shortened:
            return (
                not token.text.isupper()
                and len(token.low) > 2
                and any(e.kind == "city" and e.population > 100_000 for e in entries)
            )
    if len(token.low) <= 3 and not capitals and any(entry.kind == "country" for entry in entries):
        return token.text.replace(".", "").isupper() or any(
            fold_key(e.name) == token.low for e in entries if e.kind == "country"
        )
    if capitals and token.low in {"us", "car"}:
        return "." in token.text or text[max(0, token.start - 4) : token.start].casefold() == "the "
    return token.low not in lists.common


def _mention(text: str, all_tokens: list[Token], first: int, behind: int, entries: tuple[Entry, ...]) -> Mention:
    start, end = all_tokens[first].start, all_tokens[behind - 1].end
    if text[end : end + 1] == "." and "." in text[start:end]:
        end += 1
    return Mention(start, end, text[start:end], entries)


def describe(mention: Mention, text: str, after: str, before: str, lists: Words) -> None:
    """Fill in what the words around a span say of its kind and of where it lies."""
    for kind in ("county", "province", "district", "city", "point"):
        if after in lists.lists[kind]:
            mention.wants = kind
    left = text[max(0, mention.start - 80) : mention.start]
    if match := _KIND_OF.search(left):
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


class _PersonWatch:
    """Names of people met so far: "Paris Hilton" makes a later lone "Hilton" a person."""

    def __init__(self, all_tokens: list[Token], text: str, lists: Words, capitals: bool, doc: Doc | None) -> None:
        self.surnames: set[str] = set()
        self.person_spans: list[tuple[int, int]] = []
        self.place_spans: set[int] = set()
        if doc is not None and not capitals:
            for entity in doc.ents:
                if entity.label_ == "PERSON":
                    self.person_spans.append((entity.start_char, entity.end_char))
                elif entity.label_ in {"GPE", "LOC"}:
                    self.place_spans.update(range(entity.start_char, entity.end_char))
        for left, right in itertools.pairwise(all_tokens):
            if left.capital and right.capital and left.low in (lists.given_names | lists.titles) and not capitals:
                if joined(text, left, right) and right.low not in lists.common:
                    self.surnames.add(right.low)

    def is_person(self, mention: Mention) -> bool:
        return any(start < mention.end and mention.start < end for start, end in self.person_spans)


def _judge(
    mention: Mention, text: str, all_tokens: list[Token], first: int, behind: int,
    people: _PersonWatch, lower: set[str], lists: Words, capitals: bool,
) -> bool:  # fmt: skip
    """Weigh what stands around the span; False when it names a person, an organisation or nothing."""
    left = all_tokens[first - 1] if first and joined(text, all_tokens[first - 1], all_tokens[first]) else None
    right = (
        all_tokens[behind]
        if behind < len(all_tokens) and joined(text, all_tokens[behind - 1], all_tokens[behind])
        else None
    )
    if right is not None and text[mention.end : right.start].strip():
        right = None if text[mention.end : right.start] not in {"-", "‑", "–"} else right
    describe(mention, text, right.low if right else "", left.low if left else "", lists)
    strong = any(entry.kind in {"country", "continent", "demonym"} and entry.main for entry in mention.entries)
    large = max((entry.population for entry in mention.entries if entry.main), default=0)
    word = mention.text.casefold()
    preposition = left is not None and left.low in lists.prepositions
    if preposition:
        mention.evidence += 1.5
    if mention.wants:
        mention.evidence += 2.0
    if mention.relation or mention.direction:
        mention.evidence += 1.0
    if strong:
        mention.evidence += 4.0
    elif any(entry.kind in {"admin1", "region"} and entry.main for entry in mention.entries):
        mention.evidence += 2.0
    if large >= 1_000_000:
        mention.evidence += 2.0
    elif large >= 100_000:
        mention.evidence += 1.2
    elif large >= 15_000:
        mention.evidence += 0.5
    after = text[mention.end : mention.end + 2]
    if after == ", " and behind < len(all_tokens) and all_tokens[behind].capital:
        mention.evidence += 0.5
    if behind - first > 1:
        mention.evidence += 1.0
    if any(position in people.place_spans for position in range(mention.start, mention.end)):
        mention.evidence += 2.5
    elif people.is_person(mention) and not (preposition and strong):
        return False
    if capitals:
        return mention.evidence >= (1.5 if behind - first == 1 else 1.0)
    # a capitalised neighbour that is not part of the place: a person or an organisation
    if right is not None and right.capital and not mention.wants:
        if right.low in lists.organisation:
            return False
        if right.low not in lists.common and right.low not in lists.titles and not strong:
            if mention.text.casefold() in lists.given_names or not preposition:
                people.surnames.add(right.low)
                mention.evidence -= 2.0
        if strong and word in lists.given_names and right.low not in lists.common:
            people.surnames.add(right.low)
            return False
    if left is not None and left.capital and left.low not in lists.directions and left.low not in lists.prepositions:
        if left.low in lists.titles and not (mention.wants or strong):
            return False
        if left.low in lists.given_names and not strong:
            people.surnames.update(token.low for token in all_tokens[first:behind])
            return False
        if left.low not in lists.common and not strong:
            mention.evidence -= 2.0
    if left is not None and left.low == "of" and first >= 2 and all_tokens[first - 2].low in lists.organisation_of:
        return False
    if word in people.surnames and not preposition and not strong:
        return False
    if word in lists.given_names and not strong:
        mention.evidence -= 1.0
    if behind - first == 1 and word in lower and not strong:
        mention.evidence -= 2.0
    return mention.evidence >= 0.0


def _contain(text: str, mentions: list[Mention]) -> None:
    """Link "Aleppo, Syria", "Paris (Texas)" and "Idlib province in Syria"."""
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


def mentions_at(text: str, spans: Iterable[tuple[int, int]], table: Gazetteer) -> list[Mention]:
    """Mentions for spans that someone else found; each is looked up harder than in :func:`find_mentions`."""
    lists = words()
    mentions: list[Mention] = []
    for start, end in spans:
        name = text[start:end]
        entries, sounds = look_up(name, table)
        mention = Mention(start, end, name, entries, sounds=sounds)
        after = _WORD.match(text, end + 1)
        before = _WORD.search(text[max(0, start - 20) : start].rpartition(" ")[0].rpartition(" ")[2] or " ")
        describe(mention, text, after[0].casefold() if after else "", before[0].casefold() if before else "", lists)
        last = name.split()[-1].casefold() if name.split() else ""
        for kind in ("county", "province", "district", "city", "point"):
            if last in lists.lists[kind]:
                mention.wants = kind
        mentions.append(mention)
    _contain(text, mentions)
    return mentions


def look_up(name: str, table: Gazetteer) -> tuple[tuple[Entry, ...], bool]:
    """What a name may mean: as written, without its generic words, then by sound (second value True)."""
    lists = words()
    plain = " ".join(_POSSESSIVE.sub("", name).split())
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
                entry for entry in found[key] if len(attempt) > 3 and likeness(attempt, entry.name) >= LEAST_ALIKE
            )
            if near:
                return near, True
    return (), False
