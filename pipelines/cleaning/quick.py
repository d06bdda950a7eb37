"""trafilatura's main pass, on the article's frame alone.

In quick mode trafilatura copies the page four times, cleans and converts all of it, and asks patterns that run in
Python of every class and id before it looks at the article. Here the frame is found first, by the same names in the
same order; only the frame is copied, cleaned, converted and read, by trafilatura's own functions; and each name is
judged once and remembered. Where the main pass does not settle the matter, the answer is None, and trafilatura's
public function takes the page.

With :mod:`pipelines.cleaning.names` the one place that leans on trafilatura's inner functions.
``tests/test_cleaning_quick.py`` compares it with the public function, so that an upgrade that changes them is noticed.
"""

from __future__ import annotations

from copy import copy

from lxml.etree import Element, XPath, _Element, strip_elements, strip_tags
from lxml.html import HtmlElement
from trafilatura.external import sanitize_tree, try_readability
from trafilatura.htmlprocessing import (
    convert_tags,
    link_density_test,
    link_density_test_tables,
    process_node,
    tree_cleaning,
)
from trafilatura.main_extractor import NOT_AT_THE_END, REBUILT_BLOCKS, handle_textelem
from trafilatura.settings import INLINE_FORMATTABLE, MANUALLY_CLEANED, MIN_DUPLICATE_LENGTH, TAG_CATALOG, Extractor
from trafilatura.utils import SPACING_PROTECTED, text_chars_test, trim
from trafilatura.xml import delete_element, xmltotxt

from pipelines.cleaning.names import aside, beside, discarded, stage_of
from pipelines.cleaning.parse import Parsed, string

#: A block or paragraph of so many characters is no link list to trafilatura unless nine tenths of it are links.
LONG_BLOCK = 300
LONG_PARAGRAPH = 60

#: Below this share of a frame's prose in paragraphs, its text stands in ``<div>`` as well.
IN_PARAGRAPHS = 0.6

_FRAMES = ("article", "div", "main", "section")
_CONTAINERS = ("div", "li", "p", "table")
_CLEANED = frozenset(MANUALLY_CLEANED) - {"form", "figure"}
_PRUNABLE = frozenset(("div", "item", "list", "p", "section", "span"))
_COMMENTABLE = frozenset(("div", "section", "details", "ol", "ul"))
_APPENDABLE = frozenset(("div", "section", "aside"))
_TAGS = frozenset((*TAG_CATALOG, "table", "td", "th", "tr"))

#: Attributes, besides class and id, by which an element may say that it is hidden or navigation.
_STATING = frozenset(("aria-hidden", "data-component", "data-lp-replacement-content", "role", "style"))
_PARAGRAPH_TEXT = XPath("descendant-or-self::p//text()", smart_strings=False)
_NAMELESS = ("", "")
_BLANKS = (" ", "\n", "\t", "\r", "\u00a0")


def _set_aside(element: HtmlElement) -> bool:
    """Whether trafilatura takes the element out of the raw page: readers' comments, appended articles."""
    keys = element.keys()  # asking for one by its name costs more
    name = (element.get("class") or "") if "class" in keys else ""
    identity = (element.get("id") or "") if "id" in keys else ""
    verdict = aside(name, identity) if name or identity else 0
    if not verdict:
        return False
    tag = element.tag
    if verdict & 3 and tag in _COMMENTABLE and (verdict & 1 or tag not in {"ol", "ul"}):
        return True
    return tag in _APPENDABLE and (verdict & 8 != 0 or (verdict & 4 != 0 and element.find(".//h1") is None))


def text(page: Parsed, options: Extractor) -> str | None:
    """What trafilatura's quick mode makes of the page, which stays as it is; None where its main pass is not enough.

    Args:
        options: quick mode, balanced, without comments, links, images, formatting and deduplication.
    """
    frame = find(page)
    if frame is None or any("DiscussionForumPosting" in (script.text or "") for script in page.all("script")):
        return None
    part = _cleaned(frame, options)
    if part is None:
        return None
    _prune(part)
    if not len(part):
        return None
    body = _read(part, options, _loose(part, page.tree, frame, 3 * options.min_extracted_size))
    if len(body) < 2 or len(" ".join(body.itertext()).strip()) < options.min_extracted_size:
        return None
    return _written(body)


def text_of(frame: HtmlElement, options: Extractor, prose: int, *, names: bool = True) -> str:
    """What the main pass makes of a frame found otherwise, "" if nothing.

    Args:
        prose: characters of prose in it; where its paragraphs hold little of them, a ``<div>`` may be one.
        names: whether classes and ids are believed that say an element is no part of the article.
    """
    part = _cleaned(frame, options)
    if part is None:
        return ""
    if names:
        _prune(part)
    else:
        strip_tags(part, "span", "ref")
    return _written(_read(part, options, sum(map(len, _PARAGRAPH_TEXT(part))) < IN_PARAGRAPHS * prose))


def readable(tree: HtmlElement, options: Extractor) -> str:
    """What readability makes of the page, tidied by trafilatura; "" if nothing.

    trafilatura's full mode would ask justext as well, whose time grows with the square of the paragraphs.
    """
    return xmltotxt(sanitize_tree(try_readability(_without_aside(tree)), options)[0], False)


def find(page: Parsed) -> HtmlElement | None:
    """The element that trafilatura would take for the article's frame."""
    best, found = 5, None
    for element in page.tree.iter(*_FRAMES):
        stage = stage_of(*page.named.get(element, _NAMELESS))
        tag = element.tag
        if stage and best:
            if element.get("itemprop") == "articleBody":
                stage = 0
            elif tag == "article":
                stage = 1
            elif stage > 2 and (role := element.get("role")):
                stage = 2 if role == "article" else min(stage, 4 if role.startswith("main") else 5)
            if tag == "main":
                stage = min(stage, 4)
        if stage < best and stays(element, page.tree):
            best, found = stage, element
            if not stage:
                break
    return found


def stays(element: HtmlElement, tree: HtmlElement) -> bool:
    """Whether trafilatura's cleaning leaves the element in the page."""
    if _set_aside(element):
        return False
    for above in element.iterancestors():
        tag = above.tag
        if tag in _CLEANED or _set_aside(above) or (tag == "figure" and above.find(".//table") is None):
            return False
        if tag == "form" and 2 * len(string(above)) <= len(string(tree)):
            return False
    return True


def _cleaned(frame: HtmlElement, options: Extractor) -> HtmlElement | None:
    """A cleaned and converted copy of the frame, below a body of its own."""
    part = _without_aside(frame)
    root = holder = part.makeelement("body")
    if next(frame.iterancestors(*_CONTAINERS), None) is not None:  # its bare links count as links, then
        holder = part.makeelement("div")
        root.append(holder)
    holder.append(part)
    for form in list(part.iter("form")):
        if 2 * len(string(form)) > len(string(part)):  # may hold half of the page's text
            return None
        delete_element(form)
    convert_tags(tree_cleaning(root, options), options)
    return part if part.getparent() is not None else None


def _without_aside(element: HtmlElement) -> HtmlElement:
    """A copy of the element without readers' comments and appended articles."""
    part = copy(element)
    for below in [e for e in part.iterdescendants("*") if _set_aside(e)]:
        delete_element(below)
    return part


def _prune(part: HtmlElement) -> None:
    """Take boilerplate out of the frame, as trafilatura's ``prune_unwanted_sections`` does."""
    matches: dict[HtmlElement, None] = {}
    sure: list[HtmlElement] = []
    stating: list[HtmlElement] = []
    for element in part.iterdescendants("*"):
        if not (keys := element.keys()):
            continue
        if (named := "class" in keys) or "id" in keys:
            name = element.get("class") if named else None
            identity = element.get("id") if "id" in keys else None
            if element.tag in _PRUNABLE and beside(name or "", identity or ""):
                sure.append(element)
            verdict = discarded(name, identity, identity is None or (name is not None and keys[0] == "class"))
            if verdict == 2 or (verdict == 1 and element.tag in _PRUNABLE):
                matches[element] = None
        if not _STATING.isdisjoint(keys):
            stating.append(element)
    matches.update((element, None) for element in stating if _stated(element))
    if matches:
        outer = [e for e in matches if not any(a in matches for a in e.iterancestors())]
        size = len(string(part))
        if size - sum(len(string(e)) for e in outer) > size / 7:
            for element in outer:
                delete_element(element)
    for element in sure:
        delete_element(element)
    if _delete_by_link_density(part):  # where nothing went, a second round would find nothing either
        _delete_by_link_density(part)
    for table in [e for e in part.iter("table") if link_density_test_tables(e)]:
        delete_element(table, keep_tail=False)
    strip_tags(part, "span", "ref")


def _delete_by_link_density(part: HtmlElement) -> bool:
    """trafilatura's ``delete_by_link_density``, for blocks, lists and paragraphs in turn, asked only of those that it
    may delete: most of its time goes into tidying the text of every box around another. Whether anything went."""
    around = set(part.iterancestors())
    linked: dict[HtmlElement, int] = {}
    for link in part.iter("ref"):
        size = len(string(link))
        for above in link.iterancestors("div", "list", "p"):
            linked[above] = linked.get(above, 0) + size
    gone = 0
    for tag in ("div", "list", "p"):
        found = [e for e in linked if e.tag == tag and e not in around and _is_link_list(e, linked[e])]
        for element in found:
            delete_element(element)
        gone += len(found)
    return gone > 0


def _is_link_list(element: HtmlElement, linked: int) -> bool:
    """Whether trafilatura deletes the element for its links, whose texts hold so many characters in all."""
    text = string(element)
    long = LONG_PARAGRAPH if element.tag == "p" else LONG_BLOCK
    if len(text) >= max(long, 2 * linked):
        told = len(text) - sum(map(text.count, _BLANKS))
        if told >= max(long, 2 * linked):
            return False
    dense, short = link_density_test(element)
    if not dense and not (short and element.tag == "div" and len(element) >= 3 and len(trim(text)) < 100):
        return False
    parent = element.getparent()  # a paragraph that holds what a list item says is judged with the list
    return not (element.tag == "p" and parent is not None and parent.tag in {"item", "td", "th"})


def _stated(element: HtmlElement) -> bool:
    """Whether attributes other than class and id say that the element is hidden or navigation."""
    style = element.get("style") or ""
    if (
        element.get("aria-hidden") == "true"
        or "display:none" in style
        or "display: none" in style
        or (style and "hidden" in (element.get("id") if _first(element, "id", "style") else style))
    ):
        return True
    return element.tag in _PRUNABLE and (
        element.get("data-lp-replacement-content") is not None
        or "nav" in (element.get("role") or "").replace("N", "n")
        or "MostPopularStories" in (element.get("data-component") or "")
    )


def _first(element: HtmlElement, one: str, other: str) -> bool:
    """Whether attribute ``one`` stands before ``other``: XPath reads only the first of two."""
    keys = element.keys()
    return one in keys and (other not in keys or keys.index(one) < keys.index(other))


def _loose(part: HtmlElement, tree: HtmlElement, frame: HtmlElement, enough: int) -> bool:
    """Whether the page has so little text in paragraphs that a ``<div>`` may be one."""
    size = sum(map(len, _PARAGRAPH_TEXT(part)))
    if size >= enough:
        return False
    for paragraph in tree.iter("p"):
        if frame not in paragraph.iterancestors() and stays(paragraph, tree):
            size += len(string(paragraph))
            if size >= enough:
                return False
    return True


def _read(part: HtmlElement, options: Extractor, loose: bool) -> _Element:
    """The frame's paragraphs, headings, lists, quotes and tables, as trafilatura's ``_extract`` gathers them."""
    wanted = {*_TAGS, "div"} if loose else set(_TAGS)
    body = Element("body")
    elements = list(part.iterdescendants("*"))
    tags = {element.tag for element in elements}
    lead = None
    if tags == {"lb"} or (part.tag == "div" and loose and tags <= INLINE_FORMATTABLE | {"lb"}):
        elements = [part]
    elif text_chars_test(part.text):
        lead = Element("p")
        lead.text = part.text
        lead = process_node(lead, options)
    moved = False
    for element in elements:
        tag, tail = element.tag, element.tail
        if tag == "done" or (moved and element.getroottree().getroot() is body):
            continue
        processed = handle_textelem(element, wanted, options)
        if processed is not None:
            body.append(processed)
            if element.getroottree().getroot() is not body:
                element.tag = "done"
            else:
                moved = moved or len(element) > 0
        if tag in REBUILT_BLOCKS and text_chars_test(tail) and (processed is None or processed.tail is None):
            after = Element("p")
            after.text = tail
            if process_node(after, options) is not None:
                body.append(after)
    while len(body) and body[-1].tag in NOT_AT_THE_END:
        delete_element(body[-1], keep_tail=False)
    if lead is not None and len(body) > 1:
        body.insert(0, lead)
    return body


def _written(body: _Element) -> str:
    """The text, without long repeats and what only held it together, as trafilatura's ``extract_content`` leaves it."""
    previous = None
    for element in list(body):
        current = trim(string(element))
        if current and current == previous and len(current) > MIN_DUPLICATE_LENGTH:
            delete_element(element, keep_tail=False)
        else:
            previous = current
    strip_elements(body, "done")
    strip_tags(body, "div")
    for line_break in body.iter("lb"):
        if (
            line_break.tail
            and not text_chars_test(line_break.tail)
            and not any(above.tag in SPACING_PROTECTED for above in line_break.iterancestors())
        ):
            line_break.tail = None
    return xmltotxt(body, False)
