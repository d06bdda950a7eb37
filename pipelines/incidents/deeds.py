"""Deeds: each cue word of a text with its parties, weapons, standing and sentence, before any are merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.incidents import cues, earlier, wording
from pipelines.incidents import status as standing
from pipelines.incidents.actors import ActorMention
from pipelines.incidents.cues import Trigger
from pipelines.incidents.model import text_of
from pipelines.incidents.needs import answered
from pipelines.incidents.otherwise import is_otherwise
from pipelines.incidents.roles import nouns
from pipelines.incidents.roles.parties import Party, has, parties_of
from pipelines.incidents.untold import is_untold
from pipelines.incidents.weapons import WeaponMention, used
from warehouse.vocabulary import Status

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span


#: Inmates who riot do not demonstrate; ACLED has their riots among mob violence.
_PRISON_RIOT: dict[str, Any] = {"sub_event_type": "Mob violence", "attributes": (), "frame": "fight", "needs": ""}


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
    #: "The shelter was hit late on Friday": tells more of an incident that another deed tells.
    adds: bool = False
    #: "Was jailed for the murder of two guards".
    tried: bool = False
    attempted: bool = False
    claimed: bool = False
    instruments: list[tuple[int, int]] = field(default_factory=list)

    def side(self, side: str) -> list[Party]:
        return [party for party in self.parties if party.side == side]


def without_places(deeds: Sequence[Deed], places: Sequence[tuple[int, int]]) -> list[Deed]:
    """The deeds, without parties that are a place's name and nothing else ("an attack on Kabul"); who "captured" people
    took no ground, but "retook Halya" names a town that the gazetteer lacks."""
    for deed in deeds:
        deed.parties = [
            p
            for p in deed.parties
            if p.name is not None
            or p.sector == "State forces"
            or not (any(a <= p.start and p.end <= b for a, b in places) or _beside_places(deed, p, places))
        ]
    return [
        deed
        for deed in deeds
        if deed.trigger.cue.needs != "place_object"
        or deed.trigger.token.lemma_.lower() not in ("capture", "seize")
        or not any(p.people and p.sector for p in deed.side("patient"))
    ]


def _beside_places(deed: Deed, party: Party, places: Sequence[tuple[int, int]]) -> bool:
    """Whether a name that could be anybody's stands in a list of places: "raided Gora, Madomawa and Jambuzu"."""
    words = deed.trigger.token.doc.char_span(party.start, party.end, alignment_mode="expand")
    if not party.people or words is None or nouns.kind(words.root)[0] != "name":
        return False
    return any(a <= token.idx < b for token in words.root.conjuncts for a, b in places)


def _protesting(party: Party, doc: Doc, triggers: Mapping[int, Trigger]) -> Party:
    """ "Police fired at students protesting against quotas": those are protesters."""
    words = doc.char_span(party.start, party.end, alignment_mode="expand") if party.side == "patient" else None
    if words is None or not party.people or party.sector != "Civilians":
        return party
    told = (triggers.get(c.i) for c in words.root.children if c.dep_ in ("acl", "relcl"))
    protest = any(one is not None and "protest" in one.cue.attributes for one in told)
    return replace(party, sector="Protesters") if protest else party


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
    named = [
        w for w in weapons
        if not any(t.start <= w.start and w.end <= t.end for t in fights)  # "a gun battle"
        and not any(a.start <= w.start and w.end <= a.end for a in known)  # "the Assam Rifles"
    ]  # fmt: skip
    in_use = set(used(doc, named, frozenset(by_token)))
    table = cues.table()
    whole = text_of(doc)
    claims = [m.span() for m in table.claim_phrases.finditer(whole)]
    numbers: dict[int, int] = {}
    deeds: list[Deed] = []
    accident = False
    for trigger in found:
        sent: Span = trigger.token.sent
        start, end = sent.start_char, sent.start_char + len(sent.text.rstrip())  # what was not parsed is white
        if start >= opening[1] > 0 and not text[opening[1] : start].strip():
            start = opening[0]
        number = numbers.setdefault(start, len(numbers))
        near = [w for w in weapons if start <= w.start < end]
        if is_untold(trigger, by_token, near, whole[start:end]) or is_otherwise(trigger, whole[start:end]):
            continue
        if "riot" in trigger.cue.attributes and wording.is_in_prison(whole[start:end]):
            trigger = replace(trigger, cue=replace(trigger.cue, **_PRISON_RIOT))
        parties, instruments = parties_of(text, trigger, known, weapons, by_token)
        parties = [_protesting(party, doc, by_token) for party in parties]
        adds = False
        fitting = (t for t in trigger.readings() if answered(t, parties, instruments, near, by_token))
        read = next(fitting, None)
        if read is None:
            if not wording.was_hit(trigger, parties) and not wording.took_place(trigger):
                continue
            adds = True
        trigger = read or trigger
        status, word = standing.status(trigger)
        behind = earlier.behind(trigger, by_token)
        words = whole[start:end]
        if "arson" in trigger.cue.attributes and wording.by_a_blow(trigger, by_token, instruments):
            trigger = replace(trigger, cue=replace(trigger.cue, sub_event_type="", attributes=(), needs="violent_role"))
        mishap = bool(table.mishaps.search(words))
        armed = any(weapon.category != "aircraft" for weapon in near)  # "a helicopter crashed"
        blast = trigger.cue.frame == "blast"
        told_before = accident and blast and wording.is_definite(trigger)  # "the blast" of a gas leak
        accident = accident or (blast and wording.is_accidental(words))
        nobodys = mishap and not has(parties, "agent", armed=True) and not armed and trigger.cue.weight < 0.85
        if nobodys or told_before:
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
                trigger.cue.weight * wording.weight(trigger),
                wording.answers(words, start, trigger.start),
                earlier.is_before_now(words) or behind is not None or earlier.lasts(trigger, words),
                behind,
                wording.is_definite(trigger),
                wording.is_another(trigger, words, start),
                mishap,
                attempted=word is not None and word.lemma_ in table.words["attempt"],
                adds=adds,
                tried=wording.is_tried(trigger),
                claimed=any(start <= a < end for a, _ in claims),
                instruments=instruments,
            )
        )
    _mark_answers(deeds)
    _cut_words(deeds)
    return deeds
