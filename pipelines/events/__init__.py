"""Incidents, as articles tell them, merged into events: what happened."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from pipelines.code import code_of
from pipelines.events.articles import read
from pipelines.events.fold import fold
from pipelines.events.groups import group
from warehouse.records import Event, Incident

__all__ = ["MERGE_VERSION", "merge"]

#: Stored with each event, so that a load merges anew what other rules have merged: follows from the code.
MERGE_VERSION: Final = "rules-" + code_of("pipelines.events")[:8]

#: What an article says took place. What is threatened, denied or supposed makes no event.
_TOOK_PLACE: Final = ("happened", "alleged")


def merge(incidents: Iterable[Incident], *, clusters: Mapping[str, str] | None = None) -> list[Event]:
    """The events that ``incidents`` tell, by id.

    Tellings are merged by place, date, type, parties and tolls; where members differ the event lists who says what.
    The outcome depends on what the incidents say, not on their order, and the same incident given twice counts
    once. Only incidents that happened or are alleged to have happened make events; each of them makes part of
    exactly one. ``clusters``: the cluster of copies (:func:`pipelines.duplicates.find_copies`) an article is in, by
    article id; copies of one text have one voice in what an event is taken to be.
    """
    with _uncollected():
        distinct: dict[str, Incident] = {}
        for incident in incidents:
            if incident.status in _TOOK_PLACE:
                known = distinct.setdefault(incident.incident_id, incident)
                if known != incident:  # one id for two contents: take the same one whatever the order
                    distinct[incident.incident_id] = min(known, incident, key=repr)
        tellings = read(distinct.values(), clusters or {})
        return sorted((fold(members) for members in group(tellings)), key=lambda event: event.event_id)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing that merging makes refers to itself in a circle; Python's collector would look for that in every incident
    of the window each time a quarter more has been made, a fifth of all the time at 100,000 incidents."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
