"""Which words a regular expression cannot do without, so that most lines are turned away before it runs.

A search that begins with ``\\b(?:sign up|subscribe|...)`` is tried at every letter of a line; whether a line holds one
of a few words at all costs a fiftieth of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from re import _constants as op  # type: ignore[attr-defined]  # isort: skip
from re import _parser as parser  # type: ignore[attr-defined]  # isort: skip

#: Letters that ``re.IGNORECASE`` takes for one another though their lower case differs; and the apostrophe that
#: counts as a letter, which phrases take for any other.
_ALIKE = {"ı": "i", "ſ": "s", "ς": "σ", "µ": "μ", "\u0307": "", "\u02bc": "'"}
_APART = ("İ", *_ALIKE)


@lru_cache(16)
def folded(text: str) -> str:
    """``text`` in the form in which :func:`needed` gives its words."""
    low = text.lower()
    if not low.isascii():
        for letter, alike in _ALIKE.items():
            low = low.replace(letter, alike)
    return low


def is_folded_apart(text: str) -> bool:
    """Whether ``text`` holds letters that :func:`folded` takes for others."""
    return not text.isascii() and any(letter in text for letter in _APART)


def needed(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Strings of which every match of ``pattern`` holds at least one, :func:`folded`; () where there are none."""
    words = _sequence(parser.parse(pattern.pattern, pattern.flags)) or frozenset()
    return tuple(sorted((w for w in words if not any(o in w for o in words - {w})), key=len))


def may_match(words: tuple[str, ...], line: str) -> bool:
    """Whether a :func:`folded` line holds one of the words."""
    for word in words:
        if word in line:
            return True
    return not words


#: What begins an expression and matches itself alone.
_HEAD = re.compile(r"[\w -](?![?*+{])")


def alternation(parts: Iterable[str]) -> str:
    """An expression that is found where one of ``parts`` is, though it may match less of it. They hold no ``|``
    outside brackets.

    What begins alike stands once: where most texts hold none of dozens of words, that is known in a third of the time.
    """
    heads: dict[str, list[str]] = {}
    for part in parts:
        heads.setdefault(part[0] if _HEAD.match(part) else "", []).append(part)
    branches = heads.pop("", [])
    for head, alike in heads.items():
        rests = [part[1:] for part in alike]
        branches.append(head if "" in rests else head + alternation(rests))
    return branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"


@dataclass(frozen=True, slots=True)
class Search:
    """A regular expression that runs only where a text holds one of the words it cannot do without."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]

    @classmethod
    def of(cls, pattern: re.Pattern[str]) -> Search:
        return cls(pattern, needed(pattern))

    def first(self, text: str) -> re.Match[str] | None:
        """The first match in ``text``."""
        return self.pattern.search(text) if may_match(self.words, folded(text)) else None

    def all(self, text: str, least: int) -> list[str]:
        """All that matches in ``text``; it need not be all, where there are fewer than ``least``."""
        low = folded(text)
        if self.words and sum(map(low.count, self.words)) < least:  # matches do not overlap, and each holds a word
            return []
        return [found[0] for found in self.pattern.finditer(text)]


def _sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """The best set for things that follow one another: each of their sets would do."""
    sets: list[frozenset[str]] = []
    run = ""
    for kind, value in items:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        if run:
            sets.append(frozenset([folded(run)]))
            run = ""
        found = _one(kind, value)
        if found:
            sets.append(found)
    if run:
        sets.append(frozenset([folded(run)]))
    return max(sets, key=lambda words: (min(map(_rare, words)), -len(words)), default=None)


def _rare(word: str) -> int:
    """How seldom a word is met, roughly: long ones are, and so are signs."""
    return sum(1 if letter.isalnum() or letter == " " else 3 for letter in word)


def _one(kind: Any, value: Any) -> frozenset[str] | None:
    if kind is op.SUBPATTERN:
        return _sequence(value[3])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0] >= 1:
        return _sequence(value[2])
    if kind is op.BRANCH:
        branches = [_sequence(branch) for branch in value[1]]
        if all(branches):
            return frozenset().union(*branches)  # type: ignore[arg-type]
    return None
