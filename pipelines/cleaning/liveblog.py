"""Live blogs: the posts that trafilatura leaves out.

It looks for one text in one frame; a live blog is many short ones, each with its heading, and comes out as
its introduction alone or without the headings. The posts are told by their names (``live-post``,
``liveblog__entry``) or by schema.org's, so that nothing is touched on other pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.cleaning.parse import Parsed, string
from pipelines.cleaning.text import key

#: Posts that make a live blog; fewer are an embedded ticker.
LEAST = 3

#: Of the words of its posts a text must hold so much, or they are put in its place.
WHOLE = 0.95

_POSTS = frozenset(("article", "div", "li", "section"))
_NAME = re.compile(r"live[\w-]*?(?:post|entry|update|item|event|story|tick)(?!s\b)[\w]*\b", re.I)
_LINES = XPath(
    "descendant::*[self::h1 or self::h2 or self::h3 or self::h4 or self::p or self::li or self::blockquote]"
    "[not(ancestor::figure or ancestor::figcaption or ancestor::button or ancestor::form or ancestor::nav)]"
)
_WITHIN = XPath("boolean(descendant::*[self::p or self::li])")


def posts(page: Parsed) -> list[str]:
    """The lines of the page's posts in their order; empty where it is no live blog."""
    named: dict[str, list[HtmlElement]] = {}
    names = " ".join([name for name, _ in page.named.values()])
    for element, (name, _) in page.named.items() if "live" in names or "Live" in names else ():
        if ("live" in name or "Live" in name) and element.tag in _POSTS:
            for part in dict.fromkeys(name.split()):
                if _NAME.fullmatch(part):
                    named.setdefault(part, []).append(element)
    if stated := [e for e in page.stating["itemprop"] if e.get("itemprop") == "liveBlogUpdate" and e.tag in _POSTS]:
        named["itemprop"] = stated
    found = max(named.values(), key=len, default=[])
    if len(found) < LEAST:
        return []
    lines: list[str] = []
    for post in found:
        for block in _LINES(post):
            if not _WITHIN(block) and (text := " ".join(string(block).split())):
                lines.append(("- " if block.tag == "li" else "") + text)
    return lines


def completed(lines: Sequence[str], told: Sequence[str]) -> list[str]:
    """A page's lines with its posts: as they are, or what is not of the posts, and then the posts.

    Args:
        lines: what was extracted.
        told: what :func:`posts` found.
    """
    if not told:
        return list(lines)
    have = {key(line) for line in lines}
    size = sum(map(len, told))
    if sum(len(line) for line in told if key(line) in have) >= WHOLE * size:
        return list(lines)
    of_posts = {key(line) for line in told}
    return [line for line in lines if key(line) not in of_posts] + list(told)
