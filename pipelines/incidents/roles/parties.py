"""Who and what stands on the sides of one deed: phrases of the parse as parties, known actors linked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.incidents.actors import FIGHTERS, ActorMention, country_of, demonyms, of_kin
from pipelines.incidents.cues import Trigger, table
from pipelines.incidents.model import text_of
from pipelines.incidents.roles import frames as roles
from pipelines.incidents.roles import nouns
from pipelines.incidents.roles.clauses import antecedent
from pipelines.incidents.weapons import HEAVY, WeaponMention, is_hit
from warehouse.vocabulary import Sector

if TYPE_CHECKING:
    from spacy.tokens import Token

_GROUPS: frozenset[Sector] = frozenset({"Rebel group", "Political militia", "Identity militia"})
ARMED: frozenset[Sector] = frozenset(
    {"State forces", "Rebel group", "Political militia", "Identity militia", "External/Other forces", "Rioters"}
)
#: Groups that are called by another's name: "an al Qaeda affiliate".
_BRANCHES = frozenset({"affiliate", "branch", "offshoot", "franchise", "splinter", "faction"})
#: What the antecedent of a pronoun may be.
_SOMEBODY = ("people", "name")
#: So many words up may the verb of saying stand.
_UP = 6
#: Between a thing and whose it is.
_OF = re.compile(r"\s+(?:of|belonging to)\s+(?:the\s+)?", re.I)


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


def _stands_for(token: Token, known: Sequence[ActorMention]) -> ActorMention | None:
    """Whom "its fighters" or "the group" belongs to: the speaker of the sentence, or the group named last."""
    if any(child.dep_ == "poss" and child.lower_ in ("its", "their") for child in token.children):
        step = token
        for _ in range(_UP):
            subject = next((c for c in step.head.children if c.dep_ == "nsubj" and c.i < token.i), None)
            if step.dep_ == "ccomp" and subject is not None:
                return _inside(known, *nouns.span(subject))
            step = step.head
        return None
    if any(child.lower_ in ("those", "these") for child in token.children):
        same = re.compile(rf"\b{re.escape(token.lower_)}\b", re.I)
        earlier = (m for m in known if m.end <= token.idx and same.search(text_of(token.doc), m.start, m.end))
        return max(earlier, key=lambda m: m.end, default=None)
    definite = any(child.lower_ == "the" for child in token.children)
    if definite and token.lower_ in ("group", "movement", "militia", "organisation", "organization"):
        told = (m for m in known if m.end <= token.idx and m.sector in _GROUPS)
        return max((m for m in told if not of_kin(text_of(token.doc), m)), key=lambda m: m.end, default=None)
    return None


def _forces_of_speaker(token: Token) -> ActorMention | None:
    """ "Israel said its military struck": Israel's."""
    if not any(child.dep_ == "poss" and child.lower_ in ("its", "their") for child in token.children):
        return None
    step = token
    for _ in range(_UP):
        subject = next((c for c in step.head.children if c.dep_ == "nsubj" and c.i < token.i), None)
        if step.dep_ == "ccomp" and subject is not None:
            whose = [subject, *(c for c in subject.children if c.dep_ in ("poss", "amod", "compound", "nmod"))]
            code, country = next((demonyms()[t.text] for t in whose if t.text in demonyms()), ("", ""))
            name = f"Military Forces of {country}"
            return ActorMention(*nouns.span(token), name, "State forces", code, 0.8) if code else None
        step = step.head
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


def _branch(token: Token, side: str, weight: float, known: Sequence[ActorMention], start: int, end: int) -> Party:
    """ "The al Qaeda affiliate": the group told of before, and not al Qaeda; else by these words."""
    definite = any(child.lower_ == "the" for child in token.children)
    groups = [m for m in known if m.end <= start and m.sector in _GROUPS] if definite else []
    if groups:
        made = _named(max(groups, key=lambda m: m.end), token, side, weight * 0.8)
        return replace(made, start=start, end=end)
    return Party(start, end, token.lemma_, side, True, None, "Rebel group", None, weight)


def _with_owner(token: Token, end: int, known: Sequence[ActorMention]) -> int:
    """Where "the headquarters of the SDF" ends: whose a thing is belongs to what it is called."""
    owner = _owner(token, known)
    between = text_of(token.doc)[end : owner.start] if owner is not None and owner.start > end else ""
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
    branch = token.lower_ in _BRANCHES
    if (
        mention is not None
        and not covers_head
        and (branch or (kind == "people" and of_kin(text_of(token.doc), mention)))
    ):
        return _branch(token, side, weight, known, start, end)
    if (
        kind == "people"
        and sector == "State forces"
        and (mention is None or mention.name.startswith("Military Forces"))
    ):
        mention = _forces_of_speaker(token) or mention
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
        if country is not None and (token.lower_ == text[start:end].lower() or text[start:end] in demonyms()):
            sector = "State forces"
        return Party(start, end, token.lemma_, side, True, None, sector or "Civilians", country, weight * 0.7)
    return Party(start, end, token.lemma_, side, True, None, sector, country_of(text[start:end]), weight)


def parties_of(
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
        if filler.side == "agent" and (meant := antecedent(token)) is not None and nouns.kind(meant)[0] in _SOMEBODY:
            known_side = _inside(known, *nouns.span(meant))
            if token.lower_ != "it" or (known_side is not None and known_side.sector in ARMED):
                token = meant
        start, end = nouns.span(token)
        armed = next((w for w in weapons if w.start < token.idx + len(token) and token.idx < w.end), None)
        if armed is not None and filler.side == "patient" and armed.category in HEAVY and is_hit(token, armed):
            found.append(Party(start, end, token.lemma_, "patient", False, None, None, None, filler.weight))
            continue
        weapon = armed is not None
        if weapon or filler.side == "instrument":
            if weapon:
                instruments.append((start, end))
                whose = _inside(known, start, end)
                if whose is not None and whose.sector in ARMED and filler.weight >= 0.8:
                    found.append(_named(whose, token, "agent", filler.weight))  # "a Russian drone hit"
                elif (user := roles.user_of(token)) is not None and user.i not in triggers:
                    made = party(text, nouns.meant(user), "agent", 0.7, known)
                    found += [made] if made is not None else []
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
        if made is None:  # "its regional affiliate, the Sinai Province": who it is stands beside it
            named = (
                party(text, b, filler.side, filler.weight, known) for b in roles.beside(token) if b.dep_ == "appos"
            )
            made = next((p for p in named if p is not None and p.name is not None), None)
        if made is None:
            continue
        if filler.weight <= 0.5 and made.name is None and (made.sector not in ARMED or filler.side != "agent"):
            continue  # a modifier before the noun names an agent only if it is known to act
        if _is_place_or_thing(made, token):
            made = replace(made, people=False, sector=None)
        called = [made]
        if made.sector == "State forces":  # "Thai and Cambodian soldiers" are two sides
            called += [
                _named(m, token, filler.side, filler.weight)
                for m in known
                if m.sector == made.sector and text_of(token.doc)[m.end : made.start] == " and "
            ]
        for beside in roles.beside(token):
            if any(w.start < beside.idx + len(beside) and beside.idx < w.end for w in weapons):
                continue
            other = party(text, beside, filler.side, filler.weight * 0.9, known)
            if (
                other is not None
                and other.people
                and (other.name is not None or (beside.dep_ in ("appos", "oprd") and made.people))
            ):
                known_by = other.name is not None and made.name is None
                if known_by and other.start == made.end + 1:
                    called[0] = other  # "the paramilitary Rapid Support Forces"
                elif known_by and made.head.lower() in FIGHTERS and beside.head.lower_ == "of":
                    called[0] = other  # "fighters of the Allied Democratic Forces"
                elif roles.is_apposition(token, beside) and (who := _same(made, token, other, beside)) is not None:
                    called[0] = who
                else:
                    called.append(other)
        found += called
    return found, instruments


def _is_place_or_thing(told: Party, token: Token) -> bool:
    """Whether a name that could be anybody's is a thing's by where it stands: "a blast at Bombay Bhel", "destroyed a
    green Volvo"."""
    if told.side != "patient" or told.name is not None or nouns.kind(token)[0] != "name" or told.sector != "Civilians":
        return False
    at = token.dep_ == "pobj" and token.head.lower_ in ("at", "outside", "inside", "near")
    return at or (token.dep_ in ("dobj", "nsubjpass") and token.head.lemma_ in table().words["wrecking_verbs"])


def _same(first: Party, token: Token, second: Party, beside: Token) -> Party | None:
    """ "Sean Collier, a patrol officer", "his wife, Vicki Weaver": one person called by name and described, who goes by
    the name, and the description says of which sector. None where neither or both are names, and where the description
    says more: a group ("an Al Qaeda affiliate") or who does such deeds ("a white supremacist")."""
    name, description = (
        ((first, token), (second, beside)) if _is_name(first, token) else ((second, beside), (first, token))
    )
    told, head = description
    if not (first.people and second.people) or not _is_name(*name) or _is_name(*description):
        return None
    plain = (
        told.sector in (None, "Civilians", "State forces") or head.lemma_.lower() in table().words["doers"] | _BRANCHES
    )
    if told.name is not None or head.tag_ not in ("NN", "NNP") or not plain:
        return None
    unsaid = name[0].name is None and told.sector is not None
    return replace(
        name[0],
        sector=told.sector if unsaid else name[0].sector,
        confidence=max(first.confidence, second.confidence),
    )


def _is_name(party: Party, head: Token) -> bool:
    return nouns.kind(head)[0] == "name" or (party.name is not None and not head.text.islower())


def has(parties: list[Party], side: str, *, armed: bool = False) -> bool:
    return any(p.side == side and (not armed or p.name is not None or p.sector in ARMED) for p in parties)
