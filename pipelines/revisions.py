"""Two revisions of an article, word by word: what went, what came, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Change = Literal["same", "removed", "added"]

#: Two paragraphs of which less than this share of the words is the same are not one that was edited.
ALIKE: Final = 0.4

#: Words compared one by one at most, squared: past that a paragraph is shown as gone and come (hostile pages).
MOST: Final = 2_000 * 2_000

_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed, went or came."""

    text: str
    change: Change


#: A paragraph in pieces; one that is the same in both revisions is a single "same" piece.
Paragraph = tuple[Piece, ...]


def compare(old: str, new: str) -> list[Paragraph]:
    """The paragraphs of two texts as one: joined without what was added they give the old text, without what was
    removed the new one."""
    before, after = ([part for part in text.split("\n\n") if part] for text in (old, new))
    found: list[Paragraph] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [(Piece(text, "same"),) for text in before[i:j]]
        else:
            found += _edited(before[i:j], after[k:m])
    return found


def _edited(before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    """Paragraphs that differ: each new one beside the old one it was made from, where one is alike; in order."""
    waiting = list(before)
    new: list[Paragraph] = []
    for text in after:
        alike = next((n for n, old in enumerate(waiting) if _likeness(old, text) >= ALIKE), None)
        if alike is None:
            new.append((Piece(text, "added"),))
            continue
        yield from ((Piece(gone, "removed"),) for gone in waiting[:alike])  # what went stands before what came
        yield from new
        new.clear()
        yield tuple(words(waiting[alike], text))
        del waiting[: alike + 1]
    yield from ((Piece(gone, "removed"),) for gone in waiting)
    yield from new


def _likeness(old: str, new: str) -> float:
    a, b = old.split(), new.split()
    if len(a) * len(b) > MOST:
        return 0.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def words(old: str, new: str) -> Iterator[Piece]:
    """Two versions of a paragraph, word by word; what lies between two changes but is only white space or
    punctuation is changed with them, so that it reads as phrases."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    removed: list[str] = []
    added: list[str] = []

    def changed() -> Iterator[Piece]:
        for texts, change in ((removed, "removed"), (added, "added")):
            if texts:
                yield Piece("".join(texts), change)  # type: ignore[arg-type]
            texts.clear()

    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        same = "".join(a[i:j])
        if tag != "equal" or ((removed or added) and j < len(a) and m < len(b) and not re.search(r"\w", same)):
            removed += a[i:j]
            added += b[k:m]
            continue
        yield from changed()
        yield Piece(same, "same")
    yield from changed()
