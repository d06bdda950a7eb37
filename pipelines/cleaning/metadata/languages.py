"""The language of a text: by its commonest words or its script where they tell, by a model where they do not."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import py3langid
from lxml.html import HtmlElement

from pipelines.cleaning.text import words

#: Characters of a text by which its language is told, and those whose words are counted where they do not tell: a text
#: may begin with names.
LANGUAGE_OF = 400
FURTHER = 2000

#: Characters below which a text is too short to tell.
SHORTEST = 100

_TABLES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text("utf-8"))
_COMMON: dict[str, list[str]] = {}
for _language, _words in _TABLES["words"].items():
    for _word in dict.fromkeys(words(_words)):
        _COMMON.setdefault(_word, []).append(_language)
_ENGLISH = frozenset(words(_TABLES["words"]["en"]))

#: More than this share of English words, and nothing else need be asked (of 756 pages, 97% of the English ones lie
#: above it, and the others below half of it).
ENGLISH_SHARE = 0.125

#: Words of the language that the page declares, each divided by how many languages have it, are believed from this
#: share of a text on, where those of no other weigh more ...
DECLARED_SHARE = 0.06

#: ... and those of one it does not declare from this one, where they weigh so many times those of any other. Of 756
#: pages and the sample sentences that spaCy has of sixty languages, none was told wrongly that was not declared so.
UNDECLARED_SHARE = 0.12
AHEAD = 2

#: The same for a language that writes as one word what others write as several, and has few that stand alone (Zulu,
#: Xhosa): so many of its words, so many times those of any other.
FEWEST = 10
FAR_AHEAD = 3

#: A text with so many signs of a script is in its language: Japanese business news hold fewest.
SCRIPT_SHARE = 0.1

#: Other codes that pages declare for a language of the table.
_DECLARED = {"nb": "no", "in": "id"}


def language(text: str, tree: HtmlElement) -> str | None:
    """ISO 639-1 code of the text; for a text too short to tell, what the page declares."""
    declared = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower()
    if len(text) < SHORTEST and declared.isalpha():
        return declared or None
    if not text:
        return None
    declared = _DECLARED.get(declared, declared)
    start = text[:LANGUAGE_OF]
    told = words(start)
    return (
        _by_words(told, declared)
        or _by_script(told)
        or _by_words(words(text[:FURTHER]), declared)
        or str(py3langid.classify(start)[0])
    )


def _by_words(told: list[str], declared: str) -> str | None:
    if sum(map(_ENGLISH.__contains__, told)) > ENGLISH_SHARE * len(told):
        return "en"
    weights: Counter[str] = Counter()
    for word in told:
        languages = _COMMON.get(word, ())
        for language in languages:
            weights[language] += 1 / len(languages)  # type: ignore[assignment]
    (first, most), (_, next_most) = [*weights.most_common(2), ("", 0), ("", 0)][:2]
    if weights[declared] > DECLARED_SHARE * len(told) and weights[declared] >= most:
        return declared
    if most > UNDECLARED_SHARE * len(told):
        return first if most >= AHEAD * next_most else None
    return first if most >= FEWEST and most >= FAR_AHEAD * next_most else None


def _by_script(told: list[str]) -> str | None:
    scripts = Counter(unicodedata.name(word[0], "").partition(" ")[0] for word in told)
    return next((of for script, of in _TABLES["scripts"].items() if scripts[script] > SCRIPT_SHARE * len(told)), None)
