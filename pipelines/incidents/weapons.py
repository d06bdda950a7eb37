"""Weapons: a typed lexicon (``data/weapons.csv``): T-72 -> tank -> heavy weapons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.incidents.data import read_csv


@dataclass(frozen=True, slots=True)
class WeaponMention:
    """A weapon as written: character span, lexicon name and category, the sub-event type it points to."""

    start: int
    end: int
    name: str
    category: str
    sub_event_type: str


@lru_cache(maxsize=1)
def _lexicon() -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    rows = read_csv("weapons.csv")
    by_group = {f"w{number}": row for number, row in enumerate(rows)}
    pattern = "|".join(f"(?P<{group}>{row['pattern']})" for group, row in by_group.items())
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.I), by_group


def find_weapons(text: str, start: int = 0, end: int | None = None) -> list[WeaponMention]:
    """The weapons named in ``text[start:end]``, in order, spans never overlapping."""
    pattern, rows = _lexicon()
    found = []
    for match in pattern.finditer(text, start, len(text) if end is None else end):
        row = rows[str(match.lastgroup)]
        found.append(WeaponMention(match.start(), match.end(), row["name"], row["category"], row["sub_event_type"]))
    return found
