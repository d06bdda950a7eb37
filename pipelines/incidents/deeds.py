"""Deeds: each cue word of a text with its parties, weapons, standing and sentence, before any are merged."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.incidents import cues
from pipelines.incidents import status as standing
from pipelines.incidents.actors import ActorMention
from pipelines.incidents.cues import Trigger
from pipelines.incidents.model import text_of
from pipelines.incidents.needs import answered
from pipelines.incidents.roles.clauses import objects_after, subject_of
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
#: Before an answer that has not come: "threatened retaliation".
_ONLY_SAID = re.compile(
    r"\b(?:threaten\w*|vow\w*|promis\w*|warn\w*(?: of)?|swore|pledg\w+|fears? of)(?: \w+){0,2} $", re.I
)
#: Words that put a deed before the one reported.
_BEFORE_NOW = re.compile(
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


@dataclass(slots=True)
class Deed:
    """One cue word with what stands around it. ``words``: its sentence in lower case, up to what is told of another
    day. ``behind``: where that begins, of a deed that another came after."""

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
    behind: int | None
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
        if _ONLY_SAID.search(words, 0, match.start()):
            continue
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


def _by_a_blow(trigger: Trigger, triggers: dict[int, Trigger], instruments: Sequence[tuple[int, int]]) -> bool:
    """ "The strike set fire to a depot": says what it did, and is no arson."""
    subject, _ = subject_of(trigger.token)
    return (
        trigger.is_verb
        and subject is not None
        and (subject.i in triggers or any(a <= subject.idx < b for a, b in instruments))
    )


#: "The attack came two weeks after gunmen killed 32 people", "the raid followed an ambush that killed six".
_COMING = {"come", "occur", "happen", "take", "be"}
_REACH = 5


def _behind(trigger: Trigger, triggers: dict[int, Trigger]) -> int | None:
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


#: What air defences bring down: nothing is attacked that way.
_BROUGHT_DOWN = {"drone", "missile", "rocket", "shell"}


def _brought_down(trigger: Trigger, weapons: Sequence[WeaponMention]) -> bool:
    """ "Shot down 40 drones", "destroyed 20 missiles": stops an attack, and is none."""
    verb = trigger.token
    down = any(c.lower_ == "down" for c in verb.children)
    if verb.lower_ not in (("shot", "shoot", "shoots", "shooting") if down else ("destroy", "destroys", "destroyed")):
        return False
    shot = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "npadvmod")]
    heads = [*shot, *(t for c in shot for t in objects_after(c, {"of"}))]
    return any(w.name in _BROUGHT_DOWN and w.start <= t.idx < w.end for t in heads for w in weapons)


def _is_another(trigger: Trigger, words: str, start: int) -> bool:
    """Whether the words before a deed, or those that open its sentence, set it apart from what was told before."""
    apart = _ANOTHER_HURT if _tells_of_the_hurt(trigger) else _ANOTHER
    at = trigger.start - start
    return bool(apart.search(words[max(0, at - 25) : trigger.end - start]) or _OPENS_ANOTHER.match(words))


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


def _cut_words(deeds: Sequence[Deed]) -> None:
    """ "The attack came after suicide bombers killed nine": the last words tell nothing of the attack."""
    begins = {deed.sentence: deed.behind - deed.sentence[0] for deed in deeds if deed.behind is not None}
    for deed in deeds:
        if deed.behind is None and deed.sentence in begins:
            deed.words = deed.words[: max(0, begins[deed.sentence])]


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
        if _protested(trigger, by_token) or _brought_down(trigger, near):
            continue
        parties, instruments = parties_of(text, trigger, known, weapons, by_token)
        if not answered(trigger, parties, instruments, near, by_token):
            continue
        status, word = standing.status(trigger)
        behind = _behind(trigger, by_token)
        words = whole[start:end]
        if "arson" in trigger.cue.attributes and _by_a_blow(trigger, by_token, instruments):
            trigger = replace(trigger, cue=replace(trigger.cue, sub_event_type="", attributes=(), needs="violent_role"))
        mishap = bool(table.mishaps.search(words))
        armed = any(weapon.category != "aircraft" for weapon in near)  # "a helicopter crashed"
        if mishap and not has(parties, "agent", armed=True) and not armed and trigger.cue.weight < 0.85:
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
                bool(_BEFORE_NOW.search(words)) or behind is not None,
                behind,
                _definite(trigger),
                _is_another(trigger, words, start),
                mishap,
                attempted=word is not None and word.lemma_ in table.words["attempt"],
                claimed=any(start <= a < end for a, _ in claims),
                instruments=instruments,
            )
        )
    _mark_answers(deeds)
    _cut_words(deeds)
    return deeds
