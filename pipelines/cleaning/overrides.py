"""What a person said of single lines of a source: always drop, or keep whatever any rule says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from pipelines.cleaning.text import key

#: The rule under which lines go that the declaration says to drop.
DROP_RULE: Final = "source-drop"


@dataclass(frozen=True, slots=True)
class Overrides:
    """Whole lines, compared word for word without regard to case and punctuation; ``*`` stands for any words."""

    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.drop or self.keep)

    def of(self, text: str) -> Literal["drop", "keep"] | None:
        """What was said of a line. Said both, it is kept: nothing is lost by mistake."""
        if not self.drop and not self.keep:
            return None
        words = key(text)
        if any(_pattern(line).fullmatch(words) for line in self.keep):
            return "keep"
        return "drop" if any(_pattern(line).fullmatch(words) for line in self.drop) else None


@lru_cache(maxsize=4096)
def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(key(part)) for part in line.split("*")))
