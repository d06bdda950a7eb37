"""Harm that is no incident: by animals and to them, to oneself, by a court's sentence, to computers, into the sea or on
the way to orbit."""

from __future__ import annotations

import re

from pipelines.incidents.cues import Trigger, table
from pipelines.incidents.model import text_of
from pipelines.incidents.roles.clauses import objects_after, objects_of, subject_of

_ONESELF = frozenset(("himself", "herself", "themselves", "myself", "itself", "oneself"))
#: "Blew himself up" is a suicide bomb.
_HARMING = frozenset(("shoot", "kill", "hang", "stab", "hurt", "injure", "wound", "strangle", "poison", "cut"))
#: Around a sentence of death that is carried out.
_SENTENCE = re.compile(
    r"\b(?:lethal injection|death row|death chamber|death warrant|death sentences?|capital punishment"
    r"|stays? of execution|halt (?:the|his|her) execution)\b",
    re.I,
)
_ORBIT = re.compile(r"\b(?:satellites?|lift-?off|launch ?pad|orbit|spacecraft|astronauts?|payload)\b", re.I)
_OLD_WAR = re.compile(
    r"\b(?:second world war|world war (?:ii|two|2)|wwii|wartime (?:bomb|shell|grenade|mine)s?)\b", re.I
)
#: Characters around a bomb that is defused within which its war is named.
_AROUND = 400


def is_otherwise(trigger: Trigger, words: str) -> bool:
    """Whether a cue word tells of harm that is no incident. ``words``: its sentence."""
    return (
        _is_of_animals(trigger)
        or _is_to_oneself(trigger)
        or _is_of_a_court(trigger)
        or _is_of_computers(trigger)
        or _is_into_the_sea(trigger)
        or _is_ruled_out(trigger)
        or _is_of_an_old_war(trigger)
        or ("bombing" in trigger.cue.attributes and bool(_ORBIT.search(words)))
    )


def _lemmas(trigger: Trigger) -> tuple[set[str], set[str]]:
    """Who a verb or noun says did it, and whom it hit, by their lemmas."""
    token = trigger.token
    if not trigger.is_verb:
        by = [*(c for c in token.children if c.dep_ in ("compound", "poss")), *objects_after(token, {"by"})]
        return {t.lemma_.lower() for t in by}, {t.lemma_.lower() for t in objects_after(token, {"of", "on", "against"})}
    subject, passive = subject_of(token)
    told = {subject.lemma_.lower()} if subject is not None else set()
    if passive:
        return {t.lemma_.lower() for t in objects_after(token, {"by"})}, told
    return told, {c.lemma_.lower() for c in token.children if c.dep_ == "dobj"}


def _is_of_animals(trigger: Trigger) -> bool:
    """ "Was killed by a bear", "shot the dog", "a shark attack"."""
    animals = table().words["animals"]
    doers, hit = _lemmas(trigger)
    return bool(doers & animals) or (bool(hit) and hit <= animals)


def _is_to_oneself(trigger: Trigger) -> bool:
    """ "Shot himself dead"."""
    harming = trigger.is_verb and trigger.token.lemma_.lower() in _HARMING
    return harming and any(c.dep_ == "dobj" and c.lower_ in _ONESELF for c in trigger.token.children)


def _is_of_a_court(trigger: Trigger) -> bool:
    """ "Texas executed a man", by lethal injection."""
    executed = trigger.token.lemma_.lower() in ("execute", "execution")
    return executed and bool(_SENTENCE.search(text_of(trigger.token.doc)))


def _is_of_computers(trigger: Trigger) -> bool:
    """ "Hackers attacked a hospital", "an attack on the servers"."""
    words = table().words
    doers, hit = _lemmas(trigger)
    return bool(doers & words["hackers"]) or (bool(hit) and hit <= words["machines"])


def _is_into_the_sea(trigger: Trigger) -> bool:
    """ "Fired two missiles into the sea": a test."""
    if trigger.cue.frame != "launch":
        return False
    empty = table().words["empty"]
    return any(t.lemma_.lower() in empty for t in objects_of(trigger.token, {"into", "in", "toward", "towards"}))


def _is_ruled_out(trigger: Trigger) -> bool:
    """ "The army ruled out an attack"."""
    verb = trigger.token.head
    return trigger.token.dep_ == "dobj" and verb.lemma_ == "rule" and any(c.lower_ == "out" for c in verb.children)


def _is_of_an_old_war(trigger: Trigger) -> bool:
    """ "Experts defused the bomb", of the Second World War."""
    if trigger.token.lemma_.lower() not in ("defuse", "deactivate", "detonate", "explode"):
        return False
    text = text_of(trigger.token.doc)
    return bool(_OLD_WAR.search(text, max(0, trigger.start - _AROUND), trigger.end + _AROUND))
