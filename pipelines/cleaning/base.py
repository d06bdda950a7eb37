"""The article's lines: trafilatura's main pass, on the frame it finds by names or else on the one with the prose."""

from __future__ import annotations

import re
from copy import copy

from lxml.etree import strip_elements
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from pipelines.cleaning import layout, prose, quick
from pipelines.cleaning.metadata import jsonld
from pipelines.cleaning.metadata.fields import tidy_text
from pipelines.cleaning.parse import Parsed, plain
from pipelines.cleaning.text import key, one_line

#: Below this share of the page's prose, a text has missed the article (6-8% of news pages).
ENOUGH = 0.6

#: Below this share of sentences, a text is made of menus.
SENTENCES = 0.5

#: How many times the text found by names that of the frame with the prose must be, to be the article in its place,
#: where it lies within the first (which then lost it to misleading names) ...
MUCH_MORE = 2.0

#: ... and where it lies around or beside the first: it may hold other stories as well, or be another. Of every second
#: scoring page, 5 lose their story to a larger neighbour below 3 and a sixth below 4.5; 2 are found only up to 6.
MUCH_MORE_OUTSIDE = 4.5

_STOPS = frozenset('.!?…。！？؟"”’»')
#: Where a paragraph ends in JSON-LD.
_BREAK = re.compile(r"\n|</?(?:p|br|div|li|h[1-6])\b[^>]*>", re.I)
#: What trafilatura sets under a table's head ("|---|---|"); the page holds no such line.
_RULED = re.compile(r"\|(?:---\|)+")

#: Without text; the fewer elements there are, the faster is all that follows.
_TEXTLESS = ("link", "meta", "img", "input", "source")

# ``deduplicate`` stays off: its cache spans documents, so a page's text would depend on those before it.
_FAST = Extractor(output_format="python", fast=True, comments=False)


def lines(page: Parsed) -> list[str]:
    """The paragraphs, headings and list items of the article, one string each.

    What has no text goes from the page's tree: read metadata and hints first.
    """
    strip_elements(page.tree, *_TEXTLESS, with_tail=False)
    if "table" in page.tagged:
        layout.undo(page.tree)
    written = (one_line(plain(raw)) for raw in _text(page).split("\n"))
    return [line for line in written if line and not (line[0] == "|" and _RULED.fullmatch(line))]


def _text(page: Parsed) -> str:
    tree = page.tree
    told = prose.Prose(page)
    total = told.size
    named = quick.text(page, _FAST)
    if named and _whole(named, total):
        return named
    frame = told.frame()
    other = _held(frame) if frame is not None else ""
    if named and _sentences(named) >= SENTENCES:
        much = MUCH_MORE if frame is not None and _within(frame.element, quick.find(page)) else MUCH_MORE_OUTSIDE
        return other if len(other) >= much * len(named) else named
    if frame is not None and len(other) >= _FAST.min_extracted_size and _whole(other, frame.of):
        return other
    # where there is prose, readability mostly finds it, in a quarter of the time that trafilatura's own way takes
    found = quick.readable(tree, _FAST) if total else ""
    text = found if found and _whole(found, total) else named or _public(tree)
    return text if "\n" in text else _parted(text, page)


def _parted(text: str, page: Parsed) -> str:
    """A text in one line, which trafilatura takes out of JSON-LD where the page itself holds none, with the
    paragraphs it has there."""
    told = jsonld.string(jsonld.read(page.all("script"), "").story.get("articleBody")) or ""
    parts = [part for raw in _BREAK.split(told) if (part := tidy_text(raw))]
    return "\n".join(parts) if key(" ".join(parts)) == key(text) else text


def _held(frame: prose.Frame) -> str:
    """The text of the frame that holds the page's prose."""
    text = quick.text_of(frame.element, _FAST, frame.size)
    if len(text) < ENOUGH * frame.size:  # the names mislead here too
        text = quick.text_of(frame.element, _FAST, frame.size, names=False)
    return text


def _within(element: HtmlElement, other: HtmlElement | None) -> bool:
    return other is not None and (element is other or other in element.iterancestors())


def _whole(text: str, total: int) -> bool:
    """Whether a text holds enough of the page's prose, and is made of sentences."""
    return len(text) >= ENOUGH * total and _sentences(text) >= SENTENCES


def _public(tree: HtmlElement) -> str:
    document = bare_extraction(tree, options=copy(_FAST))
    return document.text or "" if isinstance(document, Document) else ""


def _sentences(text: str) -> float:
    """The share of ``text`` in lines that are long or end like sentences."""
    whole = [line.strip() for line in text.split("\n")]
    size = sum(map(len, whole))
    told = sum(len(line) for line in whole if len(line) >= prose.LONG or line[-1:] in _STOPS)
    return told / size if size else 1.0
