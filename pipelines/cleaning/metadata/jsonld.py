"""JSON-LD: the object that tells the page's story, whatever shape the site gave it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

#: schema.org types that are stories; others (WebSite, Organization, BreadcrumbList ...) describe the site.
ARTICLE_TYPES = frozenset(
    """article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle
    reviewnewsarticle askpublicnewsarticle satiricalarticle blogposting liveblogposting advertisercontentarticle
    scholarlyarticle techarticle report socialmediaposting""".split()  # noqa: SIM905
)

#: Characters of one block, and objects of one page, beyond which the rest is not read: the largest
#: honest ones (live blogs with all their posts) hold about 300,000 characters.
MAX_BLOCK = 1_000_000
MAX_NODES = 2000

#: Where the story may stand inside another object.
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart")
_LISTED = frozenset({"itemListElement", "hasPart"})


@dataclass(frozen=True, slots=True)
class JsonLd:
    """The page's JSON-LD.

    Attributes:
        story: the object that tells the story; {} where there is none.
        types: every type on the page, lower case.
        by_id: objects by ``@id``, for values that only refer to them (WordPress plugins do).
    """

    story: dict[str, Any]
    types: frozenset[str]
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)

    def resolve(self, value: Any) -> Any:
        """``value``, or the object it refers to by ``@id`` alone."""
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return self.by_id.get(value["@id"], value)
        return value


def read(tree: HtmlElement, url: str) -> JsonLd:
    """All JSON-LD of a page. Broken blocks are passed over; never raises on any markup."""
    stories: list[dict[str, Any]] = []
    listed: list[dict[str, Any]] = []
    types: set[str] = set()
    by_id: dict[str, dict[str, Any]] = {}
    for node, inside in _nodes(tree):
        kinds = types_of(node)
        types.update(kinds)
        if not ARTICLE_TYPES.isdisjoint(kinds):
            (listed if inside else stories).append(node)
        name = node.get("@id")
        if isinstance(name, str) and len(node) > 1:
            by_id.setdefault(name, node)
    return JsonLd(_story(stories, listed, url), frozenset(types), by_id)


def types_of(node: dict[str, Any]) -> list[str]:
    """The schema.org types of an object, lower case, without the vocabulary's address."""
    kind = node.get("@type")
    return [k.rsplit("/", 1)[-1].lower() for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)]


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


def _story(stories: list[dict[str, Any]], listed: list[dict[str, Any]], url: str) -> dict[str, Any]:
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        path = ""
    same = [s for s in (*stories, *listed) if path and path in _address(s)]
    return next((node for node in same + stories if node.get("headline") or node.get("datePublished")), {})


def _address(story: dict[str, Any]) -> str:
    for name in ("url", "mainEntityOfPage", "@id"):
        value = story.get(name)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and value:
            return value
    return ""


def _nodes(tree: HtmlElement) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every JSON-LD object of the page, outer before inner, and whether it is an item of a list: such a story
    is the page's only if it has its address."""
    left = MAX_NODES
    for script in tree.iter("script"):
        raw = (script.text or "").strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
        if not raw or len(raw) > MAX_BLOCK:
            continue
        try:
            queue = deque([(json.loads(raw, strict=False), False)])
        except (ValueError, RecursionError):
            continue
        while queue and left > 0:
            left -= 1
            node, inside = queue.popleft()
            if isinstance(node, list):
                queue.extend((item, inside) for item in node[:left])
            elif isinstance(node, dict):
                yield node, inside
                queue.extend((node[key], inside or key in _LISTED) for key in _INSIDE if key in node)
