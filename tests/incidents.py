"""Short stories read on a day of late 2025, and what tests ask of their incidents."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.incidents import extract
from warehouse.records import Incident

PUBLISHED = datetime(2025, 11, 20, tzinfo=UTC)  # a Thursday


def read(text: str) -> list[Incident]:
    """The incidents of a text published that day."""
    return extract(text, published_at=PUBLISHED)


def toll(incident: Incident, outcome: str = "killed") -> tuple[int, int | None] | None:
    """The least and the most of an outcome; None where nothing counts."""
    return next(((t.count_min, t.count_max) for t in incident.tolls if t.outcome == outcome), None)


def acting(incident: Incident) -> set[str]:
    """Who did it, by name."""
    return {actor.name for actor in incident.actors if actor.role == "actor"}
