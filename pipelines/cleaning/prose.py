"""Where a page's prose stands, whatever its elements are called.

trafilatura finds the article by the names of classes and ids. Where the names mislead it, the long paragraphs do
not: the frame is then the smallest element that holds most of them.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml.html import HtmlElement

from pipelines.cleaning.parse import Parsed, string
from pipelines.cleaning.quick import stays
from pipelines.cleaning.text import one_line

#: A paragraph this long (characters) is prose rather than furniture.
LONG = 80

#: An element that holds this share of its parent's prose is where to look on; below it, the parent holds several.
MOST = 0.75

_BLOCKS = frozenset(("div", "li", "section", "article", "dd"))


class Frame(NamedTuple):
    """An element, the characters of prose in it, and those of the page outside navigation, sidebars and comments."""

    element: HtmlElement
    size: int
    of: int


class Prose:
    """The prose of a page as it stands now: long ``<p>``, and long texts that stand in a block without one."""

    def __init__(self, page: Parsed) -> None:
        self._tree = page.tree
        told = [(element, string(element)) for element in page.all("p")]
        self._paragraphs = [(element, n) for element, text in told if len(text) >= LONG and (n := _size(text)) >= LONG]
        self._bare = _bare(page)

    @property
    def size(self) -> int:
        """Characters of it, wherever they stand."""
        return sum(n for _, n in self._paragraphs) + sum(len(text) for _, text in self._bare)

    def frame(self) -> Frame | None:
        """The smallest element with most of it; None where there is none."""
        held: dict[HtmlElement, int] = {}
        for element, n in self._paragraphs:
            _add(held, element, n, self._tree)
        for block, text in self._bare:
            _add(held, block, len(text.strip()), self._tree)
        element = self._tree
        while held.get(element):
            inner = max(element, key=lambda child: held.get(child, 0), default=None)
            if inner is None or inner.tag == "p" or held.get(inner, 0) < MOST * held[element]:
                return Frame(element, held[element], held[self._tree])
            element = inner
        return None


def _bare(page: Parsed) -> list[tuple[HtmlElement, str]]:
    """Long texts that stand in a block itself, before, between and behind its elements; each with the block."""
    found: list[tuple[HtmlElement, str]] = []
    for element in page.all():
        if element.tag in _BLOCKS and (text := element.text) and len(text) >= LONG:
            found.append((element, text))
        if (text := element.tail) and len(text) >= LONG:
            above = element.getparent()
            if above is not None and above.tag in _BLOCKS:
                found.append((above, text))
    return [(block, text) for block, text in found if _size(text) >= LONG]


def _size(text: str) -> int:
    """Characters without runs of blanks."""
    return len(one_line(text))


def _add(held: dict[HtmlElement, int], element: HtmlElement, n: int, tree: HtmlElement) -> None:
    if stays(element, tree):
        held[element] = held.get(element, 0) + n
        for above in element.iterancestors():
            held[above] = held.get(above, 0) + n
