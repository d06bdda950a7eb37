"""An incident reduced to what merging compares: computed once, since comparing is the inner loop."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipelines.globe import Point, in_space
from warehouse.records import Actor, Incident, content_id
from warehouse.vocabulary import Casualty
from warehouse.window import event_day

Cell = tuple[int, int, int]
Range = tuple[int, int]

#: Places nearer than this are one place to two reporters (km): a town and its outskirts; where one of them is
#: told as near a town, twice as far.
NEAR_KM: Final = 25.0

#: The upper end of "at least 12".
OPEN: Final = 1 << 62

#: The day of incidents read from a bare text that names no day: far from every real one.
NO_DAY: Final = -1000

#: Types that reporters code differently for one and the same event. What stands in no family is one of its own.
_FAMILIES: Final[dict[str, str]] = {
    "Battles": "armed",
    "Explosions/Remote violence": "armed",
    "Attack": "armed",
    "Riots": "crowd",
    "Protests": "crowd",
}

#: Means that an event has one of. An "attack" or a "clash" goes with any.
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
    r"^(?:the |a |an )?(?:(?:un(?:known|identified)|armed|suspected|masked|local|rival|angry|pro|anti)[ -]+)*"
    r"(?:gun|bomb|assail|attack|milit|insurg|rebel|fight|terror|extrem|jihad|islamist|bandit|civilian|people|person"
    r"|resident|villager|protest|demonstr|soldier|troop|police|officer|force|man|men|women|child|student|group|herd"
    r"|youth|inmate|prisoner|mob|gang|guard)\w*$",
    re.IGNORECASE,
)
#: Victims that every event has.
_ANYBODY: Final = re.compile(
    r"^(?:people|persons?|civilians?|m[ae]n|wom[ae]n|residents?|victims?|others?|members?|bod(?:y|ies)|dead|wounded)$"
)
_NIGHT: Final = re.compile(r"night|dawn|early", re.IGNORECASE)

#: UCDP's where_prec of a first-level division.
_DIVISION: Final = 4
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
    point: Point | None  # km from the centre of the earth; None: no town-sized place
    around: bool  # near the place rather than in it
    admin1: str | None  # the division the place lies in, or is
    region: bool  # the place is a country or a division, not a town
    dated: bool  # the article says when
    span: tuple[date | None, date | None] | None  # for dates known to the week or month only
    night: bool  # at night, which two reporters put on two days
    actors: frozenset[str]  # those with names of their own, of either side
    targets: frozenset[str]
    victims: frozenset[str]  # what was hit, where that tells one event from another
    killed: Range | None
    injured: Range | None
    weapons: frozenset[str]
    sister: bool  # its article tells other events of that day
    words: str  # names the words it was told in: copies share it
    cluster: str | None  # of copies, that its article is in

    @property
    def parties(self) -> frozenset[str]:
        """Who is named, on whichever side."""
        return self.actors | self.targets

    @property
    def profile(self) -> Hashable:
        """All that is compared, the article apart: two with one profile stand for each other."""
        return (
            self.name, self.point, self.around, self.admin1, self.incident.sub_event_type, self.family, self.span,
            self.dated, self.night, self.actors, self.targets, self.victims, self.killed, self.injured, self.weapons,
            self.cluster,
        )  # fmt: skip

    @property
    def details(self) -> list[Hashable]:
        """What two tellings must have one of in common where the place is no reason to look: a party, a text, a toll of
        about the same size, or with one type a kind of victim or a division, of which neither would be enough alone.
        In an order that hangs on nothing else."""
        kind = self.incident.sub_event_type
        found: list[Hashable] = [("cluster", self.cluster)] if self.cluster else []
        found += [("party", name) for name in sorted(self.actors | self.targets)]
        for outcome, figures in (("killed", self.killed), ("injured", self.injured)):
            if figures is not None and figures[1] > 0:
                low, high = figures[0].bit_length(), min(figures[1].bit_length(), figures[0].bit_length() + 2)
                found += [(outcome, size, self.family) for size in range(low, high + 1)]
        found += [("victim", name, kind) for name in sorted(self.victims)]
        return [*found, ("division", self.admin1, kind)] if self.admin1 else found

    @property
    def particulars(self) -> list[Hashable]:
        """What tells it from the many others of its place and day: :attr:`details`, its type, its very tolls."""
        tolls = [(name, told) for name, told in (("all killed", self.killed), ("all injured", self.injured)) if told]
        return [*tolls, *self.details, ("type", self.incident.sub_event_type)]

    @property
    def voice(self) -> str:
        """Names the text it was told in: whatever copies one text shares it."""
        return self.cluster or self.incident.article_id or self.incident.incident_id

    @property
    def cell(self) -> Cell | None:
        """The cube that holds the place: two places that are near lie in neighbouring cubes."""
        if self.point is None:
            return None
        x, y, z = self.point
        side = 2 * NEAR_KM
        return int(x // side), int(y // side), int(z // side)

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


def order(telling: Telling) -> tuple[bool, int, str]:
    """Whom to place first: the articles that tell sisters, then the fullest tellings."""
    return not telling.sister, -telling.known, telling.incident.incident_id


def normal(text: str) -> str:
    """Case and spacing folded, for comparing names and quotes."""
    return _SPACE.sub(" ", text).strip().casefold()


def stated(incident: Incident) -> bool:
    """Whether the article says when. Extraction fills in the day of publication where it does not, and says so."""
    return incident.start_date is not None and not (
        (incident.time_precision or 1) > 1 and incident.start_date == incident.end_date
    )


def _range(incident: Incident, outcome: Casualty) -> Range | None:
    toll = next((toll for toll in incident.tolls if toll.outcome == outcome), None)
    if toll is None:
        return None
    return toll.count_min, OPEN if toll.count_max is None else max(toll.count_min, toll.count_max)


def _words(incident: Incident) -> str:
    quotes = sorted(
        {normal(item.quote) for item in incident.evidence} | {normal(item.quote) for item in incident.claims}
    )
    where = normal(incident.place.text) if incident.place else None
    if not incident.summary and not quotes:
        return incident.incident_id  # told in no words we know: nobody's copy
    return content_id(incident.sub_event_type, where, normal(incident.summary), *quotes)


def _named(actor: Actor) -> bool:
    """Whether this is somebody's name ("Boko Haram") and not a word for whoever it was ("gunmen")."""
    long = [word for word in actor.name.split() if len(word) > 3]
    return bool(long) and all(word[0].isupper() for word in long) and not _GENERIC.match(actor.name.strip())


def merged_on(incident: Incident, day: int | None = None) -> int:
    """The ordinal of the day it is merged under. ``day``: what its article says, for one that tells no day itself."""
    own = event_day(incident)
    if day is not None and not stated(incident):
        return day
    return NO_DAY if own is None else own.toordinal()


def telling(incident: Incident, day: int | None = None, cluster: str | None = None, *, sister: bool = False) -> Telling:
    """What merging compares. ``day``: the one to merge it under, its own if not given; ``cluster``: the cluster of
    copies its article is in; ``sister``: whether that tells other events of the day."""
    place = incident.place
    point = None
    region = place is not None and (place.geo_precision or 0) >= 3
    if place is not None and not region and place.latitude is not None and place.longitude is not None:
        point = in_space(place.latitude, place.longitude)
    admin1 = None
    if place is not None:
        division = place.admin1 or (place.name if place.ucdp_precision == _DIVISION else None)
        admin1 = normal(division) if division else None
    sub_type = incident.sub_event_type
    said = stated(incident)
    imprecise = said and (incident.time_precision or 1) > 1
    named = [actor for actor in incident.actors if _named(actor)]
    hit = (normal(actor.name) for actor in incident.actors if actor.role == "target" and actor not in named)
    heads = {name.rpartition(" ")[2].removesuffix("s") for name in hit}
    return Telling(
        incident=incident,
        day=merged_on(incident) if day is None else day,
        country=place.country if place else None,
        family=_FAMILIES.get(sub_type) or _FAMILIES.get(incident.event_type) or sub_type,
        means=_MEANS.get(sub_type),
        name=normal(place.name) if place and not region else None,
        point=point,
        around=place is not None and place.geo_precision == 2,
        admin1=admin1,
        region=region,
        dated=said,
        span=(incident.start_date, incident.end_date) if imprecise else None,
        night=any(item.field == "start_date" and _NIGHT.search(item.quote) for item in incident.evidence),
        actors=frozenset(normal(actor.name) for actor in named if actor.role == "actor"),
        targets=frozenset(normal(actor.name) for actor in named if actor.role == "target"),
        victims=frozenset(head for head in heads if head and not _ANYBODY.match(head)),
        killed=_range(incident, "killed"),
        injured=_range(incident, "injured"),
        weapons=frozenset(normal(weapon.name) for weapon in incident.weapons),
        sister=sister,
        words=_words(incident),
        cluster=cluster,
    )
