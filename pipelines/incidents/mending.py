"""Parses mended: who shot whom, and people told by their age.

The parser often takes "shot" for a noun ("a sniper shot dead a policeman", "police in Lagos shot at protesters"), or
"dead" for the victim's ("shot [dead six people]") or for what governs it; and "old" of "a 17-year-old" for an
adjective. Such sentences are among the commonest of this field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: What stands before a noun and goes with it.
_BEFORE = frozenset(("amod", "compound", "det", "nmod", "nummod", "poss", "quantmod"))
#: What a noun is to the word above it.
_NOUNS = frozenset(("nsubj", "nsubjpass", "dobj", "pobj", "conj", "appos"))
_AGES = frozenset(("year", "month", "week", "day"))


def mend(doc: Doc) -> Doc:
    """A pipe behind the parser, before parts of speech and lemmas are told from the tags."""
    for token in doc:
        if token.lower_ == "old" and token.tag_ == "JJ" and _stands_for_somebody(token):
            token.tag_ = "NN"
        elif token.lower_ == "shot" and token.i + 1 < len(doc):
            behind = doc[token.i + 1]
            if behind.lower_ == "dead" and behind.sent == token.sent:
                _dead(token, behind)
            elif token.tag_ == "NN":
                _noun(token)
    return doc


def _stands_for_somebody(old: Token) -> bool:
    """ "Killed a 17-year-old", but not "a 17-year-old boy"."""
    return old.dep_ in _NOUNS and old.i > 1 and old.nbor(-1).lower_ == "-" and old.nbor(-2).lower_ in _AGES


def _noun(shot: Token) -> None:
    """ "Police in Lagos shot at protesters" (it has a subject), "a sniper shot and killed a policeman"."""
    killed = next((c for c in shot.children if c.dep_ == "conj" and c.tag_ in ("VBD", "VBN")), None)
    if any(c.dep_ == "nsubj" for c in shot.children):
        shot.tag_ = "VBD"
    elif killed is not None and not any(c.dep_ in ("nsubj", "nsubjpass") for c in killed.children):
        _give_subject(shot, shot)


def _dead(shot: Token, dead: Token) -> None:
    """Make "shot" the verb, "dead" what becomes of the one behind it."""
    whom = next((c for c in dead.children if c.dep_ == "dobj"), None)
    if whom is None and dead.dep_ == "amod" and dead.head.i > dead.i:
        whom = dead.head  # "shot [dead six people]"
    if whom is None or whom.is_ancestor(shot) or (shot.tag_ == "NN" and not _give_subject(shot, dead)):
        return
    if dead.is_ancestor(shot):
        _put_in_place(shot, dead)
    for token in (*dead.children, dead, whom):
        if token not in (shot, shot.head):
            token.head = shot
    dead.dep_, whom.dep_ = "oprd", "dobj"


def _give_subject(shot: Token, root: Token) -> bool:
    """Part the noun before "shot" from it; whether there is one who may have shot.

    Args:
        root: what governs the clause: "shot" itself, or "dead".
    """
    noun = next((c for c in shot.lefts if c.dep_ == "compound" and c.i == shot.i - 1), None)
    if noun is None:
        return False
    for child in list(shot.lefts):
        if child != noun and child.dep_ in _BEFORE:
            child.head = noun
    if root != shot and root.is_ancestor(shot) and any(c.dep_ == "nsubj" for c in root.lefts):
        noun.head, noun.dep_ = shot.head, shot.dep_  # "two men on [a motorcycle shot] dead"
        _put_in_place(shot, root)
    else:  # "a sniper shot dead"
        noun.dep_ = "nsubj"
    shot.tag_ = "VBD"
    return True


def _put_in_place(shot: Token, other: Token) -> None:
    """Let "shot" stand where ``other`` stood, above it."""
    shot.dep_ = other.dep_
    shot.head = shot if other.head == other else other.head
