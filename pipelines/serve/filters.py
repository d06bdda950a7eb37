"""Which events are asked for: what stands behind the ``?`` of an address, so that an address is a view to share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from math import isfinite
from typing import Any, Final
from urllib.parse import urlencode

from warehouse.errors import SettingError

#: Events on a page of the list.
PAGE: Final = 50

#: Orders of the list, each with its name for people.
SORTS: Final = {"newest": "newest first", "oldest": "oldest first", "deadliest": "deadliest first"}

#: Characters of a filter, at most: names are shorter.
_LONGEST: Final = 200

#: Filters that take several values, of which an event has to have one; and how many, at most.
_SEVERAL: Final = ("country", "type", "actor", "source")
_MOST: Final = 30

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Filters:
    """The events asked for; None, or no value, is all. Texts are looked for within names, in any case.

    ``country``, ``type``, ``actor``, ``source``: an event has one of these. They are given once a value:
    ``?country=SY&country=IQ``.

    ``since``, ``until``: the first day an event can have happened lies between them, both included. ``type``: an event
    type or sub-event type. ``box``: west, south, east, north (degrees). ``disputed``: only where articles differ.
    ``page`` counts from 1.
    """

    since: date | None = None
    until: date | None = None
    country: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    place: str | None = None
    source: tuple[str, ...] = ()
    box: Box | None = None
    disputed: bool = False
    sort: str = "newest"
    page: int = 1

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]]) -> Filters:
        """The filters that an address names; what it does not name, or names empty, is not filtered.

        Raises:
            SettingError: a value is none of its kind.
        """
        pairs = [(name, value.strip()) for name, value in query if value.strip()]
        given = dict(pairs)
        return cls(
            **{name: _several(name, pairs) for name in _SEVERAL},
            place=_text("place", given.get("place")),
            since=_day("since", given),
            until=_day("until", given),
            box=_box(given.get("box")),
            disputed=given.get("disputed", "") not in ("", "0"),
            sort=_one_of("sort", given, SORTS),
            page=_number("page", given),
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """What sql/wanted.sql asks for."""
        west, south, east, north = self.box or (None, None, None, None)
        values: dict[str, Any] = {name: list(getattr(self, name)) or None for name in _SEVERAL}
        values |= {"since": self.since, "until": self.until, "place": self.place}
        return values | {"disputed": self.disputed, "west": west, "south": south, "east": east, "north": north}

    @property
    def any(self) -> bool:
        """Whether events are left out at all."""
        return replace(self, sort="newest", page=1) != Filters()

    def query(self, **changes: Any) -> str:
        """These filters, with changes, as the part of an address behind the path; another filter starts at page 1."""
        new = replace(self, **({"page": 1} | changes))
        told = {field.name: getattr(new, field.name) for field in fields(new)}
        pairs = [
            (field.name, _written(value))
            for field in fields(new)
            if told[field.name] != field.default
            for value in (told[field.name] if field.name in _SEVERAL else [told[field.name]])
        ]
        return "?" + urlencode(pairs)


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{number:g}" if isinstance(number, int) else repr(number) for number in value)
    return "1" if value is True else str(value)


def _wrong(name: str, value: str, mend: str) -> SettingError:
    return SettingError(f"{value[:_LONGEST]!r} cannot be read", culprit=f"the filter {name!r}", mend=mend)


def _several(name: str, pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    values = dict.fromkeys(value for key, value in pairs if key == name and _text(name, value))
    if len(values) > _MOST:
        raise _wrong(name, ", ".join(values), f"Give at most {_MOST} values")
    return tuple(values)


def _text(name: str, value: str | None) -> str | None:
    if value is not None and len(value) > _LONGEST:
        raise _wrong(name, value, f"Give at most {_LONGEST} characters")
    return value


def _day(name: str, given: Mapping[str, str]) -> date | None:
    if name not in given:
        return None
    try:
        return date.fromisoformat(given[name])
    except ValueError as error:
        raise _wrong(name, given[name], "Give a day as YYYY-MM-DD") from error


def _box(value: str | None) -> Box | None:
    if value is None:
        return None
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError as error:
        raise _wrong("box", value, "Give west,south,east,north in degrees") from error
    if not all(map(isfinite, (west, south, east, north))):
        raise _wrong("box", value, "Give west,south,east,north in degrees")
    return west, south, east, north


def _one_of(name: str, given: Mapping[str, str], known: Mapping[str, str]) -> str:
    value = given.get(name, next(iter(known)))
    if value not in known:
        raise _wrong(name, value, f"Give one of: {', '.join(known)}")
    return value


def _number(name: str, given: Mapping[str, str]) -> int:
    value = given.get(name, "1")
    if not (value.isascii() and value.isdigit() and len(value) < 7 and int(value) > 0):
        raise _wrong(name, value, "Give a number from 1")
    return int(value)
