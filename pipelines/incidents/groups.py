"""What the incidents of an article are put together from: groups of deeds, with what all of a group's deeds are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines import globe
from pipelines.incidents.claims.later import OF_WOUNDS
from pipelines.incidents.cues import table
from pipelines.incidents.dates.finding import DateMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.fighting import ANYBODY
from pipelines.incidents.places.resolving import Toponym
from pipelines.incidents.roles.parties import ARMED
from pipelines.incidents.status import doing
from pipelines.incidents.types import family

#: A person's name by its words (:func:`pipelines.incidents.claims.people.name`).
Name = tuple[str, ...]

#: Each of these is an incident of its own kind.
APART = {"protest", "riot", "arrests", "agreement"}
#: Of these an article tells apart what it names apart.
OWN = {"kidnapping", "robbery", "sexual_violence"}
#: Blows from afar.
BLASTS = {"bombing", "shelling", "airstrike"}
#: Families any other may join: "the attack", "five people were wounded".
GENERIC = {"attack", "harm"}
#: How power lines are brought down.
_LAID = {"attack", "bombing"}
#: "Claimed responsibility for the attack on Monday": that was the day of the claim.
_CLAIMED = {"responsibility", "credit"}
#: Before what somebody speaks of, and not what happens in it.
_ABOUT = {"on", "for", "over", "about", "of", "to", "against", "with", "behind"}
_DIES = re.compile(r"\b(?:dies|died|succumbed|dead)\b")
#: Two towns farther apart than this (km) are two incidents.
FAR_KM = 60.0


@dataclass(slots=True)
class Group:
    """The deeds of one incident (``tried``: a court speaks of it; ``around``: the towns told before it, where its own
    sentences name none), with the places and dates their sentences name, and what all of them are: kept as
    deeds are added, for each deed is weighed against every group. ``days``: those of the dates that are the deeds' own,
    and not of somebody's saying so."""

    deeds: list[Deed] = field(default_factory=list)
    places: list[Toponym] = field(default_factory=list)
    dates: list[DateMention] = field(default_factory=list)
    days: list[DateMention] = field(default_factory=list)
    families: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    background: bool = True
    murder: bool = False
    sabotage: bool = True
    dead: list[Name] = field(default_factory=list)
    around: list[Toponym] = field(default_factory=list)
    tried: bool = False

    @property
    def kinds(self) -> set[str]:
        """The families of an incident, without the taking of people along in an attack that began as another."""
        return self.families if family(self.deeds[0]) in OWN else self.families - OWN

    def add(self, deed: Deed) -> None:
        self.deeds.append(deed)
        self.tried = self.tried or deed.tried
        self.families.add(family(deed))
        self.parties |= {party.key for party in deed.parties}
        leans = deed.trigger.cue.needs == "context"  # "the dead": of whatever is told
        self.background = self.background and (deed.background or self.tried or leans)
        self.murder = self.murder or is_murder(deed)
        self.sabotage = self.sabotage and is_sabotage(deed)


def kilometres(a: Toponym, b: Toponym) -> float:
    """Great-circle distance; infinite where either is not on the map."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    return globe.kilometres(a.latitude, a.longitude, b.latitude, b.longitude)


def towns(places: Iterable[Toponym]) -> list[Toponym]:
    return [place for place in places if place.geo_precision == 1 and place.latitude is not None]


def is_murder(deed: Deed) -> bool:
    """An assassination, murder or massacre of people who do not fight: no part of a clash, by ACLED's types."""
    hit = [party for party in deed.side("patient") if party.people]
    return (
        family(deed) == "killing"
        and deed.trigger.cue.sub_event_type == "Attack"
        and any(party.sector == "Civilians" and party.head.lower() not in ANYBODY for party in hit)
        and not any(party.sector in ARMED for party in hit)
    )


def is_sabotage(deed: Deed) -> bool:
    """Done to things alone, none of them the armed sides' own: power lines cut down during an offensive are no part of
    a clash."""
    hit = deed.side("patient")
    targets = table().words["military_targets"]
    if family(deed) not in _LAID:
        return False  # a clash burns houses too
    return bool(hit) and not any(party.people or party.head.lower().removesuffix("s") in targets for party in hit)


def points_back(deed: Deed) -> bool:
    """ "Moscow did not comment on the attack": names an attack told before, and its sentence says nothing more of it,
    as "the attack took place in Gao" and "was killed in the attack" do."""
    noun = deed.trigger.token
    aside = noun.dep_ == "pobj" and noun.head.lower_ in _ABOUT
    spoken_of = noun.dep_ == "dobj" and noun.head.pos_ == "VERB" and noun.head.lemma_.lower() not in doing()
    generic = deed.definite and not deed.weapons and not deed.adds and family(deed) in GENERIC
    claimed = (noun.dep_ == "pobj" and noun.head.lower_ == "for" and noun.head.head.lemma_ in _CLAIMED) or (
        noun.dep_ == "dobj" and noun.head.lemma_ == "claim"
    )
    return generic and (claimed or (not deed.parties and (aside or spoken_of)))


def died_later(deed: Deed) -> bool:
    """ "One of the wounded died on Tuesday", "died of his injuries": what became of those hurt, on a day of its own."""
    hurt = family(deed) == "harm" and not deed.side("agent")
    return hurt and OF_WOUNDS.search(deed.words) is not None and _DIES.search(deed.words) is not None


def telling(group: Group) -> list[Deed]:
    """The deeds whose sentences tell of the incident, and not what somebody says of it."""
    return [deed for deed in group.deeds if not points_back(deed)] or group.deeds
