"""The article's lines: trafilatura on the shared tree, quick mode first."""

from __future__ import annotations

import re
from copy import copy

from lxml.etree import XPath, strip_elements
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from pipelines.cleaning import quick
from pipelines.cleaning.parse import plain

#: Below this share of the page's long paragraphs, quick mode has missed the article (6-8% of news pages)
#: and the slower comparison with readability and justext is worth its time.
FULL_BELOW = 0.6

#: Below this share of sentences in quick mode's text, it has taken menus for the article.
FULL_BELOW_SENTENCES = 0.5

#: A paragraph this long (characters) is prose rather than furniture.
LONG_PARAGRAPH = 80

_STOPS = frozenset('.!?…。！？؟"”’»')
_BLANKS = re.compile(r"\s+")

#: Paragraphs that may be long: counted in C, measured without their blanks in Python.
_PARAGRAPHS = XPath(f"//p[string-length() >= {LONG_PARAGRAPH}]")
_BARE = XPath(
    "//*[self::div or self::li or self::section or self::article or self::dd]"
    f"/text()[string-length(normalize-space()) >= {LONG_PARAGRAPH}]",
    smart_strings=False,
)
_STRING = XPath("string()", smart_strings=False)

#: Without text; trafilatura copies the tree four times and asks dozens of patterns of each element.
_TEXTLESS = ("link", "meta", "img", "input", "source")

# ``deduplicate`` stays off: its cache spans documents, so a page's text would depend on those before it.
_FAST = Extractor(output_format="python", fast=True, comments=False)
_FULL = Extractor(output_format="python", fast=False, comments=False)


def lines(tree: HtmlElement) -> list[str]:
    """The paragraphs, headings and list items that trafilatura takes for the article, one string each.

    What has no text goes from ``tree``: read metadata and hints first.
    """
    strip_elements(tree, *_TEXTLESS, with_tail=False)
    text = quick.text(tree, _FAST) or _text(tree, _FAST)
    if len(text) < FULL_BELOW * _prose(tree) or _sentences(text) < FULL_BELOW_SENTENCES:
        text = _text(tree, _FULL) or text
    return [line for raw in text.split("\n") if (line := _BLANKS.sub(" ", plain(raw)).strip())]


def _text(tree: HtmlElement, options: Extractor) -> str:
    document = bare_extraction(tree, options=copy(options))
    return document.text or "" if isinstance(document, Document) else ""


def _sentences(text: str) -> float:
    """The share of ``text`` in lines that are long or end like sentences."""
    whole = [line.strip() for line in text.split("\n")]
    size = sum(map(len, whole))
    told = sum(len(line) for line in whole if len(line) >= LONG_PARAGRAPH or line[-1:] in _STOPS)
    return told / size if size else 1.0


def _prose(tree: HtmlElement) -> int:
    """Characters in long ``<p>`` of the page, wherever they stand, and in long texts without a ``<p>``."""
    sizes = (len(_BLANKS.sub(" ", _STRING(paragraph))) for paragraph in _PARAGRAPHS(tree))
    return sum(size for size in sizes if size >= LONG_PARAGRAPH) + sum(map(len, _BARE(tree)))
