"""When things happened, as news says it: "on Thursday", "Feb. 7-8", "last week", "12 JAN 90".

A grammar of our own (``forms.py``), read against the day of publication: general date parsers take
"on Thursday" for the coming one and "may" for a month. Precision codes are ACLED's: 1 day, 2 week, 3 month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipelines.incidents.dates.forms import DATED, GRAMMAR, MONTHS, Span, year_of
from pipelines.incidents.model import lowered

_DAY_SPAN: Final = 2  # days a span may have and still be one event's day ("the night of 7 to 8 February")
_WEEK_SPAN: Final = 10
#: After a day it is a name ("the 19 April Movement").
_NAMED_AFTER: Final = re.compile(
    r"\s+(?:movement|brigades?|group|front|leagues?|organi[sz]ation|commandos?|battalion|revolution(?:ary)?|martyrs)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date as written, ``text[start:end]``, and the days it means, both ends included.

    ``precision``: 1 day, 2 week, 3 month (ACLED). ``confidence`` 0..1 that these are the days meant.
    """

    start: int
    end: int
    text: str
    start_date: date
    end_date: date
    precision: int
    confidence: float


def find_dates(text: str, published_at: datetime | None) -> list[DateMention]:
    """Every date the text names, in order, never overlapping.

    Without ``published_at`` the text's own dateline ("SAN SALVADOR, 3 JAN 90 --") is the day of
    publication; with neither, only dates that carry their year are found. Days are those of
    ``published_at``'s own time zone.
    """
    anchor = published_at.date() if published_at is not None else _dateline(text)
    found: list[DateMention] = []
    small = lowered(text)
    for pattern, read in GRAMMAR:
        for match in pattern.finditer(small):
            if not _names_are_capital(match, text) or _NAMED_AFTER.match(small, match.end()):
                continue
            try:
                span = read(match, anchor)
            except (ValueError, OverflowError):  # 31 February, or a day outside the calendar
                continue
            if span is not None:
                found.append(_mention(text[match.start() : match.end()], match.start(), span, anchor))
    kept: list[DateMention] = []
    for mention in sorted(found, key=lambda mention: (mention.start - mention.end, mention.start, -mention.confidence)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


def _mention(written: str, start: int, span: Span, anchor: date | None) -> DateMention:
    days = (span.last - span.first).days + 1
    words = written.removesuffix(".").strip()  # the full stop of the sentence, not of "Feb."
    start += written.index(words)
    precision = span.precision or (1 if days <= _DAY_SPAN else 2 if days <= _WEEK_SPAN else 3)
    # an event that has happened is not in the future: such a day is a plan, or misread
    confidence = span.confidence * (0.5 if anchor is not None and span.first > anchor else 1.0)
    return DateMention(
        start=start,
        end=start + len(words),
        text=words,
        start_date=span.first,
        end_date=span.last,
        precision=precision,
        confidence=round(confidence, 3),
    )


def _dateline(text: str) -> date | None:
    """The date in the first line of an agency report."""
    # an agency's day may stand before a bracket ("SAN SALVADOR, 3 JAN 90 (AGENCY)") with no dash behind it
    for match in DATED.finditer(lowered(text[:400])):
        if re.match(r"\s*(?:--|—|–|\(|\[)", text[match.end() :]):
            try:
                return date(year_of(match["year"], None), MONTHS[match["month"]], int(match["day"]))
            except ValueError:
                return None
    return None


def _names_are_capital(match: re.Match[str], text: str) -> bool:
    """ "may", "march" and "sun" are words; "May" and "March" are months."""
    names = match.re.groupindex.keys() & {"month", "month2", "weekday", "weekday2"}
    return all(text[match.start(name)].isupper() for name in names if match[name])
