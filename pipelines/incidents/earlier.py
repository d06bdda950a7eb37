"""Which deeds are of another day than the news: of years gone by, of totals since then, of what the news came after."""

from __future__ import annotations

import calendar
import re

from pipelines.incidents.cues import Trigger

#: Words that put a deed before the one reported.
_BEFORE_NOW = re.compile(
    r"\b(?:last (?:year|month)|years? ago|months? ago|in recent (?:years|months|weeks)|since (?:19"
    rf"|20)\d\d|in (?:(?:{'|'.join(calendar.month_name[1:])}),? )?(?:19|20)\d\d|earlier this (?:year|month)"
    r"|since (?:the )?(?:start|beginning|outbreak|war|coup|invasion|conflict)|since (?:last|early|mid|late)\b"
    r"|(?:has|have) been \w+ (?:\w+ ){0,3}times"
    r"|in the (?:first|last) (?:half|quarter|\w+ months) of"
    r"|so far this|decades?|history|in the past|wave of|spate of|string of|series of|have been killed since"
    r"|anniversary|a year (?:ago|earlier)|for (?:many |several |some |\w+ )?(?:years|decades|months)"
    r"|(?:two|three|four|five|six|\d+) years (?:later|earlier|before)"
    r"|(?:once|twice|(?:several|many|three) times) before"
    r"|(?:has|have) been (?:several|many|dozens of|repeated|a number of|other|similar)"
    r"|the first such|in the (?:19|20)\d\ds|when the war)\b",
    re.I,
)
#: A span that a total is of, and the beginning of one that goes on, if it is no matter of hours.
_TOTAL = re.compile(
    r"\b(?:so far (?:this|in)|per (?:year|month)|in recent (?:years|months|weeks)"
    r"|(?:in|over|during) the (?:past|last|first|second|previous) (?:\w+ )?(?:years?|months?|decades?|half|quarter))\b",
    re.I,
)
_ONGOING = re.compile(
    r"\bsince (?!(?:(?:early|late|last) )*(?:\w+day|yesterday|night|midnight|dawn|the early hours|this morning))"
    r"|\b(?:for (?:many |several |more than |over |nearly |almost )?(?:a |\w+ )?(?:years?|decades?|months)"
    r"|this year|decades?)\b",
    re.I,
)


#: "The attack came two weeks after gunmen killed 32 people", "the raid followed an ambush that killed six".
_COMING = {"come", "occur", "happen", "take", "be"}
#: Heads above a deed that are looked at.
_REACH = 5


def sums_up(trigger: Trigger, words: str) -> bool:
    """ "Has attacked more than 100 ships since November 2023": a total, and no incident."""
    return bool(_TOTAL.search(words)) or lasts(trigger, words)


def lasts(trigger: Trigger, words: str) -> bool:
    """ "Gunmen have attacked the pipeline since January"."""
    return _is_perfect(trigger) and bool(_ONGOING.search(words))


def _is_perfect(trigger: Trigger) -> bool:
    verb = trigger.token
    if verb.dep_ in ("dobj", "nsubj", "nsubjpass") and not trigger.is_verb:
        verb = verb.head  # "the province has seen many attacks"
    elif verb.dep_ == "advcl" and verb.tag_ == "VBG" and not any(c.lower_ in ("has", "have") for c in verb.children):
        verb = verb.head  # "has attacked 100 ships, killing eight"
    if verb.dep_ == "conj" and not any(c.dep_ in ("aux", "auxpass", "nsubj", "nsubjpass") for c in verb.children):
        verb = verb.head  # "have killed dozens of people and carried out many attacks"
    return any(c.dep_ == "aux" and c.lower_ in ("has", "have", "had", "'ve") for c in verb.children)


#: "The deadliest attack since 2015", "the worst in the country's history": of today, whatever year is named.
_RECORD = re.compile(
    r"\b(?:deadliest|worst|bloodiest|largest|biggest|heaviest|first|most \w+)\b[^.;]{0,60}?"
    r"\b(?:history|decades?|years|months|(?:since|in) (?:\w+ )?(?:19|20)\d\d)\b",
    re.I,
)


def is_before_now(words: str) -> bool:
    """Whether a sentence tells of days before those of the news."""
    return bool(_BEFORE_NOW.search(_RECORD.sub("", words)))


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
        if step.dep_ == "pobj" and above.lower_ == "of" and above.head.lemma_ == "anniversary":
            return step.left_edge.idx  # "the tenth anniversary of the attacks in which 130 people died"
        followed = step.dep_ == "dobj" and above.lemma_ == "follow"
        if (after and above.lemma_ in _COMING) or followed:
            told = [c for c in above.children if c.dep_ == "nsubj" and c.i < step.i]
            another = any(c.i in triggers or c.lower_ in ("it", "this", "that") for c in told)
            return step.left_edge.idx if another else None
        step = above
    return None
