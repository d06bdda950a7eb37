"""Months and days of a span: the one home of this arithmetic, for archives that are kept by months.

Nothing here adds months to a date: a month is counted as ``12 * year + month``, so that no start day
(the 29th to the 31st) can fall into a month that lacks it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> Self:
        """The month written ``YYYY-MM``.

        Raises:
            ValueError: it is none.
        """
        match = _MONTH.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no month; write it as 2018-02")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def within(self, first: date, last: date) -> tuple[date, date]:
        """The part of it that lies in a span of days, which must touch it."""
        return max(first, self.first), min(last, self.last)


def months_between(first: date, last: date) -> list[Month]:
    """Every month that has a day in the span, both ends included; none when last is before first."""
    if last < first:
        return []
    begin, end = 12 * first.year + first.month - 1, 12 * last.year + last.month - 1
    return [Month(count // 12, count % 12 + 1) for count in range(begin, end + 1)]


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included; none when last is before first."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def widened(first: date, last: date, *, before: int = 0, after: int = 0) -> tuple[date, date]:
    """A span with days added at its ends, held within the calendar."""
    start = date.fromordinal(max(date.min.toordinal(), first.toordinal() - before))
    return start, date.fromordinal(min(date.max.toordinal(), last.toordinal() + after))


def spans(first: date, last: date) -> Iterator[tuple[Month, date, date]]:
    """A span of days cut at the ends of months: each month with the first and last of its days in it."""
    for month in months_between(first, last):
        yield month, *month.within(first, last)
