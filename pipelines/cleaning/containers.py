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
_NAME_WORD = re.compile("[a-z]+|[A-Z][a-z]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Containers:
    """The table, compiled. ``words``: one of each of its names, in small letters and with a capital; ``any``: found
    in small letters where one of them is."""

    words: frozenset[str]
    any: re.Pattern[str]
    rows: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(1)
def load(path: Path = CONTAINERS) -> Containers:
    """The names in force."""
    rows = tomllib.loads(path.read_text("utf-8"))["container"]
    words = {name.split("-")[0] for row in rows for name in row["names"]}
    return Containers(
        frozenset(words | {word.title() for word in words}),
        re.compile(alternation(sorted(words))),
        tuple((row["rule"], re.compile("-(?:" + "|".join(map(re.escape, row["names"])) + ")-")) for row in rows),
    )


@lru_cache(MEMORY)
def rule_of(name: str) -> str | None:
    """The rule that a class or id falls under: of its first part that falls under one, by the row that comes first."""
    if load().any.search(name.lower()) is None:  # most names: none of their parts need be looked at
        return None
    return next((rule for part in name.split() if (rule := _rule_of_part(part)) is not None), None)


@lru_cache(MEMORY)
def _rule_of_part(part: str) -> str | None:
    table = load()
    if table.words.isdisjoint(_NAME_WORD.findall(part)):
        return None
    words = [word for word in _JOINT.split(_HUMP.sub("-", part).lower()) if word]
    if words[:1] in (["has"], ["no"], ["with"], ["hide"]) or len(words) > NAME_WORDS:
        return None  # "has-caption" says so of a frame
    joined = "-" + "-".join(words) + "-"
    return next((rule for rule, pattern in table.rows if pattern.search(joined)), None)


def find(named: Iterable[tuple[HtmlElement, str, str]]) -> Iterator[tuple[HtmlElement, str]]:
    """The blocks that are not the article, each with its rule.

    Args:
        named: a page's elements with class and id.
    """
    for element, name, identity in named:
        rule = (rule_of(name) if name else None) or (rule_of(identity) if identity else None)
        if rule is not None and element.tag not in _NEVER:
            yield element, rule
