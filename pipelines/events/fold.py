"""The members of an event folded into one row; where they differ, who tells what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from pipelines.events.telling import OPEN, Range, Telling
from warehouse.records import Disagreement, Event, Incident, Place, content_id
from warehouse.vocabulary import EVENT_TYPE_OF, Role

T = TypeVar("T")

_RANK = {sub_type: rank for rank, sub_type in enumerate(EVENT_TYPE_OF)}


def fold(tellings: list[Telling]) -> Event:
    """The event its members tell.

    Of dates, places and types the one that most texts tell is taken (then the more exact, then the first in
    order); copies of one text count once. Tolls span the members' own and are never averaged.
    """
    members = sorted(tellings, key=lambda telling: telling.incident.incident_id)
    incidents = [telling.incident for telling in members]
    first = min(incidents, key=_told)
    sub_type = _commonest(
        ((t.voice, t.incident.sub_event_type) for t in members), lambda value: _RANK.get(value, len(_RANK))
    )
    said = any(telling.dated for telling in members)  # then the days that articles merely came out on do not count
    dates = _commonest(
        ((t.voice, _days(t)) for t in members if t.incident.start_date is not None and t.dated is said),
        lambda value: (value[2] or 1, str(value[0]), str(value[1])),
    )
    place = _place([(t.voice, t.incident.place) for t in members if t.incident.place is not None])
    killed, injured = _span(t.killed for t in members), _span(t.injured for t in members)
    return Event(
        # named after its first report, so that the name lasts when later ones join
        event_id=content_id("event", first.incident_id),
        incident_ids=tuple(i.incident_id for i in incidents),
        article_ids=tuple(sorted({i.article_id for i in incidents if i.article_id is not None})),
        event_type=EVENT_TYPE_OF.get(sub_type or "", first.event_type),
        sub_event_type=sub_type or first.sub_event_type,
        start_date=dates[0] if dates else None,
        end_date=dates[1] if dates else None,
        time_precision=dates[2] if dates else None,
        place_name=place.name if place else None,
        admin1=place.admin1 if place else None,
        country=place.country if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        geo_precision=place.geo_precision if place else None,
        actors=_names(members, "actor"),
        targets=_names(members, "target"),
        weapons=tuple(_by_count((t.voice, weapon.name) for t in members for weapon in t.incident.weapons)),
        killed_min=killed[0] if killed else None,
        killed_max=killed[1] if killed else None,
        injured_min=injured[0] if injured else None,
        injured_max=injured[1] if injured else None,
        disagreements=tuple(_disagreements(members)),
        ucdp_date_precision=dates[3] if dates else None,
        ucdp_where_precision=place.ucdp_precision if place else None,
    )


def _told(incident: Incident) -> tuple[bool, datetime, str]:
    """The order of reports: a time without a zone is taken for UTC."""
    at = incident.published_at
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return at is None, at or datetime.max.replace(tzinfo=UTC), incident.incident_id


def _commonest(told: Iterable[tuple[str, T]], order: Callable[[T], Any]) -> T | None:
    """What most voices tell."""
    counts = Counter(value for _, value in set(told))
    return min(counts, key=lambda value: (-counts[value], order(value))) if counts else None


def _by_count(told: Iterable[tuple[str, str]]) -> list[str]:
    counts = Counter(value for _, value in set(told))
    return sorted(counts, key=lambda value: (-counts[value], value))


def _days(telling: Telling) -> tuple[date | None, date | None, int | None, int | None]:
    one = telling.incident
    if telling.dated:
        return one.start_date, one.end_date, one.time_precision, one.ucdp_date_precision
    day = date.fromordinal(telling.day)  # its article may speak of one, which is nearer than its publication
    return day, day, one.time_precision, one.ucdp_date_precision


def _names(members: list[Telling], role: Role) -> tuple[str, ...]:
    return tuple(_by_count((t.voice, actor.name) for t in members for actor in t.incident.actors if actor.role == role))


def _place(told: list[tuple[str, Place]]) -> Place | None:
    """The place most told among the most exact ones; of its tellings the surest."""
    if not told:
        return None

    def exactness(place: Place) -> int:
        return (place.geo_precision or 3) if place.latitude is not None else 4

    best = min(exactness(place) for _, place in told)
    exact = [(voice, place) for voice, place in told if exactness(place) == best]
    name = _commonest(
        ((voice, (place.name, place.country)) for voice, place in exact), lambda value: (value[0], value[1] or "")
    )
    return min(
        (place for _, place in exact if (place.name, place.country) == name),
        key=lambda place: (-place.confidence, place.geonames_id or 0, place.latitude or 0.0, place.longitude or 0.0),
    )


def _span(ranges: Iterable[Range | None]) -> Range | None:
    given = [figures for figures in ranges if figures is not None]
    return (min(low for low, _ in given), max(low if high == OPEN else high for low, high in given)) if given else None


def _figure(figures: Range | None) -> str | None:
    if figures is None:
        return None
    low, high = figures
    return str(low) if high in (low, OPEN) else f"{low}-{high}"


def _dates(telling: Telling) -> str | None:
    start, end = telling.incident.start_date, telling.incident.end_date
    if start is None or not telling.dated:
        return None
    return f"{start}" if end in (None, start) else f"{start}/{end}"


#: What members can differ on, and how each puts it. None: it does not say, which is no disagreement.
_TOLD: dict[str, Callable[[Telling], str | None]] = {
    "type": lambda telling: telling.incident.sub_event_type,
    "status": lambda telling: telling.incident.status,
    "date": _dates,
    "place": lambda telling: telling.incident.place.name if telling.incident.place else None,
    "actors": lambda telling: "; ".join(_names([telling], "actor")) or None,
    "targets": lambda telling: "; ".join(_names([telling], "target")) or None,
    "killed": lambda telling: _figure(telling.killed),
    "injured": lambda telling: _figure(telling.injured),
}


def _disagreements(members: list[Telling]) -> Iterator[Disagreement]:
    for field, tell in _TOLD.items():
        who: dict[str, list[str]] = defaultdict(list)
        for telling in members:
            value = tell(telling)
            if value is not None:
                who[value].append(telling.incident.incident_id)
        if len(who) > 1:
            for value in sorted(who):
                yield Disagreement(field=field, value=value, incident_ids=tuple(who[value]))
