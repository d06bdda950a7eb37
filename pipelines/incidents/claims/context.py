"""What surrounds a figure: is it denied, is it a fact at all, who says it and how surely, and does it
tell of this incident or of a whole war."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.incidents.claims.words import word_set, words

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

#: ``fact`` · ``none`` it did not happen ("was not hurt") · ``unreal`` planned, feared for, asked or conditional.
Reality = Literal["fact", "none", "unreal"]

_NEGATIONS = word_set("negations")
_DENIALS = word_set("denials")
_PUTS = word_set("puts")
_SUBJECTS = frozenset(
    {"nsubj", "nsubjpass", "csubj"}
)  # fmt: skip
_ACCORDING = re.compile(r"\baccording\s+to\s+", re.I)
_PHRASE_END = re.compile(
    r"[,.;:!?\n]|\s(?:who|which|that|and\s+(?:said|told)|said|have|has|had|was|were|on\s+\w+day)\b"
)
_PRONOUNS = word_set("pronouns")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a figure is attributed to: their words (offsets too) and what kind of speaker that is."""

    text: str
    start: int
    end: int
    kind: str


def reality(cue: Token) -> Reality:
    """Whether the deed a verb (or its governing verb) tells of happened."""
    lists = words()
    token, steps = _infinitive(cue), 0
    while True:
        for child in token.children:
            lower = child.lower_
            if child.dep_ == "neg" or (lower in _NEGATIONS and child.dep_ in ("advmod", "preconj", "cc")):
                return "none"
            if child.i < token.i and child.dep_ == "aux" and lower in lists.modals:
                return "unreal"
            if child.i == token.i - 1 and lower in ("nearly", "almost") and child.dep_ == "advmod":
                return "unreal"
            if child.dep_ == "mark" and lower in ("if", "unless", "lest"):
                return "unreal"
        if token.dep_ == "pcomp" and token.head.lower_ == "without":
            return "none"
        if token.dep_ in ("xcomp", "ccomp") and token.head.lower_ in _DENIALS:
            return "none"
        infinitive = any(child.lower_ == "to" and child.dep_ == "aux" for child in token.children)
        if infinitive and token.head.lower_ not in lists.factual and not is_perfect(token):
            return "unreal"
        # A participle or complement shares the fate of its governor: "was not killed or wounded", "may be dead".
        governed = token.dep_ in ("acomp", "attr", "oprd", "xcomp")
        if steps == 3 or not (governed or (token.dep_ == "conj" and not _has_subject(token))):
            return "fact"
        token, steps = token.head, steps + 1


def _infinitive(cue: Token) -> Token:
    """The verb that a bare infinitive is coordinated with, where the parse ties it to a word between: "planned to set
    off explosives hidden in a van and kill"."""
    if cue.tag_ != "VB" or cue.dep_ != "conj" or cue.head.tag_ == "VB":
        return cue
    before = reversed(cue.doc[cue.sent.start : cue.i])
    marked = (t for t in before if t.tag_ == "VB" and any(c.lower_ == "to" and c.dep_ == "aux" for c in t.children))
    return next(marked, cue)


def is_perfect(token: Token) -> bool:
    """Whether a verb stands in the perfect: "has killed", "have been killed", "to have died"."""
    return any(child.lower_ in ("have", "has") and child.dep_ == "aux" for child in token.children)


def _has_subject(token: Token) -> bool:
    return any(child.dep_ in _SUBJECTS for child in token.children)


def is_background(sentence: Span, start: int, end: int, cue: Token, year: int | None) -> bool:
    """Whether the figure at ``start``..``end`` (offsets into the document) totals a war, a year or an
    earlier event. ``year``: the article's own, whose mention proves nothing."""
    lists = words()
    segment = _segment(sentence, start - sentence.start_char, end - sentence.start_char)
    if lists.background.search(segment):
        return True
    for match in lists.year.finditer(segment):
        named = int(next(group for group in match.groups() if group))
        dated = match.group().lower().startswith("on ")
        if (year is not None and named != year) or (year is None and not dated):
            return True
    return any(
        child.dep_ in _SUBJECTS and child.lower_ in lists.background_agents and is_perfect(cue)
        for child in cue.children
    )  # fmt: skip


def _segment(sentence: Span, start: int, end: int) -> str:
    """The stretch of the sentence around the figure, between breaks such as ", the deadliest since"."""
    text = sentence.text
    left, right = 0, len(text)
    for match in words().breaks.finditer(text):
        if match.end() <= start:
            left = match.start()
        elif match.start() >= end:
            right = match.start()
            break
    return text[left:right]


def hedge(cue: Token, sentence: Span) -> str | None:
    """The words that make a figure uncertain: "reportedly", "believed to", "feared"."""
    lists = words()
    token, steps = cue, 0
    while steps < 3:
        for child in token.children:
            if child.dep_ in ("aux", "advmod", "amod") and (
                child.lower_ in lists.softened or lists.hedges.fullmatch(child.text)
            ):
                return child.text
        if token != cue and token.lower_ in lists.hedge_participles and token.tag_ == "VBN":
            return token.text
        if token.head == token or token.dep_ not in (
            "xcomp",
            "acomp",
            "oprd",
            "attr",
            "conj",
            "ccomp",
            "advcl",
            "relcl",
        ):
            break
        token, steps = token.head, steps + 1
    before = [sentence.doc[i] for i in range(max(sentence.start, cue.i - 4), cue.i)]
    for token in before:
        if (
            token.lower_ in lists.hedge_participles
            and token.tag_ in ("VBN", "VBD")
            and token.lower_ not in ("said", "reported", "estimated")
        ):
            return token.text
        if token.lower_ in lists.hedge_participles and any(
            t.dep_ == "auxpass" or t.lower_ in ("were", "was") for t in before
        ):
            return token.text
    return None


def speaker(cue: Token, sentence: Span, source: str, previous: Speaker | None) -> Speaker | None:
    """Who says it: the subject of the verb of saying over the cue, or whoever it is "according to".
    "He said" is the last speaker before. ``source`` is the text quotes are cut from."""
    lists = words()
    token = cue
    while token.head != token:
        child, token = token, token.head
        below = child.dep_ in ("nsubj", "nsubjpass", "dative") or (child.dep_ == "dobj" and token.lower_ not in _PUTS)
        if token.lower_ in lists.speech and token.pos_ in ("VERB", "AUX") and not below:
            found = _subject(token, source, previous)
            if found is not None and not found.start <= cue.idx < found.end:
                return found
    match = _ACCORDING.search(sentence.text)
    if match:
        start = sentence.start_char + match.end()
        stop = _PHRASE_END.search(source, start)
        end = min(stop.start() if stop else len(source), sentence.end_char)
        if end > start:
            return _speaker(source, start, end)
    for token in sentence:
        if (
            token.lower_ in lists.speech
            and token.pos_ == "VERB"
            and token.dep_ in ("ROOT", "parataxis", "ccomp")
            and token.i > cue.i
        ):
            found = _subject(token, source, previous)
            if found is not None and not any(t.lower_ == "but" for t in sentence.doc[cue.i : token.i]):
                return found
    return None


def _subject(verb: Token, source: str, previous: Speaker | None) -> Speaker | None:
    # "A man stabbed two people, police said": the nearest is who says it, the parse has both
    told = [c for c in verb.children if c.dep_ == "nsubj" and c.tag_ not in ("WDT", "WP", "EX", "CD")]
    if not told or told[-1].lower_ in words().not_people:
        return None
    child = told[-1]
    if child.lower_ in _PRONOUNS:
        return previous
    last = child
    for grandchild in child.children:
        if grandchild.dep_ == "prep" and grandchild.i == child.i + 1:
            last = next((t for t in grandchild.children if t.dep_ == "pobj"), last)
        elif grandchild.dep_ == "appos" and grandchild.tag_ == "NNP":
            last = grandchild
    return _speaker(source, child.left_edge.idx, last.idx + len(last))


def _speaker(source: str, start: int, end: int) -> Speaker | None:
    text = source[start:end]
    stripped = text.strip(" \n\t\"“”'")
    if not stripped:
        return None
    start += text.index(stripped)
    return Speaker(stripped, start, start + len(stripped), speaker_kind(stripped))


def speaker_kind(text: str) -> str:
    """The kind of speaker a phrase names: official, military, police, medical, ... or ``other``."""
    return next((kind for kind, pattern in words().speakers if pattern.search(text)), "other")
