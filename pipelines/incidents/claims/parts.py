"""Part and whole: figures already held by another ("12 people, including 3 children", "two of them").

A part keeps its own claim, since it says who the victims were, but is never added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.incidents.claims.lists import heads
from pipelines.incidents.claims.mentions import Figures, Mention, read
from pipelines.incidents.roles.nouns import without_speakers
from warehouse.vocabulary import Casualty

if TYPE_CHECKING:
    from spacy.tokens import Span

#: Words that open a list of parts. The whole stands before them in the sentence.
_OPENERS = re.compile(r"\b(?:including|among\s+(?:them|whom)|of\s+(?:them|whom|which)|amongst\s+them)\b", re.I)
#: Dependencies of words that stand within a noun phrase, before its head.
_INSIDE = frozenset(
    {"det", "nummod", "amod", "compound", "poss", "quantmod", "nmod", "advmod", "punct", "case"}
)  # fmt: skip
#: "The dead included ...", "among the wounded were ...", "Nine of the injured ...": of a whole told before.
_NAMED_WHOLE = re.compile(
    r"\b(?:the|those|of\s+(?:the|those)|among\s+the)\s+(?:\d+\s+)?(?P<whole>dead|deceased|killed|fatalities|slain|injured|wounded|hurt|victims"
    r"|missing|kidnapped|abducted|hostages)\b(?:\s+victims)?|\b(?P<bare>fatalities|casualties)\s+includ",
    re.I,
)
#: "All but three of the dead were officers": three are who were not.
_BUT = re.compile(r"\ball but\s+$", re.I)
_INCLUDE = re.compile(r"\b(?:includ\w+|are|were|was|is)\b", re.I)
_OUTCOME_OF: dict[str, Casualty] = {
    **dict.fromkeys(("dead", "deceased", "killed", "fatalities", "slain", "victims"), "killed"),
    **dict.fromkeys(("injured", "wounded", "hurt"), "injured"),
    "missing": "missing",
    **dict.fromkeys(("kidnapped", "abducted", "hostages"), "captured"),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """Mentions that are parts: of the nearest whole before ``opener`` in the sentence (``outcome``
    None) or of the last figure of ``outcome`` in the text. ``opener`` is a character offset."""

    opener: int
    outcome: Casualty | None
    mentions: tuple[Mention, ...]


def find_parts(sentence: Span, figures: Figures) -> list[Parts]:
    """The parts a sentence lists."""
    found = (*_openers(sentence, figures), *_named(sentence, figures))
    return [parts for parts in found if parts.mentions and all(mention.high != 0 for mention in parts.mentions)]


def _openers(sentence: Span, figures: Figures) -> Iterator[Parts]:
    base = sentence.start_char
    for match in _OPENERS.finditer(sentence.text):
        start, end = base + match.start(), base + match.end()
        opener = match.group().lower()
        if opener.startswith("of"):
            before = [n for n in figures.within(max(base, start - 25), start) if n.end >= start - 1]
            if before:  # "two of them": the part stands before the words
                token = sentence.doc.char_span(before[-1].core_start, before[-1].core_end, alignment_mode="expand")
                mention = read(token[-1], figures) if token is not None else None
                yield Parts(before[-1].start, None, (mention,) if mention else ())
                continue
        yield Parts(start, None, _listed_after(sentence, end, figures))


def _named(sentence: Span, figures: Figures) -> Iterator[Parts]:
    base = sentence.start_char
    for match in _NAMED_WHOLE.finditer(sentence.text):
        outcome = _OUTCOME_OF.get((match["whole"] or "fatalities").lower(), "killed")
        text = match.group().lower()
        if text.startswith("of "):
            before = [n for n in figures.within(base, base + match.start()) if n.end >= base + match.start() - 2]
            if before and not _BUT.search(sentence.text, 0, before[-1].start - base):
                token = sentence.doc.char_span(before[-1].core_start, before[-1].core_end, alignment_mode="expand")
                mention = read(token[-1], figures) if token is not None else None
                yield Parts(before[-1].start, outcome, (mention,) if mention else ())
            continue
        if text.startswith("among") and (subject := _subject_before(sentence, base + match.start(), figures)):
            yield Parts(subject.start, outcome, (subject,))
            continue
        verb = _INCLUDE.search(sentence.text, match.start() + 3)
        if verb and verb.start() - match.end() < 12:
            listed = _listed_after(sentence, base + verb.end(), figures)
            if (
                text.startswith("among")
                or "includ" in verb.group().lower()
                or (verb.group().lower() != "was" and listed)
            ):
                yield Parts(base + match.start(), outcome, listed)


def _subject_before(sentence: Span, start: int, figures: Figures) -> Mention | None:
    """The figure of "five peacekeepers were among the dead"."""
    before = [token for token in sentence if token.idx < start]
    if not before or before[-1].lower_ not in ("was", "were", "are", "is", "being"):
        return None
    subject = next((child for child in before[-1].children if child.dep_ == "nsubj"), None)
    mention = read(subject, figures) if subject is not None else None
    return mention if mention is not None and mention.kind in ("counted", "single") else None


def _listed_after(sentence: Span, start: int, figures: Figures) -> tuple[Mention, ...]:
    """The coordinated phrases that begin at ``start``, up to the comma or verb that ends the list."""
    doc = sentence.doc
    token = next((t for t in sentence if t.idx >= start and not t.is_punct and t.lower_ not in ("at", "least")), None)
    if token is None:
        return ()
    head = token
    while head.head.i > head.i and head.dep_ in _INSIDE:
        head = head.head
    before = [number.min for number in figures.within(sentence.start_char, token.idx)]
    mentions: list[Mention] = []
    for word in without_speakers(list(heads(head))):
        between = doc[(mentions[-1].last if mentions else token.i) : word.i]
        if any(t.pos_ in ("VERB", "AUX") and t.dep_ not in ("amod", "acl", "relcl") for t in between):
            break
        mention = read(word, figures)
        if mention is None or mention.kind not in ("counted", "single"):
            continue
        if before and mention.low > max(before):  # no part is larger than its whole
            break
        mentions.append(mention)
    return tuple(mentions)
