"""Bytes to one tree, which the base, the rules, the metadata and the classifier all read.

Size caps keep a hostile page from costing more than a big honest one.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction, fromstring

from pipelines.cleaning.markup import utf8, without_raw

#: The crawler's body cap; more than this is cut before parsing (bytes or characters).
MAX_SIZE = 8 * 1024 * 1024

#: Elements past which a page is not worth its time: the 756 pages of the evaluation sets stay below 5,000;
#: the dearest kinds found (list items, table cells, nested links) cost 0.07 to 0.13 ms an element.
MAX_ELEMENTS = 12_000

#: Characters of text past which it is no article: a million is a long book.
MAX_TEXT = 1_000_000

#: Characters of a ``class`` or ``id`` past which it is dropped: trafilatura runs dozens of patterns over each.
MAX_NAME = 2_000

#: Nesting past which C and Python recursion get near their stacks; honest pages stay below 60.
MAX_DEPTH = 100

#: What XML cannot hold, and what HTML text has no use for: control characters besides tab, newline, return.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")

#: Marks that reorder the text around them (embeddings, overrides, isolates): they make words read as others.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")

#: libxml2 stumbles over odd ones (lxml bug 1955915), and needs neither.
_PROLOGUE = re.compile(rb"\s*(?:<\?xml[^>]{0,500}>\s*)?(?:<!\s?doctype[^>]{0,500}>)?", re.I)

#: The same control characters in UTF-8; those past ASCII are dropped from each extracted line.
_CONTROL_BYTES = bytes(c for c in range(32) if c not in b"\t\n\r") + b"\x7f"

#: References to such characters, which the parser would make real; readers that copy the text raise on them.
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|x0*(?:[1-8bcef]|1[0-9a-f]|fff[ef])(?![0-9a-f]));?", re.I
)
_NO_CHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF

#: Never text; scripts go too, but for the JSON-LD that metadata and the base's last resort read.
_DROPPED = ("style", "svg", "template", "iframe", "object", "embed", "canvas", "map", "script")
#: What may stand in a head; with anything else the body has begun.
_IN_HEAD = frozenset(("base", "link", "meta", "noscript", "script", "style", "template", "title"))
_COUNT = etree.XPath("count(//*)")
#: Elements whose names XML cannot hold (``fb:like``; a script cut off by the parser leaves ``e.index(``): they can be
#: read but not made again, and readers that rebuild the page raise on them.
_PLAIN_NAME = re.compile("[a-z0-9_-]+")
#: Attributes, besides class and id, by which elements say what they are.
_STATING = ("data-component", "data-testid", "itemprop", "rel")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


def string(element: HtmlElement) -> str:
    """The element's text with that of all in it, blanks as they stand: much faster than its ``text_content()``. Most
    elements have no others in them, and asking for their text alone is much cheaper."""
    return etree.tostring(element, encoding=str, method="text", with_tail=False) if len(element) else element.text or ""


class TooComplex(ValueError):
    """The page holds more elements, or nests them deeper, than any honest page."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page's tree, without scripts and styles. Readers must not change it.

    Attributes:
        named: its elements with a class or an id, in their order, each with the two ("" where it has but one): to look
            them up here takes a fifth of what it takes to ask the element.
        stating: those that say by another attribute what they are, by that: ``itemprop``, ``rel``, a component's
            name.
        tagged: all by their tags, in their order; while the tree is as it was parsed, that spares each reader a walk
            over it, which costs about a hundredth of the page's time.
    """

    tree: HtmlElement
    cut: bool
    named: Mapping[HtmlElement, tuple[str, str]] = field(default_factory=dict)
    stating: Mapping[str, Sequence[HtmlElement]] = field(default_factory=dict)
    tagged: Mapping[str, Sequence[HtmlElement]] = field(default_factory=dict)

    def all(self, *tags: str) -> Iterator[HtmlElement]:
        """The elements of these tags, one tag after the other; of none, all."""
        if not tags:
            return chain.from_iterable(self.tagged.values())
        return chain.from_iterable(self.tagged.get(tag, ()) for tag in tags)


def _parser() -> etree.HTMLParser:
    """lxml.html's element class for every tag: its own lookup calls Python for each element it meets,
    which is a tenth to a third of an extraction's time."""
    parser = etree.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(
        etree.ElementDefaultClassLookup(
            element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
        )
    )
    return parser


_PARSER = _parser()


def plain(text: str) -> str:
    """``text`` without control characters (but newline and tab) and without marks that reorder text."""
    if text.isprintable():  # most lines: a twentieth of what the expressions cost
        return text
    return _BIDI.sub("", _CONTROL.sub("", text))


def parse(html: bytes | bytearray | str) -> Parsed | None:
    """The tree of a page, or None where there is no HTML in it.

    Raises:
        TooComplex: more than :data:`MAX_ELEMENTS` elements, :data:`MAX_TEXT` characters or :data:`MAX_DEPTH` levels.
    """
    cut = len(html) > MAX_SIZE
    text = html[:MAX_SIZE] if cut else html
    utf16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if isinstance(text, str):
        text = text.encode("utf-8", "replace")
    elif text[:512].count(0) > 16 and not text.startswith(utf16):
        return None  # an image, a PDF, an archive
    data = utf8(without_raw(text))
    if any(byte in data for byte in _CONTROL_BYTES):  # of few pages: to look for each is faster than to copy all
        data = data.translate(None, _CONTROL_BYTES)
    data = _CONTROL_REFERENCE.sub(b"", data)  # looks for its "&#" faster than ``in`` does
    if b"\xef" in data:  # one byte is found much faster than two
        data = _NO_CHARACTERS.sub(b"", data)
    if b"<" not in data:
        return None
    # two a tag pair, and room for comments and text; of fewer bytes the elements are counted once they are parsed
    if len(data) > 40 * MAX_ELEMENTS and data.count(b"<") > 4 * MAX_ELEMENTS:
        raise TooComplex(f"more than {4 * MAX_ELEMENTS} tags")
    start = _PROLOGUE.match(data)
    try:
        tree = fromstring(data[start.end() :] if start else data, parser=_PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    if not isinstance(tree, HtmlElement):
        return None
    _give_body(tree)
    if (count := int(_COUNT(tree))) > MAX_ELEMENTS:
        raise TooComplex(f"{count} elements")
    if _TOO_DEEP(tree):
        raise TooComplex(f"elements nested deeper than {MAX_DEPTH}")
    for element in list(tree.iter(*_DROPPED)):
        parent = element.getparent()
        if parent is not None and not (element.tag == "script" and "ld+json" in (element.get("type") or "").lower()):
            _keep_tail(element, parent)
            parent.remove(element)
    if len(data) > MAX_TEXT and (size := len(string(tree))) > MAX_TEXT:  # no entity is shorter than what it stands for
        raise TooComplex(f"{size} characters of text")
    return _walked(tree, cut)


def _walked(tree: HtmlElement, cut: bool) -> Parsed:
    """The page with its elements by name, gathered in one walk for all who ask; names that no reader may meet go."""
    named: dict[HtmlElement, tuple[str, str]] = {}
    stating: dict[str, list[HtmlElement]] = {key: [] for key in _STATING}
    tagged: defaultdict[str, list[HtmlElement]] = defaultdict(list)
    for element in tree.iter("*"):
        tagged[element.tag].append(element)
        name = identity = ""
        for key in element.keys():  # noqa: SIM118  # to iterate an element is to go over its children
            if key == "class":
                name = element.get("class") or ""
            elif key == "id":
                identity = element.get("id") or ""
            elif key in stating:
                stating[key].append(element)
        if len(name) > MAX_NAME:
            del element.attrib["class"]
            name = ""
        if len(identity) > MAX_NAME:
            del element.attrib["id"]
            identity = ""
        if name or identity:
            named[element] = name, identity
    if odd := [name for name in tagged if not _PLAIN_NAME.fullmatch(name)]:
        for element in [element for name in odd for element in tagged.pop(name)]:
            element.tag = "span"
        tagged["span"] = list(tree.iter("span"))
    return Parsed(tree, cut, named, stating, tagged)


def _give_body(tree: HtmlElement) -> None:
    """HTML lets a page leave out its ``<body>`` tag; libxml2 then takes ``<main>`` or ``<article>`` into the head."""
    head = tree.find("head")
    if head is None or tree.find("body") is not None:
        return
    start = next((number for number, child in enumerate(head) if child.tag not in _IN_HEAD), None)
    if start is not None:
        body = tree.makeelement("body")
        body.extend(head[start:])
        tree.append(body)


def _keep_tail(element: HtmlElement, parent: HtmlElement) -> None:
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
