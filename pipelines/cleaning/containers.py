"""Blocks whose class or id says that they are not the article: ``containers.toml`` read and applied."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml.html import HtmlElement

from pipelines.cleaning.literals import alternation

CONTAINERS = Path(__file__).with_name("containers.toml")

#: Names remembered with their verdicts: a site's pages share them.
MEMORY = 16_384

#: A name of more words is made of a heading's text.
NAME_WORDS = 8

#: Their names tell of the page or of the text in them, not of a block.
_NEVER = frozenset(("html", "body", "main", "h1", "h2", "h3", "h4"))
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Containers:
    """The table, compiled. ``any``: found in small letters where the first word of one of its names is; ``names``: by
    their first words, each name's words with its row and rule."""

    any: re.Pattern[str]
    names: dict[str, list[tuple[list[str], int, str]]]


@lru_cache(1)
def load(path: Path = CONTAINERS) -> Containers:
    """The names in force."""
    names: dict[str, list[tuple[list[str], int, str]]] = {}
    for number, row in enumerate(tomllib.loads(path.read_text("utf-8"))["container"]):
        for words in (name.split("-") for name in row["names"]):
            names.setdefault(words[0], []).append((words, number, row["rule"]))
    return Containers(re.compile(alternation(sorted(names))), names)


@lru_cache(MEMORY)
def rule_of(names: str) -> str | None:
    """The rule that an element falls under by its class and id: of its first name that falls under one, by the row that
    comes first."""
    if load().any.search(names.lower()) is None:  # most: none of them need be looked at
        return None
    return next((rule for name in names.split() if (rule := _rule_of_name(name)) is not None), None)


@lru_cache(MEMORY)
def _rule_of_name(name: str) -> str | None:
    words = [word for word in _JOINT.split(_HUMP.sub("-", name).lower()) if word]
    if words[:1] in (["has"], ["no"], ["with"], ["hide"]) or len(words) > NAME_WORDS:
        return None  # "has-caption" says so of a frame
    known = load().names
    fitting = (
        (number, rule)
        for at, word in enumerate(words)
        for wanted, number, rule in known.get(word, ())
        if words[at : at + len(wanted)] == wanted
    )
    return min(fitting, default=(0, None))[1]


def find(named: Iterable[tuple[HtmlElement, str, str]]) -> Iterator[tuple[HtmlElement, str]]:
    """The blocks that are not the article, each with its rule.

    Args:
        named: a page's elements with class and id.
    """
    for element, name, identity in named:
        if (rule := rule_of(f"{name} {identity}")) is not None and element.tag not in _NEVER:
            yield element, rule
