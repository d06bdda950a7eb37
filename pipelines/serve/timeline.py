"""Events over time as bars: days, weeks, months or years, whichever gives few enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

#: Bars at most: with more, one is too thin to point at.
_MOST: Final = 120

#: Height and width of the picture, in its own units.
HEIGHT: Final = 100
WIDTH: Final = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """The events of the days from ``since`` to ``until``, both included; the rest is its place in the picture."""

    since: date
    until: date
    name: str
    events: int
    x: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Step:
    """How days are put together: the first day of a day's group, that of the next one (None past the calendar's end),
    and a group's name."""

    first: Callable[[date], date]
    next: Callable[[date], date | None]
    name: Callable[[date], str]


def _days(count: int, name: Callable[[date], str]) -> _Step:
    """Groups of ``count`` days; of seven, from Monday."""

    def first(day: date) -> date:
        return date.fromordinal(max(1, day.toordinal() - (day.toordinal() - 1) % count))

    def following(start: date) -> date | None:
        return start + timedelta(days=count) if (date.max - start).days >= count else None

    return _Step(first, following, name)


def _months(count: int, name: Callable[[date], str]) -> _Step:
    """Groups of ``count`` months, counted from the year 0, so that a decade begins with its round year."""

    def first(day: date) -> date:
        month = (day.year * 12 + day.month - 1) // count * count
        return date(month // 12, month % 12 + 1, 1) if month >= 12 else date.min

    def following(start: date) -> date | None:
        month = (start.year * 12 + start.month - 1) // count * count + count
        return date(month // 12, month % 12 + 1, 1) if month < 12 * (date.max.year + 1) else None

    return _Step(first, following, name)


_STEPS: Final = (
    _days(1, lambda day: f"{day.day} {day:%B} {day.year}"),
    _days(7, lambda day: f"week of {day.day} {day:%B} {day.year}"),
    _months(1, lambda day: f"{day:%B} {day.year}"),
    _months(12, lambda day: str(day.year)),
    _months(120, lambda day: f"{day.year}s"),
    _months(1200, lambda day: f"from {day.year}"),
)


def bars(counts: Sequence[tuple[date, int]]) -> list[Bar]:
    """Bars for (day, events), in order of time and without a gap; days without events have one of height 0."""
    if not counts:
        return []
    for step in _STEPS:
        starts = _starts(step, counts[0][0], counts[-1][0])
        if len(starts) <= _MOST:
            break
    sums = dict.fromkeys(starts, 0)
    for day, events in counts:
        sums[step.first(day)] += events
    most, width = max(sums.values()), WIDTH / len(starts)
    return [
        Bar(
            since=start,
            until=following - timedelta(days=1) if (following := step.next(start)) else date.max,
            name=step.name(start),
            events=events,
            x=round(number * width, 2),
            width=round(width, 2),
            # a bar that is there can be seen
            height=round(max(2.0, HEIGHT * events / most), 1) if events else 0.0,
        )
        for number, (start, events) in enumerate(sums.items())
    ]


def _starts(step: _Step, first: date, last: date) -> list[date]:
    """The first days of all groups from that of ``first`` to that of ``last``; one more than may be shown at most."""
    starts = [step.first(first)]
    while len(starts) <= _MOST and (following := step.next(starts[-1])) is not None and following <= last:
        starts.append(following)
    return starts
