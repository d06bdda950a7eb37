"""The counted phrase right beside a word, whatever the parse made of it: "12 dead, 30 hurt", "and 30 wounded"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.incidents.claims.mentions import LEFT_TAGS, Figures, Mention, is_predicate, read
from pipelines.incidents.claims.words import word_set

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_LINKS = word_set("links")
_ASIDES = word_set("asides")


def run_before(index: int, figures: Figures, doc: Doc, floor: int) -> Mention | None:
    """The counted phrase that ends right before token ``index``: "at least 30 others | wounded"."""
    last = index - 1
    while last >= floor and _is_link(doc[last]) and figures.at(doc[last]) is None:
        last -= 1
    if last >= floor and doc[last].text == ")":  # "10 people (not yet identified) were hurt"
        last = next((i for i in range(last - 1, max(floor, last - 8) - 1, -1) if doc[i].text == "("), floor) - 1
    if last >= floor and doc[last].text == ",":
        opening = next((i for i in range(last - 1, floor - 1, -1) if doc[i].text == ","), None)
        if opening is None or not any(doc[i].lower_ in _ASIDES for i in range(opening + 1, min(opening + 4, last))):
            return None
        last = opening - 1
    if last < floor:
        return None
    return _counted_run(doc[last], figures)


def _is_link(token: Token) -> bool:
    """What may stand between victims and "killed": were, had been, also, reportedly."""
    return token.tag_ in ("RB", "MD") or token.dep_ in ("aux", "auxpass") or token.lower_ in _LINKS


def run_after(index: int, figures: Figures, doc: Doc, ceiling: int) -> Mention | None:
    """The counted phrase that begins right after token ``index``: "kills | 41 people"."""
    first = index + 1
    while first < ceiling and (doc[first].tag_ == "RB" or doc[first].text == ":") and figures.at(doc[first]) is None:
        first += 1
    if first >= ceiling or figures.at(doc[first]) is None:
        return None
    number = figures.at(doc[first])
    last = first
    while last + 1 < ceiling:
        following = doc[last + 1]
        if figures.at(following) is not number and (following.tag_ not in LEFT_TAGS or is_predicate(following)):
            break
        last += 1
    return _counted_run(doc[last], figures)


def _counted_run(head: Token, figures: Figures) -> Mention | None:
    mention = read(head, figures)
    return mention if mention is not None and mention.kind == "counted" else None
