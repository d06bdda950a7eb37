"""Reading a noun phrase as victims: whose losses, how many, in which words.

A :class:`Mention` is made from the head word the grammar points at ("soldiers" in "at least two
government soldiers") or (``runs.py``) from words that stand where victims stand ("30" in "and 30 hurt").
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.incidents.claims.words import Words, word_set, words
from pipelines.incidents.dates.forms import MONTHS
from pipelines.incidents.numbers import Number

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: ``counted`` a figure · ``single`` one person, named or not · ``pronoun`` him, her ·
#: ``plural`` people without a figure · ``anyone`` any-, which only means something when negated.
MentionKind = Literal["counted", "single", "pronoun", "plural", "anyone"]

_SINGLE_PRONOUNS = word_set("single_pronouns")
_ANYONE = word_set("anyone")
_FILLERS = word_set("fillers")
_QUANTITY_HEADS = word_set("quantity_heads")
#: Word classes that stand before a phrase's head.
LEFT_TAGS = frozenset(
    {"CD", "JJ", "JJR", "JJS", "DT", "PDT", "PRP$", "NN", "NNS", "NNP", "NNPS", "POS", "HYPH"}
    | {"VBN", "VBG", "AFX", "FW", "ADD"}
)  # fmt: skip
_TRIMMED = word_set("trimmed")
_GROUPS = word_set("groups")
#: Words of a phrase that put it on top of what was told.
_MORE = frozenset({"other", "others", "more", "another", "additional"})
_ORDINALS = frozenset(
    {"second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"}
)


class Figures:
    """The numbers of a text, found by token."""

    def __init__(self, doc: Doc, numbers: list[Number]) -> None:
        self.doc = doc
        self.numbers = numbers
        self._ends = [number.end for number in numbers]

    def within(self, start: int, end: int) -> list[Number]:
        """Numbers that lie wholly in ``doc.text[start:end]``."""
        first = bisect_left(self._ends, start)
        found = []
        for number in self.numbers[first:]:
            if number.start >= end:
                break
            if number.core_start >= start and number.core_end <= end:
                found.append(number)
        return found

    def at(self, token: Token) -> Number | None:
        """The number whose figure or qualifier covers the token."""
        index = bisect_left(self._ends, token.idx + 1)
        if index < len(self.numbers) and self.numbers[index].start <= token.idx:
            return self.numbers[index]
        return None


@dataclass(frozen=True, slots=True)
class Mention:
    """Victims as written. ``first``/``last`` are token indexes; offsets are characters."""

    kind: MentionKind
    first: int
    last: int
    start: int
    end: int
    low: int
    high: int | None
    number: Number | None
    quantifier: tuple[int, int]
    party: tuple[int, int] | None
    head: str
    on_top: bool

    @property
    def tokens(self) -> range:
        return range(self.first, self.last + 1)


def is_person(token: Token, lists: Words | None = None) -> bool:
    """Whether a noun without a figure names people: listed, formed like such a noun, or a name."""
    lists = lists or words()
    lower = token.lower_
    if lower in lists.not_people:
        return False
    if token.tag_ in ("NNP", "NNPS"):
        return lower in lists.people or not _is_group(token)
    if lower in lists.people or (lower.endswith("s") and lower[:-1] in lists.people):
        return True
    if token.tag_ in ("NN", "NNS") and len(lower) > 5 and lower.endswith(lists.person_suffixes):
        return True
    return _is_surname(token, lists)


def _is_group(token: Token) -> bool:
    """ "The Fenastras": a bare name behind "the" is no person's."""
    return token.i > token.sent.start and token.tag_ == "NNP" and token.doc[token.i - 1].lower_ == "the"


def _is_surname(token: Token, lists: Words) -> bool:
    """ "Montes" of "SEGUNDO MONTES": where all stood in capitals, a surname that is a word too is in lower case. And
    "Corrales was hurt", whose verb tells that it is no plural."""
    before = token.doc[token.i - 1] if token.i > token.sent.start else None
    if before is None and token.tag_ == "NNS" and token.text[:1].isupper() and token.i + 1 < len(token.doc):
        return token.nbor(1).lower_ in ("was", "is", "has")
    return (
        before is not None
        and token.tag_ in ("NN", "NNS")
        and (before.tag_, before.dep_, before.head.i) == ("NNP", "compound", token.i)
        and token.lower_ not in lists.noun
        and token.doc[token.left_edge.i].tag_ != "DT"
    )


def read(token: Token, figures: Figures, *, surely_people: bool = False) -> Mention | None:
    """The victims whose head word is ``token``; None where no people are named.

    ``surely_people``: the verb takes none but living objects, so any noun that is not listed as a
    thing will do ("killed a sub-inspector").
    """
    lists = words()
    lower = token.lower_
    is_noun = not (token.is_punct or token.is_space or token.pos_ in ("VERB", "AUX", "ADP", "CCONJ"))
    if (not is_noun or lower in lists.not_people) and figures.at(token) is None:
        return None
    if lower in _ANYONE or any(child.lower_ == "any" for child in token.lefts):
        return _mention("anyone", token, token, 0, 0, None, None, figures)
    first = _left(token, figures)
    if first.lower_ == "alias":
        return None  # another name of somebody told of
    last, party_head = _of_phrase(token, figures)
    number = _number(token, first, figures)
    size = _size(token, figures) if number is None else None
    if size is not None:
        last, number = size
    if any(token.doc[i].lower_ in ("how", "whether") for i in range(max(first.i - 1, 0), first.i + 1)):
        return None  # "how many people were killed"
    if number is not None:
        if party_head.lower_ in lists.not_people:
            return None
        return _mention("counted", first, last, number.min, number.max, number, party_head, figures)
    if token.tag_ in ("PRP", "PRP$"):
        if lower in _SINGLE_PRONOUNS:
            return _mention("pronoun", token, token, 1, 1, None, token, figures)
        if lower == "themselves":
            return _mention("plural", token, token, 2, None, None, token, figures)
        return None
    known = is_person(party_head, lists) or (surely_people and _has_determiner(party_head, lists))
    known = known or (first != token and _is_next([*token.doc[first.i : token.i + 1]]))
    if not known or lower in ("number", "numbers", "total", "all", "most", "some", "half"):
        return None
    if party_head != token and lower not in ("body", "bodies", "corpse", "members", "remains"):
        return None
    plural = party_head.tag_ in ("NNS", "NNPS") or lower in ("people", "police", "personnel", "bodies")
    plural = plural or (party_head.tag_ == "NN" and len(lower) > 3 and lower.endswith("men"))
    if plural and not _is_surname(party_head, lists):
        return _mention("plural", first, last, 2, None, None, party_head, figures)
    persons = 2 if lower == "couple" else 1
    return _mention("single", first, _with_name(last), persons, persons, None, party_head, figures)


def _with_name(noun: Token) -> Token:
    """The last word of "his driver Juan Mora": what a person is, with the name behind it."""
    last = noun
    if noun.tag_ == "NN" and noun.lower_ in words().people:
        for token in noun.doc[noun.i + 1 : min(noun.sent.end, noun.i + 5)]:
            if token.tag_ != "NNP" or not (noun.is_ancestor(token) or token.dep_ == "compound"):
                break
            last = token
    return last


def _has_determiner(token: Token, lists: Words) -> bool:
    """ "a sub-inspector", "his partner": a countable noun that may be a person."""
    return (
        token.tag_ == "NN"
        and token.lower_ not in lists.not_people
        and any(child.tag_ == "PRP$" or child.lower_ in ("a", "an", "another") for child in token.lefts)
    )


def _left(token: Token, figures: Figures) -> Token:
    """The first word of the phrase that ends in ``token``, by word class: parses of long phrases go astray."""
    doc, first = token.doc, token
    start = token.sent.start
    while first.i > start:
        before = doc[first.i - 1]
        number = figures.at(before)
        if before.lower_ in MONTHS and before.tag_ == "NNP":
            break  # "on 16 November Jesuits were killed"
        if first.tag_ in ("DT", "PRP$") and number is None and before.lower_ not in ("all", "both", "half"):
            break
        if (
            number is not None
            and number.core_start <= before.idx
            and before.tag_ != "NN"
            and figures.at(first) not in (None, number)
        ):
            break
        if (
            number is not None
            or (before.tag_ in LEFT_TAGS and not is_predicate(before))
            or (before.tag_ == "VBD" and before.dep_ == "amod")  # "34 wounded people"
            or before.text in ("-", "–", "'", "’")
        ):
            first = before
            continue
        break
    return first


def is_predicate(token: Token) -> bool:
    """A participle that is the verb of its clause, not an adjective ("wounding two")."""
    return token.tag_ in ("VBN", "VBG") and (
        token.dep_ not in ("amod", "compound", "nmod") or (token.lower_ in words().transitive and token.tag_ == "VBG")
    )


def _of_phrase(token: Token, figures: Figures) -> tuple[Token, Token]:
    """(last word, the word that names the people) over "dozens of people", "five members of the SDF"."""
    doc = token.doc
    after = doc[token.i + 1] if token.i + 1 < len(doc) else None
    number = figures.at(token)
    if after is not None and after.lower_ == "of" and (token.lower_ in _QUANTITY_HEADS or number is not None):
        for child in after.children:
            if child.dep_ == "pobj":
                return child, child
    return token, token


def _size(token: Token, figures: Figures) -> tuple[Token, Number] | None:
    """(last word, figure) of "a family of five"."""
    doc = token.doc
    if token.lower_ not in _GROUPS or token.i + 2 >= len(doc) or doc[token.i + 1].lower_ != "of":
        return None
    number = figures.at(doc[token.i + 2])
    if number is None or number.end != doc[token.i + 2].idx + len(doc[token.i + 2]):
        return None
    after = doc[token.i + 3] if token.i + 3 < len(doc) else None
    if after is not None and after.tag_ in LEFT_TAGS and not is_predicate(after):
        return None  # "a group of five soldiers": read by its own noun
    return doc[token.i + 2], number


def _number(token: Token, first: Token, figures: Figures) -> Number | None:
    """The figure that counts ``token``: within its phrase, the last one before the head."""
    found = figures.within(first.idx, token.idx + len(token))
    return found[-1] if found else None


def _mention(
    kind: MentionKind,
    first: Token,
    last: Token,
    low: int,
    high: int | None,
    number: Number | None,
    head: Token | None,
    figures: Figures,
) -> Mention:
    start, end = first.idx, last.idx + len(last)
    if number is not None:
        start, end = min(start, number.start), max(end, number.end)
        quantifier = number.start, number.end
    else:
        quantifier = start, end
    party = _party(first, last, number, figures) if kind != "anyone" else None
    told = [*last.doc[first.i : last.i + 1]]
    again = number is not None and first.lower_ in ("the", "these", "those")  # "the two other wounded": told before
    on_top = (number is not None and number.more) or _is_counted_on(last) or _is_next(told)
    on_top = on_top or (not again and any(t.lower_ in _MORE for t in told))
    return Mention(
        kind, first.i, last.i, start, end, low, high, number, quantifier, party, head.lower_ if head else "", on_top
    )


def _is_counted_on(figure: Token) -> bool:
    """ "Three more died": on top of those told before."""
    return figure.tag_ == "CD" and figure.i + 1 < len(figure.doc) and figure.nbor(1).lower_ == "more"


def _is_next(phrase: list[Token]) -> bool:
    """ "A seventh", "a third man": one more."""
    return phrase[0].lower_ in ("a", "an") and any(token.lower_ in _ORDINALS for token in phrase[1:3])


def _is_loss(token: Token, lists: Words) -> bool:
    """ "deaths", "bodies", "lives" are counted but are nobody's name."""
    return lists.noun.get(token.lower_) in ("killed", "injured") or token.lower_ in ("lives", "casualties")


def _party(first: Token, last: Token, number: Number | None, figures: Figures) -> tuple[int, int] | None:
    """The words that say whose losses, without figure and determiners."""
    lists = words()
    tokens = list(last.doc[first.i : last.i + 1])
    while tokens and (
        (number is not None and tokens[0].idx < number.end) or tokens[0].lower_ in _TRIMMED or tokens[0].is_punct
    ):
        tokens.pop(0)
    of_losses = any(_is_loss(token, lists) for token in tokens[-1:])
    while tokens and (tokens[-1].is_punct or tokens[-1].lower_ in lists.adjective or _is_loss(tokens[-1], lists)):
        tokens.pop()
    if tokens and of_losses and not is_person(tokens[-1], lists):
        return None  # "nine unexplained deaths", but "nine civilian deaths"
    if not tokens or all(token.lower_ in _FILLERS or token.tag_ == "CD" for token in tokens):
        return None
    return tokens[0].idx, tokens[-1].idx + len(tokens[-1])
