"""How sure each field is, as the share of such fields that were right on texts with known answers.

The rules give each field a score of their own making. ``data/confidence.csv`` says what share of fields with
such a score were right, by a few things a person can see: the role, whether words or the day of publication
gave a date, how exact a place is, whether a figure is exact. `python -m benchmarks calibration --learn`
writes it (docs/incidents.md). A field of a kind that was never judged keeps its score.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from pipelines.incidents.data import read_csv
from warehouse.records import Claim, Incident


@dataclass(frozen=True, slots=True)
class Score:
    """What the rules say of a field: its kind, the group it is judged in, their score (0 to 1)."""

    field: str
    group: str
    value: float


def type_score(incident: Incident) -> Score:
    """The type: how surely the words tell of an incident at all."""
    return Score("type", "", incident.confidence)


def date_score(incident: Incident) -> Score:
    """The date: read from words, or only taken from the day of publication."""
    words = any(item.field == "start_date" for item in incident.evidence)
    return Score("date", "words" if words else "publication", incident.date_confidence)


def place_score(incident: Incident) -> Score | None:
    """The place, by its ACLED precision; None where there is none."""
    place = incident.place
    if place is None:
        return None
    known = place.latitude is not None
    return Score("place", f"precision {place.geo_precision}" if known else "unresolved", place.confidence)


def actor_scores(incident: Incident) -> Iterator[Score]:
    """Each actor, by its role."""
    for actor in incident.actors:
        yield Score(actor.role, "", actor.confidence)


def claim_score(claim: Claim) -> Score:
    """A figure, by its outcome and whether it is exact."""
    return Score(claim.outcome, "exact" if claim.count_min == claim.count_max else "vague", claim.confidence)


def calibrated(incident: Incident) -> Incident:
    """The incident with each field's score turned into the share that was right; nothing else changes."""
    place, where = incident.place, place_score(incident)
    return replace(
        incident,
        type_confidence=probability(type_score(incident)),
        date_confidence=probability(date_score(incident)) if incident.start_date is not None else 0.0,
        place=None if place is None or where is None else replace(place, confidence=probability(where)),
        actors=tuple(
            replace(actor, confidence=probability(score))
            for actor, score in zip(incident.actors, actor_scores(incident), strict=True)
        ),
        claims=tuple(replace(claim, confidence=probability(claim_score(claim))) for claim in incident.claims),
    )


def probability(score: Score) -> float:
    """The share of fields with such a score that were right; the score itself where none were judged."""
    table = _table()
    steps = table.get((score.field, score.group)) or table.get((score.field, ""))
    if not steps:
        return score.value
    uptos = [upto for upto, _ in steps]
    return steps[min(bisect_left(uptos, score.value), len(steps) - 1)][1]


@cache
def _table() -> dict[tuple[str, str], list[tuple[float, float]]]:
    """(field, group) -> (score up to which, share right), rising."""
    steps: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in read_csv("confidence.csv"):
        steps[row["field"], row["group"]].append((float(row["upto"]), float(row["share"])))
    return {key: sorted(found) for key, found in steps.items()}


def forget() -> None:
    """Read the table anew when it is asked next: it was written."""
    _table.cache_clear()
