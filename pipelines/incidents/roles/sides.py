"""The actors of an incident: each party once with its role, and the people its claims count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.incidents.actors import FIGHTERS, ActorMention, demonyms, find_actors, is_organisation
from pipelines.incidents.deeds import Deed
from pipelines.incidents.numbers import find_numbers
from pipelines.incidents.roles import nouns
from pipelines.incidents.roles.parties import Party
from warehouse.records import Actor, Claim
from warehouse.vocabulary import Role


def actors_of(
    text: str, deeds: Sequence[Deed], claims: Sequence[Claim], group: ActorMention | None = None
) -> list[Actor]:
    """The actors of an incident, by role and order of naming. ``group``: the one armed group the text names, which
    "the rebels" then belong to."""
    found: list[Actor] = []
    if group is not None and any(party.name == group.name for deed in deeds for party in deed.side("patient")):
        group = None  # who is attacked is not who attacks
    for party, role in _roles(deeds):
        words = text[party.start : party.end]
        name, sector, country, confidence = party.name, party.sector, party.country, party.confidence
        if role == "actor" and name is None and group is not None and party.head.lower() in FIGHTERS:
            name, sector, country, confidence = group.name, group.sector, group.country or country, confidence * 0.6
        found.append(
            Actor(
                role=role,
                text=words,
                start=party.start,
                end=party.end,
                name=name or plain_name(words),
                sector=sector,
                country=country,
                confidence=round(min(1.0, confidence), 3),
            )
        )
    held = any({"kidnapping", "hostage_taking", "arrests"} & set(deed.trigger.cue.attributes) for deed in deeds)
    found += _from_claims(text, [claim for claim in claims if held or claim.outcome != "captured"], found)
    found = _without_pointers(_one_group(found))
    return sorted(_distinct(found), key=lambda a: (_ORDER.index(a.role), a.start, a.end))


def _one_group(actors: Sequence[Actor]) -> list[Actor]:
    """The actors, "US-backed rebels" being the armed group beside them: where one such group was attacked and none
    attacked, rebels who were hit are its own."""

    def groups(role: Role) -> dict[str, Actor]:
        return {a.name: a for a in actors if a.role == role and a.sector == "Rebel group" and find_actors(a.text)}

    named = groups("target")
    if len(named) != 1 or groups("actor"):
        return list(actors)
    (group,) = named.values()

    def linked(actor: Actor) -> Actor:
        unnamed = actor.role == "target" and actor.sector == "Rebel group" and actor.name not in named
        return replace(actor, name=group.name, country=group.country or actor.country) if unnamed else actor

    return [linked(actor) for actor in actors]


def _without_pointers(actors: Sequence[Actor]) -> list[Actor]:
    """The actors, without "the attackers" beside whoever attacked, and without "gunmen" beside the group whose they
    are, or a country beside its forces."""

    def again(actor: Actor) -> bool:
        if actor.role != "actor" or actor.name.lower() not in (*_ATTACKERS, *_ARMED_MEN):
            return False
        others = [a for a in actors if a.role == "actor" and a.sector is not None and a.name.lower() not in _ATTACKERS]
        if actor.name.lower() in _ATTACKERS:
            return bool(others)
        return any(a.sector != "State forces" and find_actors(a.text) for a in others)

    def is_state(actor: Actor) -> bool:
        forces = [a for a in actors if a.role == actor.role and a.sector == "State forces" and a.country]
        return actor.name in demonyms() and any(a.country == actor.country and a.name != actor.name for a in forces)

    return [actor for actor in actors if not again(actor) and not is_state(actor)]


#: What an article calls those it has told of as attacking, and what the fighters of a group may be called.
_ATTACKERS = ("attacker", "attackers", "assailant", "assailants", "perpetrator", "perpetrators")
_ARMED_MEN = ("gunman", "gunmen", "armed men", "unidentified gunmen", "unknown gunmen")
#: What is left of a phrase that names nobody: "five others".
_NOBODY = {"others", "other", "more", "them", "people killed", "dead"}
#: Roles in the order of an incident's actors.
_ORDER: tuple[Role, ...] = ("actor", "target", "associate", "other")


def _roles(deeds: Sequence[Deed]) -> list[tuple[Party, Role]]:
    """Each party once with its role.

    Where one side answers the other's attack, who began is the actor and who was attacked the target; who
    struck back is an associate of the attacked, and those whom the answer hit are the actor's side ("other").
    """
    told = [d for d in deeds if d.status in ("happened", "alleged", "denied")] or list(deeds)
    answering = {p.key for d in told if d.counter for p in d.side("agent")}
    opening = {p.key for d in told if not d.counter for p in d.side("agent")} - answering
    answered = bool(answering and opening)
    found: dict[tuple[str, str, Role], Party] = {}
    for deed in told:
        answer = answered and any(p.key in answering for p in deed.side("agent"))
        for party in deed.parties:
            role: Role = "actor" if party.side == "agent" else "target"
            if answered and role == "actor" and party.key in answering:
                role = "associate"
            elif answered and role == "target" and party.people and (answer or party.key in opening):
                role = "other"
            head = party.head.lower() if party.name else ""
            held = found.get((party.key, head, role))
            if held is None or party.confidence > held.confidence:
                found[party.key, head, role] = party
    named = {(key, role) for key, _, role in found}
    return [
        (party, role) for (key, _, role), party in found.items()
        if not (role == "other" and ((key, "actor") in named or (key, "target") in named))
    ]  # fmt: skip


def plain_name(words: str) -> str:
    """A phrase as a name: single spaces, without article and without the figure that counts it."""
    plain = re.sub(r"^(?:the|a|an)\s+", "", " ".join(words.split()), flags=re.I)
    figure = next((n for n in find_numbers(plain) if n.start == 0 and n.end < len(plain)), None)
    if figure is not None:
        plain = re.sub(r"^(?:of\s+)?(?:the\s+)?(?:other\s+)?", "", plain[figure.end :].strip(), flags=re.I) or plain
    return plain


def _distinct(actors: Sequence[Actor]) -> list[Actor]:
    """Each name once a role, in whatever case: the words that say most of it ("FMLN guerrillas" before "FMLN", that
    before "the group")."""

    def rank(actor: Actor) -> tuple[bool, bool, float]:
        return not find_actors(actor.text), is_organisation(actor.text), -actor.confidence

    best: dict[tuple[str, str], Actor] = {}
    for actor in sorted(actors, key=rank):
        if actor.name.lower() not in _NOBODY:
            best.setdefault((actor.name.lower(), actor.role), actor)
    return list(best.values())


def _from_claims(text: str, claims: Sequence[Claim], actors: Sequence[Actor]) -> list[Actor]:
    """The people a claim counts, where no role names them yet."""
    found: list[Actor] = []
    answered = any(actor.role == "associate" for actor in actors)
    for claim in claims:
        if (
            claim.background
            or claim.part_of
            or claim.party is None
            or claim.party_start is None
            or claim.party_end is None
            or claim.count_max == 0
        ):
            continue
        start, end = claim.party_start, claim.party_end
        if any(a.start < end and start < a.end for a in (*actors, *found)):
            continue
        words = text[start:end]
        if (
            len(words) > 80
            or nouns.is_pronoun(words)
            or any(a.name.lower() == plain_name(words).lower() for a in (*actors, *found))
        ):
            continue
        known = find_actors(words)
        own = answered and any(a.role == "actor" and known and a.name == known[-1].name for a in actors)
        found.append(
            Actor(
                role="other" if own else "target",  # who began, hit by the answer
                text=words,
                start=start,
                end=end,
                name=known[-1].name if known else plain_name(words),
                sector=known[-1].sector if known else "Civilians",
                country=known[-1].country if known else None,
                confidence=round(claim.confidence * 0.8, 3),
            )
        )
    return found
