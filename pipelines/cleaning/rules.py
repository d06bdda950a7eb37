"""The residue rules as data: the folder ``words`` read, checked and compiled.

One family holds the words of all languages in one rule for each way to fit a line. A line is asked about by few of
them: those without a word of which nothing can fit are passed over, first whole rules and then their phrases.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.cleaning import phrases
from pipelines.cleaning.literals import folded, may_match, needed
from pipelines.cleaning.text import SIGN, SIGNS_OF_A_WORD, ends_sentence
from warehouse.errors import SettingError

RULES = Path(__file__).with_name("words")

#: `where` of the rules for lines that go along with those below them.
ABOVE = "above"

_QUOTE = re.compile('["“”„«»]')
_MARK = re.compile(r"\s*(?:[:：]|>>|»|›|→|[▶►▷｜]|\|\s|[–—]\s|-\s)\s*(?=\S)")
_OPENING_MARKS = frozenset("\"'“”„«»‘¿¡")
_TRAIL = r"\s*[:：.。|｜…→»>▶]*"
#: Where in a line a phrase stands.
_AT_START = "{}"
_WHOLE = rf"(?:[-・●■▶◆] ?)?[(【\[（「]?(?:{{}})[)】\]）」]?{_TRAIL}"
_ANYWHERE = "{start}(?:{})"
_FIGURE = re.compile(r"\s*[:：.|]?\s*.{0,20}\d")
_KINDS = ("labels", "weak", "openings", "lines", "starts", "contains", "stamps", "voice")
_SAID = ("about", "by", "does", "to")
_FAMILY = {"id", "where", "words", "reason"}


#: Whether a line fits, by its text and its words, folded.
Test = Callable[[str, frozenset[str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way in which a family's words make a line residue."""

    id: str
    where: str
    words: int
    opens: bool
    quotes: bool
    reason: str
    languages: tuple[str, ...]
    anchors: frozenset[str] | None
    test: Test

    def fits(self, text: str, words: int, vocabulary: frozenset[str]) -> bool:
        """Whether a line is residue by this rule.

        Args:
            words: how many the line has.
            vocabulary: the line's words, folded (:mod:`pipelines.cleaning.literals`).
        """
        if words > self.words and (words > SIGNS_OF_A_WORD * self.words or text.isascii() or not SIGN.search(text)):
            return False
        if self.anchors is not None and self.anchors.isdisjoint(vocabulary):
            return False
        return (self.quotes or _QUOTE.search(text) is None) and self.test(text, vocabulary)


class Rules:
    """Rules in their order, found by the words of a line."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._always = [number for number, rule in enumerate(self._rules) if rule.anchors is None]
        self._by_word: dict[str, list[int]] = {}
        for number, rule in enumerate(self._rules):
            for word in rule.anchors or ():
                self._by_word.setdefault(word, []).append(number)
        self._words = frozenset(self._by_word)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def among(self, vocabulary: frozenset[str]) -> list[Rule]:
        """Those that may fit a line of these words."""
        found = set(self._always)
        for word in self._words & vocabulary:
            found.update(self._by_word[word])
        return [self._rules[number] for number in sorted(found)]


@lru_cache(maxsize=4)
def load(path: Path = RULES) -> Rules:
    """The rules in force, in the order of the families.

    Raises:
        SettingError: something in a file is wrong; the message names the file and the place.
    """
    tables = {file.name: tomllib.loads(file.read_text("utf-8")) for file in sorted(path.glob("*.toml"))}
    families = tables.pop("families.toml", {}).get("family", [])
    patterns = tables.pop("patterns.toml", {}).get("pattern", [])
    known = {family.get("id", "") for family in families}
    for name, table in tables.items():
        strange = table.keys() - known - {"language", "words"}
        if strange or "language" not in table:
            problem = f"no family is named {sorted(strange)}" if strange else "no language"
            raise SettingError(problem, culprit=name, mend="See families.toml")
    rules: list[Rule] = []
    for number, family in enumerate(families, 1):
        _check(family, _FAMILY, f"families.toml, family {number} ({family.get('id', 'no id')})")
        rules += _of_family(family, tables)
    for number, row in enumerate(patterns, 1):
        culprit = f"patterns.toml, pattern {number} ({row.get('id', 'no id')})"
        _check(row, _FAMILY | {"match", "pattern", "seen"}, culprit)
        rules.append(_rule(row, ("mul",), None, _by_pattern(row, culprit)))
    return Rules(rules)


def _check(row: Mapping[str, Any], needed: set[str], culprit: str) -> None:
    missing = needed - row.keys()
    if missing:
        raise SettingError(f"keys missing: {sorted(missing)}", culprit=culprit, mend="Add them")
    if row["where"] not in {"any", "head", "tail"}:
        raise SettingError("where is any, head or tail", culprit=culprit, mend="Change it")


def _of_family(family: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> Iterator[Rule]:
    """A family's rules: one a kind of fitting over all languages, and one for each scheme of who says what."""
    found: dict[str, list[phrases.Phrase]] = {kind: [] for kind in _KINDS}
    languages: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for name, table in tables.items():
        for culprit, words in _tables(family["id"], name, table):
            lists = table.get("words", {})
            for kind in _KINDS:
                if words.get(kind):
                    found[kind] += [_phrase(text, lists, culprit) for text in words[kind]]
                    languages[kind].append(table["language"])
            if "about" in words:
                need = words.get("need", family.get("need", 2))
                yield _rule(family, (table["language"],), *_scheme(words, need, lists, culprit))
    for kind in _KINDS:
        if found[kind]:
            form, test = _TESTS[kind]
            told = phrases.Phrases(found[kind], form)
            row = {**family, "where": ABOVE} if kind == "voice" else family
            yield _rule(row, tuple(languages[kind]), told.anchors, test(told))
            if kind == "stamps" and family["where"] == "head":  # under the story, too, where they are no sentence
                under = {**family, "where": "tail"}
                yield _rule(under, tuple(languages[kind]), told.anchors, _no_sentence(test(told)))


def _tables(family: str, file: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A language's table of the family, and the tables below it."""
    if family not in table:
        return
    whole = table[family]
    for name, words in [(family, whole), *((f"{family}.{k}", v) for k, v in whole.items() if isinstance(v, dict))]:
        culprit = f"{file}, {name}"
        strange = {k for k, v in words.items() if not isinstance(v, dict)} - {
            *_KINDS,
            *_SAID,
            "about_not",
            "spoken",
            "need",
            "seen",
        }
        if strange or "seen" not in words:
            problem = f"unknown keys {sorted(strange)}" if strange else "keys missing: ['seen']"
            raise SettingError(problem, culprit=culprit, mend="See the comment at the top of families.toml")
        yield culprit, words


def _phrase(text: str, lists: Mapping[str, Sequence[str]], culprit: str) -> phrases.Phrase:
    try:
        return phrases.compiled(text, lists)
    except ValueError as error:
        raise SettingError(str(error), culprit=culprit, mend="Correct the phrase") from error


def _rule(row: Mapping[str, Any], languages: tuple[str, ...], anchors: frozenset[str] | None, test: Test) -> Rule:
    return Rule(
        id=row["id"],
        where=row["where"],
        words=row["words"],
        opens=row.get("opens", False),
        quotes=row.get("quotes", True),
        reason=row["reason"],
        languages=languages,
        anchors=anchors,
        test=test,
    )


def _scheme(
    words: Mapping[str, Any], need: int, lists: Mapping[str, Sequence[str]], culprit: str
) -> tuple[frozenset[str] | None, Test]:
    """Lines about `about` that hold so many of: who says it, what is done, to what."""
    of = {
        key: phrases.Phrases((_phrase(text, lists, culprit) for text in words[key]), _ANYWHERE)
        for key in _SAID
        if words.get(key)
    }
    about = _contains(of["about"])
    groups = [_contains(of[key]) for key in _SAID[1:] if key in of]
    speaker = groups[0] if words.get("spoken") and "by" in of else None
    but = [re.compile(r"(?<!\w)" + re.escape(text) + r"(?!\w)", re.I) for text in words.get("about_not", ())]

    def test(text: str, vocabulary: frozenset[str]) -> bool:
        for pattern in but:
            text = pattern.sub(" ", text)
        if not about(text, vocabulary) or (speaker is not None and not speaker(text, vocabulary)):
            return False
        return sum(group(text, vocabulary) for group in groups) >= need

    return of["about"].anchors, test


def _first(told: phrases.Phrases, text: str, vocabulary: frozenset[str]) -> re.Match[str] | None:
    """The first phrase with which the line begins, behind the mark of a list's item or with it."""
    patterns = list(told.among(vocabulary))
    for start in (2, 0) if text.startswith("- ") else (0,):
        for pattern in patterns:
            if found := pattern.match(text, start):
                return found
    return None


def _labels(told: phrases.Phrases) -> Test:
    def test(text: str, vocabulary: frozenset[str]) -> bool:
        found = _first(told, text, vocabulary)
        return found is not None and _MARK.match(text, found.end()) is not None

    return test


def _weak(told: phrases.Phrases) -> Test:
    labels = _labels(told)
    return lambda text, vocabulary: labels(text, vocabulary) and not ends_sentence(text)


def _openings(told: phrases.Phrases) -> Test:
    def test(text: str, vocabulary: frozenset[str]) -> bool:
        found = _first(told, text, vocabulary)
        if found is None:
            return False
        rest = text[found.end() :].strip()
        if _MARK.match(text, found.end()) is not None:
            return True
        headline = rest[:1].isalnum() or rest[:1] in _OPENING_MARKS
        return headline and not rest[0].islower() and not ends_sentence(text)

    return test


def _lines(told: phrases.Phrases) -> Test:
    return lambda text, vocabulary: any(pattern.fullmatch(text) for pattern in told.among(vocabulary))


def _starts(told: phrases.Phrases) -> Test:
    return lambda text, vocabulary: _first(told, text, vocabulary) is not None


def _contains(told: phrases.Phrases) -> Test:
    return lambda text, vocabulary: any(pattern.search(text) for pattern in told.among(vocabulary))


def _stamps(told: phrases.Phrases) -> Test:
    def test(text: str, vocabulary: frozenset[str]) -> bool:
        found = _first(told, text, vocabulary)
        return found is not None and _FIGURE.match(text, found.end()) is not None

    return test


def _no_sentence(fits: Test) -> Test:
    return lambda text, vocabulary: fits(text, vocabulary) and not ends_sentence(text)


#: How a kind of phrases is compiled, and what makes a line fit.
_TESTS: dict[str, tuple[str, Callable[[phrases.Phrases], Test]]] = {
    "labels": (_AT_START, _labels),
    "weak": (_AT_START, _weak),
    "openings": (_AT_START, _openings),
    "lines": (_WHOLE, _lines),
    "starts": (_AT_START, _starts),
    "contains": (_ANYWHERE, _contains),
    "stamps": (_AT_START, _stamps),
    "voice": (_ANYWHERE, _contains),
}


def _by_pattern(row: Mapping[str, Any], culprit: str) -> Test:
    if row["match"] not in {"full", "start", "search"}:
        raise SettingError("match is full, start or search", culprit=culprit, mend="Change it")
    try:
        pattern = re.compile(row["pattern"], re.I)
    except re.error as error:
        raise SettingError(f"bad regular expression: {error}", culprit=culprit, mend="Correct it") from error
    fit = {"full": pattern.fullmatch, "start": pattern.match, "search": pattern.search}[row["match"]]
    words = needed(pattern)
    return lambda text, _: may_match(words, folded(text)) and fit(text) is not None
