"""Words of a text and the word lists that tell places from people and organisations (``geo/words.toml``)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

#: A word: "U.S.", "ez-Zor", "Côte", "N'Djamena"; apostrophes inside belong to it, a hyphen parts ("UK-based").
WORD: Final = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’‘ʿʾ`ʻ][^\W\d_]+)*")
POSSESSIVE: Final = re.compile(r"['’](?:s|ve|re|ll|d|m)$|(?<=s)['’]$", re.IGNORECASE)
#: What may stand between two words of one name; a line break never does.
_JOIN: Final = re.compile(r"[ \u00a0]{1,2}|\.[ \u00a0]|[-‑–]|/|[ \u00a0]?\n[ \u00a0]*")
_CAPITALS_SHARE: Final = 0.7  # of the letters: a text all in capitals, as the old wires sent it


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


def tokens(text: str) -> list[Token]:
    """The words of the text, possessive endings cut off."""
    found: list[Token] = []
    for match in WORD.finditer(text):
        word = match[0]
        capital = word[0].isupper()
        if not word.isalpha():  # an apostrophe or a full stop in it
            word = POSSESSIVE.sub("", word)
            capital = capital or any(part[:1].isupper() for part in re.split(r"['’]", word)[1:])
        found.append(Token(match.start(), match.start() + len(word), word, word.casefold().replace(".", ""), capital))
    return found


def in_capitals(text: str) -> bool:
    """Whether the text is all in capitals, so that capitals tell nothing."""
    upper = sum(map(str.isupper, text))
    return upper > _CAPITALS_SHARE * (upper + sum(map(str.islower, text)))


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
