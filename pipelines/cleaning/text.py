"""The words of a text: what lines, titles and names are compared by."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")
#: Blanks for whatever in ASCII is no part of a word: splitting at them takes a third of the expression's time.
_BLANKS = "".join(c if _WORD.match(c) else " " for c in map(chr, range(128)))


def words(text: str) -> list[str]:
    """The words of ``text``, case folded."""
    folded = text.casefold()
    return folded.translate(_BLANKS).split() if folded.isascii() else _WORD.findall(folded)


def key(text: str) -> str:
    """A line's words in lower case, so that typography and punctuation do not hide a repeat."""
    return " ".join(words(text))
