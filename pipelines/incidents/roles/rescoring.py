"""Second thoughts on who stands on which side: a sparse linear model over the noun phrases near an incident's deeds.

The rules read one deed at a time; the model weighs what they found with the words around, over all mentions of a
party. It takes out what the rules put in rashly and adds what they did not see. Its weights
(``data/role_weights.csv``) are made by ``benchmarks/train_roles.py``; docs/role_model.md is its card.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipelines.incidents.actors import ActorMention, find_actors
from pipelines.incidents.data import read_csv
from pipelines.incidents.groups import Group
from pipelines.incidents.roles import nouns
from pipelines.incidents.roles.features import Mention, of_group
from pipelines.incidents.roles.parties import party
from pipelines.incidents.roles.sides import plain_name
from pipelines.incidents.weapons import WeaponMention
from warehouse.records import Actor

#: What the model tells apart: those who act, things hit, people hit, and what was used.
Slot = Literal["actor", "target", "victim", "weapon"]
SLOTS: tuple[Slot, ...] = ("actor", "target", "victim", "weapon")


#: Table -> its columns; the last of wire copy's is a feature's weight for a group of deeds being an incident.
TABLES = {"role_weights.csv": SLOTS, "role_weights_wire.csv": (*SLOTS, "incident")}


@lru_cache(maxsize=2)
def weights(name: str) -> dict[str, tuple[float, ...]]:
    """Each feature's weights in a table of ``data/``, in the order of its columns."""
    return {row["feature"]: tuple(float(row[column]) for column in TABLES[name]) for row in read_csv(name)}


def scores(features: Sequence[str], table: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
    """How likely the phrase fills each slot, 0 to 1, in the order of ``SLOTS``."""
    found = [table[feature] for feature in features if feature in table]
    return tuple(1 / (1 + math.exp(-sum(column))) for column in list(zip(*found, strict=True))[: len(SLOTS)]) or (
        0.5,
    ) * len(SLOTS)


@dataclass(frozen=True, slots=True)
class Scored:
    """A phrase with the best score any mention of the same party has, by slot."""

    mention: Mention
    scores: dict[Slot, float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below ``drop`` a filler of the rules goes; from ``add`` on a phrase the rules did not take comes in, out of a
    sentence that tells of another incident only where ``elsewhere`` allows it. Groups of deeds less likely than
    ``incident`` go. ``table``: the weights; ``wordy``: whether all words of a sentence are features."""

    table: str
    wordy: bool
    drop: dict[Slot, float]
    add: dict[Slot, float]
    elsewhere: bool
    incident: float


#: Wire copy in capitals is what the weights are learnt from: chosen on one half of MUC-4 dev, weights from the other.
WIRE = Thresholds(
    table="role_weights_wire.csv",
    wordy=True,
    drop={"actor": 0.06, "target": 0.2, "victim": 0.1, "weapon": 0.1},
    add={"actor": 0.4, "target": 0.35, "victim": 0.35, "weapon": 0.35},
    elsewhere=True,
    incident=0.5,
)
#: Other news, never learnt from: only where the model was right on it more often than the rules (WikiEvents train).
#: Things and people it takes for hit there are mostly not, so it adds none.
NEWS = Thresholds(
    table="role_weights.csv",
    wordy=False,
    drop={"actor": 0.02, "target": 0.0, "victim": 0.0, "weapon": 0.2},
    add={"actor": 0.8, "target": 1.0, "victim": 1.0, "weapon": 1.0},
    elsewhere=False,
    incident=0.0,
)


#: Confidence of a known side that the words plainly say acts: as subject, or behind "by".
_PLAIN = 0.4


def incident_features(group: Group, scored: Sequence[Scored], words: Collection[str]) -> tuple[str, ...]:
    """What says whether a group of deeds is an incident at all: how it is told, how surely its slots are filled, and
    the words of the text."""
    best = {slot: max((each.scores[slot] for each in scored), default=0.0) for slot in SLOTS}
    filled = sum(value >= 0.3 for value in best.values())
    graded = (f"best={slot}|{min(9, int(value * 10))}" for slot, value in best.items())
    return ("bias", f"filled={filled}", *graded, *of_group(group), *(f"text={word}" for word in words))


def likelihood(group: Group, scored: Sequence[Scored], words: Collection[str], thresholds: Thresholds) -> float:
    """How likely the deeds are one reported incident, 0 to 1; 1 where nothing is left out."""
    if not thresholds.incident:
        return 1.0
    table = weights(thresholds.table)
    total = sum(table[feature][-1] for feature in incident_features(group, scored, words) if feature in table)
    return 1 / (1 + math.exp(-total))


def score(found: Sequence[Mention], table: Mapping[str, tuple[float, ...]]) -> list[Scored]:
    """The mentions with their scores: a party's are the best of its mentions. ``table``: each feature's weights."""
    own = [scores(mention.features, table) for mention in found]
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
    if not thresholds.wordy and slot == "actor" and actor.confidence >= _PLAIN and find_actors(actor.text):
        return False  # "Boko Haram fighters ambushed a convoy": the model knows too few groups by name
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
    """The weapons that the model, too, takes for used; of weapons it has never read of
    (drones) it says nothing where a deed is said to be done with them."""
    drop, table = thresholds.drop["weapon"], weights(thresholds.table)
    # what one sentence names goes together: "artillery, T-72 tanks and mortar fire"
    sure = {each.mention.token.sent.start for each in scored if each.scores["weapon"] >= drop}
    kept = []
    for weapon in weapons:
        own = [each.mention for each in scored if weapon.start <= each.mention.token.idx < weapon.end]
        told = any("rule=instrument" in mention.features and not _head(mention) & table.keys() for mention in own)
        if not own or told or any(mention.token.sent.start in sure for mention in own):
            kept.append(weapon)
    return kept


def _head(mention: Mention) -> set[str]:
    return {feature for feature in mention.features if feature.startswith("head=")}
