"""May two tellings be of one event, and how much speaks for it?

Points are added up: the place weighs most, then kinds, parties, tolls and victims. What reporters commonly tell
differently costs points; only what cannot be the same speaks against merging outright. The points were set on the
development half of the labelled stories (docs/events.md).
"""

from __future__ import annotations

import re
from math import dist
from typing import Final

from pipelines.events.telling import NEAR_KM, Range, Telling
from warehouse.window import told_day

#: Tolls further apart than this factor (and the slack) contradict each other. First reports of a bombing commonly
#: double or triple within a day, and small ones are corrected by an order of magnitude.
GROWTH: Final = 4
SLACK: Final = 15
#: Tolls this near (a share of the higher) are tellings of one.
CLOSE: Final = 0.25

#: What must speak for merging.
ENOUGH: Final = 4
#: How much of tolls and victims must agree over two neighbouring days, where places, kinds and parties repeat
#: themselves: both days stated; one of them not, or it may be the day of a statement about it.
OVER_MIDNIGHT: Final = 3
PERHAPS: Final = 1

#: Families that one event may be told in, by different articles or in one: a raid shoots, burns and abducts.
_RAID: Final = {"armed", "Looting/property destruction", "Abduction/forced disappearance", "Sexual violence"}
#: An attack by a crowd, or on one, is either.
_CROWD_ATTACK: Final = {
    "Attack", "Violent demonstration", "Mob violence",
    "Excessive force against protesters", "Protest with intervention",
}  # fmt: skip

#: Words by which an article tells one event apart from another.
_SISTER: Final = re.compile(
    r"\b(?:another|second|third|separate(?:ly)?|elsewhere|meanwhile|(?:hours?|days?) (?:later|earlier|after|before))\b",
    re.IGNORECASE,
)


def contradict(one: Range | None, two: Range | None) -> bool:
    """Whether two figures cannot be tellings of the same toll."""
    if one is None or two is None:
        return False
    return one[0] > GROWTH * two[1] + SLACK or two[0] > GROWTH * one[1] + SLACK


def agreement(one: Range | None, two: Range | None) -> int:
    """What two figures say for being one toll. Later counts differ by a few; one dead, or nobody, is said of many."""
    if one is None or two is None:
        return 0
    if one == two:
        return 2 if one[0] > 1 else 1
    low, high = min(one[1], two[1]), max(one[0], two[0])
    return int(low >= high or high - low <= CLOSE * high)


def place(one: Telling, two: Telling) -> int | None:
    """What the places say for the two being one event; None: they are apart."""
    if one.point is not None and two.point is not None:
        if not near(one, two):
            return None
        return 4 if one.name == two.name else 2 if one.around or two.around else -1
    if one.name is not None and two.name is not None:
        return 4 if one.name == two.name else None  # two names, and no coordinates to tell that they are near
    if one.admin1 and two.admin1:
        return 1 if one.admin1.startswith(two.admin1) or two.admin1.startswith(one.admin1) else None
    return 0  # one is told only as the region the other may lie in, or not told at all


def near(one: Telling, two: Telling) -> bool:
    """Whether the places of both are known and near each other."""
    if one.point is None or two.point is None:
        return False
    return dist(one.point, two.point) <= (2 * NEAR_KM if one.around or two.around else NEAR_KM)


def kinds(one: Telling, two: Telling) -> int | None:
    """What the types say; None: they are of different things."""
    a, b = one.incident.sub_event_type, two.incident.sub_event_type
    if a == b:
        return 2
    if one.means and two.means and one.means != two.means:
        return -1
    if one.family == two.family:
        return 1
    crossed = a in _CROWD_ATTACK and b in _CROWD_ATTACK
    return 0 if crossed or (one.family in _RAID and two.family in _RAID) else None


def losses(one: Telling, two: Telling) -> int | None:
    """What tolls and victims say; None: they contradict each other."""
    if contradict(one.killed, two.killed) or contradict(one.injured, two.injured):
        return None
    tolls = agreement(one.killed, two.killed) + agreement(one.injured, two.injured)
    return tolls + bool(one.victims & two.victims)


def sides(one: Telling, two: Telling) -> int | None:
    """What the parties say; None: both sides are others."""
    if one.parties & two.parties:
        return 2
    if one.actors and two.actors and one.targets and two.targets:
        return None
    return -1 if one.parties and two.parties else 0


def support(one: Telling, two: Telling) -> int | None:
    """What speaks for the two being one event; None when too little does, or something speaks against it.

    The same both ways round.
    """
    if one.span != two.span:
        return None
    if _one_article(one, two):
        return ENOUGH if one_telling(one, two) else None
    found = bool(one.weapons & two.weapons) + 2 * (one.cluster == two.cluster is not None)
    for points in (place, kinds, sides, losses):  # most pairs that are looked at lie apart
        told = points(one, two)
        if told is None:
            return None
        found += told
    return found if found >= ENOUGH else None


def over_midnight(earlier: Telling, later: Telling) -> tuple[int, bool] | None:
    """As :func:`support`, for tellings dated on neighbouring days, and whether it is enough for two groups to join."""
    if _one_article(earlier, later):
        return (ENOUGH, True) if _sentence(earlier, later) else None
    found = support(earlier, later)
    if found is None:
        return None
    told = told_day(later.incident)
    said = told is not None and told.toordinal() == later.day
    if earlier.night or later.night:
        return found, found > ENOUGH
    counted = losses(earlier, later) or 0
    if earlier.killed == later.killed and earlier.killed is not None and earlier.killed[1] <= 1:
        counted -= 1
    return found, counted >= (PERHAPS if said or not earlier.dated or not later.dated else OVER_MIDNIGHT)


def _one_article(one: Telling, two: Telling) -> bool:
    return one.incident.article_id is not None and one.incident.article_id == two.incident.article_id


def one_telling(one: Telling, two: Telling) -> bool:
    """Whether two incidents of one article are one event told in two parts.

    An article that tells two things means two things, unless both are the same (place, date and type), stand in
    one sentence, or complete each other: a march and how it was broken up, a raid and whom it took away.
    """
    a, b = one.incident, two.incident
    if (one.name, one.country, one.admin1, one.around) != (two.name, two.country, two.admin1, two.around):
        return False
    if a.sub_event_type == b.sub_event_type and (one.day, one.span) == (two.day, two.span):
        return not (_tolls_differ(one, two) or _told_apart(one, two))
    if _sentence(one, two):
        return True
    if one.day != two.day or _two_tolls(one, two) or _told_apart(one, two):
        return False
    return one.family == two.family == "crowd" or (one.family != two.family and kinds(one, two) is not None)


def _told_apart(one: Telling, two: Telling) -> bool:
    a, b = one.incident.summary, two.incident.summary
    return a != b and bool(_SISTER.search(a) or _SISTER.search(b))


def _tolls_differ(one: Telling, two: Telling) -> bool:
    return _two_tolls(one, two) and (one.killed, one.injured) != (two.killed, two.injured)


def _sentence(one: Telling, two: Telling) -> bool:
    """One deed told twice in one sentence."""
    a, b = one.incident, two.incident
    alike = a.sub_event_type == b.sub_event_type and one.name == two.name and a.summary == b.summary != ""
    return alike and not _two_tolls(one, two)


def _two_tolls(one: Telling, two: Telling) -> bool:
    return (one.killed is not None and two.killed is not None) or (one.injured is not None and two.injured is not None)
