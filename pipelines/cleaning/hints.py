"""What the tree tells the residue rules of its texts: links, captions, repeats, headlines, named blocks."""

from __future__ import annotations

from collections import Counter

from lxml.html import HtmlElement

from pipelines.cleaning import containers
from pipelines.cleaning.metadata import Metadata
from pipelines.cleaning.parse import Parsed, string
from pipelines.cleaning.residue import Hints
from pipelines.cleaning.text import key, words

_INLINE = frozenset({"a", "abbr", "b", "cite", "em", "font", "i", "mark", "q", "small", "span", "strong", "u"})
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
#: What a link around another story's headline and summary holds.
_IN_CARDS = frozenset(("p", "div", "h2", "h3", "h4", "ul", "section"))
#: What trafilatura makes a line of.
_BLOCKS = _HEADINGS | {"p", "li", "div", "span", "a", "blockquote", "figcaption", "dd", "td"}

#: Words of a paragraph that is one link, for a rule to ask about it.
LEAST_LINKED = 3

#: Elements beside a link past which what holds it is no paragraph.
MOST_BESIDE = 12

#: Characters past which the text of an element is no single line.
LONGEST_LINE = 3000


def read(page: Parsed, meta: Metadata) -> Hints:
    """Read the page once for the rules."""
    linked = set()
    placed: dict[str, tuple[str, int]] = {}
    for number, anchor in enumerate(page.all("a"), 1):
        target = anchor.get("href") or ""
        if not target or "#" in target or target.startswith(("mailto:", "javascript:")):
            continue
        if len(anchor) and not _IN_CARDS.isdisjoint([child.tag for child in anchor]):
            _card(anchor, number, placed)
        inside = string(anchor).strip()
        if len(inside) < LEAST_LINKED or len(said := words(inside)) < LEAST_LINKED:
            continue
        block = anchor
        while block.tag in _INLINE and (parent := block.getparent()) is not None:
            block = parent
        if block.tag in _HEADINGS or len(block) > MOST_BESIDE:
            continue
        if len(string(block).strip()) <= len(inside) + 3:
            linked.add(" ".join(said))
    headings = {key(string(h)) for h in page.all(*_HEADINGS)}
    captions = {key(string(c)) for c in page.all("figcaption")}
    captions.update(key(image.get("alt") or "") for image in page.all("img"))
    short = Counter(
        text
        for block in page.all("p", "div", "span", "figcaption", "h2", "h3", "h4", "h5")
        if not len(block) and (text := block.text) and len(text) <= 100
    )
    repeated = {key(text) for text, count in short.items() if count > 1}
    titles = {key(h) for h in meta.headlines}
    titles.discard("")
    seen: set[HtmlElement] = set()
    told: set[str] = set()  # an element's text is often that of the one around it
    for number, (block, rule) in enumerate(containers.find(page.named)):
        if not seen.isdisjoint(block.iterancestors()):
            continue  # its texts are those of the block around it
        seen.add(block)
        for element in block.iter("*"):  # most are small: to ask lxml for a dozen tags costs more than all in them
            if element.tag not in _BLOCKS:
                continue
            text = string(element)
            if len(text) <= LONGEST_LINE and (text := text.strip()) not in told:
                told.add(text)
                placed.setdefault(key(text), (rule, -number))
    for own in ("", key(meta.lead or "")):
        placed.pop(own, None)
    return Hints(
        frozenset(linked),
        frozenset(captions - headings - {""}),
        frozenset(repeated),
        frozenset(titles),
        frozenset(key(a) for a in (*meta.authors, meta.site_name or "")),
        frozenset(str(at.year) for at in (meta.published_at, meta.modified_at) if at is not None),
        placed,
    )


def _card(anchor: HtmlElement, number: int, placed: dict[str, tuple[str, int]]) -> None:
    """A link around blocks, a headline and a summary, is another story's card."""
    inside = [
        key(text) for e in anchor.iter("p", "h2", "h3", "h4", "div") if 0 < len(text := string(e)) <= LONGEST_LINE
    ]
    if len(set(inside)) > 1:
        for text in inside:
            if text.count(" ") >= 3:
                placed.setdefault(text, ("link-only", number))
