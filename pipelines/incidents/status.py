"""Did it happen? The standing of a told deed: happened, alleged, threatened, denied or hypothetical.

Read from what governs the cue word in the parse: "threatened to attack", "denied attacking", "if they attack",
"allegedly attacked", "a foiled attack".
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.incidents.cues import Trigger, table
from pipelines.incidents.roles.clauses import FOILING
from warehouse.vocabulary import Status

if TYPE_CHECKING:
    from spacy.tokens import Token

#: When mentions of one incident differ, the first of these that any has.
RANK: tuple[Status, ...] = ("happened", "alleged", "denied", "threatened", "hypothetical")

_CLAUSE = {
    "xcomp",
    "ccomp",
    "dobj",
    "pobj",
    "prep",
    "pcomp",
    "advcl",
    "acl",
    "conj",
    "nsubjpass",
    "dative",
    "oprd",
    "attr",
}
_CLIMB = 4
#: "began to fire": with other verbs the infinitive tells an aim, not a deed.
_REAL_INFINITIVE = {"manage", "begin", "continue", "start", "proceed", "succeed", "go", "rise", "use", "come"}


def _negated(token: Token) -> bool:
    return any(child.dep_ == "neg" for child in token.children)


def _modal(token: Token) -> bool:
    modals = [c.lower_ for c in token.children if c.dep_ == "aux" and c.tag_ == "MD"]
    perfect = any(c.dep_ == "aux" and c.lower_ == "have" for c in token.children)
    return (
        bool(set(modals) & {"would", "could", "might", "may", "should", "will", "'ll", "can", "must"}) and not perfect
    )


def _future(token: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ in ("will", "'ll", "’ll") for c in token.children)


def _conditional(token: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ in ("if", "unless", "whether") for c in token.children)


@lru_cache(maxsize=1)
def doing() -> frozenset[str]:
    """Verbs whose object is a deed that they make happen."""
    words = table().words
    return words["light_verbs"] | words["suffering_verbs"] | words["agreeing_verbs"] | words["gathering_verbs"]


def _aim(verb: Token) -> bool:
    """ "to attack" under a verb that makes it a wish or a purpose; threats and denials are told by their verb."""
    words = table().words
    infinitive = verb.tag_ == "VB" and any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)
    telling = _REAL_INFINITIVE | words["threat"] | words["denial"] | {"accuse", "allege"}
    return infinitive and verb.head.lemma_.lower() not in telling


def _tried(verb: Token) -> bool:
    """ "tried to blow up a bus": it was begun, if what is tried is not itself only wished for."""
    trying = verb.head
    begun = trying.tag_ in ("VBD", "VBN", "VBG") and trying.lemma_.lower() in ("try", "attempt", "fail")
    return begun and not _negated(trying) and not _modal(trying) and not _conditional(trying)


def by_force(verb: Token) -> bool:
    """ "Fired tear gas to disperse the crowd": what was done to that end, was done to the crowd."""
    doing_it = verb.head
    means = {t.lemma_.lower() for c in doing_it.children if c.dep_ == "dobj" for t in (c, *c.conjuncts)}
    return (
        verb.lemma_ == "disperse"
        and doing_it.tag_ in ("VBD", "VBN", "VBG")
        and not _negated(doing_it)
        and bool(means & table().words["crowd_control"])
    )


def status(trigger: Trigger) -> tuple[Status, Token | None]:
    """The standing of what the cue word tells, and the word that says so (None for plain telling)."""
    words = table().words
    token = trigger.token
    if trigger.is_verb:
        if _negated(token):
            return "denied", token
        if _conditional(token):
            return "hypothetical", token
        if _future(token):
            return "threatened", token
        if _modal(token):
            return "hypothetical", token
        if _aim(token):
            return ("happened", token.head) if _tried(token) or by_force(token) else ("hypothetical", token)
    elif token.dep_ == "dobj" and token.head.lemma_.lower() in words["light_verbs"] and _aim(token.head):
        return "hypothetical", token.head  # "gathered to launch an attack"
    for child in token.children:
        if child.lower_ == "alleged" and not trigger.is_verb:
            return "alleged", child
        if child.lower_ in ("allegedly", "reportedly", "purportedly"):
            return "alleged", child
        if child.lower_ in ("possible", "potential", "future", "planned", "imminent", "further", "threatened"):
            return "hypothetical", child
        if child.dep_ == "det" and child.lower_ == "no":
            return "denied", child
        if child.dep_ == "det" and child.lower_ == "any" and not trigger.is_verb:
            return "hypothetical", child
    step = token
    for _ in range(_CLIMB):
        if step.dep_ not in _CLAUSE or step.head.i == step.i:
            break
        through_noun = step.dep_ in ("pobj", "dobj", "nsubjpass", "pcomp", "prep")
        step = step.head
        lemma = step.lemma_.lower()
        if lemma in words["denial"]:
            return "denied", step
        if lemma in words["threat"] and step.i < token.i and not _negated(step):
            return "threatened", step
        if through_noun and lemma in FOILING and not _negated(step):
            return "threatened", step
        if lemma in ("allege", "accuse", "suspect"):
            return "alleged", step
        if through_noun and step.pos_ == "VERB" and lemma in doing():
            # who does not condemn an attack, or will look into it, does not say that there was none
            if _negated(step):
                return "denied", step
            if _conditional(step) or (_modal(step) and not _future(step)):
                return "hypothetical", step
            if _future(step):
                return "threatened", step
    return "happened", None
