"""Deeds: each cue word of a text with its parties, weapons, standing and sentence, before any are merged."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.incidents import cues
from pipelines.incidents import status as standing
from pipelines.incidents.actors import ActorMention
from pipelines.incidents.cues import Trigger
from pipelines.incidents.model import text_of
from pipelines.incidents.needs import answered
from pipelines.incidents.roles.parties import Party, has, parties_of
from pipelines.incidents.weapons import WeaponMention, used
from warehouse.vocabulary import Status

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span


#: Words by which an article tells a blow as an answer to another.
_COUNTER = re.compile(
    r"\bcounter-?(?:attack|strike|offensive)|\bretaliat\w+|\bself-? ?defen[cs]e|\bdefensive\b"
    r"|\bin response\b|\brespond\w*|\bthwart\w*|\brepel\w*|\brepuls\w*|\bfoil\w*",
    re.I,
)
#: Words that put a deed before the one reported.
_BEFORE_NOW = re.compile(
    r"\b(?:last (?:year|month)|years? ago|months? ago|in recent (?:years|months|weeks)|since (?:19"
    rf"|20)\d\d|in (?:(?:{'|'.join(calendar.month_name[1:])}),? )?(?:19|20)\d\d|earlier this (?:year|month)|"
    r"decades?|history|in the past|wave of|spate of|string of|series of|have been killed since"
    r"|anniversary|a year (?:ago|earlier)|for (?:many |several |some |\w+ )?(?:years|decades|months)"
    r"|(?:two|three|four|five|six|\d+) years (?:later|earlier|before)"
    r"|(?:once|twice|(?:several|many|three) times) before"
    r"|(?:has|have) been (?:several|many|dozens of|repeated|a number of|other|similar)"
    r"|the first such|in the (?:19|20)\d\ds|when the war)\b",
    re.I,
)
_ANOTHER = re.compile(r"\b(?:another|separate(?:ly)?|second|third|other|also|meanwhile|elsewhere|similar)\b", re.I)
#: The same of people who were hurt: "10 other people were also injured" are others, of the same blast.
_ANOTHER_HURT = re.compile(r"\b(?:separate(?:ly)?|meanwhile|elsewhere|similar)\b", re.I)


@dataclass(slots=True)
class Deed:
    """One cue word with what stands around it. ``words``: its sentence in lower case."""

    trigger: Trigger
    words: str
    sentence: tuple[int, int]
    number: int
    status: Status
    status_span: tuple[int, int] | None
    parties: list[Party]
    weapons: list[WeaponMention]
    weight: float
    counter: bool
    background: bool
    definite: bool
    another: bool
    mishap: bool
    attempted: bool = False
    claimed: bool = False
    instruments: list[tuple[int, int]] = field(default_factory=list)

    def side(self, side: str) -> list[Party]:
        return [party for party in self.parties if party.side == side]


def _protested(trigger: Trigger, triggers: dict[int, Trigger]) -> bool:
    """ "a march against the killings": told of elsewhere, if at all."""
    preposition = trigger.token.head
    above = triggers.get(preposition.head.i)
    return (
        not trigger.is_verb
        and preposition.lower_ in ("against", "over", "at", "about")
        and above is not None
        and above.cue.frame == "gather"
    )


def _in_general(trigger: Trigger) -> bool:
    """ "attacks and murders are on the rise": a bare plural tells of a kind of deed, not of one."""
    token = trigger.token
    return (
        not trigger.is_verb
        and trigger.cue.frame not in ("gather", "suffer")  # protests held are judged by _is_protest; wounds are wounds
        and token.tag_ == "NNS"
        and not any(c.dep_ in ("det", "nummod") or c.lower_ in ("several", "two", "twin") for c in token.children)
        and token.lower_ not in ("clashes", "airstrikes", "strikes", "casualties", "hostilities")
    )


def _definite(trigger: Trigger) -> bool:
    return not trigger.is_verb and any(
        c.lower_ in ("the", "this", "that", "these", "those") for c in trigger.token.children if c.dep_ == "det"
    )


def _counter(words: str, start: int, at: int) -> bool:
    """Whether the deed at ``at`` answers another: it stands before "in response to", or after "in response,"."""
    for match in _COUNTER.finditer(words):
        first, last = start + match.start(), start + match.end()
        if at < last or words[match.end() : match.end() + 1] == ",":
            return True
        if first <= at < last:
            return True
    return False


def without_places(deeds: Sequence[Deed], places: Sequence[tuple[int, int]]) -> list[Deed]:
    """The deeds, without parties that are a place's name and nothing else ("an attack on Kabul"); who "captured" people
    took no ground, but "retook Halya" names a town that the gazetteer lacks."""
    for deed in deeds:
        deed.parties = [
            p
            for p in deed.parties
            if p.name is not None
            or p.sector == "State forces"
            or not any(a <= p.start and p.end <= b for a, b in places)
        ]
    return [
        deed
        for deed in deeds
        if deed.trigger.cue.needs != "place_object"
        or deed.trigger.token.lemma_.lower() not in ("capture", "seize")
        or not any(p.people and p.sector for p in deed.side("patient"))
    ]


def _tells_of_the_hurt(trigger: Trigger) -> bool:
    """ "Were wounded", "were killed": says who was hit, and of the deed only that it was one."""
    tells = trigger.is_verb and trigger.cue.attributes in ((), ("killing",)) and not trigger.cue.sub_event_type
    return tells and trigger.token.lemma_.lower() in cues.table().words["harming_verbs"]


def _mark_answers(deeds: Sequence[Deed]) -> None:
    """ "Jets bombed the forces after those forces had attacked a post": what was done after it, to those who did it,
    answers it."""
    for first in deeds:
        token = first.trigger.token
        if token.dep_ != "advcl" or not any(c.dep_ == "mark" and c.lower_ == "after" for c in token.children):
            continue
        began = {party.key for party in first.side("agent")}
        for answer in deeds:
            above = answer.trigger.token
            misread = above.dep_ == "amod" and above.head.i == token.head.i
            if (above.i == token.head.i or misread) and began & {party.key for party in answer.side("patient")}:
                answer.counter = True


def find_deeds(
    text: str,
    doc: Doc,
    known: Sequence[ActorMention],
    weapons: Sequence[WeaponMention],
    opening: tuple[int, int] = (0, 0),
) -> list[Deed]:
    """All deeds the parsed stretches of ``text`` tell, in order. ``opening``: the dateline, which the parser did not
    see; its place and day are told of the sentence behind it."""
    found = [
        t
        for t in cues.find(doc)
        if not (t.cue.frame == "fight" and any(w.start <= t.start and t.end <= w.end for w in weapons))
    ]
    by_token = {t.token.i: t for t in found}
    fights = [t for t in found if t.cue.frame == "fight"]
    named = [w for w in weapons if not any(t.start <= w.start and w.end <= t.end for t in fights)]  # "a gun battle"
    in_use = set(used(doc, named, frozenset(by_token)))
    table = cues.table()
    whole = text_of(doc)
    claims = [m.span() for m in table.claim_phrases.finditer(whole)]
    numbers: dict[int, int] = {}
    deeds: list[Deed] = []
    for trigger in found:
        sent: Span = trigger.token.sent
        start, end = sent.start_char, sent.start_char + len(sent.text.rstrip())  # what was not parsed is white
        if start >= opening[1] > 0 and not text[opening[1] : start].strip():
            start = opening[0]
        number = numbers.setdefault(start, len(numbers))
        near = [w for w in weapons if start <= w.start < end]
        if _protested(trigger, by_token):
            continue
        parties, instruments = parties_of(text, trigger, known, weapons, by_token)
        if not answered(trigger, parties, instruments, near, by_token):
            continue
        status, word = standing.status(trigger)
        words = whole[start:end]
        mishap = bool(table.mishaps.search(words))
        if mishap and not has(parties, "agent", armed=True) and not near and trigger.cue.weight < 0.85:
            continue
        deeds.append(
            Deed(
                trigger,
                words.lower(),
                (start, end),
                number,
                status,
                None if word is None else (word.idx, word.idx + len(word)),
                parties,
                [weapon for weapon in near if weapon in in_use],
                trigger.cue.weight * (0.5 if _in_general(trigger) else 1.0),
                _counter(words, start, trigger.start),
                bool(_BEFORE_NOW.search(words)),
                _definite(trigger),
                bool(
                    (_ANOTHER_HURT if _tells_of_the_hurt(trigger) else _ANOTHER).search(
                        whole[max(start, trigger.start - 25) : trigger.end]
                    )
                ),
                mishap,
                attempted=word is not None and word.lemma_ in table.words["attempt"],
                claimed=any(start <= a < end for a, _ in claims),
                instruments=instruments,
            )
        )
    _mark_answers(deeds)
    return deeds
