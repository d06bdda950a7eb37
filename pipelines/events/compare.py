"""May two tellings be of one event, and how much speaks for it?"""

from __future__ import annotations

from math import dist
from typing import Final

from pipelines.events.telling import NEAR_KM, Range, Telling

#: Tolls further apart than this factor (and the slack) contradict each other. First reports of a
#: bombing commonly double or triple within a day; few grow more.
GROWTH: Final = 3
SLACK: Final = 5

#: What must speak for merging where the place is no evidence (a region, or none given).
WITHOUT_PLACE: Final = 3
#: What must speak for merging over two neighbouring days.
OVER_MIDNIGHT: Final = 4


def contradict(one: Range | None, two: Range | None) -> bool:
    """Whether two figures cannot be tellings of the same toll."""
    if one is None or two is None:
        return False
    return one[0] > GROWTH * two[1] + SLACK or two[0] > GROWTH * one[1] + SLACK


def same_place(one: Telling, two: Telling) -> bool | None:
    """True: near or of one name. None: one is told only as the region the other may lie in, or not
    told at all. False: apart."""
    if one.point is not None and two.point is not None:
        return dist(one.point, two.point) <= NEAR_KM
    if one.name is not None and one.name == two.name:
        return True
    if one.name is not None and two.name is not None:
        return False  # two names, and no coordinates to tell that they are near
    if one.admin1 and two.admin1 and one.admin1 != two.admin1:
        return False
    return None


def same_telling(one: Telling, two: Telling) -> bool:
    """Whether one article says the same thing twice: place, date and type agree."""
    a, b = one.incident, two.incident
    return (
        a.sub_event_type == b.sub_event_type
        and (a.start_date, a.end_date) == (b.start_date, b.end_date)
        and (one.name, one.country, one.admin1) == (two.name, two.country, two.admin1)
    )


def support(one: Telling, two: Telling) -> int | None:
    """What speaks for the two being one event; None when something speaks against it.

    The same both ways round.
    """
    if one.family != two.family or one.span != two.span:
        return None
    if one.means and two.means and one.means != two.means:
        return None
    a, b = one.incident, two.incident
    if a.article_id is not None and a.article_id == b.article_id and not same_telling(one, two):
        return None  # an article that tells two things means two things
    place = same_place(one, two)
    if place is False or contradict(one.killed, two.killed) or contradict(one.injured, two.injured):
        return None
    shared = bool(one.parties & two.parties)
    if one.parties and two.parties and not shared and not one.sectors & two.sectors:
        return None  # two other parties of other kinds
    found = 2 * shared + (a.sub_event_type == b.sub_event_type) + bool(one.weapons & two.weapons)
    found += _agreement(one.killed, two.killed) + _agreement(one.injured, two.injured)
    if place is None:
        return found if found >= WITHOUT_PLACE else None
    return found + 3


def _agreement(one: Range | None, two: Range | None) -> int:
    if one is None or two is None or one[0] > two[1] or two[0] > one[1]:
        return 0
    return 2 if one == two and one[1] > 0 else 1


def over_midnight(one: Telling, two: Telling) -> int | None:
    """As :func:`support`, for tellings dated on neighbouring days: a date that is not stated says
    little, two stated ones that differ need more to speak for them."""
    a, b = one.incident, two.incident
    if a.article_id is not None and a.article_id == b.article_id:
        return None
    found = support(one, two)
    if found is None:
        return None
    needed = OVER_MIDNIGHT if one.dated and two.dated else OVER_MIDNIGHT - 1
    return found if found > needed else None
