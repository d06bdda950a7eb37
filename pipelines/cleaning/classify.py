"""What a page is: an article, a live blog, or one of the kinds that must never become one.

Each kind is told by words a whole page of that kind is made of (``page_words.toml``), by its address, its schema.org
type and the shape of its tree, and only where little other text stands: an article *about* cookies, paywalls or error
404 is an article, and so is one with a video at its top.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.cleaning.literals import Search
from pipelines.cleaning.metadata import Metadata
from pipelines.cleaning.metadata.urls import leads_on
from pipelines.cleaning.parse import string
from pipelines.cleaning.text import ends_sentence, key, length
from warehouse.vocabulary import ArticleKind

#: Characters of text below which a page may be a wall or an error page; the longest seen hold about 1,200.
SHORT = 1500

#: Characters of prose below which a page without metadata of a story is none.
TOO_LITTLE = 200

#: Words of a line that is a sentence, in a brief made of little else.
SHORT_SENTENCE = 4

#: Characters of text below which a page at a gallery's or video's address, or of its type, tells no story beside it.
CAPTIONS = 500

#: Different words of consent that make a page that asks for it.
CONSENT_WORDS = 3

#: Share of sentences in a home page's text above which it is no list of headlines.
HOME_PROSE = 0.75

#: Cards (a linked headline and its line) that make a listing, and the share of the text that stands in them.
CARDS = 4
IN_CARDS = 0.6

#: Characters a card may hold; a box with more is the story itself, under a headline that links to its own page.
MAX_CARD = 700

_TABLES = tomllib.loads((Path(__file__).parent / "page_words.toml").read_text("utf-8"))


def _pattern(kind: str) -> Search:
    return Search.of(re.compile("|".join(word for words in _TABLES[kind].values() for word in words), re.I))


_CHALLENGE, _MISSING, _CONSENT, _PAYWALL = map(_pattern, ("challenge", "missing", "consent", "paywall"))
_ADDRESS = {kind: re.compile("|".join(parts), re.I) for kind, parts in _TABLES["address"].items()}

_GALLERY_TYPES = frozenset({"imagegallery", "mediagallery"})
_LISTING_TYPES = frozenset({"collectionpage", "itemlist", "searchresultspage", "profilepage"})
_HEADINGS = ("h2", "h3", "h4", "h5")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Shape:
    """What the tree says of the page's kind; read before the base takes elements out.

    Attributes:
        cards: the texts of the boxes that a linked headline stands in, headline included, without white space.
        live: whether there are posts of a live blog.
    """

    cards: tuple[str, ...] = ()
    live: bool = False


def shape(tree: HtmlElement, meta: Metadata, url: str, *, live: bool) -> Shape:
    """Read the tree once. Cards lead to other pages of the site: a guide's headings may lead to what it tells of.
    They are sought only where the page does not say that it is a story."""
    if live or _tells_story(meta):
        return Shape(live=live)
    cards: list[str] = []
    headings = [heading for heading in tree.iter(*_HEADINGS) if _is_linked(heading) and _leads_on(heading, url)]
    if len(headings) >= CARDS:
        among = set(headings)
        for heading in headings[:200]:
            box = heading
            while (parent := box.getparent()) is not None and parent.tag not in {"body", "main", "html"}:
                if sum(other in among for other in parent.iter(*_HEADINGS)) > 1:
                    break
                box = parent
            text = _SPACE.sub("", string(box))
            if len(text) <= MAX_CARD:
                cards.append(text)
    return Shape(tuple(cards), live)


def _is_linked(heading: HtmlElement) -> bool:
    """Whether a heading holds a link or stands in one, outside navigation, sidebars and footers."""
    links = [*heading.iterchildren("a"), *(link for part in heading for link in part.iterchildren("a"))]
    if (parent := heading.getparent()) is not None and parent.tag == "a":
        links.append(parent)
    return any(link.get("href") is not None for link in links) and (
        next(heading.iterancestors("nav", "aside", "footer"), None) is None
    )


def _leads_on(heading: HtmlElement, url: str) -> bool:
    """Whether a heading's link, in it or around it, leads to another page of the site."""
    parent = heading.getparent()
    links = [parent.get("href"), *(a.get("href") for a in heading.iter("a"))] if parent is not None else []
    return leads_on(next(filter(None, links), ""), url)


def verdict(
    paragraphs: Sequence[str], removed: Sequence[str], meta: Metadata, url: str, page_text: str, page: Shape
) -> tuple[str, str | None]:
    """The outcome of a page (``ok`` or one of :data:`warehouse.vocabulary.OUTCOMES`) and why.

    Args:
        paragraphs: what is left of the text.
        removed: the lines the rules dropped (a paywall's plea is often among them).
        page_text: the page's text outside scripts, for pages whose article is empty.
    """
    size = sum(map(length, paragraphs))
    if page.live and size >= TOO_LITTLE:
        return "ok", None
    return (
        _wall(paragraphs, size, removed, meta, page_text)
        or _listing(paragraphs, size, meta, url, page)
        or _media(size, meta, url)
        or _bare_list(paragraphs, size, meta, url, page)
        or _empty(paragraphs, size, meta)
        or ("ok", None)
    )


def kind_of(meta: Metadata, page: Shape) -> ArticleKind:
    """What kind of article a page is that is one."""
    return "live_blog" if page.live or meta.kind == "liveblogposting" else "article"


def _wall(
    paragraphs: Sequence[str], size: int, removed: Sequence[str], meta: Metadata, page_text: str
) -> tuple[str, str | None] | None:
    """A page that stands where another was asked for."""
    if size >= SHORT:
        return None
    everything = "\n".join([*paragraphs, *removed])
    shown = everything if size >= TOO_LITTLE else f"{everything}\n{page_text[:4000]}"
    names = " / ".join(meta.headlines)
    story = _is_story(meta)
    few = size < 600 and len(shown.split()) < 250
    if (hit := _CHALLENGE.first(names)) or (few and (hit := _CHALLENGE.first(shown))):
        return "blocked", f"bot challenge: {hit[0]!r}"
    if not story and (hit := _MISSING.first(names)):
        return "soft_404", f"title says {hit[0]!r}"
    if few and not story and (hit := _MISSING.first(shown)):
        return "soft_404", f"text says {hit[0]!r}"
    hits = {text.casefold() for text in _CONSENT.all(names + "\n" + shown, CONSENT_WORDS)}
    if len(hits) >= CONSENT_WORDS and _share(_CONSENT, paragraphs or shown.split("\n")) >= 0.5:
        return "consent_wall", "asks for consent: " + ", ".join(sorted(hits)[:4])
    if (
        (meta.free is False or (meta.free is None and size < 800))
        and _stub(paragraphs, removed)  # the few lines first
        and (hit := _PAYWALL.first(shown))
    ):
        return "paywall", f"a stub that says {hit[0]!r}"
    return None


def _listing(
    paragraphs: Sequence[str], size: int, meta: Metadata, url: str, page: Shape
) -> tuple[str, str | None] | None:
    """A page that leads to stories and tells none."""
    if _tells_story(meta):
        return None
    if paragraphs and len(page.cards) >= CARDS:
        within = "\n".join(page.cards)
        listed = sum(length(p) for p in paragraphs if _SPACE.sub("", p.removeprefix("- ")) in within)
        if listed >= IN_CARDS * size and (len(paragraphs) > 1 or len(page.cards) > 2 * CARDS):
            return "index", f"{len(page.cards)} headlines that lead elsewhere hold the text"
    if _is_story(meta):
        return None
    sentences = _sentences(paragraphs)
    # an outlet's is made of headlines; a firm's or an office's may be a text of its own
    if (
        _is_home(url)
        and sum(length(p) >= 120 for p in sentences) < 3
        and not (len(sentences) >= 4 and sum(map(length, sentences)) > HOME_PROSE * size)
    ):
        return "index", "the home page"
    return None


def _bare_list(
    paragraphs: Sequence[str], size: int, meta: Metadata, url: str, page: Shape
) -> tuple[str, str | None] | None:
    """A page that lists, with little or nothing beside: what is neither told by its cards nor a gallery."""
    if _is_story(meta):
        return None
    if size < TOO_LITTLE and (
        _part_of(url, "index") or not _LISTING_TYPES.isdisjoint(meta.types) or len(page.cards) >= CARDS
    ):
        return "index", f"{size} characters of text at an address or in a page that lists"
    if len(paragraphs) >= 8 and sum(map(length, _sentences(paragraphs))) < 0.15 * size:
        return "index", "a list of short lines"
    return None


def _media(size: int, meta: Metadata, url: str) -> tuple[str, str | None] | None:
    """A gallery or video with no more text than its captions."""
    if size >= CAPTIONS or _tells_story(meta):
        return None
    kind = meta.kind or ""
    if not _GALLERY_TYPES.isdisjoint(meta.types) or "gallery" in kind or _part_of(url, "gallery"):
        return "gallery", f"pictures with {size} characters of text"
    if kind.startswith("video") or _part_of(url, "video") or ("videoobject" in meta.types and size < TOO_LITTLE):
        return "video", f"a video with {size} characters of text"
    return None


def _empty(paragraphs: Sequence[str], size: int, meta: Metadata) -> tuple[str, str | None] | None:
    """Too little of anything."""
    if not paragraphs:
        return "not_article", "no text"
    if not _is_story(meta):
        if size < TOO_LITTLE and len(_sentences(paragraphs)) < 2 and not _brief(paragraphs, meta):
            return "not_article", f"{size} characters of text and no sign of a story"
    elif size < 40:
        return "not_article", f"{size} characters of text"
    return None


def _brief(paragraphs: Sequence[str], meta: Metadata) -> bool:
    """A headline over sentences, however short: three of them, or two under a date."""
    sentences = [p for p in paragraphs if ends_sentence(p) and key(p).count(" ") >= SHORT_SENTENCE - 1]
    return bool(meta.title) and len(sentences) >= (2 if meta.published_at else 3)


def _is_story(meta: Metadata) -> bool:
    """It says so somewhere. Many systems call each of their pages an ``og:type`` article."""
    return bool(meta.kind and ("article" in meta.kind or "posting" in meta.kind)) and bool(meta.title)


def _tells_story(meta: Metadata) -> bool:
    """Its JSON-LD holds the story itself."""
    return meta.structured and bool(meta.title)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.netloc) and not parts.path.strip("/") and not parts.query


def _part_of(url: str, kind: str) -> bool:
    """Whether a folder of the address (or its only part) says the kind."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    return any(_ADDRESS[kind].fullmatch(part) for part in (parts[:-1] or parts))


def _sentences(paragraphs: Sequence[str]) -> list[str]:
    return [p for p in paragraphs if length(p) >= 80 or (length(p) >= 40 and p[-1:] in '.!?"”»。')]


def _share(pattern: Search, paragraphs: Sequence[str]) -> float:
    size = sum(map(length, paragraphs))
    return sum(length(p) for p in paragraphs if pattern.first(p)) / size if size else 0.0


def _stub(paragraphs: Sequence[str], removed: Sequence[str]) -> bool:
    """The plea stands at the end of what is shown, or the last words break off."""
    tail = [*paragraphs[-2:], *removed[-3:]]
    return any(_PAYWALL.first(line) for line in tail) or (bool(paragraphs) and paragraphs[-1].endswith(("…", "...")))
