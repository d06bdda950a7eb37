"""An incident reduced to what merging compares: computed once, since comparing is the inner loop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from math import cos, radians, sin
from typing import Final

from warehouse.records import Incident, content_id
from warehouse.vocabulary import Casualty
from warehouse.window import event_day

Cell = tuple[int, int, int]
Range = tuple[int, int]

#: Places nearer than this are the same place to two reporters (km): a town and its outskirts.
NEAR_KM: Final = 25.0
_EARTH_KM: Final = 6371.0

#: The day of incidents read from a bare text that names no day: far from every real one.
NO_DAY: Final = -1000

#: Types that reporters code differently for one and the same event. What stands in no family is
#: merged only with its own sub-event type.
_FAMILIES: Final[dict[str, str]] = {
    "Battles": "armed",
    "Explosions/Remote violence": "armed",
    "Attack": "armed",
    "Riots": "crowd",
    "Protests": "crowd",
}

#: Means that exclude each other within the armed family. An "attack" or a "clash" goes with any.
_MEANS: Final[dict[str, str]] = {
    "Chemical weapon": "chemical",
    "Air/drone strike": "fire from afar",
    "Shelling/artillery/missile attack": "fire from afar",  # a missile may be either
    "Suicide bomb": "bomb",
    "Remote explosive/landmine/IED": "bomb",
    "Grenade": "bomb",
}

#: Words that name nobody in particular, so that two of them do not contradict each other.
_GENERIC: Final = re.compile(
    r"^(?:the |a |an )?(?:(?:un(?:known|identified)|armed|suspected|masked|local|pro|anti)[ -]+)*"
    r"(?:gun|bomb|assail|attack|milit|insurg|rebel|fight|terror|extrem|jihad|bandit|civilian|people|person|resident"
    r"|villager|protest|demonstr|soldier|troop|police|officer|force|man|men|women|child|student|group)\w*$",
    re.IGNORECASE,
)
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """What merging compares of one incident."""

    incident: Incident
    day: int  # ordinal of the day it is merged under; NO_DAY where there is none
    country: str | None
    family: str
    means: str | None
    name: str | None  # of the place
    point: tuple[float, float, float] | None  # km from the centre of the earth; None: no town-sized place
    admin1: str | None
    region: bool  # the place is a country or a division, not a town
    dated: bool
    span: tuple[date | None, date | None] | None  # for dates known to the week or month only
    parties: frozenset[str]
    sectors: frozenset[str]
    killed: Range | None
    injured: Range | None
    weapons: frozenset[str]
    words: str  # names the words it was told in: copies share it

    @property
    def cell(self) -> Cell | None:
        """The cube of side NEAR_KM that holds the place: two places that are near lie in neighbouring cubes."""
        if self.point is None:
            return None
        x, y, z = self.point
        return int(x // NEAR_KM), int(y // NEAR_KM), int(z // NEAR_KM)

    @property
    def known(self) -> int:
        """How much it tells: the fullest tellings are placed first and the vaguer join them."""
        return (
            2 * (self.point is not None)
            + 2 * (self.killed is not None)
            + (self.injured is not None)
            + bool(self.parties)
            + (self.name is not None)
            + self.dated
        )


def normal(text: str) -> str:
    """Case and spacing folded, for comparing names and quotes."""
    return _SPACE.sub(" ", text).strip().casefold()


def _range(incident: Incident, outcome: Casualty) -> Range | None:
    toll = next((toll for toll in incident.tolls if toll.outcome == outcome), None)
    return None if toll is None else (toll.count_min, max(toll.count_min, toll.count_max or 0))


def _point(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = radians(latitude), radians(longitude)
    return _EARTH_KM * cos(north) * cos(east), _EARTH_KM * cos(north) * sin(east), _EARTH_KM * sin(north)


def _words(incident: Incident) -> str:
    quotes = sorted(
        {normal(item.quote) for item in incident.evidence} | {normal(item.quote) for item in incident.claims}
    )
    where = normal(incident.place.text) if incident.place else None
    if not incident.summary and not quotes:
        return incident.incident_id  # told in no words we know: nobody's copy
    return content_id(incident.sub_event_type, where, normal(incident.summary), *quotes)


def telling(incident: Incident) -> Telling:
    """What merging compares."""
    day = event_day(incident)
    place = incident.place
    point = None
    region = place is not None and (place.geo_precision or 0) >= 3
    if place is not None and not region and place.latitude is not None and place.longitude is not None:
        point = _point(place.latitude, place.longitude)
    sub_type = incident.sub_event_type
    imprecise = incident.start_date is not None and (incident.time_precision or 1) > 1
    named = {
        (normal(actor.name), actor.sector)
        for actor in incident.actors
        if actor.role in ("actor", "target") and not _GENERIC.match(actor.name.strip())
    }
    return Telling(
        incident=incident,
        day=NO_DAY if day is None else day.toordinal(),
        country=place.country if place else None,
        family=_FAMILIES.get(sub_type) or _FAMILIES.get(incident.event_type) or sub_type,
        means=_MEANS.get(sub_type),
        name=normal(place.name) if place and not region else None,
        point=point,
        admin1=normal(place.admin1) if place and place.admin1 else None,
        region=region,
        dated=incident.start_date is not None,
        span=(incident.start_date, incident.end_date) if imprecise else None,
        parties=frozenset(name for name, _ in named),
        sectors=frozenset(sector for _, sector in named if sector),
        killed=_range(incident, "killed"),
        injured=_range(incident, "injured"),
        weapons=frozenset(normal(weapon.name) for weapon in incident.weapons),
        words=_words(incident),
    )
