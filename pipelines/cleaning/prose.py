"""Where a page's prose stands, whatever its elements are called.

trafilatura finds the article by the names of classes and ids. Where the names mislead it, the long paragraphs do
not: the frame is then the smallest element that holds most of them.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.cleaning.parse import string
from pipelines.cleaning.quick import stays

#: A paragraph this long (characters) is prose rather than furniture.
LONG = 80

#: An element that holds this share of its parent's prose is where to look on; below it, the parent holds several.
MOST = 0.75

#: Texts that may be long: counted in C, measured without their blanks in Python.
_TEXTS = XPath(f"descendant::text()[string-length() >= {LONG}]")
_BLOCKS = frozenset(("div", "li", "section", "article", "dd"))


def size(text: str) -> int:
    """Characters without runs of blanks."""
    return len(" ".join(text.split()))


def total(tree: HtmlElement) -> int:
    """Characters in long ``<p>`` of the page, wherever they stand, and in long texts without a ``<p>``."""
    return sum(n for _, n in _paragraphs(tree)) + sum(len(words) for words, _ in _bare(tree))


def _paragraphs(tree: HtmlElement) -> list[tuple[HtmlElement, int]]:
    """The long paragraphs, each with its size."""
    told = [(element, string(element)) for element in tree.iter("p")]
    return [(element, n) for element, text in told if len(text) >= LONG and (n := size(text)) >= LONG]


def _bare(tree: HtmlElement) -> list[tuple[str, HtmlElement]]:
    """Long texts that stand in a block without a paragraph, each with the block."""
    held = [(words, words.getparent()) for words in _TEXTS(tree)]
    found = [(words, parent.getparent() if words.is_tail else parent) for words, parent in held]
    return [(words, block) for words, block in found if block.tag in _BLOCKS and size(words) >= LONG]


class Frame(NamedTuple):
    """An element, the characters of prose in it, and those of the page outside navigation, sidebars and comments."""

    element: HtmlElement
    size: int
    of: int


def frame(tree: HtmlElement) -> Frame | None:
    """The smallest element with most of the page's prose; None where there is none."""
    held: dict[HtmlElement, int] = {}
    for element, n in _paragraphs(tree):
        _add(held, element, n, tree)
    for words, block in _bare(tree):
        _add(held, block, len(words.strip()), tree)
    element = tree
    while held.get(element):
        inner = max(element, key=lambda child: held.get(child, 0), default=None)
        if inner is None or inner.tag == "p" or held.get(inner, 0) < MOST * held[element]:
            return Frame(element, held[element], held[tree])
        element = inner
    return None


def _add(held: dict[HtmlElement, int], element: HtmlElement, n: int, tree: HtmlElement) -> None:
    if stays(element, tree):
        held[element] = held.get(element, 0) + n
        for above in element.iterancestors():
            held[above] = held.get(above, 0) + n
