"""Where a page's lines stand in its template: the element, its classes, its parent's; and whether in a card.

A line's words may be new on each story and its place still be one that the site fills with other
things than stories: a promotion between two paragraphs, the box about the author.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from pipelines.cleaning.metadata.urls import leads_on
from pipelines.cleaning.parse import string
from pipelines.cleaning.text import key, one_line
from warehouse.records import content_id

#: Begins the name of a place in a card: a box that holds nothing but the line and, beside it, a link to another
#: page of the site (one to a shop or an agency may be what the line is about).
CARD: Final = "card:"

#: A card's link says at least so much, and besides link and line it holds at most so many words (a date, a kicker).
LINK_WORDS: Final = 4
OTHER_WORDS: Final = 6

#: Links beside a line say at most so many words; a box of more than this many is no card, whatever line is in it.
LINK_MOST: Final = 60
BOX_MOST: Final = 300

#: How far up from its line a card's box may be.
BOX_WITHIN: Final = 3

#: Only so many class names of an element tell its place: utility classes come by the dozen.
CLASSES: Final = 6

#: What stands around the text is known by its words only if it has so many and is no longer than this (characters):
#: shorter ones are labels, and any story may have one for a subheading.
AROUND_WORDS: Final = 4
AROUND_LENGTH: Final = 1500

#: Lines remembered with their names: what stands around one story stands around the site's others.
MEMORY: Final = 16_384

_BLOCKS: Final = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "td", "blockquote", "section", "article",
    "aside", "dd", "dt", "header", "footer", "main", "figure", "pre", "ul", "ol", "table",
)  # fmt: skip
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Places:
    """What a page's template tells.

    ``lines``: the place of each extracted line, kept or removed, in their order; a hash, empty where
    the line is not one block of the page. ``around``: the page's other blocks, by :func:`line_id`,
    without links and cards, whose words are other stories'. ``names``: the :func:`line_id` of each
    extracted line, told where its words are at hand.
    """

    lines: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def at(self, position: int) -> str:
        """The place of a line; empty where it is not known."""
        return self.lines[position] if position < len(self.lines) else ""


@lru_cache(MEMORY)
def line_id(text: str) -> str:
    """Names a line by its words; empty where it has none."""
    return name_of(key(text))


def name_of(words: str) -> str:
    """:func:`line_id` of a line whose :func:`pipelines.cleaning.text.key` is known."""
    return content_id(words)[:16] if words else ""


def read(tree: HtmlElement, texts: Sequence[str], url: str) -> Places:
    """Where the extracted lines stand, and what else stands on the page."""
    wanted = {text.removeprefix("- ") for text in texts}
    lengths = [*map(len, wanted), 2 * AROUND_WORDS - 1, AROUND_LENGTH // 4]
    shortest, longest = min(lengths), 4 * max(lengths)  # white space of the source included
    found: dict[str, str] = {}
    around: set[str] = set()
    boxes = _Boxes(url)
    blocks = list(tree.iter(*_BLOCKS))
    outer = {block.getparent() for block in blocks}  # cheaper than asking each block for its children
    for block in blocks:
        if block in outer:
            continue
        raw = string(block)
        if not shortest <= len(raw) <= longest:
            continue
        text = one_line(raw)
        if text in wanted:
            if text not in found:
                found[text] = _name(block, text, boxes)
        elif (
            text.count(" ") >= AROUND_WORDS - 1
            and len(text) <= AROUND_LENGTH
            and not (len(block) and next(block.iter("a"), None) is not None)
            and next(block.iterancestors("a"), None) is None
            and not boxes.make_a_card_of(block, text)
        ):
            around.add(line_id(text))
    around.discard("")
    return Places(tuple(found.get(text.removeprefix("- "), "") for text in texts), tuple(sorted(around)))


def _name(block: HtmlElement, text: str, boxes: _Boxes) -> str:
    parent = block.getparent()
    above = (parent.tag, parent.get("class") or "") if parent is not None else ("", "")
    where = _where(block.tag, block.get("class") or "", *above)
    return CARD + where if boxes.make_a_card_of(block, text) else where


@lru_cache(MEMORY)
def _where(tag: str, name: str, tag_above: str, name_above: str) -> str:
    """The place of an element by its tag and classes and its parent's: that of most lines of a page."""
    return content_id(_look(tag, name), _look(tag_above, name_above) if tag_above else "")[:12]


def _look(tag: str, name: str) -> str:
    """Tag and classes; digits differ from page to page (``post-1234``)."""
    classes = sorted(_DIGITS.sub("", one) for one in name.split())
    return f"{tag}.{'.'.join(classes[:CLASSES])}"


class _Boxes:
    """The elements around a page's lines, and what is known of each: many lines share one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._words: dict[HtmlElement, int] = {}

    def make_a_card_of(self, block: HtmlElement, text: str) -> bool:
        """Whether the line shares a box with a link, and the box holds hardly anything else."""
        words = text.count(" ") + 1
        most = words + LINK_MOST
        box = block
        for _ in range(BOX_WITHIN):
            if (above := box.getparent()) is None:
                return False
            box = above
            held = self._held(box, max(most, BOX_MOST))
            linked = _linked(box, block, self._url, held - words - OTHER_WORDS) if held <= most else 0
            if held > words + linked + OTHER_WORDS:
                return False
            if linked >= LINK_WORDS:
                return True
        return False

    def _held(self, box: HtmlElement, most: int) -> int:
        """How many words are in the box; of more than ``most`` so many that it is more."""
        held = self._words.get(box)
        if held is None or (held > BOX_MOST and held <= most):
            self._words[box] = held = _words(box, most)
        return held


def _linked(box: HtmlElement, block: HtmlElement, url: str, rest: int) -> int:
    """How many words the links say that stand beside the block in the box and lead on, as far as it matters.

    Args:
        rest: so many they must say to make a card of the box.
    """
    own = set(block.iter("a")) if len(block) else ()
    beside = [(anchor, words) for anchor in box.iter("a") if anchor not in own and (words := _words(anchor, LINK_MOST))]
    linked, left = 0, sum(words for _, words in beside)
    for anchor, words in beside:
        if linked >= max(rest, LINK_WORDS) or linked + left < (rest if rest > 0 else LINK_WORDS):
            break
        left -= words
        linked += words if leads_on(anchor.get("href") or "", url) else 0
    return linked


def _words(element: HtmlElement, most: int) -> int:
    """How many words the element holds; one more than ``most`` stands for any number above it."""
    return len(string(element).split(None, most))
