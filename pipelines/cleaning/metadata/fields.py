"""What the readers of metadata share: ``<meta>`` tags by name, and text made fit to be a field."""

from __future__ import annotations

import re
from html import unescape

from pipelines.cleaning.parse import Parsed, plain
from pipelines.cleaning.text import one_line, words

#: Longest field kept (characters); more is no title, name or standfirst.
MAX_FIELD = 2000

_TAG = re.compile(r"<[^<>]*>")

#: Marks that only tell a browser where a word may break: soft hyphen, zero-width space, word joiner, BOM.
_BREAKS = re.compile("[\u00ad\u200b\u2060\ufeff]")


#: Attributes that name a ``<meta>``; some pages give it two.
_NAMES = ("property", "name", "itemprop")


def metas(page: Parsed) -> dict[str, list[str]]:
    """Contents of the page's ``<meta>`` by name (property, name and itemprop) in lower case."""
    found: dict[str, list[str]] = {}
    for meta in page.all("meta"):
        told = dict(meta.items())
        names = [name.lower() for name in map(told.get, _NAMES) if name]
        content = told.get("content")
        if names and content and (value := tidy_text(content)):
            for name in names if len(names) == 1 else dict.fromkeys(names):
                found.setdefault(name, []).append(value)
    return found


def first(found: dict[str, list[str]], *names: str) -> str | None:
    """The first content of the first of ``names`` that the page has."""
    return next((found[name][0] for name in names if name in found), None)


def tidy_text(text: str | None) -> str | None:
    """``text`` on one line, without entities, tags, control and break marks; None where nothing is left."""
    if not text:
        return None
    if len(text) <= MAX_FIELD and text.isprintable() and not ("<" in text or "&" in text or "  " in text):
        return text.strip() or None  # most fields
    if len(text) > 20 * MAX_FIELD:
        text = text[: 20 * MAX_FIELD]
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    if not text.isprintable():
        text = _BREAKS.sub("", plain(text))
    return one_line(text)[:MAX_FIELD].rstrip() or None


def alike(one: str, other: str) -> float:
    """The share of the shorter one's words that the other has, 0 to 1."""
    a, b = set(words(one)), set(words(other))
    return len(a & b) / max(1, min(len(a), len(b)))
