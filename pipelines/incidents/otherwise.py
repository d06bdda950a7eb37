"""Harm that is no incident: by animals and to them, to oneself, by a court's sentence, to computers, into the sea or on
the way to orbit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.incidents.cues import Trigger, table
from pipelines.incidents.model import text_of
from pipelines.incidents.roles.clauses import objects_after, objects_of, subject_of

if TYPE_CHECKING:
    from spacy.tokens import Token

_ONESELF = frozenset(("himself", "herself", "themselves", "myself", "itself", "oneself"))
#: "Blew himself up" is a suicide bomb.
_HARMING = frozenset(("shoot", "kill", "hang", "stab", "hurt", "injure", "wound", "strangle", "poison", "cut"))
#: Around a sentence of death that is carried out.
_SENTENCE = re.compile(
    r"\b(?:lethal injection|death row|death chamber|death warrant|death sentences?|capital punishment"
    r"|stays? of execution|halt (?:the|his|her) execution)\b",
    re.I,
)
#: Satellite images are news of war, too.
_ORBIT = re.compile(r"\b(?:lift-?off|launch ?pad|into orbit|spacecraft|carrying (?:\w+ ){0,2}satellites?)\b", re.I)
_OLD_WAR = re.compile(
    r"\b(?:second world war|world war (?:ii|two|2)|wwii|wartime (?:bomb|shell|grenade|mine)s?)\b", re.I
)
#: Characters around a bomb that is defused, or an execution, within which its war or its sentence is named.
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
        or (trigger.cue.frame == "blast" and bool(_ORBIT.search(words)))
    )


def _sides(trigger: Trigger) -> tuple[list[Token], list[Token]]:
    """Who a verb or noun says did it, and whom it hit."""
    token = trigger.token
    if not trigger.is_verb:
        named = [child for child in token.children if child.dep_ in ("compound", "poss")]
        return [*named, *objects_after(token, {"by"})], [*objects_after(token, {"of", "on", "against"})]
    subject, passive = subject_of(token)
    told = [subject] if subject is not None else []
    if passive:
        return [*objects_after(token, {"by"})], told
    return told, [child for child in token.children if child.dep_ == "dobj"]


def _lemmas(nouns: Iterable[Token]) -> set[str]:
    return {noun.lemma_.lower() for noun in nouns}


def _is_of_animals(trigger: Trigger) -> bool:
    """ "Was killed by a bear", "shot the dog", "a shark attack"; not the Tigers."""
    animals = table().words["animals"]
    doers, hit = (_lemmas(noun for noun in side if noun.text.islower()) for side in _sides(trigger))
    return bool(doers & animals) or (bool(hit) and hit <= animals)


def _is_to_oneself(trigger: Trigger) -> bool:
    """ "Shot himself dead"."""
    harming = trigger.is_verb and trigger.token.lemma_.lower() in _HARMING
    return harming and any(c.dep_ == "dobj" and c.lower_ in _ONESELF for c in trigger.token.children)


def _is_of_a_court(trigger: Trigger) -> bool:
    """ "Texas executed a man", by lethal injection."""
    return trigger.token.lemma_.lower() in ("execute", "execution") and _stands_near(trigger, _SENTENCE)


def _is_of_computers(trigger: Trigger) -> bool:
    """ "Hackers attacked a hospital", "an attack on the servers"."""
    words = table().words
    doers, hit = map(_lemmas, _sides(trigger))
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
    return trigger.token.lemma_.lower() in ("defuse", "deactivate") and _stands_near(trigger, _OLD_WAR)


def _stands_near(trigger: Trigger, pattern: re.Pattern[str]) -> bool:
    text = text_of(trigger.token.doc)
    return bool(pattern.search(text, max(0, trigger.start - _AROUND), trigger.end + _AROUND))
