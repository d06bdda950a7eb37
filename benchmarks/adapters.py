"""What the scorers call: thin wrappers over the public functions and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.incidents import places


def geoparse(text: str) -> list[dict[str, Any]]:
    """Every place named: start, end, lat, lon (None where unresolved)."""
    return [
        {"start": place.start, "end": place.end, "lat": place.latitude, "lon": place.longitude}
        for place in places.geoparse(text)
    ]


def resolve(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[float, float] | None]:
    """Coordinates for given (start, end) spans."""
    return [
        (place.latitude, place.longitude)
        if place is not None and place.latitude is not None and place.longitude is not None
        else None
        for place in places.resolve(text, spans)
    ]
