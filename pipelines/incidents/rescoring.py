"""Second thoughts on who stands on which side: a sparse linear model over the noun phrases near an incident's deeds.

The rules read one deed at a time; the model weighs what they found with the words around, over all mentions of a
party. It takes out what the rules put in rashly and adds what they did not see. Its weights
(``data/role_weights.csv``) are made by ``benchmarks/train_roles.py``; docs/role_model.md is its card.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pipelines.incidents import nouns
from pipelines.incidents.actors import ActorMention
from pipelines.incidents.data import read_csv
from pipelines.incidents.deeds import Deed, party
from pipelines.incidents.sides import plain_name
from pipelines.incidents.splitting import Group
from pipelines.incidents.weapons import WeaponMention
from warehouse.records import Actor

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

#: What the model tells apart: those who act, things hit, people hit, and what was used.
Slot = Literal["actor", "target", "victim", "weapon"]
SLOTS: tuple[Slot, ...] = ("actor", "target", "victim", "weapon")

#: Steps of the parse between a phrase and a cue word that still say something.
_STEPS = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase near an incident's deeds. ``key``: what its mentions share; ``end`` exclusive; ``elsewhere``: its
    sentence tells of another incident and not of this one."""

    token: Token
    start: int
    end: int
    key: str
    weapon: bool
    elsewhere: bool
    features: tuple[str, ...]


def _path(token: Token) -> Iterator[tuple[Token, str]]:
    """What governs the phrase, with the dependencies passed on the way."""
    step, passed = token, ""
    for _ in range(_STEPS):
        if step.head.i == step.i:
            return
        label = step.dep_ if step.dep_ != "prep" else step.lower_
        passed = f"{passed}^{label}" if passed else label
        step = step.head
        yield step, passed


def _governor(token: Token) -> tuple[str, Token]:
    """The word a phrase hangs on, through prepositions and lists, with how."""
    step = token
    while step.dep_ in ("conj", "appos") and step.head.i != step.i:
        step = step.head
    if step.dep_ == "pobj":
        return step.head.lower_, step.head.head
    return step.dep_, step.head


def _key(token: Token, known: ActorMention | None) -> str:
    return (known.name if known is not None else token.lemma_).lower()


class _Around:
    """What an incident's deeds say of each token of their sentences."""

    def __init__(self, group: Group) -> None:
        self.of_trigger = {deed.trigger.token.i: deed for deed in group.deeds}
        self.sides: dict[tuple[str, str], float] = {}
        for deed in group.deeds:
            for told in deed.parties:
                held = self.sides.get((told.key, told.side), 0.0)
                self.sides[told.key, told.side] = max(held, told.confidence)

    def nearest(self, token: Token) -> Iterator[str]:
        for above, path in _path(token):
            deed = self.of_trigger.get(above.i)
            if deed is not None:
                cue = deed.trigger.cue
                how = "v" if deed.trigger.is_verb else "n"
                passive = any(c.dep_ in ("auxpass", "agent", "nsubjpass") for c in above.children)
                yield f"path={path}|{cue.frame}{how}{int(passive)}"
                yield f"path={path}|{above.lemma_.lower()}{int(passive)}"
                yield f"pathkind={path}|{cue.sub_event_type}"
                return
        # the cue word hangs below the phrase: "gunmen who attacked", "the man shot dead"
        for child in token.children:
            if child.i in self.of_trigger and child.dep_ in ("relcl", "acl", "amod"):
                yield f"down={child.dep_}|{child.tag_}|{self.of_trigger[child.i].trigger.cue.frame}"
                yield f"down={child.dep_}|{child.lemma_.lower()}"
                return
        yield "path=none"


def _features(
    token: Token, sentence: Span, known: ActorMention | None, weapon: bool, around: _Around, here: Sequence[Deed],
    far: int,
) -> Iterator[str]:  # fmt: skip
    kind, sector = nouns.kind(token)
    name = token.pos_ == "PROPN" and kind == "name"
    lemma = "NAME" if name else token.lemma_.lower()
    if known is not None:
        sector, lemma = known.sector, "ACTOR"
    how, governor = _governor(token)
    upper = governor.lemma_.lower()
    sub = f"{kind}/{sector}{'/w' if weapon else ''}"
    yield "bias"
    yield f"kind={sub}"
    yield f"head={lemma}"
    yield f"gov={how}|{upper}"
    yield f"govk={how}|{governor.pos_}|{sub}"
    yield f"kindgov={sub}|{upper}"
    yield f"dep={token.dep_}|{sub}"
    yield f"far={min(far, 3)}|{sub}"
    yield f"number={token.tag_}"
    for child in token.children:
        if child.dep_ in ("amod", "compound", "nmod") and child.pos_ != "PROPN":
            yield f"mod={child.lemma_.lower()}"
        elif child.dep_ == "det":
            yield f"det={child.lower_}|{kind}"
        elif child.dep_ == "nummod":
            yield f"counted|{kind}"
        elif child.dep_ == "poss":
            yield f"owned|{kind}"
        elif child.dep_ in ("appos", "relcl", "acl"):
            yield f"has={child.dep_}|{kind}"
    key = _key(token, known)
    for side in ("agent", "patient"):
        weight = around.sides.get((key, side), 0.0)
        if weight:
            yield f"told={side}|{sub}"
            yield f"told={side}|{min(9, int(weight * 10))}"
            yield f"told={side}|{lemma}"
    for deed in here:
        for told in deed.parties:
            if told.start <= token.idx < told.end:
                yield f"rule={told.side}|{sub}"
                yield f"rule={told.side}|{deed.trigger.cue.sub_event_type}|{deed.trigger.cue.needs}"
                yield f"rule={told.side}|{deed.status}"
                yield f"rule={told.side}|{deed.trigger.token.lemma_.lower()}"
        if any(start <= token.idx < end for start, end in deed.instruments):
            yield "rule=instrument"
        if weapon:
            yield f"weapon|{deed.trigger.token.lemma_.lower()}"
            yield f"weapon|{deed.status}"
    yield from around.nearest(token)
    before = token.doc[token.left_edge.i - 1] if token.left_edge.i > sentence.start else None
    yield f"before={before.lower_ if before is not None and before.pos_ != 'PROPN' else '-'}"
    yield f"order={'before' if here and token.i < here[0].trigger.token.i else 'after'}|{sub}"


def _of_group(group: Group) -> Iterator[str]:
    """What kind of telling the incident has, apart from its parties."""
    deeds = group.deeds
    for name in group.families:
        yield f"family={name}"
    for status in {deed.status for deed in deeds}:
        yield f"status={status}"
    for word in {deed.trigger.token.lemma_.lower() for deed in deeds}:
        yield f"cue={word}"
    yield f"first={min(6, deeds[0].number)}"
    yield f"deeds={min(5, len(deeds))}"
    yield f"background={group.background}"
    yield f"town={any(place.geo_precision == 1 for place in group.places)}"
    yield f"day={any(date.precision == 1 for date in group.dates)}"
    yield f"definite={all(deed.definite for deed in deeds)}"
    yield f"general={all(deed.weight < 0.5 for deed in deeds)}"
    for side in ("agent", "patient"):
        told = [each for deed in deeds for each in deed.side(side)]
        yield f"has={side}|{bool(told)}"
        for sector in {str(each.sector) if each.people else "thing" for each in told}:
            yield f"has={side}|{sector}"


def mentions(
    doc: Doc,
    group: Group,
    known: Sequence[ActorMention],
    weapons: Sequence[WeaponMention],
    groups: Sequence[Group] = (),
    far: int = 1,
) -> list[Mention]:
    """The noun phrases of the sentences that tell the incident, and of those up to ``far`` sentences away.

    ``groups``: all incidents of the text.
    """
    around = _Around(group)
    sentences = [sent for sent in doc.sents if sent.text.strip()]
    numbered = {sent.start: number for number, sent in enumerate(sentences)}
    telling: dict[int, list[Deed]] = {}
    for deed in group.deeds:
        telling.setdefault(numbered[deed.trigger.token.sent.start], []).append(deed)
    others = {numbered[deed.trigger.token.sent.start] for other in groups if other is not group for deed in other.deeds}
    found: list[Mention] = []
    shared = tuple(_of_group(group))
    for number, sent in enumerate(sentences):
        away = next((n for n in range(far + 1) if number - n in telling or number + n in telling), None)
        if away is None:
            continue
        elsewhere = away > 0 and number in others
        for token in sent:
            if token.pos_ not in ("NOUN", "PROPN") or token.dep_ == "compound" or token.lower_ in nouns.CALENDAR:
                continue
            start, end = nouns.span(token)
            mention = next((m for m in known if m.start <= token.idx < m.end), None)
            weapon = any(w.start < token.idx + len(token) and token.idx < w.end for w in weapons)
            here = telling.get(number, [])
            features = (*_features(token, sent, mention, weapon, around, here, away), *shared)
            if elsewhere:
                features += (f"elsewhere|{nouns.kind(token)[0]}",)
            found.append(Mention(token, start, end, _key(token, mention), weapon, elsewhere, features))
    return found


@lru_cache(maxsize=1)
def weights() -> dict[str, tuple[float, ...]]:
    """Each feature's weight a slot, in the order of ``SLOTS``, and last its weight for a group being an incident."""
    columns = (*SLOTS, "incident")
    return {row["feature"]: tuple(float(row[name]) for name in columns) for row in read_csv("role_weights.csv")}


def scores(features: Sequence[str], table: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
    """How likely the phrase fills each slot, 0 to 1, in the order of ``SLOTS``."""
    sums = [0.0] * len(SLOTS)
    for feature in features:
        for slot, weight in enumerate(table.get(feature, ())[: len(SLOTS)]):
            sums[slot] += weight
    return tuple(1 / (1 + math.exp(-total)) for total in sums)


@dataclass(frozen=True, slots=True)
class Scored:
    """A phrase with the best score any mention of the same party has, by slot."""

    mention: Mention
    scores: dict[Slot, float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below ``drop`` a filler of the rules goes; from ``add`` on a phrase the rules did not take comes in, out of a
    sentence that tells of another incident only where ``elsewhere`` allows it. Groups of deeds less likely than
    ``incident`` go."""

    drop: dict[Slot, float]
    add: dict[Slot, float]
    elsewhere: bool
    incident: float


#: Wire copy in capitals is what the weights are learnt from: chosen on one half of MUC-4 dev, weights from the other.
WIRE = Thresholds(
    drop={"actor": 0.12, "target": 0.25, "victim": 0.15, "weapon": 0.15},
    add={"actor": 0.4, "target": 0.35, "victim": 0.35, "weapon": 0.35},
    elsewhere=True,
    incident=0.5,
)
#: Other news, never learnt from: only where the model was right on it more often than the rules (WikiEvents train).
#: Things it takes for hit there are mostly not, so it adds none.
NEWS = Thresholds(
    drop={"actor": 0.05, "target": 0.05, "victim": 0.0, "weapon": 0.1},
    add={"actor": 0.6, "target": 0.9, "victim": 0.6, "weapon": 1.0},
    elsewhere=False,
    incident=0.0,
)


def incident_features(group: Group, scored: Sequence[Scored]) -> tuple[str, ...]:
    """What says whether a group of deeds is an incident at all: how it is told, and how surely its slots are filled."""
    best = {slot: max((each.scores[slot] for each in scored), default=0.0) for slot in SLOTS}
    filled = sum(value >= 0.3 for value in best.values())
    graded = (f"best={slot}|{min(9, int(value * 10))}" for slot, value in best.items())
    return ("bias", f"filled={filled}", *graded, *_of_group(group))


def likelihood(group: Group, scored: Sequence[Scored]) -> float:
    """How likely the deeds are one reported incident, 0 to 1."""
    table = weights()
    total = sum(table[feature][-1] for feature in incident_features(group, scored) if feature in table)
    return 1 / (1 + math.exp(-total))


def score(found: Sequence[Mention], table: Mapping[str, tuple[float, ...]] | None = None) -> list[Scored]:
    """The mentions with their scores: a party's are the best of its mentions. ``table``: weights, if not the file's."""
    own = [scores(mention.features, weights() if table is None else table) for mention in found]
    best: dict[str, tuple[float, ...]] = {}
    for mention, each in zip(found, own, strict=True):
        held = best.get(mention.key, each)
        best[mention.key] = tuple(map(max, held, each))
    return [Scored(mention, dict(zip(SLOTS, best[mention.key], strict=True))) for mention in found]


def _slot(actor: Actor) -> Slot:
    return "actor" if actor.role == "actor" else "target" if actor.sector is None else "victim"


def revise(
    text: str,
    actors: Sequence[Actor],
    scored: Sequence[Scored],
    known: Sequence[ActorMention],
    thresholds: Thresholds = NEWS,
) -> list[Actor]:
    """The actors without the rash ones and with those the rules did not see.

    Where one side answers the other (an associate, or a third party), who is who is the rules' to say.
    """
    kept = [actor for actor in actors if actor.role not in ("actor", "target") or not _rash(actor, scored, thresholds)]
    sides = {actor.role for actor in kept}
    fixed = bool(sides & {"associate", "other"})
    have = {actor.name.lower() for actor in kept}
    added: dict[tuple[str, Slot], tuple[float, Actor]] = {}
    for each in scored:
        for slot in ("actor", "target", "victim"):
            value = each.scores[slot]
            if value < thresholds.add[slot] or (fixed and slot != "target"):
                continue
            if value < max(each.scores.values()) or (each.mention.elsewhere and not thresholds.elsewhere):
                continue  # it is rather something else, or of something else
            start, end = each.mention.start, each.mention.end
            if any(a.start < end and start < a.end for a in kept):
                continue
            made = _made(text, each, slot, value, known)
            if made is None or made.name.lower() in have:
                continue
            held = added.get((each.mention.key, slot))
            if held is None or each.mention.start < held[1].start:
                added[each.mention.key, slot] = (value, made)
    return kept + [actor for _, actor in added.values()]


def _rash(actor: Actor, scored: Sequence[Scored], thresholds: Thresholds) -> bool:
    slot = _slot(actor)
    own = [
        each.scores[slot]
        for each in scored
        if actor.start <= each.mention.token.idx < actor.end and not each.mention.weapon  # "a Russian drone hit"
    ]
    return bool(own) and max(own) < thresholds.drop[slot]


def _made(text: str, each: Scored, slot: Slot, value: float, known: Sequence[ActorMention]) -> Actor | None:
    token, start, end = each.mention.token, each.mention.start, each.mention.end
    told = party(text, token, "agent" if slot == "actor" else "patient", value, known)
    if told is not None:
        start, end = told.start, told.end
    words = text[start:end]
    if not words.strip() or nouns.is_bare(token):
        return None
    sector = told.sector if told is not None else None
    return Actor(
        role="actor" if slot == "actor" else "target",
        text=words,
        start=start,
        end=end,
        name=(told.name if told is not None else None) or plain_name(words),
        sector=None if slot == "target" else sector or ("Civilians" if slot == "victim" else None),
        country=told.country if told is not None else None,
        confidence=round(value, 3),
    )


def used(
    weapons: Sequence[WeaponMention], scored: Sequence[Scored], thresholds: Thresholds = NEWS
) -> list[WeaponMention]:
    """The weapons that the model, too, takes for used."""
    drop = thresholds.drop["weapon"]
    # what one sentence names goes together: "artillery, T-72 tanks and mortar fire"
    sure = {each.mention.token.sent.start for each in scored if each.scores["weapon"] >= drop}
    kept = []
    for weapon in weapons:
        own = [each.mention.token for each in scored if weapon.start <= each.mention.token.idx < weapon.end]
        if not own or any(token.sent.start in sure for token in own):
            kept.append(weapon)
    return kept
