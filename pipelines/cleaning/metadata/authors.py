"""Who wrote it: people before organisations; JSON-LD, ``<meta>``, then the byline a reader sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml.html import HtmlElement

from pipelines.cleaning.metadata import signed
from pipelines.cleaning.metadata.fields import tidy_text
from pipelines.cleaning.metadata.jsonld import JsonLd, string, types_of
from pipelines.cleaning.parse import Parsed
from pipelines.cleaning.text import words

#: More names than this are a staff list.
MAX_AUTHORS = 20

#: Elements looked at for a byline without markup of its own.
MAX_SHOWN = 3000

#: Characters a byline may hold.
MAX_BYLINE = 80

_METAS = ("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator")

#: Further names of the same: ``cxenseparse:author``, ``og:article:author``, ``articleauthor``, ``news_authors``.
_FURTHER = re.compile(r".*authors?(?:[_:.-]?names?)?")

#: A card's label and its value: "Written by", "Ada Berg".
_TWITTER = re.compile(r"twitter:label\d$")
_WRITTEN = re.compile(
    r"(?:written|posted) by|author|verfasst von|geschrieben von|(?:é|e)crit par|escrito por|scritto da|geschreven door"
    r"|skriv(?:en|et) a[vf]|написано|автор|yazar|napisan\w+ przez|كُتب بواسطة|ditulis oleh",
    re.I,
)
_BY = re.compile(
    r"^\s*(?:(?:(?:written|reported|posted|story|text|words)\s+)?(?:by|von|par|por|di|door|av|af|przez|oleh|تقرير|بقلم)\s*:?"
    r"|(?:author|autor(?:in)?|auteur|autore|te[kx]st|texte|texto|testo|автор)\s*:)\s+",
    re.I,
)
#: Labels before a name, in a field of their own.
_LABEL = re.compile(
    r"(?:author|autor(?:in)?|autorin/autor|auteur|autore|autora|författare|автор|الكاتب|yazar)s?\s*:?", re.I
)
_GLUED = re.compile(r"^(?:By|Von|Par|Por)(?=[A-ZÀ-Þ])")
_AND = re.compile(r"\s*(?:[,;|&•/、，；]|\s(?:and|und|et|y|e|en|og|och|with|mit)\s)\s*", re.I)
_NO_NAME = re.compile(
    r"\d|https?\b|facebook|twitter|www\.|@|\.(?:com|org|net)\b|\b(?:updated|published|minutes?|ago|login|reviewed)\b"
    r"|^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|admin(?:istrator)?|editor|staff|newsroom|redaktion|authors?|guest|null|none|n/?a"
    r"|by|name|share|menu|home|search|more|follow)$",
    re.I,
)
#: Figures that belong to a name: "Channel 24", "20 Minutes", but no year and no time of day.
_FEW = re.compile(r"(?<![\d:.])\d{1,2}(?![\d:.])")
_LIST = re.compile(r"\s*[,;|•/、，；]\s*")
_BRACKETS = re.compile(r"\s*[(\[].*?[)\]]")
#: From where somebody reports, and for what ("Ada Berg in Berlin", "Ada Berg, Middle East correspondent").
_PLACE = re.compile(r"\s+(?:reporting\s+)?(?:in|from)\s+[A-ZÀ-Þ].*$")
_FIELD = re.compile(r",[^,]*$")
_ROLE = re.compile(r"(,?)\s+(?:senior |chief |staff |special to )?(?:correspondent|reporter|editor|writer)\b.*$", re.I)

_SIGNING = frozenset(("a", "span", "address", "p", "div", "li"))
_SIGNED = re.compile(r"(?:author|byline|author-name)\Z|.*(?:byline__name|author__name|byline-name)", re.S)


def _stated(page: Parsed) -> list[HtmlElement]:
    return [element for element in page.stating["itemprop"] if element.get("itemprop") == "author"]


def _linked(page: Parsed) -> list[HtmlElement]:
    return [
        element
        for element in page.stating["rel"]
        if element.tag == "a" and "author" in (element.get("rel") or "").split()
    ]


def _signed(page: Parsed) -> list[HtmlElement]:
    """Elements whose class is a byline's."""
    return [
        element
        for element, (name, _) in page.named.items()
        if ("author" in name or "byline" in name) and element.tag in _SIGNING and _SIGNED.match(name)
    ]


#: Where pages put a byline, surest first. Links to an author's page are not among them: too many are other stories'.
_BYLINES: tuple[Callable[[Parsed], list[HtmlElement]], ...] = (_stated, _linked, _signed)


def read(page: Parsed, metas: dict[str, list[str]], data: JsonLd, site: str | None) -> tuple[str, ...]:
    """The authors' names, in the page's order. Where no person is named, the organisation that signs."""
    story = data.story
    sites = _sites(metas, data, site)
    people, others = _named(story.get("author") or story.get("creator") or data.page.get("author"), data, sites)
    if not people:
        for key in (
            *_METAS,
            *(name for name in metas if "author" in name and name not in _METAS and _FURTHER.fullmatch(name)),
            *(f"twitter:data{name[-1]}" for name in metas if _TWITTER.match(name) and _WRITTEN.match(metas[name][0])),
        ):
            told = [name for value in metas.get(key, ()) for name in split(value)]
            sure = len(told) == 1 or not others
            people = [name for name in told if not _is_site(name, sites) and (sure or _is_person(name))]
            if people:
                break
            others = others or told
    if not people:
        people = _marked(page, sites, sure=bool(others))
    if not people and not (others and story.get("author")):  # an outlet that signs as a house means it
        people = _shown(page.tree, sites)
    if not people and not others:
        people = split((signed.author(page) or "").replace("; ", ";"))
    return tuple(dict.fromkeys(people or others))[:MAX_AUTHORS]


def _sites(metas: dict[str, list[str]], data: JsonLd, site: str | None) -> set[str]:
    """What the publisher calls itself, in words: a page signed so names nobody."""
    publisher = string(data.resolve(data.story.get("publisher")))
    told = [site, publisher, *metas.get("publisher", ()), *metas.get("og:site_name", ())]
    return {" ".join(words(_BRACKETS.sub("", name))) for name in told if name} - {""}


def split(value: str) -> list[str]:
    """The names in a byline, without "By", roles and what cannot be a name."""
    text = _GLUED.sub("", _BY.sub("", tidy_text(value) or ""))
    if text.startswith(("http:", "https:", "www.", "@")):
        return []
    text = _BRACKETS.sub("", text[:500])
    role = _ROLE.search(text)
    if role and (role[1] or " " in text[: role.start()]):  # "Ada Berg, Staff Writer", but not "Gazette reporter"
        text = text[: role.start()]
        text = text if role[1] else _FIELD.sub("", text)
    return [
        name
        for part in _AND.split(text)
        if (name := _PLACE.sub("", part).strip(" .-–—:,")) and 1 < len(name) < 80 and not _NO_NAME.search(name)
    ]


def _named(value: Any, data: JsonLd, sites: set[str]) -> tuple[list[str], list[str]]:
    """The people and the organisations of a JSON-LD ``author``."""
    people: list[str] = []
    others: list[str] = []
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    if isinstance(value, dict) and isinstance(names := value.get("name"), list):
        value = [{**value, "name": name} for name in names]
    for raw in value if isinstance(value, list) else [value]:
        item = data.resolve(raw)
        name = string(item) or _full_name(item)
        if not name:
            continue
        organisation = isinstance(item, dict) and "organization" in "".join(types_of(item))
        (others if organisation or _is_site(name, sites) else people).extend(
            [part for part in _persons(name) if not _is_site(part, sites)] or _persons(name)
        )
    return people, others


def _persons(name: str) -> list[str]:
    """The names in a field meant for one. "and" parts full names only: "Gazette et Newswire" stays whole."""
    parts: list[str] = []
    for piece in _LIST.split(_BY.sub("", tidy_text(name) or "")):
        halves = split(piece)
        whole = _BRACKETS.sub("", piece).strip(" .,-–—:")
        one = len(halves) < 2 or not all(_is_person(half) for half in halves)
        fits = 1 < len(whole) <= MAX_BYLINE and not (_NO_NAME.search(_FEW.sub("", whole)) or _ROLE.search(whole))
        parts.extend([whole] if one and fits else halves)
    return parts


def _full_name(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    parts = [part for name in ("givenName", "additionalName", "familyName") if (part := string(item.get(name)))]
    return " ".join(parts) or None


def _is_site(name: str, sites: set[str]) -> bool:
    return " ".join(words(name)) in sites


def _marked(page: Parsed, sites: set[str], *, sure: bool) -> list[str]:
    """The names of the first byline marked up as one: of the first element that holds one, and those beside it.

    Args:
        sure: the page names an organisation already; only marked authors who look like persons count.
    """
    for path in _BYLINES[: 2 if sure else None]:
        found: list[str] = []
        block: HtmlElement | None = None
        for element in path(page)[:30]:
            names = [n for n in _names_in(element) if not _is_site(n, sites) and (not sure or _is_person(n))]
            if not names:
                continue
            if block is None:
                parent = element.getparent()
                block = parent.getparent() if parent is not None and parent.getparent() is not None else parent
            elif block is not None and block not in element.iterancestors():
                continue
            found.extend(names)
        if found:
            return found
    return []


def _shown(tree: HtmlElement, sites: set[str]) -> list[str]:
    """The names in the first short text that reads like a byline ("By Ada Berg") or has a label ("Author: ...")."""
    for number, element in enumerate(tree.iter("p", "div", "span", "li", "strong", "b", "dt", "em", "h2", "h3", "h4")):
        if number > MAX_SHOWN:
            break
        text = (element.text or "").strip()
        if not 1 < len(text) <= MAX_BYLINE:
            continue
        told = None
        if _LABEL.fullmatch(text):
            told = (element.tail or "").strip() or " ".join(" ".join(element.itertext()).split())[len(text) :]
        elif _BY.match(text + " "):
            told = " ".join(" ".join(element.itertext()).split())
        if told and len(told) <= MAX_BYLINE:
            names = [name for name in split(told) if not _is_site(name, sites)]
            if names and all(_is_person(name) for name in names):
                return names
    return []


def _names_in(element: HtmlElement) -> Iterator[str]:
    named = element.xpath(".//*[@itemprop='name']") if element.get("itemprop") == "author" else []
    for part in named[:5] or [element]:
        text = part.get("content") or " ".join(" ".join(part.itertext()).split())
        if len(text) <= MAX_BYLINE:
            yield from split(text)


def _is_person(name: str) -> bool:
    """Two to five words, capitalised where the script has capitals."""
    parts = name.split()
    return 2 <= len(parts) <= 5 and not any(part[:1].islower() for part in (parts[0], parts[-1]))
