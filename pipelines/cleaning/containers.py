"""Blocks whose class or id says that they are not the article: ``containers.toml`` read and applied."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from lxml.html import HtmlElement

CONTAINERS = Path(__file__).with_name("containers.toml")

#: Names remembered with their verdicts: a site's pages share them.
MEMORY = 16_384

#: A name of more words is made of a heading's text.
NAME_WORDS = 8

#: Their names tell of the page or of the text in them, not of a block.
_NEVER = frozenset(("html", "body", "main", "h1", "h2", "h3", "h4"))
#: Names that begin so say that a frame has such a block in it: "has-caption".
_UNLESS = frozenset(("has", "no", "with", "hide"))
#: A capital behind a small letter or a figure begins a word.
_HUMP = re.compile("[A-Z](?<=[a-z0-9].)")
_JOINT = re.compile(r"[\W_]+")
#: For each byte of ASCII a blank where it is a joint: to split at blanks takes a fraction of the expression's time.
_BLANKS = bytes(byte if chr(byte).isalnum() else ord(" ") for byte in range(128)).ljust(256)


@lru_cache(1)
def load(path: Path = CONTAINERS) -> dict[str, list[tuple[list[str], int, str]]]:
    """The names in force, by their first words: each name's words with its row and rule."""
    names: dict[str, list[tuple[list[str], int, str]]] = {}
    for number, row in enumerate(tomllib.loads(path.read_text("utf-8"))["container"]):
        for words in (name.split("-") for name in row["names"]):
            names.setdefault(words[0], []).append((words, number, row["rule"]))
    return names


@lru_cache(MEMORY)
def rule_of(name: str, identity: str = "") -> str | None:
    """The rule that an element falls under by its class and id: of its first name that falls under one, by the row that
    comes first."""
    names = f"{name} {identity}"
    if load().keys().isdisjoint(_words(names)):  # most: none of them need be looked at
        return None
    return next((rule for one in names.split() if (rule := _rule_of_name(one)) is not None), None)


@lru_cache(MEMORY)
def _rule_of_name(name: str) -> str | None:
    words = _words(name)
    if not words or words[0] in _UNLESS or len(words) > NAME_WORDS:
        return None
    known = load()
    fitting = [
        (number, rule)
        for at, word in enumerate(words)
        if word in known
        for wanted, number, rule in known[word]
        if words[at : at + len(wanted)] == wanted
    ]
    return min(fitting)[1] if fitting else None


def _words(name: str) -> list[str]:
    """The words of a name, in small letters: "related" and "posts" of ``related-posts`` and of ``relatedPosts``."""
    low = name.lower()
    if low != name:
        low = _HUMP.sub(lambda capital: "-" + capital[0], name).lower()
    if low.isascii():
        return low.encode().translate(_BLANKS).decode().split()
    return [word for word in _JOINT.split(low) if word]


def find(named: Mapping[HtmlElement, tuple[str, str]]) -> Iterator[tuple[HtmlElement, str]]:
    """The blocks that are not the article, each with its rule.

    Args:
        named: a page's elements with class and id.
    """
    for element, (name, identity) in named.items():
        if (rule := rule_of(name, identity)) is not None and element.tag not in _NEVER:
            yield element, rule
