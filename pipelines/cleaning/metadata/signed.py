"""trafilatura's author, asked of a small tree.

It copies the whole page and asks patterns that run in Python of each element. The answer is the same when only the
elements whose names may sign are copied.
"""

from __future__ import annotations

import re
from copy import copy
from functools import lru_cache
from itertools import chain

from lxml.html import HtmlElement
from trafilatura.metadata import extract_author

from pipelines.cleaning.literals import alternation
from pipelines.cleaning.parse import Parsed

#: Names remembered with their verdicts.
MEMORY = 16_384

#: In a class or id that trafilatura may take for an author's, and in one that it takes out first.
_SIGNING = re.compile(alternation((
    "author", "Author", "yline", "^byl$", "^BBL$", "username", "screenname", "writer", "channel-name", "zuozhe",
    "bianji", "xiaobian", "submitted-by", "posted-by", "journalist-name",
)))  # fmt: skip
_OUTSIDE_CLASS = re.compile(
    "^(?:title|date)$|^[Cc]omments|commentlist|comments-list|sidebar|is-hidden|quote|embedly-instagram"
    "|article-(?:share|support)|print|category|meta-date|meta-reviewer"
)
_OUTSIDE_ID = re.compile("^comments|comment-?list|ProductReviews")
_PLAIN = frozenset(("a", "div", "section", "span"))


@lru_cache(MEMORY)
def _signs(name: str) -> bool:
    return _SIGNING.search(name) is not None


def _states(element: HtmlElement) -> bool:
    """Whether attributes other than class and id say that the element names an author."""
    return (
        element.get("rel") == "author"
        or element.get("data-testid") in {"AuthorCard", "AuthorURL"}
        or "author" in (element.get("itemprop") or "")
        or "Byline" in (element.get("data-component") or "")
    )


def author(page: Parsed) -> str | None:
    """:func:`trafilatura.metadata.extract_author` of the page."""
    tree = page.tree
    signing = {element for element, (name, identity) in page.named.items() if _signs(name) or _signs(identity)}
    signing.update(filter(_states, chain.from_iterable(page.stating.values())), tree.iter("author"))
    if not signing:
        return None
    body = tree.makeelement("body")
    last = None
    for element in tree.iter("*"):
        if element not in signing:
            continue
        if (last is not None and last in element.iterancestors()) or any(map(_discarded, element.iterancestors())):
            continue  # copied with the one above, or taken out
        last = element
        part = copy(element)
        part.tail = None
        body.append(part)
    return extract_author(body) if len(body) else None


def _discarded(element: HtmlElement) -> bool:
    """Whether trafilatura takes the element out before it looks for authors."""
    if element.tag in {"time", "figure"}:
        return True
    return element.tag in _PLAIN and (
        _OUTSIDE_CLASS.search(element.get("class") or "") is not None
        or _OUTSIDE_ID.search(element.get("id") or "") is not None
        or "Figure" in (element.get("data-component") or "")
    )
