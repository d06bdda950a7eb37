"""The forms in which news writes a date, each with the days it means: the grammar behind ``find_dates``."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS: Final = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr, ["", "", "", "", "", "", "", "", "", "Sept"])
    for number, name in enumerate(names)
    if name
}
_DAYS: Final = {name.casefold(): number for number, name in enumerate(calendar.day_name)} | {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
}  # fmt: skip
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "couple of": 2, "a couple of": 2,
}  # fmt: skip
_YEARS: Final = range(1900, 2100)
#: A two-digit year above this is of the last century when there is no publication to tell.
_PIVOT: Final = 69
#: A date without a year is of the coming months only when that is this many times nearer than the past one.
_FUTURE_ODDS: Final = 6
_DAYS_OF_WEEKEND: Final = 2

# templates, for text in lower case: "{0}" is the name of the group
_M = (
    r"(?P<{0}>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?"
)
_D = r"(?P<{0}>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9]|[.,:][0-9])"
_Y = r"(?P<year>(?:19|20)[0-9]{2}|['’]?[0-9]{2}(?=\s*(?:--|[)\],.;:]|\([a-z]|$)))(?![0-9])"
_W = (
    r"(?:(?P<{0}>monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|(?:mon|tues?|wed|thurs?|thur|fri)(?=\.|,|\s+(?:morning|night|evening|afternoon)))\b)"
)
_N = r"(?P<n>[0-9]{1,3}|a couple of|couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_TO = r"\s*(?:-|–|—|/|\bto\b|\band\b|\buntil\b|\bthrough\b)\s*"
_PART = r"(?:\s+(?:morning|afternoon|evening|night|noon|midday|dawn|midnight|overnight))?"
_LEAD = r"(?:(?:early|late|earlier|later)\s+(?:on\s+)?)?"


#: A day with its year, as a dateline has it.
DATED: Final = re.compile(rf"{_D.format('day')}\s+{_M.format('month')}\s+{_Y}")


@dataclass(frozen=True, slots=True)
class Span:
    first: date
    last: date
    confidence: float
    precision: int | None = None


_Read = Callable[[re.Match[str], date | None], Span | None]
GRAMMAR: list[tuple[re.Pattern[str], _Read]] = []


def _form(pattern: str) -> Callable[[_Read], _Read]:
    def keep(read: _Read) -> _Read:
        GRAMMAR.append((re.compile(rf"(?<!\w){pattern}(?!\w)"), read))
        return read

    return keep


# reading the parts


def year_of(written: str, anchor: date | None) -> int:
    number = int(written.lstrip("'’"))
    if number >= 100:
        return number
    if anchor is not None:
        return min((century + number for century in (1900, 2000)), key=lambda year: abs(year - anchor.year))
    return 1900 + number if number > _PIVOT else 2000 + number


def _day(match: re.Match[str], anchor: date | None, day: str = "day", month: str = "month") -> date | None:
    groups = match.groupdict()
    number = MONTHS[groups[month]]
    if groups.get("year"):
        year = year_of(groups["year"], anchor)
        return date(year, number, int(groups[day])) if year in _YEARS else None
    return _nearest(number, int(groups[day]), anchor) if anchor is not None else None


def _nearest(month: int, day: int, anchor: date) -> date | None:
    """The year that a day and month without one belong to: the last such day, unless a coming one is much nearer."""
    days = []
    for year in range(anchor.year - 4, anchor.year + 2):  # four years: 29 February
        if year > 0 and day <= calendar.monthrange(year, month)[1]:
            days.append(date(year, month, day))
    past = max((one for one in days if one <= anchor), default=None)
    coming = min((one for one in days if one > anchor), default=None)
    if past is None or coming is None:
        return past or coming
    return coming if (coming - anchor).days * _FUTURE_ODDS < (anchor - past).days else past


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _last_weekday(weekday: int, anchor: date) -> date:
    """The latest such day not after the anchor."""
    return anchor - timedelta(days=(anchor.weekday() - weekday) % 7)


def _number(written: str) -> int:
    low = " ".join(written.split())
    return int(low) if low.isdigit() else _NUMBERS[low]


# the forms: what is longer wins, so their order does not matter


@_form(r"(?P<year>(?:19|20)[0-9]{2})-(?P<m>[01][0-9])-(?P<d>[0-3][0-9])")
def _iso(match: re.Match[str], anchor: date | None) -> Span:
    day = date(int(match["year"]), int(match["m"]), int(match["d"]))
    return Span(day, day, 0.98)


@_form(r"(?P<a>[0-3]?[0-9])(?P<sep>[/.])(?P<b>[0-3]?[0-9])(?P=sep)(?P<year>(?:19|20)[0-9]{2})")
def _slashes(match: re.Match[str], anchor: date | None) -> Span | None:
    """Day and month in either order: the one order that is a date, or the one nearer before publication."""
    days = []
    for day, month in ((match["a"], match["b"]), (match["b"], match["a"])):
        if 1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(int(match["year"]), int(month))[1]:
            days.append(date(int(match["year"]), int(month), int(day)))
    if not days:
        return None
    if anchor is not None:
        days.sort(key=lambda day: (day > anchor, abs((anchor - day).days)))
    return Span(days[0], days[0], 0.95 if len(set(days)) == 1 else 0.6)


_WEEKDAY_BEFORE = rf"(?:{_W.format('weekday')},?{_PART},?\s+(?:the\s+)?)?"
_NIGHT = r"(?:(?:the\s+)?(?:night|evening|morning|early\s+hours|afternoon)\s+(?:of|between)\s+)?(?:the\s+)?"


@_form(rf"{_WEEKDAY_BEFORE}{_D.format('day')}(?:\s+of)?\s*[-–]?\s*{_M.format('month')}(?:,?\s+(?:of\s+)?{_Y})?")
@_form(rf"{_WEEKDAY_BEFORE}{_M.format('month')}\s+(?:the\s+)?{_D.format('day')}(?:,?\s+{_Y})?")
def _day_month(match: re.Match[str], anchor: date | None) -> Span | None:
    day = _day(match, anchor)
    if day is None:
        return None
    sure = 0.97 if match["year"] else 0.92
    if match["weekday"]:
        sure = 0.99 if day.weekday() == _DAYS[match["weekday"]] else 0.7
    return Span(day, day, sure)


@_form(
    rf"{_NIGHT}(?:between\s+|from\s+)?{_D.format('day')}{_TO}{_D.format('day2')}\s+{_M.format('month')}(?:,?\s+{_Y})?"
)
@_form(
    rf"{_NIGHT}(?:between\s+|from\s+)?{_M.format('month')}\s+{_D.format('day')}{_TO}{_D.format('day2')}(?:,?\s+{_Y})?"
)
def _days_month(match: re.Match[str], anchor: date | None) -> Span | None:
    last = _day(match, anchor, "day2")
    if last is None or int(match["day"]) > last.day:
        return None
    return Span(last.replace(day=int(match["day"])), last, 0.93)


@_form(
    rf"{_NIGHT}(?:between\s+|from\s+)?{_M.format('month')}\s+{_D.format('day')}{_TO}{_M.format('month2')}\s+{_D.format('day2')}(?:,?\s+{_Y})?"
)
@_form(
    rf"{_NIGHT}(?:between\s+|from\s+)?{_D.format('day')}\s+{_M.format('month')}{_TO}{_D.format('day2')}\s+{_M.format('month2')}(?:,?\s+{_Y})?"
)
def _days_months(match: re.Match[str], anchor: date | None) -> Span | None:
    last = _day(match, anchor, "day2", "month2")
    if last is None:
        return None
    month = MONTHS[match["month"]]
    first = date(last.year - (month > last.month), month, int(match["day"]))
    return Span(first, last, 0.9) if first <= last else None


@_form(
    r"(?P<which>in|last|this|since|during|of|for|by|next)?\s*(?:the\s+month\s+of\s+)?"
    r"(?P<part>(?:early|mid|late|the end of|the beginning of)(?:\s+|-))?"
    rf"{_M.format('month')}(?!\.\s+[0-3]?[0-9]\b)"  # "for Dec. 10 bombings"
    rf"(?:\s+(?:of\s+)?,?\s*{_Y}|\s+(?P<lastyear>last\s+year)|(?!\s+(?:the\s+)?[0-9]{{1,2}}(?![0-9])))"
)
def _month_alone(match: re.Match[str], anchor: date | None) -> Span | None:
    which, part = (
        (match["which"] or ""),
        " ".join((match["part"] or "").replace("-", " ").split()),
    )
    if not (which or part or match["year"] or match["lastyear"]):
        return None  # "May" is a name as well
    number = MONTHS[match["month"]]
    if match["year"]:
        year = year_of(match["year"], anchor)
        if year not in _YEARS:
            return None
    elif anchor is None:
        return None
    elif match["lastyear"]:
        year = anchor.year - 1
    elif which == "next":
        year = anchor.year + (number <= anchor.month)
    else:
        year = anchor.year - (number > anchor.month or (which == "last" and number == anchor.month))
    first, last = _month(year, number)
    if part in {"early", "the beginning of"}:
        last = first.replace(day=10)
    elif part == "mid":
        first, last = first.replace(day=11), first.replace(day=20)
    elif part in {"late", "the end of"}:
        first = first.replace(day=21)
    elif anchor is not None and first <= anchor < last and not match["year"]:
        last = anchor
    return Span(first, last, 0.6 if which in {"since", "by", "for", "next"} else 0.8, 3)


@_form(r"(?:in|during|since|of)\s+(?P<year>(?:19|20)[0-9]{2})")
def _year_alone(match: re.Match[str], anchor: date | None) -> Span:
    year = int(match["year"])
    return Span(date(year, 1, 1), date(year, 12, 31), 0.4, 3)


@_form(
    r"(?P<which>on|last|next|this|coming|past|this past|since|until|by|before|after)?\s*(?:the\s+)?"
    rf"{_LEAD}{_W.format('weekday')}{_PART}(?P<week>(?:\s+of)?\s+last\s+week)?"
)
def _weekday(match: re.Match[str], anchor: date | None) -> Span | None:
    if anchor is None:
        return None
    which = " ".join((match["which"] or "").split())
    weekday = _DAYS[match["weekday"]]
    day = _last_weekday(weekday, anchor)
    sure = 0.9
    if match["week"]:
        day = anchor - timedelta(days=anchor.weekday() + 7) + timedelta(days=weekday)
    elif which == "last" and day == anchor:
        day -= timedelta(days=7)
    elif which in {"next", "coming"}:
        day += timedelta(days=7)
    elif which in {"since", "until", "by", "before", "after"}:
        sure = 0.5
    elif not which:
        sure = 0.85
    return Span(day, day, sure)


@_form(
    rf"(?:between\s+|from\s+|overnight\s+|overnight\s+from\s+|(?:the\s+)?night\s+(?:of|between|from)\s+|on\s+)?{_W.format('weekday')}{_PART}{_TO}(?:early\s+)?{_W.format('weekday2')}{_PART}"
)
def _weekdays(match: re.Match[str], anchor: date | None) -> Span | None:
    if anchor is None:
        return None
    last = _last_weekday(_DAYS[match["weekday2"]], anchor)
    first = _last_weekday(_DAYS[match["weekday"]], last)
    return Span(first, last, 0.85)


_RELATIVE_DAYS: Final = {
    "today": (0, 0, 0.85), "earlier today": (0, 0, 0.9), "tonight": (0, 0, 0.8), "this morning": (0, 0, 0.85),
    "this afternoon": (0, 0, 0.85), "this evening": (0, 0, 0.85), "yesterday": (-1, -1, 0.95),
    "last night": (-1, -1, 0.85), "last evening": (-1, -1, 0.85), "overnight": (-1, 0, 0.75), "tomorrow": (1, 1, 0.9),
    "the day before yesterday": (-2, -2, 0.95), "the previous day": (-1, -1, 0.45), "the day before": (-1, -1, 0.4),
}  # fmt: skip


@_form(
    r"(?P<which>(?:since|until|by|before)\s+)?"
    r"(?P<day>earlier today|today|tonight|this (?:morning|afternoon|evening)|(?:the day before )?yesterday"
    r"|last (?:night|evening)|overnight|tomorrow|the previous day|the day before)"
    r"(?:\s+(?:morning|afternoon|evening|night))?"
)
def _relative(match: re.Match[str], anchor: date | None) -> Span | None:
    if anchor is None:
        return None
    first, last, sure = _RELATIVE_DAYS[" ".join(match["day"].split())]
    if match["which"]:  # the start or end of something that lasts
        sure = min(sure, 0.5)
    return Span(anchor + timedelta(days=first), anchor + timedelta(days=last), sure)


@_form(
    r"(?:(?:about|some|around|nearly|almost|just|only|over|more than|less than)\s+)?"
    rf"{_N}\s+(?P<unit>hour|day|week|month|year)s?\s+ago"
)
def _ago(match: re.Match[str], anchor: date | None) -> Span | None:
    if anchor is None:
        return None
    count, unit = _number(match["n"]), match["unit"]
    if unit == "hour":
        return Span(anchor - timedelta(days=-(-count // 24)), anchor - timedelta(days=count // 24), 0.7)
    if unit == "day":
        day = anchor - timedelta(days=count)
        return Span(day, day, 0.9)
    if unit == "week":
        day = anchor - timedelta(weeks=count)
        return Span(day - timedelta(days=3), day + timedelta(days=3 if count > 0 else 0), 0.7, 2)
    months = count * (12 if unit == "year" else 1)
    index = anchor.year * 12 + anchor.month - 1 - months
    first, last = _month(index // 12, index % 12 + 1)
    return Span(first, last, 0.65 if unit == "month" else 0.45, 3)


@_form(r"(?:a few|several|some) days ago")
def _some_days_ago(match: re.Match[str], anchor: date | None) -> Span | None:
    return None if anchor is None else Span(anchor - timedelta(days=7), anchor - timedelta(days=2), 0.7, 2)


@_form(rf"(?:in|over|during|within|for)?\s*(?:the\s+)?(?:last|past|previous)\s+(?:{_N}\s+)?(?P<unit>hour|day|week)s")
def _past(match: re.Match[str], anchor: date | None) -> Span | None:
    if anchor is None:
        return None
    count = _number(match["n"]) if match["n"] else 3
    days = {"hour": -(-count // 24), "day": count, "week": 7 * count}[match["unit"]]
    return Span(anchor - timedelta(days=days), anchor, 0.6)


@_form(
    r"(?P<which>earlier\s+this|later\s+this|early\s+this|late\s+last|early\s+last|this|last|this past|past|next"
    r"|the previous)\s+(?P<unit>week|month|year|weekend)"
)
def _this_last(match: re.Match[str], anchor: date | None) -> Span | None:
    if anchor is None:
        return None
    which, unit = match["which"], match["unit"]
    step = 1 if which == "next" else -1 if which.split()[-1] in {"last", "previous"} or which == "past" else 0
    sure = 0.7 if step <= 0 else 0.5
    monday = anchor - timedelta(days=anchor.weekday())
    if unit == "week":
        first = monday + timedelta(weeks=step)
        last = anchor if step == 0 and not which.startswith("later") else first + timedelta(days=6)
        return Span(first, last, sure, 2)
    if unit == "weekend":
        saturday = anchor + timedelta(days=5 - anchor.weekday()) if step > 0 else _last_weekday(5, anchor)
        return Span(saturday, saturday + timedelta(days=_DAYS_OF_WEEKEND - 1), sure, 2)
    if unit == "month":
        index = anchor.year * 12 + anchor.month - 1 + step
        first, last = _month(index // 12, index % 12 + 1)
        return Span(first, anchor if step == 0 and not which.startswith("later") else last, sure, 3)
    year = anchor.year + step
    return Span(date(year, 1, 1), anchor if step == 0 else date(year, 12, 31), 0.4, 3)


@_form(r"(?:over|at|during|on)\s+the\s+weekend")
def _weekend(match: re.Match[str], anchor: date | None) -> Span | None:
    if anchor is None:
        return None
    saturday = _last_weekday(5, anchor)
    return Span(saturday, min(saturday + timedelta(days=1), max(anchor, saturday)), 0.8, 2)
