"""Which words of a text name a place: candidates by capitals, gazetteer and the words around them.

Needs no model; a spaCy ``Doc`` of the same text sharpens the choice where one is given.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pipelines.incidents.places.gazetteer import Entry, Gazetteer
from pipelines.incidents.places.keys import fold_key, is_transliteration, with_either_article
from pipelines.incidents.places.lookup import Mention, contain, describe, look_up
from pipelines.incidents.places.words import Token, Words, in_capitals, joined, tokens, words

if TYPE_CHECKING:
    from spacy.tokens import Doc

#: "al-Hasakah": the article belongs to the name, though it is small.
_ARTICLE_BEFORE: Final = re.compile(r"(?<!\w)[ae][lzdsrt]h?[-‑]$", re.IGNORECASE)
_HYPHENS: Final = ("-", "‑", "–")
_LONGEST: Final = 5  # words in a name
#: A city of so many people is meant by its name even where that is made of common words.
_LARGE: Final = 100_000
_LINK_WORDS = """
of the de del la le les du des da do dos al el ez az ad ar as ash an at es i e y and
"""
_LINKS: Final = frozenset(_LINK_WORDS.split())
#: Small words that stand within names, but for some that begin one ("Am Timan").
_WITHIN: Final = _LINKS | {
    *("das", "los", "las", "lo", "dal", "dei", "della", "di", "ed", "et", "ya", "wa"),
    *("upon", "under", "am", "im", "der", "nad"),
}


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
                if ends.low not in _WITHIN and not _is_between_hyphens(text, ends):
                    break
                continue
            key = fold_key(text[token.start : ends.end])
            spans += [(first, last + 1, spelt) for spelt in with_either_article(key)]
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
        if _is_half(text, all_tokens, first, behind, known, lists):
            continue
        if _judge(mention, text, all_tokens, first, behind, people, lower, lists, capitals):
            mentions.append(mention)
            covered = behind
            people.taken = mention.end
    mentions += _off_the_map(text, mentions, table, people, lists, capitals)
    mentions.sort(key=lambda mention: mention.start)
    contain(text, mentions)
    return mentions


def _is_between_hyphens(text: str, token: Token) -> bool:
    """ "Port-au-Prince", "Stoke-on-Trent": a small word within a name."""
    return text[token.start - 1 : token.start] in _HYPHENS and text[token.end : token.end + 1] in _HYPHENS


def _may_be(text: str, span: Sequence[Token], entries: tuple[Entry, ...], lists: Words, capitals: bool) -> bool:
    if len(span) > 1:
        if not all(token.low in lists.common for token in span):
            return True
        # "in Port Said": a city of common words
        placed = text[: span[0].start].endswith((" in ", " near ", " outside "))
        return any(
            entry.main
            and (
                entry.kind in {"region", "country", "continent", "admin1"}
                or (placed and entry.kind == "city" and entry.population >= _LARGE)
            )
            for entry in entries
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
    if _is_short_for_another(text, token, entries, capitals):
        return False
    if token.low in _LINKS or (capitals and token.low == "car" and "." not in token.text):
        return False
    if capitals and token.low == "us":
        return "." in token.text or text[max(0, token.start - 4) : token.start].casefold() == "the "
    return token.low not in lists.common and token.low not in lists.titles


def _is_short_for_another(text: str, token: Token, entries: tuple[Entry, ...], capitals: bool) -> bool:
    """A few capitals within a sentence stand for an organisation ("a SWAT team", "the CIA"), where they are no
    country's; a dateline's ("GAO, Mali") begin their line."""
    if capitals or not 2 <= len(token.text) <= 5 or not token.text.isupper() or "." in token.text:
        return False
    begins = text[text.rfind("\n", 0, token.start) + 1 : token.start]
    return any(sign.islower() for sign in begins) and not any(
        entry.kind in ("country", "demonym") or (entry.kind != "city" and len(token.text) < 4) for entry in entries
    )


def _mention(text: str, all_tokens: list[Token], first: int, behind: int, entries: tuple[Entry, ...]) -> Mention:
    start, end = all_tokens[first].start, all_tokens[behind - 1].end
    if text[end : end + 1] == "." and "." in text[start:end]:
        end += 1
    if article := _ARTICLE_BEFORE.search(text, max(0, start - 4), start):
        start = article.start()
    return Mention(start, end, text[start:end], entries)


class _PersonWatch:
    """Names of people met so far: "Paris Hilton" makes a later lone "Hilton" a person."""

    def __init__(self, all_tokens: list[Token], text: str, lists: Words, capitals: bool, doc: Doc | None) -> None:
        self.surnames: set[str] = set()
        self.taken = 0  # where the last place found ends
        self.person_spans: list[tuple[int, int]] = []
        self.place_spans: set[int] = set()
        if doc is not None and not capitals:
            for entity in doc.ents:
                if entity.label_ == "PERSON":
                    self.person_spans.append((entity.start_char, entity.end_char))
                elif entity.label_ in {"GPE", "LOC"}:
                    self.place_spans.update(range(entity.start_char, entity.end_char))
        for left, right in itertools.pairwise(all_tokens):
            named = left.capital and right.capital and left.low in (lists.given_names | lists.titles)
            if capitals:  # a rank stands before a place as well ("MAYOR OF", "THE GENERAL CALI")
                named = left.low in lists.given_names
            if named and joined(text, left, right) and right.low not in lists.common:
                self.surnames.add(right.low)

    def is_person(self, mention: Mention) -> bool:
        return any(start < mention.end and mention.start < end for start, end in self.person_spans)


def _is_half(
    text: str, all_tokens: list[Token], first: int, behind: int, known: Mapping[str, tuple[Entry, ...]], lists: Words
) -> bool:
    """Whether a known name is a part of one that is not known: "Pont" of "Pont-Sondé", "Jordan" of "Puerto Jordan"."""
    left = all_tokens[first - 1] if first else None
    if left is not None and left.capital and left.low in lists.lead_of_names:
        return text[left.end : all_tokens[first].start] == " "
    right = all_tokens[behind] if behind < len(all_tokens) else None
    if right is not None and right.capital and text[all_tokens[behind - 1].end : right.start] == " ":
        # "the village of Oe Htein Kwin": all of it is the name
        called = first >= 2 and all_tokens[first - 1].low == "of" and all_tokens[first - 2].low in _SMALL_PLACES
        plain = right.low not in lists.common and right.low not in lists.titles
        return called and plain and fold_key(right.text) not in known
    if right is None or not right.capital or text[all_tokens[behind - 1].end : right.start] not in ("-", "‑"):
        return False
    entries = known.get(fold_key(text[all_tokens[first].start : all_tokens[behind - 1].end]), ())
    large = any(entry.kind in ("country", "demonym", "continent", "region") for entry in entries)
    return not large and fold_key(right.text) not in known


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
    usual = (e for e in mention.entries if e.main or is_transliteration(mention.text, e.name, e.country))
    large = max((entry.population for entry in usual), default=0)
    word = mention.text.casefold()
    # "TO VOTE" and "OF CAPITAL" are no places: without capitals only the plainest prepositions tell
    telling = lists.place_prepositions if capitals else lists.prepositions | lists.verbs
    preposition = left is not None and left.low in telling
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
        if left is not None and left.low in lists.given_names | lists.titles and not strong:
            return False
        if word in people.surnames and not (preposition or strong or mention.wants):
            return False  # "EDUARDO PONCE ... PONCE SAID"
        plain = lists.common | lists.directions | lists.prepositions | _LINKS
        if left is not None and left.low not in plain and left.start >= people.taken and not (strong or mention.wants):
            mention.evidence -= 1.5  # GILDA FLORES
        return mention.evidence >= (1.5 if behind - first == 1 else 1.0)
    # a capitalised neighbour that is not part of the place: a person or an organisation
    if right is not None and right.capital and not mention.wants:
        if right.low in lists.organisation:
            return False
        other = right.low not in lists.common and right.low not in lists.titles and not strong
        if other and (word in lists.given_names or not preposition or large < 100_000):
            people.surnames.add(right.low)
            mention.evidence -= 2.0
        if strong and word in lists.given_names and right.low not in lists.common:
            people.surnames.add(right.low)
            return False
    whose = text[max(0, mention.start - 3) : mention.start] in ("'s ", "’s ")  # "Pakistan's South Waziristan district"
    named = left is not None and left.low not in lists.directions and left.low not in lists.prepositions and not whose
    if left is not None and left.capital and named:
        if left.low in lists.titles and not (mention.wants or strong):
            return False
        bearer = left.low in lists.given_names and left.start >= people.taken  # Michael Jordan, not Paris, France
        if bearer and not any(entry.kind == "demonym" for entry in mention.entries):
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


_SMALL_PLACES: Final = frozenset({"village", "hamlet", "settlement", "town"})
#: Said to be a place, whatever the gazetteer knows: "the village of Khasham", "near Tabiyeh".
_SAID: Final = re.compile(
    r"\b(?P<kind>(?i:city|town|village|hamlet|suburb|municipality|neighbou?rhood|settlement|oasis)s?"
    r" (?i:of|called|named)"
    r"|(?i:in|near|outside|from)) (?P<name>(?:[ae][lzdsrt]h?-)?[^\W\d_a-z][^\W\d_]+"
    r"(?:[ -](?:[ae][lzdsrt]h?-)?[^\W\d_a-z][^\W\d_]+){0,2})"
)


#: Said behind the name: "Labodrie, a fishing village in Cabaret".
_SAID_BEHIND: Final = re.compile(
    r"\b(?:in|near|outside|from|of|at|on) (?P<name>[^\W\d_a-z][^\W\d_]+(?:[ -][^\W\d_a-z][^\W\d_]*){0,2})"
    r"(?: township)?, "
    r"(?:(?:an?|the) (?P<kind>(?:[\w-]+ ){0,3}(?:town|village|hamlet|suburb|settlement|neighbou?rhood|community))\b"
    r"|in (?:the )?(?:[\w-]+ ){0,3}(?P<region>province|state|region|district|governorate|department|county|oblast)\b)"
)


def _off_the_map(
    text: str, mentions: list[Mention], table: Gazetteer, people: _PersonWatch, lists: Words, capitals: bool
) -> list[Mention]:
    """Places the text calls one, but whose spelling the gazetteer lacks: by sound, or left without a point."""
    found: list[Mention] = []
    for match in itertools.chain(_SAID.finditer(text), _SAID_BEHIND.finditer(text)):
        start, end = match.span("name")
        called = (
            match.re is _SAID_BEHIND
            or len(match["kind"]) > 7
            or match["kind"].casefold() not in {"in", "near", "outside", "from"}
        )
        if capitals:
            if not called:
                continue
            end = start + len(match["name"].split()[0])
        name = text[start:end]
        folded = fold_key(name).split()
        if any(mention.start < end and start < mention.end for mention in mentions):
            continue
        if any(word in lists.common or word in lists.organisation or word in lists.titles for word in folded):
            continue
        if folded[0] in lists.given_names or (len(folded) == 1 and folded[0] in people.surnames):
            continue
        mention = Mention(start, end, name, ())
        if people.is_person(mention):
            continue
        if not name.partition("-")[2][:1].isupper():  # "Pont-Sondé" is no Pont
            mention.entries, mention.sounds = look_up(name, table)
        describe(mention, text, "", "", lists)
        if match.re is _SAID_BEHIND:
            mention.why.append(f"“{match['kind'] or match['region']}” behind it")
        if called or (mention.entries and mention.sounds):
            mention.evidence += 1.0 if called else 0.0
            found.append(mention)
    return found
