"""UCDP's precision codes (GED codebook: date_prec, where_prec), beside the ACLED ones of dates and places."""

from __future__ import annotations

import re
from datetime import date

_DAYS_OF_WEEK = 7
_DAYS_OF_MONTH = 31
_DAYS_OF_YEAR = 366
#: Open water; a bay or gulf inside a country is none.
_WATER = re.compile(
    r"\b(?:Sea|Ocean|Gulf|Straits?|Bay|Channel|Atlantic|Pacific|Mediterranean|Bab el-Mandeb|Baltic|Caspian|Arctic)\b"
)


def date_precision(first: date | None, last: date | None, acled: int | None) -> int | None:
    """How exactly the day is known: 1 the day, 2 two to six days, 3 a week, 4 a month, 5 a year; None if less or not
    at all.

    ``acled``: ACLED's code, which may say less than the days do (a day taken from the publication means that week).
    """
    if first is None or last is None:
        return None
    days = (last - first).days + 1
    if days > _DAYS_OF_YEAR:
        return None
    limits = (1, _DAYS_OF_WEEK - 1, _DAYS_OF_WEEK, _DAYS_OF_MONTH, _DAYS_OF_YEAR)
    spanned = next(code for code, limit in enumerate(limits, start=1) if days <= limit)
    said = {2: 3, 3: 4}.get(acled or 1, 1) if days == 1 else 1
    return max(spanned, said)


def where_precision(
    feature: str, name: str, country: str | None, *, beside: bool = False, part: bool = False, division: bool = False
) -> int:
    """How exactly the place is known: 1 the place itself, 2 near it, 3 a second-level and 4 a first-level division,
    5 a larger or vaguer area, 6 a country, 7 international water.

    ``feature``: what kind of place (``Toponym.feature``). ``beside``: it is told as near it ("east of Gao"); ``part``:
    as a part of it ("northern Mali"); ``division``: the text calls it a province.
    """
    match feature:
        case "city" | "place":
            return 2 if beside else 1
        case "admin2":
            return 3
        case "admin1":
            return 4
        case "region" if division and country is not None:
            return 4
        case "country" | "demonym":
            return 5 if part or beside else 6
        case _:
            return 7 if country is None and _WATER.search(name) else 5
