"""Phrases as people write them, made into patterns.

``a/b`` one of these words; ``[x]`` or not; ``word-`` with any ending; ``*`` any word; ``#`` a number; ``...`` up to
60 characters of the same sentence; ``<name>`` one of the list of that name. Apostrophes are alike in all shapes,
and so are the blank and the line's case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

_TOKEN = re.compile(r"\[[^\]]*\]|<\w+>|\S+")
_WORD = re.compile(r"\w+")
_GAP = "..."
_WITHIN = r"[^.!?\n]{0,60}?"
#: Arabic words end in vowel signs or not, as the writer likes.
_WORD_END = "[\u064b-\u0652]*(?!\\w)"
#: Written with or without a blank before it.
_MARKS = frozenset(":?!@©")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase's regular expression, and words of which a line must hold one to fit it (None: not known)."""

    source: str
    anchors: frozenset[str] | None


def compiled(phrase: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    """The pattern of one phrase.

    Raises:
        ValueError: it names a list that is not there, or says nothing.
    """
    parts: list[str] = []
    anchors: frozenset[str] | None = None
    glue = ""
    for token in _TOKEN.findall(phrase):
        if token == _GAP:
            parts.append(_WITHIN)
            glue = r"\b"
            continue
        optional = token.startswith("[")
        inner = token[1:-1] if optional else token
        choices = _choices(inner, lists)
        body = "(?:" + "|".join(_source(choice) for choice in choices) + ")"
        if inner in _MARKS:
            glue = glue and r"\s*"
        parts.append(f"(?:{glue}{body})?" if optional else glue + body)
        glue = glue if optional and not glue else r"\s*" if inner in _MARKS else r"\s+"
        if not optional:
            anchors = _rarer(anchors, _anchors(choices))
    source = "".join(parts)
    if not _WORD.search(phrase):
        raise ValueError(f"a phrase without words: {phrase!r}")
    return Phrase(source, anchors)


def joined(phrases: Iterable[Phrase]) -> tuple[str, frozenset[str] | None]:
    """One source for all of them, and the words of which a line must hold one; None where that is not known."""
    sources, anchors, known = [], set[str](), True
    for phrase in phrases:
        sources.append(phrase.source)
        known = known and phrase.anchors is not None
        anchors |= phrase.anchors or set()
    return "|".join(sources), frozenset(anchors) if known else None


def _choices(token: str, lists: Mapping[str, Sequence[str]]) -> list[str]:
    if token.startswith("<"):
        name = token[1:-1]
        if name not in lists:
            raise ValueError(f"no list of words named {name!r}")
        return [" ".join(words) for text in lists[name] for words in product(*(w.split("/") for w in text.split()))]
    return [choice for word in token.split() for choice in word.split("/") if choice] if "/" in token else [token]


def _source(choice: str) -> str:
    if choice == "*":
        return r"[\w'’.&-]+"
    if choice == "#":
        return r"\d+"
    stem = len(choice) > 1 and choice.endswith("-")
    words = (re.escape(word) for word in (choice[:-1] if stem else choice).split())
    text = r"\s+".join(words).replace("'", "['’ʼ`]")
    return text + (r"\w*" if stem else _WORD_END if choice[-1].isalnum() else "")


def _anchors(choices: Sequence[str]) -> frozenset[str] | None:
    """A word of each choice that a line must hold as it stands; None where one of them has none."""
    found = set()
    for choice in choices:
        words = [word for word in _WORD.findall(choice.casefold()) if not word.isdigit()]
        if choice.endswith("-"):
            words = words[:-1]
        if not words:
            return None
        found.add(max(words, key=len))
    return frozenset(found)


def _rarer(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Those of the two that fewer lines will hold: the longer words, or what comes last, which is seldom an article."""
    if one is None or other is None:
        return one if other is None else other
    return max(other, one, key=lambda words: (min(map(len, words)), -len(words)))
