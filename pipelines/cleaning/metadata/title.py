"""The title: the wording that most of the page's own tellings agree on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.cleaning.metadata.fields import alike, first, tidy_text
from pipelines.cleaning.metadata.jsonld import JsonLd, string
from pipelines.cleaning.parse import Parsed
from pipelines.cleaning.parse import string as string_of
from pipelines.cleaning.text import words as _all_words

#: What each telling of the title weighs. Editors write the ``<h1>`` and the JSON-LD headline for readers;
#: the sharing title is often another wording, and ``<title>`` and Twitter's copy it or the search engine's.
WEIGHTS = {"h1": 1.5, "headline": 1.5, "og": 1.0, "other": 0.5, "title": 0.5}

#: A heading longer than this (characters) is no title.
MAX_TITLE = 400

_OTHERS = ("twitter:title", "parsely-title", "sailthru.title", "dc.title", "title")
#: The words of a wording, asked for a dozen times a page; nobody changes the list.
words = lru_cache(64)(_all_words)

_SEPARATOR = re.compile(r"\s+(?:[|·«»‹›>–—-]|::|//)\s+|--")
_CLOSING = frozenset(":,.;!?)]}»”’…")


def element(page: Parsed) -> str | None:
    """The page's ``<title>``, if it has one with words."""
    return next((t for node in page.all("title") if (t := tidy_text(string_of(node)))), None)


def read(
    page: Parsed, element: str | None, metas: dict[str, list[str]], data: JsonLd, url: str, site: str | None
) -> tuple[str | None, tuple[str, ...]]:
    """The title, and every wording of it on the page (for the rules that drop repeats of it)."""
    story = data.story
    h1s = _headings(page, "h1")
    if element is not None and len(h1s) == 1:
        h1s = _beside_logo(h1s[0], page, element)
    told = {
        "headline": tidy_text(string(story.get("headline"))),
        "og": first(metas, "og:title"),
        "other": first(metas, *_OTHERS),
        "title": element,
    }
    sites = _Sites((site,) if site else ())
    bare = {name: _without_site(text, sites, h1s) for name, text in told.items() if text}
    h1 = next((h1 for h1 in h1s if _is_headline(h1, list(bare.values()))), None)
    if h1 is not None:
        bare = {"h1": h1, **bare}
    title = _agreed(bare) or (h1s[0] if len(h1s) == 1 else None)
    if title is not None and title not in h1s:  # which names may be the site's is guessed: the wordings vote without it
        publisher = string(data.resolve(story.get("publisher")))
        title = _without_site(title, _Sites((publisher,) if publisher else (), _letters(url)), h1s)
    further = [first(metas, name) for name in _OTHERS]
    likely = [h1 for h1 in h1s if title and (h1 == title or alike(h1, title) >= 0.5)]
    wordings = [title, *bare.values(), *(_without_site(t, sites, h1s) for t in further if t), *likely]
    return title, tuple(dict.fromkeys(t for t in wordings if t))


def _headings(page: Parsed, tag: str) -> list[str]:
    return [text for h in page.all(tag) if (text := tidy_text(_joined(h))) and len(text) < MAX_TITLE]


def _beside_logo(h1: str, page: Parsed, element: str) -> list[str]:
    """The headings to choose from: in a ``<title>`` made of the ``<h1>`` and a longer ``<h2>``, the ``<h1>`` is the
    logo."""
    logo = words(h1)
    for mark in _SEPARATOR.finditer(element):
        ends = [words(element[: mark.start()]), words(element[mark.end() :])]
        if logo in ends:
            return [h2 for h2 in _headings(page, "h2") if len(words(h2)) > len(logo) and words(h2) in ends][:1] or [h1]
    return [h1]


def _agreed(told: dict[str, str]) -> str | None:
    """The wording of most weight; of equal ones the first, in its first spelling."""
    weight: dict[str, float] = {}
    for name, text in told.items():
        key = " ".join(words(text))
        weight[key] = weight.get(key, 0.0) + WEIGHTS[name]
    return max(told.values(), key=lambda text: weight[" ".join(words(text))], default=None)


def _is_headline(h1: str, told: list[str]) -> bool:
    size = len(words(h1))
    return size > 1 and any(h1 == t or (alike(h1, t) >= 0.5 and size <= 2 * len(words(t)) + 3) for t in told)


def _joined(element: HtmlElement) -> str:
    """The texts of a heading: parts that markup sets apart (a kicker, a line break) stay apart."""
    joined = ""
    for text in element.itertext():
        part = str(text)
        if part.lstrip()[:1] in _CLOSING:
            joined = joined.rstrip()
            part = part.lstrip()
        elif joined and not joined[-1].isspace():
            joined += " "
        joined += part
    return joined


def _letters(url: str) -> frozenset[str]:
    """The names that an address holds, letters only: "gazetteexample" and "gazette" of www.gazette.example."""
    try:
        labels = [label for label in (urlsplit(url).hostname or "").split(".") if label != "www"]
    except ValueError:
        return frozenset()
    return frozenset(("".join(labels), "".join(labels[-2:]), *(label for label in labels[:-1] if len(label) > 3)))


@dataclass(frozen=True, slots=True)
class _Sites:
    """What the site is called, and what its address is made of."""

    names: tuple[str, ...]
    letters: frozenset[str] = frozenset()

    def have(self, text: str) -> bool:
        """Whether ``text`` is the site's name: most of its words, or "The Daily Post" at dailypost.example."""
        told = "".join(words(text))
        return (
            told in self.letters
            or told.removeprefix("the") in self.letters
            or any(alike(text, name) >= 0.6 for name in self.names)
        )


def _without_site(title: str, sites: _Sites, h1s: list[str]) -> str:
    """The title without the site's name at its end, or at its beginning where that is all it can be."""
    found = list(_SEPARATOR.finditer(title))
    if not found:
        return title
    head, tail = title[: found[-1].start()].strip(), title[found[-1].end() :]
    if len(words(head)) < 2:
        start, rest = title[: found[0].start()], title[found[0].end() :].strip()
        return rest if len(words(rest)) > 2 and "".join(words(start)) in sites.letters else title
    if any(words(h1) == words(head) for h1 in h1s):
        return head
    if len(words(tail)) > len(words(head)) and any(words(h1) == words(tail) for h1 in h1s):
        return tail.strip()
    if sites.have(tail):
        return _without_site(head, sites, h1s)
    return head if "|" in found[-1][0] and len(words(tail)) <= 5 else title
