"""Victims whom the parse does not tie to the verb that they suffer from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.incidents.claims.mentions import is_person

if TYPE_CHECKING:
    from spacy.tokens import Token

#: So many words may stand between a participle that opens its clause and "were".
_OPENS_WITHIN = 8


def behind_participle(verb: Token) -> list[Token]:
    """ "Also killed were two guards and a driver", "killed in the blast were five soldiers"."""
    if verb.tag_ != "VBN" or any(child.i < verb.i and child.dep_ in ("nsubj", "nsubjpass") for child in verb.children):
        return []
    be = next((t for t in verb.doc[verb.i + 1 : verb.i + _OPENS_WITHIN] if t.lower_ in ("was", "were")), None)
    if be is None or be.i + 1 >= len(verb.doc) or not (be.head.i == verb.i or verb.head.i == be.i):
        return []
    governed = [*be.children, *verb.children]
    return [t for t in governed if t.i > be.i and t.dep_ in ("attr", "nsubj", "nsubjpass", "dobj")][:1]


def before_aside(verb: Token) -> list[Token]:
    """ "As a result of the attack, an agronomist, identified as Jose Mora, was killed": read as in apposition to the
    attack."""
    aux = next((child for child in verb.children if child.dep_ == "auxpass"), None)
    if aux is None or aux.i == 0 or aux.nbor(-1).text != ",":
        return []
    told = verb.doc[verb.sent.start : aux.i]
    apart = [t for t in told if t.dep_ == "appos" and is_person(t) and t.left_edge.i > 0]
    return [t for t in apart if t.left_edge.nbor(-1).text == "," and not is_person(t.head)][-1:]


def as_were(verb: Token) -> list[Token]:
    """ "All the attackers were killed, as were 21 passengers"."""
    again = (child for child in verb.children if child.i > verb.i and child.lower_ in ("was", "were"))
    told = next((t for t in again if t.nbor(-1).lower_ == "as"), None)
    return [] if told is None else [t for t in told.children if t.i > told.i and t.dep_ in ("nsubj", "attr")][:1]
