"""Lists of victims: those coordinated with a noun, and the rest of a list that the parse lost ("the governor of Paz,
another judge, and the police chief")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.incidents.claims.mentions import Figures, Mention, is_person, read
from pipelines.incidents.claims.words import words

if TYPE_CHECKING:
    from spacy.tokens import Token

#: What may stand in a phrase of such a list, by word class.
_PHRASE = frozenset({"DT", "PRP$", "CD", "JJ", "NN", "NNS", "NNP", "NNPS", "HYPH", "POS"})
#: A finite verb behind a list's last phrase: a clause of its own begins with that phrase.
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
#: What the list that follows says more of.
_SUFFERERS = frozenset({"victims", "dead", "fatalities", "casualties"})


def heads(token: Token) -> Iterator[Token]:
    """A victim noun and those coordinated with it ("two soldiers and three civilians")."""
    listed = _spelt_out(token)
    if listed is not None:
        yield from heads(listed)
        return
    yield token
    for child in token.children:
        if child.dep_ == "appos" and _is_called(token, child):
            for other in (c for c in child.children if c.dep_ == "conj" and c.i > child.i):
                yield from heads(other)
            continue
        if child.i < token.i or any(t.text == ":" for t in token.doc[token.i : child.i]):
            continue
        if (child.dep_ == "conj" and child.pos_ not in ("VERB", "AUX")) or (
            child.dep_ == "appos" and _is_listed(token, child)
        ):
            yield from heads(child)


def _spelt_out(token: Token) -> Token | None:
    """The list behind "the victims, three women and a man, were killed", which says who they were."""
    if token.lower_ not in _SUFFERERS or any(child.dep_ == "nummod" for child in token.children):
        return None
    behind = [child for child in token.children if child.dep_ in ("appos", "conj") and child.i > token.i]
    listed = (child for child in behind if token.doc[child.left_edge.i - 1].text == ",")
    return next((child for child in listed if any(c.dep_ == "nummod" for c in child.children)), None)


def _is_called(token: Token, name: Token) -> bool:
    """ "The mayor, Ana Ruiz, and her driver": her name, and nobody else."""
    pointed = any(child.lower_ == "the" or child.tag_ == "PRP$" for child in token.lefts)
    beside = name.i + 1 < len(name.doc) and name.nbor(1).text == ","
    return pointed and token.tag_ == "NN" and name.tag_ == "NNP" and beside and not name.doc.text.isupper()


def _is_listed(token: Token, other: Token) -> bool:
    """Whether what the parser took for an apposition is the next of a list: "a guard, a driver and 2 clerks"; of names,
    "Ana Ruiz, Jorge Mora and Luis Lara", but not "Ana Ruiz, mayor and senator"."""
    if token.tag_ in ("NNS", "CD", "NNPS") or not any(child.dep_ == "conj" for child in other.children):
        return False
    if not token.text[:1].isupper():
        return True
    first = other.left_edge
    return other.lower_ not in words().people and first.tag_ == "NNP" and first.i < other.i and not first.is_lower


def rest_of_list(mention: Mention, figures: Figures) -> tuple[Mention, ...]:
    """Those listed behind ``mention``, where it is a person "of" some place, whose name the parse takes for the first
    of the list. A list ends with "and"; without it there is none."""
    doc = figures.doc
    index = mention.last + 1
    if mention.kind != "single" or index + 1 >= len(doc) or doc[index].lower_ != "of":
        return ()
    index += 1
    while index < len(doc) and doc[index].tag_ == "NNP":
        index += 1
    found: list[Mention] = []
    complete = False
    while not complete:
        start = index
        while index < len(doc) and (doc[index].text == "," or doc[index].lower_ == "and"):
            complete = complete or doc[index].lower_ == "and"
            index += 1
        last = _phrase(index, figures)
        if index == start or last is None:
            return ()
        listed = read(last, figures)
        if listed is None or listed.kind not in ("single", "counted") or listed.first < index:
            return ()
        found.append(listed)
        index = last.i + 1
    if index < len(doc) and doc[index].tag_ in _FINITE and (doc[index].lower_ != "were" or len(found) < 2):
        return ()
    return tuple(found)


def _phrase(index: int, figures: Figures) -> Token | None:
    """The last word of the phrase that begins at ``index``, if it names a person by "a", "another", "his", a figure."""
    doc = figures.doc
    if index >= len(doc) or doc[index].tag_ not in ("DT", "PRP$", "CD"):
        return None
    last = index
    while last + 1 < len(doc) and doc[last + 1].tag_ in _PHRASE and doc[last + 1].tag_ != "DT":
        last += 1
    return doc[last] if last > index and is_person(doc[last]) else None
