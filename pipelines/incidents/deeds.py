"""Deeds: each cue word of a text with its parties, weapons, standing and sentence, before any are merged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.incidents import cues, nouns, roles
from pipelines.incidents import status as standing
from pipelines.incidents.actors import ActorMention, country_of
from pipelines.incidents.cues import Trigger
from pipelines.incidents.numbers import find_numbers
from pipelines.incidents.weapons import WeaponMention, used
from warehouse.vocabulary import Sector, Status

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_GROUPS: frozenset[Sector] = frozenset({"Rebel group", "Political militia", "Identity militia"})
#: So many taken at once are a mass arrest.
_MASS = 10
ARMED: frozenset[Sector] = frozenset(
    {"State forces", "Rebel group", "Political militia", "Identity militia", "External/Other forces", "Rioters"}
)

#: Words by which an article tells a blow as an answer to another.
_COUNTER = re.compile(
    r"\bcounter-?(?:attack|strike|offensive)|\bretaliat\w+|\bself-? ?defen[cs]e|\bdefensive\b"
    r"|\bin response\b|\brespond\w*|\bthwart\w*|\brepel\w*|\brepuls\w*|\bfoil\w*",
    re.I,
)
#: Words that put a deed before the one reported.
_BEFORE_NOW = re.compile(
    r"\b(?:last (?:year|month)|years? ago|months? ago|in recent (?:years|months|weeks)|since (?:19"
    r"|20)\d\d|in (?:19|20)\d\d|earlier this (?:year|month)|"
    r"decades?|history|in the past|wave of|spate of|string of|series of|have been killed since"
    r"|anniversary|a year (?:ago|earlier)|for (?:many |several |some |\w+ )?(?:years|decades|months)"
    r"|(?:two|three|four|five|six|\d+) years (?:later|earlier|before)"
    r"|(?:once|twice|(?:several|many|three) times) before"
    r"|(?:has|have) been (?:several|many|dozens of|repeated|a number of|other|similar)"
    r"|the first such|in the (?:19|20)\d\ds|when the war)\b",
    re.I,
)
#: Between a thing and whose it is.
_OF = re.compile(r"\s+(?:of|belonging to)\s+(?:the\s+)?", re.I)
_ANOTHER = re.compile(r"\b(?:another|separate(?:ly)?|second|third|other|also|meanwhile|elsewhere|similar)\b", re.I)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody or something on one side of a deed."""

    start: int
    end: int
    head: str
    side: str
    people: bool
    name: str | None
    sector: Sector | None
    country: str | None
    confidence: float

    @property
    def key(self) -> str:
        return (self.name or self.head).lower()


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


def _stands_for(token: Token, known: Sequence[ActorMention]) -> ActorMention | None:
    """Whom "its fighters" or "the group" belongs to: the speaker of the sentence, or the group named last."""
    if any(child.dep_ == "poss" and child.lower_ in ("its", "their") for child in token.children):
        step = token
        for _ in range(6):
            subject = next((c for c in step.head.children if c.dep_ == "nsubj" and c.i < token.i), None)
            if step.dep_ == "ccomp" and subject is not None:
                return _inside(known, *nouns.span(subject))
            step = step.head
        return None
    if any(child.lower_ in ("those", "these") for child in token.children):
        same = re.compile(rf"\b{re.escape(token.lower_)}\b", re.I)
        earlier = (m for m in known if m.end <= token.idx and same.search(token.doc.text, m.start, m.end))
        return max(earlier, key=lambda m: m.end, default=None)
    definite = any(child.lower_ == "the" for child in token.children)
    if definite and token.lower_ in ("group", "movement", "militia", "organisation", "organization"):
        return max((m for m in known if m.end <= token.idx and m.sector in _GROUPS), key=lambda m: m.end, default=None)
    return None


def _inside(mentions: Sequence[ActorMention], start: int, end: int) -> ActorMention | None:
    """The actor named in the span: the one nearest its end, which is where a phrase's head stands."""
    held = [m for m in mentions if m.start < end and start < m.end]
    return max(held, key=lambda m: m.end) if held else None


def _named(mention: ActorMention, token: Token, side: str, weight: float) -> Party:
    """A known actor as a party of a deed whose phrase ``token`` heads."""
    return Party(
        mention.start, mention.end, token.lemma_, side, True, mention.name, mention.sector, mention.country,
        weight * mention.confidence,
    )  # fmt: skip


def _owner(token: Token, known: Sequence[ActorMention]) -> ActorMention | None:
    """Whose the thing is: "aircraft of the coalition"."""
    for other in roles.beside(token):
        mention = _inside(known, *nouns.span(other))
        if mention is not None and other.head.lower_ in ("of", "belonging"):
            return mention
    return None


def _with_owner(token: Token, end: int, known: Sequence[ActorMention]) -> int:
    """Where "the headquarters of the SDF" ends: whose a thing is belongs to what it is called."""
    owner = _owner(token, known)
    between = token.doc.text[end : owner.start] if owner is not None and owner.start > end else ""
    return owner.end if owner is not None and _OF.fullmatch(between) else end


def party(text: str, token: Token, side: str, weight: float, known: Sequence[ActorMention]) -> Party | None:
    """The party a phrase names, or None where it names nobody (an abstract noun, a pronoun, a weapon)."""
    start, end = nouns.span(token)
    kind, sector = nouns.kind(token)
    mention = _inside(known, start, end)
    covers_head = mention is not None and mention.end >= token.idx + len(token)
    if kind == "pronoun" or not text[start:end].strip() or token.lower_ in nouns.CALENDAR:
        return None
    if mention is None and nouns.is_bare(token):
        return None
    if mention is None and kind == "people" and (whose := _stands_for(token, known)) is not None:
        made = _named(whose, token, side, weight * 0.8)
        return replace(made, start=start, end=end)
    if not covers_head and kind in ("thing", "other") and side == "agent":
        owner = mention or _owner(token, known)  # "Coalition aircraft struck", "aircraft of the coalition": it acts
        return None if owner is None else _named(owner, token, side, weight * (1.0 if kind == "thing" else 0.8))
    if kind == "thing" and not covers_head:
        end = _with_owner(token, end, known)
        return Party(start, end, token.lemma_, side, False, None, None, country_of(text[start:end]), weight)
    if kind == "other" and not covers_head:
        return None
    if mention is not None:
        start, end = min(start, mention.start), max(end, mention.end)
        # "SDF fighter" keeps its own sector's actor; "ISIS victims" does not make a civilian a rebel
        civil = sector == "Civilians" and not covers_head
        made = replace(_named(mention, token, side, weight), start=start, end=end)
        return replace(made, name=None, sector="Civilians") if civil else made
    if kind == "name":
        country = country_of(text[start:end])
        if country is not None and token.lower_ == text[start:end].lower():
            sector = "State forces"
        return Party(start, end, token.lemma_, side, True, None, sector or "Civilians", country, weight * 0.7)
    return Party(start, end, token.lemma_, side, True, None, sector, country_of(text[start:end]), weight)


def _parties(
    text: str,
    trigger: Trigger,
    known: Sequence[ActorMention],
    weapons: Sequence[WeaponMention],
    triggers: dict[int, Trigger],
) -> tuple[list[Party], list[tuple[int, int]]]:
    found: list[Party] = []
    instruments: list[tuple[int, int]] = []
    for filler in roles.fillers(trigger):
        token = filler.token
        start, end = nouns.span(token)
        weapon = any(w.start < token.idx + len(token) and token.idx < w.end for w in weapons)
        if weapon or filler.side == "instrument":
            if weapon:
                instruments.append((start, end))
                whose = _inside(known, start, end)
                if whose is not None and whose.sector in ARMED and filler.weight >= 0.8:
                    found.append(_named(whose, token, "agent", filler.weight))  # "a Russian drone hit"
            continue
        if token.i in triggers:  # "US strikes killed": who struck, killed
            if filler.side == "agent" and not triggers[token.i].is_verb:
                for agent in roles.fillers(triggers[token.i]):
                    made = party(text, agent.token, "agent", agent.weight, known) if agent.side == "agent" else None
                    if made is not None and (made.name is not None or made.sector in ARMED):
                        found.append(made)
            continue
        if any(child.lower_ == "no" and child.dep_ == "det" for child in token.children):
            continue  # "no soldiers were hurt" names nobody who was
        made = party(text, token, filler.side, filler.weight, known)
        if made is None:
            continue
        if filler.weight <= 0.5 and made.name is None and (made.sector not in ARMED or filler.side != "agent"):
            continue  # a modifier before the noun names an agent only if it is known to act
        found.append(made)
        for beside in roles.beside(token):
            if any(w.start < beside.idx + len(beside) and beside.idx < w.end for w in weapons):
                continue
            other = party(text, beside, filler.side, filler.weight * 0.9, known)
            if (
                other is not None
                and other.people
                and (other.name is not None or (beside.dep_ == "appos" and made.people))
            ):
                found.append(other)
    return found, instruments


def _has(parties: list[Party], side: str, *, armed: bool = False) -> bool:
    return any(p.side == side and (not armed or p.name is not None or p.sector in ARMED) for p in parties)


def _answers_need(
    trigger: Trigger,
    parties: list[Party],
    instruments: list[tuple[int, int]],
    near: Sequence[WeaponMention],
    triggers: dict[int, Trigger],
) -> bool:
    """Whether a cue word too common to stand alone has the company it needs (``needs`` in the data file)."""
    match trigger.cue.needs:
        case "":
            return True
        case "weapon":
            return bool(instruments) and not any(c.i in triggers for c in trigger.token.children if c.dep_ == "dobj")
        case "deed_or_actor":
            return (
                not trigger.is_verb or _has(parties, "patient") or any(c.i in triggers for c in trigger.token.children)
            )
        case "place_object":
            return _has(parties, "agent", armed=True) and _takes_ground(trigger.token)
        case "crowd":
            return _is_protest(trigger)
        case "protesters":
            return any(p.side == "patient" and p.sector in ("Protesters", "Rioters") for p in parties)
        case "many":
            return not trigger.is_verb or _takes_many(trigger.token)
        case "pact":
            verb = trigger.token.head if trigger.token.head.dep_ != "prep" else trigger.token.head.head
            return verb.lemma_.lower() in cues.table().words["agreeing_verbs"]
        case "patient":
            return _has(parties, "patient")
        case "agent":
            return _has(parties, "agent")
        case "violent_role":
            if trigger.token.lemma_ in ("wound", "injure", "maim"):
                return _has(parties, "patient") or trigger.is_verb
            return (_has(parties, "agent", armed=True) or bool(instruments)) and _has(parties, "patient")
        case "context":
            return True
        case "claim" | "blame":
            return _has(parties, "agent")
        case "strike_context":
            return bool(near) or _has(parties, "agent", armed=True) or _has(parties, "patient", armed=True)
    return False


def _takes_ground(verb: Token) -> bool:
    """ "captured two villages", "took control of the city": what is taken is a place."""
    taken = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    controlled = [
        t for c in taken if c.lemma_ == "control" for of in c.children if of.lower_ == "of" for t in of.children
    ]
    return any(t.lemma_ in cues.table().words["ground"] or t.pos_ == "PROPN" for t in (*taken, *controlled))


def _took_place(noun: Token) -> bool:
    """ "protests erupted", "there were protests", "police broke up a sit-in": told as an event."""
    verb, words = noun.head, cues.table().words
    if verb.tag_ not in ("VBD", "VBN"):
        return False
    if noun.dep_ == "attr":
        return any(c.dep_ == "expl" for c in verb.children)
    happened = noun.dep_ in ("nsubj", "nsubjpass") and verb.lemma_ in words["happening_verbs"]
    return happened or (noun.dep_ in ("dobj", "nsubjpass") and verb.lemma_ in words["gathering_verbs"])


def _is_protest(trigger: Trigger) -> bool:
    """Whether people gather against or for something, and not an army marches or shares rally."""
    token, words = trigger.token, cues.table().words
    if not trigger.is_verb and _took_place(token):
        return True
    crowd = [t for t in token.sent if t.lemma_.lower() in words["crowd"] or t.lower_ in words["crowd"]]
    if not crowd:
        return False
    if not trigger.is_verb:
        if token.dep_ == "compound":
            return False  # "a protest movement"
        return token.tag_ == "NN" or any(t.lower_ in ("several", "two", "the", "these") for t in token.children)
    if token.tag_ not in ("VBD", "VBN", "VBG"):
        return False
    subject, _ = roles.subject_of(token)
    against = subject in crowd and any(c.lower_ == "against" for c in token.children)
    return (
        against
        or token.lemma_ in ("protest", "demonstrate", "riot")
        or any(t.lemma_.lower() in ("protest", "demonstration", "demand", "protester", "slogan") for t in token.sent)
    ) and (against or subject is None or nouns.kind(nouns.meant(subject))[0] == "people")


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


def _takes_many(verb: Token) -> bool:
    """ "detained 48 people", "rounded up dozens": ten or more."""
    held = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    if not held and verb.dep_ == "acl":
        held = [verb.head]
    edges = [(min(t.idx for t in one.subtree), one.idx + len(one)) for one in held]
    return any(n.min >= _MASS for a, b in edges for n in find_numbers(verb.doc.text[a:b]))


def _in_general(trigger: Trigger) -> bool:
    """ "attacks and murders are on the rise": a bare plural tells of a kind of deed, not of one."""
    token = trigger.token
    return (
        not trigger.is_verb
        and trigger.cue.frame != "gather"  # those that are held are judged by _is_protest
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
    took no ground."""
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
        if deed.trigger.cue.needs != "place_object" or not any(p.people and p.sector for p in deed.side("patient"))
    ]


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
        t for t in cues.find(doc) if not (t.cue.frame == "fight" and any(w.start <= t.start < w.end for w in weapons))
    ]
    by_token = {t.token.i: t for t in found}
    in_use = set(used(doc, weapons, frozenset(by_token)))
    table = cues.table()
    whole = doc.text
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
        parties, instruments = _parties(text, trigger, known, weapons, by_token)
        if not _answers_need(trigger, parties, instruments, near, by_token):
            continue
        status, word = standing.status(trigger)
        words = whole[start:end]
        mishap = bool(table.mishaps.search(words))
        if mishap and not _has(parties, "agent", armed=True) and not near and trigger.cue.weight < 0.85:
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
                bool(_ANOTHER.search(whole[max(start, trigger.start - 25) : trigger.end])),
                mishap,
                attempted=word is not None and word.lemma_ in table.words["attempt"],
                claimed=any(start <= a < end for a, _ in claims),
                instruments=instruments,
            )
        )
    _mark_answers(deeds)
    return deeds
