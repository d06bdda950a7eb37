"""Phrases as people write them, made into patterns.

``a/b`` one of these words; ``[x]`` or not; ``word-`` with any ending; ``*`` any word; ``#`` a number; ``...`` up to
60 characters of the same sentence; ``<name>`` one of the list of that name. Apostrophes are alike in all shapes,
and so are the blank and the line's case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, product

from pipelines.cleaning.literals import folded
from pipelines.cleaning.text import SIGN, UNSPACED, words

_TOKEN = re.compile(r"\[[^\]]*\]|<\w+>|\S+")
_WORD = re.compile(r"\w+")
_GAP = "..."
_WITHIN = r"[^.!?。！？\n]{0,60}?"
#: Signs have no case; where it is ignored, each is looked up as the expression is compiled, thirty thousand of them.
_ONE_SIGN = f"(?-i:[{UNSPACED}])"
#: Where a word begins behind that; between signs there is nothing to tell it by.
_BORDER = rf"(?:\b|(?<={_ONE_SIGN})|(?={_ONE_SIGN}))"
#: Arabic words end in vowel signs or not, as the writer likes.
_ARABIC = re.compile("[\u0621-\u064a]$")
_ARABIC_END = "[\u064b-\u0652]*(?!\\w)"
#: Written with or without a blank before it.
_MARKS = frozenset(":?!@©")


@dataclass(frozen=True)
class Phrase:
    """A phrase by its tokens, each with its choices, and what a line must hold to fit it: a word of each of
    ``needs``."""

    tokens: tuple[tuple[str, tuple[str, ...]], ...]
    needs: tuple[frozenset[str], ...]

    @cached_property
    def start(self) -> str:
        """The regular expression of where it may begin within a line."""
        first, begins = self.tokens[0]
        if begins and not first.startswith("[") and all(map(SIGN.match, begins)):
            return ""  # anywhere; to compile what tells a sign costs ten times as much as all the rest
        signs = any(SIGN.match(choice) for _, choices in self.tokens for choice in choices)
        return rf"(?:(?<!\w)|(?={_ONE_SIGN}))" if signs else r"(?<!\w)"

    @cached_property
    def source(self) -> str:
        """The regular expression; few of those in force are ever asked for."""
        parts: list[str] = []
        glue = ""
        border = _BORDER if any(SIGN.search(token) for token, _ in self.tokens) else r"\b"
        for token, choices in self.tokens:
            if token == _GAP:
                parts.append(_WITHIN)
                glue = border
                continue
            optional = token.startswith("[")
            mark = _bare(token) in _MARKS
            body = "(?:" + "|".join(_sources(choices)) + ")"
            if mark:
                glue = glue and r"\s*"
            parts.append(f"(?:{glue}{body})?" if optional else glue + body)
            glue = glue if optional and not glue else r"\s*" if mark else r"\s+"
        return "".join(parts)

    @cached_property
    def anchors(self) -> frozenset[str] | None:
        """Those of its needs that fewest lines will meet: the longer words, or what comes last, which is seldom an
        article. None where no word is known."""
        return max(reversed(self.needs), key=lambda words: (min(map(len, words)), -len(words)), default=None)

    def may_fit(self, vocabulary: frozenset[str]) -> bool:
        """Whether a line of these words may fit."""
        return not any(map(vocabulary.isdisjoint, self.needs))


def compiled(phrase: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    """The pattern of one phrase.

    Raises:
        ValueError: it names a list that is not there, or says nothing.
    """
    tokens: list[tuple[str, tuple[str, ...]]] = []
    needs: list[frozenset[str]] = []
    for token in _TOKEN.findall(phrase):
        choices = () if token == _GAP else tuple(_choices(_bare(token), lists))
        tokens.append((token, choices))
        if choices and not token.startswith("[") and (needed := _anchors(choices)):
            needs.append(needed)
    if not needs and not any(_WORD.search(token) and not token.startswith("[") for token, _ in tokens):
        raise ValueError(f"a phrase without words: {phrase!r}")
    return Phrase(tuple(tokens), tuple(needs))


def _bare(token: str) -> str:
    return token[1:-1] if token.startswith("[") else token


class Phrases:
    """Phrases of which a line may hold one, each compiled when a line first holds a word without which it cannot fit.

    Attributes:
        anchors: the words of which a line must hold one; None where a phrase has none.
    """

    def __init__(self, phrases: Iterable[Phrase], form: str) -> None:
        """``form``: the expression around a phrase's, which stands in it as ``{}``, and as ``{start}`` that of where it
        may begin."""
        self._form = form
        self._phrases = tuple(phrases)
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = {}
        for number, phrase in enumerate(self._phrases):
            if phrase.anchors is None:
                self._always.append(number)
            for word in phrase.anchors or ():
                self._by_word.setdefault(word, []).append(number)
        self._words = frozenset(self._by_word)
        self.anchors = None if self._always else self._words

    def among(self, vocabulary: frozenset[str]) -> Iterator[re.Pattern[str]]:
        """The patterns of those that may fit a line of these words, in their order."""
        found = set(self._always)
        for word in self._words & vocabulary:
            found.update(self._by_word[word])
        for number in sorted(found):
            if (phrase := self._phrases[number]).may_fit(vocabulary):
                yield _pattern(self._form.replace("{start}", phrase.start).replace("{}", phrase.source))


@lru_cache(4096)
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.I)


def _choices(token: str, lists: Mapping[str, Sequence[str]]) -> list[str]:
    if token.startswith("<"):
        name = token[1:-1]
        if name not in lists:
            raise ValueError(f"no list of words named {name!r}")
        return [" ".join(words) for text in lists[name] for words in product(*(w.split("/") for w in text.split()))]
    return [choice for word in token.split() for choice in word.split("/") if choice] if "/" in token else [token]


def _sources(choices: Sequence[str]) -> Iterator[str]:
    """The expressions of the choices in their order; what ends them alike stands once, or it is compiled for each."""
    for end, alike in groupby(choices, _end):
        yield "(?:" + "|".join(map(_source, alike)) + ")" + end


def _source(choice: str) -> str:
    if choice == "*":
        return r"[\w'’.&-]+"
    if choice == "#":
        return r"\d+"
    words = map(re.escape, (choice[:-1] if _is_stem(choice) else choice).split())
    return r"\s+".join(words).replace("'", "['’ʼ`]")


def _is_stem(choice: str) -> bool:
    return len(choice) > 1 and choice.endswith("-")


def _end(choice: str) -> str:
    if choice in ("*", "#"):
        return ""
    if _is_stem(choice):
        return r"\w*"
    if _ARABIC.search(choice):
        return _ARABIC_END
    return r"(?!\w)" if choice[-1].isalnum() and not SIGN.match(choice[-1]) else ""


@lru_cache(4096)
def _anchors(choices: tuple[str, ...]) -> frozenset[str] | None:
    """A word of each choice, folded, that a line must hold as it stands; None where one of them has none."""
    found = set()
    for choice in choices:
        told = [word for word in words(folded(choice.casefold())) if not word.isdigit()]
        if choice.endswith("-"):
            told = told[:-1]
        if not told:
            return None
        found.add(max(told, key=len))
    return frozenset(found)
