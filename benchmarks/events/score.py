"""How well incidents are merged into events, beside rules that need no merging, on both halves of the labelled set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.clustering import Tally
from benchmarks.events.corpus import HALVES, Sample, Told, clusters, samples, told
from pipelines.events import merge
from warehouse.records import Event, Incident
from warehouse.window import event_day

#: Took place: what merge makes events of.
TOOK_PLACE = ("happened", "alleged")

#: A method: for each sample, the name of the event it is put in.
Method = Callable[[Sequence[Sample], Sequence[Told]], list[str]]


def ours(found: Sequence[Sample], articles: Sequence[Told]) -> list[str]:
    """pipelines.events."""
    return _named(found, merge((sample.incident for sample in found), clusters=clusters(list(articles))))


def _named(found: Sequence[Sample], events: Sequence[Event]) -> list[str]:
    of = {member: event.event_id for event in events for member in event.incident_ids}
    return [of[sample.incident.incident_id] for sample in found]


def place_and_day(found: Sequence[Sample], articles: Sequence[Told]) -> list[str]:
    """Whatever is told of one place and day is one event."""
    return [_place_and_day(sample.incident) for sample in found]


def _place_and_day(incident: Incident) -> str:
    place = incident.place
    return f"{place.country, place.geonames_id or place.name}, {event_day(incident)}" if place else incident.incident_id


def place_day_and_type(found: Sequence[Sample], articles: Sequence[Told]) -> list[str]:
    """As :func:`place_and_day`, each type by itself."""
    return [f"{_place_and_day(sample.incident)}, {sample.incident.event_type}" for sample in found]


def each_its_own(found: Sequence[Sample], articles: Sequence[Told]) -> list[str]:
    """No merging."""
    return [sample.incident.incident_id for sample in found]


METHODS: dict[str, Method] = {
    "ours": ours,
    "one a place and day": place_and_day,
    "one a place, day and type": place_day_and_type,
    "each incident its own": each_its_own,
}


def events(folder: Path | None) -> dict[str, float | int | str]:
    """For each half what was read, then pairwise and B-cubed precision, recall and F1 of each method."""
    done: dict[str, float | int | str] = {"": "pairs: P R F1        B-cubed: P R F1"}
    for half in HALVES:
        articles = told(half)
        found = [sample for sample in samples(articles) if sample.incident.status in TOOK_PLACE]
        gold = {event for each in articles for at, _ in each.marks if (event := each.event_at(at)) is not None}
        done[f"{half}: articles"] = len(articles)
        done[f"{half}: events told"] = len(gold)
        done[f"{half}: of them read by the extractor"] = len(gold & {sample.gold for sample in found})
        done[f"{half}: incidents read"] = len(found)
        done[f"{half}: of them in words about no event"] = sum(not sample.labelled for sample in found)
        for name, method in METHODS.items():
            tally = Tally()
            tally.add(found, method(found, articles))
            done[f"{half}: {name}"] = tally.figures()
            if method is ours:
                for kinds, count in tally.wrongly.most_common():
                    done[f"{half}:   ours, wrong pairs: {kinds}"] = count
                for kinds, count in tally.missing.most_common():
                    done[f"{half}:   ours, missed pairs: {kinds}"] = count
    return done
