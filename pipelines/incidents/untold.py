"""Which cue words tell of no deed: what air defences bring down, figures of a year, exercises, advice, a long war."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.incidents import earlier
from pipelines.incidents.cues import Trigger
from pipelines.incidents.model import text_of
from pipelines.incidents.numbers import find_numbers
from pipelines.incidents.roles.clauses import objects_after
from pipelines.incidents.weapons import WeaponMention

#: Heads above a deed that are looked at.
_REACH = 5
#: What air defences bring down, and how a count of it ends: nothing is attacked that way.
_BROUGHT_DOWN = {"drone", "missile", "rocket", "shell"}
_BARE = {"most", "all", "some", "dozens", "many", "half"}
#: What figures of a year do: "bombings fell by a third".
_TRENDS = frozenset(
    ["fall", "rise", "drop", "increase", "decrease", "double", "triple", "halve", "decline", "jump", "surge", "soar"]
)
#: What soldiers do before they do it: "jets will simulate air strikes".
_REHEARSING = {"simulate", "rehearse", "practise", "practice", "train"}
#: Nobody says so of himself but in a figure of speech: "we were killed on the counter".
_DEADLY = {"kill", "murder", "slaughter", "massacre", "butcher", "execute", "destroy"}
#: Whoever keeps count does this to deeds.
_COUNTING = {"record", "register", "report", "see", "count", "document", "tally"}
_MANY = 10


#: Right before what may come: "in case of any hostile attacks".
_PROVIDED = re.compile(r"\bin (?:the )?(?:case|event) of (?:an? |any )?(?:[\w“\"']+ ){0,2}[“\"']?$", re.I)


def is_untold(trigger: Trigger, triggers: dict[int, Trigger], weapons: Sequence[WeaponMention], words: str) -> bool:
    """Whether a cue word tells of no deed.

    Args:
        triggers: the cue words of the text, by token.
        weapons: those its sentence names.
        words: its sentence.
    """
    return (
        _is_protested(trigger, triggers)
        or _is_brought_down(trigger, weapons)
        or _lives_to_tell(trigger)
        or _is_denied_in_general(trigger)
        or _is_advice(trigger)
        or _is_statistic(trigger)
        or _is_a_trend(trigger)
        or _is_rehearsed(trigger)
        or _is_provided_for(trigger)
        or _is_a_war(trigger, words)
    )


def _is_protested(trigger: Trigger, triggers: dict[int, Trigger]) -> bool:
    """ "a march against the killings": told of elsewhere, if at all."""
    preposition = trigger.token.head
    above = triggers.get(preposition.head.i)
    return (
        not trigger.is_verb
        and preposition.lower_ in ("against", "over", "at", "about")
        and above is not None
        and above.cue.frame == "gather"
    )


def _lives_to_tell(trigger: Trigger) -> bool:
    """ "We were killed on the counter"."""
    return trigger.token.lemma_ in _DEADLY and any(
        child.dep_ == "nsubjpass" and child.lower_ in ("i", "we") for child in trigger.token.children
    )


def _is_statistic(trigger: Trigger) -> bool:
    """ "Ecuador recorded 781 murders in January"."""
    noun = trigger.token
    counted = [n for c in noun.children if c.dep_ == "nummod" for n in find_numbers(c.text)]
    return (
        not trigger.is_verb
        and noun.dep_ in ("dobj", "nsubjpass")
        and noun.head.lemma_ in _COUNTING
        and any(n.min >= _MANY for n in counted)
    )


def _is_denied_in_general(trigger: Trigger) -> bool:
    """ "Moscow denies targeting civilians": no deed in particular."""
    denying = trigger.token.head
    return trigger.token.tag_ == "VBG" and denying.lemma_ == "deny" and denying.tag_ in ("VBZ", "VBP")


def _is_a_trend(trigger: Trigger) -> bool:
    """ "Kidnappings doubled", "shootings rose by 6 per cent": how many there were, and none of them."""
    token = trigger.token
    verb = token.head
    return (
        not trigger.is_verb
        and token.tag_ == "NNS"
        and token.dep_ == "nsubj"
        and verb.lemma_.lower() in _TRENDS
        and not any(c.dep_ == "dobj" and c.pos_ != "NUM" and c.lower_ not in ("%", "percent") for c in verb.children)
    )


def _is_rehearsed(trigger: Trigger) -> bool:
    """ "Soldiers practised defending a port against an attack": an exercise."""
    step = trigger.token
    for _ in range(_REACH):
        if step.lemma_.lower() in _REHEARSING and step.i != trigger.token.i:
            return True
        step = step.head
    return False


def _is_provided_for(trigger: Trigger) -> bool:
    """ "What to do in case of an attack"."""
    return bool(_PROVIDED.search(text_of(trigger.token.doc), max(0, trigger.start - 40), trigger.start))


def _is_a_war(trigger: Trigger, words: str) -> bool:
    """ "Has been battling jihadists for a decade", "where the gang fights a cartel": fought all along."""
    if trigger.cue.frame != "fight" or not trigger.is_verb:
        return False
    habit = trigger.token.tag_ in ("VBZ", "VBP") and trigger.token.dep_ in ("relcl", "advcl")
    return habit or (trigger.token.tag_ == "VBG" and earlier.lasts(trigger, words))


def _is_advice(trigger: Trigger) -> bool:
    """ "Attack it with your hands", "start by killing the crab": the reader is told what to do."""
    root = trigger.token.sent.root
    told = any(c.dep_ in ("nsubj", "nsubjpass", "aux", "csubj", "expl") for c in root.children)
    quoted = any(c.dep_ == "ccomp" for c in root.children)
    return root.tag_ == "VB" and trigger.is_verb and not told and not quoted and trigger.token.tag_ != "VBD"


def _is_brought_down(trigger: Trigger, weapons: Sequence[WeaponMention]) -> bool:
    """ "Shot down 40 drones", "destroyed 20 missiles": stops an attack, and is none."""
    verb = trigger.token
    down = any(c.lower_ == "down" for c in verb.children)
    if verb.lower_ not in (("shot", "shoot", "shoots", "shooting") if down else ("destroy", "destroys", "destroyed")):
        return False
    shot = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "npadvmod")]
    if down and any(c.pos_ in ("NUM", "PRON", "DET") or c.lower_ in _BARE for c in shot):
        return True  # "140 drones, of which 88 were shot down"
    heads = [*shot, *(t for c in shot for t in objects_after(c, {"of"}))]
    return any(w.name in _BROUGHT_DOWN and w.start <= t.idx < w.end for t in heads for w in weapons)
