"""The residue rules as data: ``rules.toml`` read and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.cleaning.literals import folded, may_match, needed
from warehouse.errors import SettingError

RULES = Path(__file__).with_name("rules.toml")
_QUOTE = re.compile('["“”„«»]')
_KEYS = {
    "id",
    "locale",
    "where",
    "match",
    "pattern",
    "groups",
    "must",
    "need",
    "words",
    "opens",
    "quotes",
    "reason",
    "seen",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of ``rules.toml``; its comment there tells what each field means."""

    id: str
    locale: str
    where: str
    match: str
    patterns: tuple[re.Pattern[str], ...]
    needed: tuple[tuple[str, ...], ...]
    must: re.Pattern[str] | None
    must_needed: tuple[str, ...]
    need: int
    words: int
    opens: bool
    quotes: bool
    reason: str
    seen: str

    def fits(self, text: str, words: int) -> bool:
        """Whether a line of ``words`` words is residue by this rule."""
        if words > self.words or (not self.quotes and _QUOTE.search(text)):
            return False
        if self.match == "full":
            return self.patterns[0].fullmatch(text) is not None
        if self.match == "start":
            return self.patterns[0].match(text) is not None
        low = folded(text)
        if self.must is not None and (not may_match(self.must_needed, low) or self.must.search(text) is None):
            return False
        hits = 0
        for words_needed, pattern in zip(self.needed, self.patterns, strict=True):
            hits += may_match(words_needed, low) and pattern.search(text) is not None
        return hits >= self.need


def _rule(row: dict[str, Any], culprit: str) -> Rule:
    unknown = row.keys() - _KEYS
    missing = {"id", "locale", "where", "words", "reason", "seen"} - row.keys()
    if unknown or missing:
        problem = f"unknown keys {sorted(unknown)}" if unknown else f"keys missing: {sorted(missing)}"
        raise SettingError(problem, culprit=culprit, mend="See the comment at the top of the file")
    if row["where"] not in {"any", "head", "tail"} or row.get("match", "full") not in {"full", "start", "search"}:
        raise SettingError(
            "where is any, head or tail; match is full, start or search", culprit=culprit, mend="Change it"
        )
    sources = row.get("groups") or [row.get("pattern", "")]
    if not all(sources):
        raise SettingError("neither pattern nor groups", culprit=culprit, mend="Give one of them")
    try:
        patterns = tuple(re.compile(source, re.I) for source in sources)
        must = re.compile(row["must"], re.I) if "must" in row else None
    except re.error as error:
        raise SettingError(f"bad regular expression: {error}", culprit=culprit, mend="Correct it") from error
    return Rule(
        id=row["id"],
        locale=row["locale"],
        where=row["where"],
        match="search" if "groups" in row else row.get("match", "full"),
        patterns=patterns,
        needed=tuple(map(needed, patterns)),
        must=must,
        must_needed=needed(must) if must is not None else (),
        need=row.get("need", 1),
        words=row["words"],
        opens=row.get("opens", False),
        quotes=row.get("quotes", row["where"] != "tail"),
        reason=row["reason"],
        seen=row["seen"],
    )


@lru_cache(maxsize=4)
def load(path: Path = RULES) -> tuple[Rule, ...]:
    """The rules in force.

    Raises:
        SettingError: a row is wrong; the message names file and row.
    """
    rows = tomllib.loads(path.read_text("utf-8")).get("rule", [])
    return tuple(_rule(row, f"{path.name}, rule {n} ({row.get('id', 'no id')})") for n, row in enumerate(rows, 1))
