"""The rest of a list of victims that the parse lost: "the governor of Paz, another judge, and the police chief"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.incidents.claims.mentions import Figures, Mention, is_person, read

if TYPE_CHECKING:
    from spacy.tokens import Token

#: What may stand in a phrase of such a list, by word class.
_PHRASE = frozenset({"DT", "PRP$", "CD", "JJ", "NN", "NNS", "NNP", "NNPS", "HYPH", "POS"})
#: A finite verb behind a list's last phrase: a clause of its own begins with that phrase.
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})


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
