"""Texts that borrow the words of war: "bombarded the goal", "a battle for the cup", "shares were under attack"."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.incidents.data import read_toml
from pipelines.incidents.deeds import Deed
from pipelines.incidents.model import lowered
from pipelines.incidents.roles.parties import ARMED


@lru_cache(maxsize=1)
def _domains() -> list[tuple[str, int, re.Pattern[str]]]:
    return [
        (
            row["name"],
            row["least"],
            re.compile(r"\b(?:" + "|".join(re.escape(word.lower()) for word in row["words"]) + r")\b"),
        )
        for row in read_toml("domains.toml")["domain"]
    ]


def domain(text: str) -> str | None:
    """The field whose words the text is full of, by ``data/domains.toml``; None for most news."""
    small = lowered(text)
    for name, least, pattern in _domains():
        if len(set(pattern.findall(small))) >= least:
            return name
    return None


#: In such a text a sentence must say it in plain terms.
_DEADLY = re.compile(
    r"\b(?:killed|killing|kills|dead|shot dead|gunm[ae]n|wounded|explosives?|militants?|terrorists?|police)\b"
)


def literal(deed: Deed) -> bool:
    """Whether the deed's own sentence speaks of real violence: a weapon, an armed side, people killed."""
    armed = any(party.sector in ARMED and (party.name or party.sector != "State forces") for party in deed.parties)
    return bool(deed.weapons) or armed or bool(_DEADLY.search(deed.words))


def without_figures_of_speech(text: str, deeds: list[Deed]) -> list[Deed]:
    """The deeds that are meant as told."""
    return deeds if domain(text) is None else [deed for deed in deeds if literal(deed) and not deed.background]
