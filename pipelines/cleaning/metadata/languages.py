"""The language of a text: by its commonest words where they tell, by a model where they do not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import py3langid
from lxml.html import HtmlElement

from pipelines.cleaning.text import words

#: Characters of a text by which its language is told.
LANGUAGE_OF = 400

#: Characters below which a text is too short to tell.
SHORTEST = 100

_COMMON = {
    language: frozenset(told.split())
    for language, told in tomllib.loads(Path(__file__).with_name("languages.toml").read_text("utf-8")).items()
}

#: More than this share of English words, and no model need be asked (of 756 pages, 97% of the English ones lie above
#: it, and the others below half of it).
ENGLISH_SHARE = 0.125

#: The same for words of the language that the page declares: of 756 pages, all but 3 that declare a language of the
#: table and are in it lie above, those that declare another than theirs below half of it.
DECLARED_SHARE = 0.08


def language(text: str, tree: HtmlElement) -> str | None:
    """ISO 639-1 code of the text; for a text too short to tell, what the page declares."""
    declared = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower()
    if len(text) < SHORTEST and declared.isalpha():
        return declared or None
    if not text:
        return None
    start = text[:LANGUAGE_OF]
    told = words(start)
    if _share("en", told) > ENGLISH_SHARE:
        return "en"
    if declared in _COMMON and _share(declared, told) > DECLARED_SHARE:
        return declared
    return str(py3langid.classify(start)[0])


def _share(of: str, told: list[str]) -> float:
    """The share of a language's common words among those of a text."""
    return sum(map(_COMMON[of].__contains__, told)) / max(1, len(told))
