"""The fields of an incident as a person reads them: kind, value, and the words each was read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.show import figure
from warehouse.records import Actor, Article, Claim, Incident, Place, Weapon

#: The kinds of field in the order they are shown; a kind is also what a field's words are coloured by.
KINDS = (
    "type", "status", "date", "place", "actor", "target", "associate", "other", "weapon",
    "killed", "injured", "missing", "captured", "displaced",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One filled field. ``words``: (start, end) in the article's text, none where no words say it (``note`` tells
    why then). ``number`` counts over all incidents of the article, from 1; ``confidence`` is None where the
    extractor gives none."""

    number: int
    incident: int
    kind: str
    value: str
    words: tuple[tuple[int, int], ...]
    quotes: tuple[str, ...]
    speaker: str | None = None
    note: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An article with its incidents, and their fields: ``fields[n]`` are those of ``incidents[n]``."""

    article: Article
    incidents: tuple[Incident, ...]
    fields: tuple[tuple[Field, ...], ...]

    @classmethod
    def of(cls, article: Article, incidents: Sequence[Incident]) -> Told:
        return cls(article, tuple(incidents), tuple(fields_of(incidents)))

    def all_fields(self) -> Iterator[Field]:
        for fields in self.fields:
            yield from fields


def fields_of(incidents: Iterable[Incident]) -> list[tuple[Field, ...]]:
    """The fields of each incident, numbered through."""
    found: list[tuple[Field, ...]] = []
    number = 1
    for position, incident in enumerate(incidents):
        fields = []
        for field in _fields(incident):
            fields.append(replace(field, number=number, incident=position))
            number += 1
        found.append(tuple(fields))
    return found


def _fields(incident: Incident) -> Iterator[Field]:
    kind = _from_evidence(incident, "type", f"{incident.event_type} / {incident.sub_event_type}", "event_type")
    yield replace(kind, confidence=incident.type_confidence or None)
    yield _from_evidence(incident, "status", incident.status, "status", "event_type")
    if incident.start_date:
        last = f" – {incident.end_date}" if incident.end_date != incident.start_date else ""
        date = _from_evidence(incident, "date", f"{incident.start_date}{last}", "start_date")
        note = None if date.words else "from the day of publication; no words say it"
        yield replace(date, note=note, confidence=incident.date_confidence)
    if place := incident.place:
        named = ", ".join(part for part in (place.name, place.admin1, place.country) if part)
        yield _from_words("place", named, place, note=place.reason or None, confidence=place.confidence)
    for actor in incident.actors:
        about = ", ".join(part for part in (actor.sector, actor.country) if part) or None
        yield _from_words(actor.role, actor.name, actor, note=about, confidence=actor.confidence)
    for weapon in incident.weapons:
        yield _from_words("weapon", f"{weapon.name} ({weapon.category})", weapon, note=None)
    for claim in incident.claims:
        yield replace(
            _from_words(
                claim.outcome,
                losses(claim),
                claim,
                note=_standing(claim, incident.claims),
                confidence=claim.confidence,
            ),
            speaker=claim.attributed_to,
        )


def _from_evidence(incident: Incident, kind: str, value: str, *names: str) -> Field:
    """A field by the evidence of the first of ``names`` that has any."""
    for name in names:
        if found := [item for item in incident.evidence if item.field == name]:
            words = tuple((item.start, item.end) for item in found)
            return Field(0, 0, kind, value, words, tuple(dict.fromkeys(item.quote for item in found)))
    return Field(0, 0, kind, value, (), ())


def _from_words(
    kind: str,
    value: str,
    of: Place | Actor | Weapon | Claim,
    *,
    note: str | None = None,
    confidence: float | None = None,
) -> Field:
    """A field by the words that its own record holds."""
    quote = of.quote if isinstance(of, Claim) else of.text
    return Field(0, 0, kind, value, ((of.start, of.end),), (quote,), note=note, confidence=confidence)


def losses(claim: Claim) -> str:
    """How many of whom: ``12+ soldiers``."""
    return f"{figure(claim.count_min, claim.count_max)} {claim.party_name or claim.party or ''}".strip()


def _standing(claim: Claim, claims: Sequence[Claim]) -> str | None:
    """How a figure stands to the incident's others, and what hedges it."""
    others = {other.claim_id: losses(other) for other in claims}
    parts = [
        "background, not this incident's toll" if claim.background else None,
        f"part of {others.get(claim.part_of, 'another figure')}" if claim.part_of else None,
        f"on top of {others.get(claim.adds_to, 'another figure')}" if claim.adds_to else None,
        f"hedged: {claim.hedge}" if claim.hedge else None,
    ]
    return "; ".join(part for part in parts if part) or None
