"""JSON-LD: the object that tells the page's story, whatever shape the site gave it."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.cleaning.metadata.fields import alike

#: schema.org types that are stories; others (WebSite, Organization, BreadcrumbList ...) describe the site.
ARTICLE_TYPES = frozenset(
    """article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle
    reviewnewsarticle askpublicnewsarticle satiricalarticle blogposting liveblogposting advertisercontentarticle
    scholarlyarticle techarticle report socialmediaposting""".split()  # noqa: SIM905
)

#: Types that are no story and stand for the page all the same, where nothing else tells its date.
_PAGE_TYPES = frozenset(
    "webpage itempage aboutpage claimreview review criticreview creativework".split()  # noqa: SIM905
)

#: Characters of one block, and objects of one page, beyond which the rest is not read: the largest
#: honest ones (live blogs with all their posts) hold about 300,000 characters.
MAX_BLOCK = 1_000_000
MAX_NODES = 2000

#: More stories than this on one page are a list, none of them its own.
MAX_TOLD_APART = 20

#: Where the story may stand inside another object.
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart")
_LISTED = frozenset({"itemListElement", "hasPart"})
_TELLING = frozenset({"datePublished", "dateCreated", "author"})

#: What sites put around a block: comments of HTML and of scripts, CDATA marks.
_OPENING = ("<!--", "//", "/*", "*/", "<![CDATA[")
_CLOSING = ("-->", "//", "/*", "*/", "]]>")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_NO_VALUE = re.compile(r"(?<=:)\s*(?:undefined|NaN|\$\{[^{}]*\})(?=\s*[,}])")
#: An escape that JSON does not have.
_ESCAPE = re.compile(r"""\\(?!["\\/bfnrtu])""")
#: A field with one string, in a block that cannot be read otherwise.
_FIELD = re.compile(r'"(@type|headline|datePublished|dateCreated|dateModified)"\s*:\s*"((?:[^"\\]|\\.){1,400})"')


@dataclass(frozen=True, slots=True)
class JsonLd:
    """The page's JSON-LD.

    Attributes:
        story: the object that tells the story; {} where there is none.
        page: the first object that stands for the page itself (``WebPage``, ``ClaimReview``, one without a type) and
            tells a date or an author; {} where there is none.
        types: every type on the page, lower case.
        by_id: objects by ``@id``, for values that only refer to them (WordPress plugins do).
    """

    story: dict[str, Any]
    types: frozenset[str]
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    page: dict[str, Any] = field(default_factory=dict)

    def resolve(self, value: Any) -> Any:
        """``value``, or the object it refers to by ``@id`` alone."""
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return self.by_id.get(value["@id"], value)
        return value


def read(scripts: Iterable[HtmlElement], url: str, titles: Iterable[str] = ()) -> JsonLd:
    """All JSON-LD of a page. Of a broken block what can be read is; never raises on any markup.

    Args:
        scripts: the page's.
        titles: wordings of the page's title, by which its story is told from others where addresses do not tell.
    """
    stories: list[dict[str, Any]] = []
    listed: list[dict[str, Any]] = []
    types: set[str] = set()
    by_id: dict[str, dict[str, Any]] = {}
    page: dict[str, Any] = {}
    for node, inside in _nodes(scripts):
        kinds = types_of(node)
        types.update(kinds)
        if not ARTICLE_TYPES.isdisjoint(kinds):
            (listed if inside else stories).append(node)
        elif not (page or inside) and (not kinds or not _PAGE_TYPES.isdisjoint(kinds)):
            page = {} if _TELLING.isdisjoint(node) else node
        name = node.get("@id")
        if isinstance(name, str) and len(node) > 1:
            by_id.setdefault(name, node)
    return JsonLd(_story(stories, listed, url, titles), frozenset(types), by_id, page)


def types_of(node: dict[str, Any]) -> list[str]:
    """The schema.org types of an object, lower case, without the vocabulary's address or prefix."""
    kind = node.get("@type")
    return [
        k.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()
        for k in (kind if isinstance(kind, list) else [kind])
        if isinstance(k, str)
    ]


def string(value: Any) -> str | None:
    """The first string in a value: in a list, an object's ``@value`` or ``name``."""
    for _ in range(4):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name")
    return value if isinstance(value, str) and value.strip() else None


def free(story: dict[str, Any]) -> bool | None:
    """``isAccessibleForFree``, as a boolean or in any of the ways it is written."""
    value = story.get("isAccessibleForFree")
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower().rsplit("/", 1)[-1]) if isinstance(value, str) else None


def _story(
    stories: list[dict[str, Any]], listed: list[dict[str, Any]], url: str, titles: Iterable[str]
) -> dict[str, Any]:
    """The page's own story: by its address, else by its headline, else the first."""
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        path = ""
    same = [s for s in (*stories, *listed) if path and _leads_to(_address(s), path)]
    if not same and 1 < len(stories) <= MAX_TOLD_APART:
        same = [max(stories, key=lambda s: sum(alike(string(s.get("headline")) or "", title) for title in titles))]
    return next((node for node in same + stories if node.get("headline") or node.get("datePublished")), {})


def _leads_to(address: str, path: str) -> bool:
    """Whether an address holds a path, and not as the beginning of a longer name."""
    start = address.find(path)
    after = address[start + len(path) :][:1]
    return start >= 0 and not (after.isalnum() or after in ("-", "_"))


def _address(story: dict[str, Any]) -> str:
    for name in ("url", "mainEntityOfPage", "@id"):
        value = story.get(name)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and value:
            return value
    return ""


def _nodes(scripts: Iterable[HtmlElement]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every JSON-LD object of the page, outer before inner, and whether it is an item of a list: such a story
    is the page's only if it has its address."""
    left = MAX_NODES
    for script in scripts:
        raw = (script.text or "").strip()
        if not raw or len(raw) > MAX_BLOCK:
            continue
        try:
            blocks = [json.loads(raw, strict=False)]
        except (ValueError, RecursionError):
            blocks = _mended(raw)
        queue = deque((block, False) for block in blocks)
        while queue and left > 0:
            left -= 1
            node, inside = queue.popleft()
            if isinstance(node, list):
                queue.extend((item, inside) for item in node[:left])
            elif isinstance(node, dict):
                yield node, inside
                queue.extend((node[key], inside or key in _LISTED) for key in _INSIDE if key in node)


def _mended(raw: str) -> list[Any]:
    """The values of a block that is not quite JSON: with marks around it, several in one, entities, commas too many,
    values missing, escapes of other languages. Where that does not help, its first type, headline and dates."""
    text = raw
    for _ in range(4):
        text = text.strip("; \t\r\n")
        for mark in _OPENING:
            text = text.removeprefix(mark)
        for mark in _CLOSING:
            text = text.removesuffix(mark)
    if "&quot;" in text and '"' not in text:
        text = unescape(text)
    text = _ESCAPE.sub("", _NO_VALUE.sub(" null", _TRAILING_COMMA.sub("", text)))
    values: list[Any] = []
    decoder = json.JSONDecoder(strict=False)
    at = 0
    try:
        while at < len(text) and len(values) < MAX_NODES:
            value, at = decoder.raw_decode(text, at)
            values.append(value)
            while at < len(text) and text[at] in " ,;\r\n\t":
                at += 1
    except (ValueError, RecursionError):
        told: dict[str, Any] = {}
        for found in _FIELD.finditer(text, at):
            told.setdefault(found[1], found[2])
        values.append(told)
    return [value for value in values if value]
