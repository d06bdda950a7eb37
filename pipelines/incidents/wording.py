"""How a deed is worded: as an answer, as of another day, as another than the one told before, or as none at all."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from pipelines.incidents import cues
from pipelines.incidents.cues import Trigger
from pipelines.incidents.roles.clauses import objects_after, subject_of
from pipelines.incidents.weapons import WeaponMention

#: Words by which an article tells a blow as an answer to another.
_COUNTER = re.compile(
    r"\bcounter-?(?:attack|strike|offensive)|\bretaliat\w+|\bself-? ?defen[cs]e|\bdefensive\b"
    r"|\bin response\b|\brespond\w*|\bthwart\w*|\brepel\w*|\brepuls\w*|\bfoil\w*",
    re.I,
)
#: Before an answer that has not come: "threatened retaliation".
_ONLY_SAID = re.compile(
    r"\b(?:threaten\w*|vow\w*|promis\w*|warn\w*(?: of)?|swore|pledg\w+|fears? of)(?: \w+){0,2} $", re.I
)
#: Words that put a deed before the one reported.
BEFORE_NOW = re.compile(
    r"\b(?:last (?:year|month)|years? ago|months? ago|in recent (?:years|months|weeks)|since (?:19"
    rf"|20)\d\d|in (?:(?:{'|'.join(calendar.month_name[1:])}),? )?(?:19|20)\d\d|earlier this (?:year|month)"
    r"|since (?:the )?(?:start|beginning|outbreak|war|coup|invasion|conflict)|since (?:last|early|mid|late)\b"
    r"|(?:has|have) been \w+ (?:\w+ ){0,3}times"
    r"|so far this|decades?|history|in the past|wave of|spate of|string of|series of|have been killed since"
    r"|anniversary|a year (?:ago|earlier)|for (?:many |several |some |\w+ )?(?:years|decades|months)"
    r"|(?:two|three|four|five|six|\d+) years (?:later|earlier|before)"
    r"|(?:once|twice|(?:several|many|three) times) before"
    r"|(?:has|have) been (?:several|many|dozens of|repeated|a number of|other|similar)"
    r"|the first such|in the (?:19|20)\d\ds|when the war)\b",
    re.I,
)
_ANOTHER = re.compile(r"\b(?:another|separate(?:ly)?|second|third|other|also|meanwhile|elsewhere|similar)\b", re.I)
#: A sentence that opens so tells of something else.
_OPENS_ANOTHER = re.compile(
    r"(?:elsewhere|separately|meanwhile|at the same time"
    r"|in (?:an? |the )?(?:separate|another|other|similar|second|third))\b",
    re.I,
)
#: The same of people who were hurt: "10 other people were also injured" are others, of the same blast.
_ANOTHER_HURT = re.compile(r"\b(?:separate(?:ly)?|meanwhile|elsewhere|similar)\b", re.I)


#: "The attack came two weeks after gunmen killed 32 people", "the raid followed an ambush that killed six".
_COMING = {"come", "occur", "happen", "take", "be"}
_REACH = 5
#: What air defences bring down: nothing is attacked that way.
_BROUGHT_DOWN = {"drone", "missile", "rocket", "shell"}


def protested(trigger: Trigger, triggers: dict[int, Trigger]) -> bool:
    """ "a march against the killings": told of elsewhere, if at all."""
    preposition = trigger.token.head
    above = triggers.get(preposition.head.i)
    return (
        not trigger.is_verb
        and preposition.lower_ in ("against", "over", "at", "about")
        and above is not None
        and above.cue.frame == "gather"
    )


def in_general(trigger: Trigger) -> bool:
    """ "attacks and murders are on the rise": a bare plural tells of a kind of deed, not of one."""
    token = trigger.token
    return (
        not trigger.is_verb
        and trigger.cue.frame not in ("gather", "suffer")  # protests held are judged by _is_protest; wounds are wounds
        and token.tag_ == "NNS"
        and not any(c.dep_ in ("det", "nummod") or c.lower_ in ("several", "two", "twin") for c in token.children)
        and token.lower_ not in ("clashes", "airstrikes", "strikes", "casualties", "hostilities")
    )


def is_definite(trigger: Trigger) -> bool:
    """ "The attack", "these raids": told of before."""
    return not trigger.is_verb and any(
        c.lower_ in ("the", "this", "that", "these", "those") for c in trigger.token.children if c.dep_ == "det"
    )


def answers(words: str, start: int, at: int) -> bool:
    """Whether the deed at ``at`` answers another: it stands before "in response to", or after "in response,"."""
    for match in _COUNTER.finditer(words):
        if _ONLY_SAID.search(words, 0, match.start()):
            continue
        first, last = start + match.start(), start + match.end()
        if at < last or words[match.end() : match.end() + 1] == ",":
            return True
        if first <= at < last:
            return True
    return False


def _tells_of_the_hurt(trigger: Trigger) -> bool:
    """ "Were wounded", "were killed": says who was hit, and of the deed only that it was one."""
    tells = trigger.is_verb and trigger.cue.attributes in ((), ("killing",)) and not trigger.cue.sub_event_type
    return tells and trigger.token.lemma_.lower() in cues.table().words["harming_verbs"]


def opens_another(sentence: str) -> bool:
    """Whether a sentence begins as one of something else: "Elsewhere", "In a separate attack"."""
    return _OPENS_ANOTHER.match(sentence) is not None


def is_another(trigger: Trigger, words: str, start: int) -> bool:
    """Whether the words before a deed, or those that open its sentence, set it apart from what was told before."""
    apart = _ANOTHER_HURT if _tells_of_the_hurt(trigger) else _ANOTHER
    at = trigger.start - start
    return bool(apart.search(words[max(0, at - 25) : trigger.end - start]) or opens_another(words))


def by_a_blow(trigger: Trigger, triggers: dict[int, Trigger], instruments: Sequence[tuple[int, int]]) -> bool:
    """ "The strike set fire to a depot": says what it did, and is no arson."""
    subject, _ = subject_of(trigger.token)
    return (
        trigger.is_verb
        and subject is not None
        and (subject.i in triggers or any(a <= subject.idx < b for a, b in instruments))
    )


def behind(trigger: Trigger, triggers: dict[int, Trigger]) -> int | None:
    """Where the words begin that tell of a deed as what another came after: one of another day, whatever its sentence
    tells besides. None for other deeds."""
    step = trigger.token
    for _ in range(_REACH):
        above = step.head
        if above.i == step.i:
            return None
        after = (step.lower_ == "after" and step.dep_ == "prep") or any(
            c.dep_ == "mark" and c.lower_ == "after" for c in step.children
        )
        followed = step.dep_ == "dobj" and above.lemma_ == "follow"
        if (after and above.lemma_ in _COMING) or followed:
            told = [c for c in above.children if c.dep_ == "nsubj" and c.i < step.i]
            another = any(c.i in triggers or c.lower_ in ("it", "this", "that") for c in told)
            return step.left_edge.idx if another else None
        step = above
    return None


def brought_down(trigger: Trigger, weapons: Sequence[WeaponMention]) -> bool:
    """ "Shot down 40 drones", "destroyed 20 missiles": stops an attack, and is none."""
    verb = trigger.token
    down = any(c.lower_ == "down" for c in verb.children)
    if verb.lower_ not in (("shot", "shoot", "shoots", "shooting") if down else ("destroy", "destroys", "destroyed")):
        return False
    shot = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "npadvmod")]
    heads = [*shot, *(t for c in shot for t in objects_after(c, {"of"}))]
    return any(w.name in _BROUGHT_DOWN and w.start <= t.idx < w.end for t in heads for w in weapons)
