"""Two dear questions asked of a small tree: trafilatura's author and htmldate's date.

Both copy the whole page and ask patterns of each element. The answers are the same when only what can matter is
copied: for the author, the elements whose names may sign; for the date, the elements without the attributes that
tell none (``style``, ``srcset``, ``data-*``), which htmldate's last resort would search as if they were text.
"""

from __future__ import annotations

import re
from copy import copy
from functools import lru_cache

from htmldate import find_date
from lxml.etree import XPath, strip_attributes
from lxml.html import HtmlElement
from trafilatura.metadata import extract_author

#: Names remembered with their verdicts.
MEMORY = 16_384

#: Attributes in which htmldate looks for dates, or that tell it where to look.
DATED = frozenset(
    "class content datetime href id itemprop name property pubdate rel src title type".split()  # noqa: SIM905
)

#: In a class or id that trafilatura may take for an author's, and in one that it takes out first.
_SIGNING = re.compile(
    "author|Author|yline|^byl$|^BBL$|username|screenname|writer|channel-name|zuozhe|bianji|xiaobian"
    "|submitted-by|posted-by|journalist-name"
)
_OUTSIDE_CLASS = re.compile(
    "^(?:title|date)$|^[Cc]omments|commentlist|comments-list|sidebar|is-hidden|quote|embedly-instagram"
    "|article-(?:share|support)|print|category|meta-date|meta-reviewer"
)
_OUTSIDE_ID = re.compile("^comments|comment-?list|ProductReviews")
_NAMES = XPath("//@class|//@id", smart_strings=False)
_STATED = XPath(
    "//*[@rel='author' or @data-testid='AuthorCard' or @data-testid='AuthorURL'"
    " or contains(@itemprop, 'author') or contains(@data-component, 'Byline')]|//author"
)
_PLAIN = frozenset(("a", "div", "section", "span"))


@lru_cache(MEMORY)
def _signs(name: str) -> bool:
    return _SIGNING.search(name) is not None


def author(tree: HtmlElement) -> str | None:
    """:func:`trafilatura.metadata.extract_author` of the page."""
    stated = set(_STATED(tree))
    signing = {name for name in set(_NAMES(tree)) if _signs(name)}
    if not stated and not signing:
        return None
    body = tree.makeelement("body")
    last = None
    for element in tree.iter("*"):
        if element not in stated and element.get("class") not in signing and element.get("id") not in signing:
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


def date(tree: HtmlElement, url: str, latest: str) -> str | None:
    """htmldate's first publication date of the page (YYYY-MM-DD), none after ``latest``.

    Raises:
        Exception: htmldate meets hostile markup.
    """
    page = copy(tree)
    names = set().union(*(element.keys() for element in page.iter("*")))
    strip_attributes(page, *(names - DATED))
    return find_date(page, original_date=True, url=url or None, max_date=latest)
