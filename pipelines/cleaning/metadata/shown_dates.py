"""The date a reader sees: for pages that tell none to machines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from lxml.html import HtmlElement

#: Characters of a line that is a date with its label, place, time and byline; prose that names a day is longer.
MAX_LINE = 90

#: Elements after the headline within which an unlabelled date is the story's.
NEAR = 60

#: Elements looked at.
MAX_ELEMENTS = 6000

#: A month's number by its name, lower case.
MONTHS = {
    name: int(number)
    for number, names in tomllib.loads((Path(__file__).parent / "months.toml").read_text("utf-8")).items()
    for name in names.split()
}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_EAST = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?=[/_.-]|$)")

#: Where English is written and the day comes first, by the page's language and by its host's last label.
_DAY_FIRST_ENGLISH = re.compile(r"en-(?:gb|au|nz|ie|in|za|ng|ke|pk|sg|my|hk)", re.I)
_DAY_FIRST_HOSTS = frozenset("uk au nz ie in za ng ke pk sg my hk".split())  # noqa: SIM905
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?([^\W\d_]{3,})\.?,?\s+(?:de\s+)?((?:19|20)\d\d)(?!\d)"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)")

_ELEMENTS = ("h1", "p", "div", "span", "li", "time", "strong", "dd", "td", "em", "small", "h4", "h5", "h6")

#: Words before a date that say it is the story's own.
_LABEL = re.compile(
    r"\b(?:published|posted|date[dl]?|datum|veröffentlicht|erstellt|erschienen|publié|publie|mis en ligne|publicado"
    r"|fecha|data|pubblicato|gepubliceerd|geplaatst|publisert|publicerad|udgivet|опубликовано|дата|опубліковано"
    r"|yayınlanma|تاريخ)\b",
    re.I,
)  # fmt: skip
#: ... and those that say it is that of a change.
_CHANGED = re.compile(
    r"\b(?:updated|modified|aktualisiert|mis à jour|actualizado|aggiornato|bijgewerkt|обновлено)\b", re.I
)


def find(
    tree: HtmlElement, url: str, headlines: Iterable[str], latest: datetime, earliest_year: int
) -> datetime | None:
    """The day in the address; in the first short line with a label ("Published: ..."), else below the headline.

    Args:
        headlines: wordings of the title; the ``<h1>`` that is one of them is the headline.
        latest: later days are not believed.
    """
    names = set(headlines)
    if (found := _IN_URL.search(url)) and (day := _day(*map(int, found.groups()))) and day <= latest.date():
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    american: bool | None = None  # asked of the whole page, and of few pages
    since: int | None = None
    near: datetime | None = None
    # a block's text is also that of the inline elements in it: the innermost one with the year counts
    for number, element in enumerate(tree.iter(*_ELEMENTS)):
        if number > MAX_ELEMENTS:
            break
        if element.tag == "h1":
            if since is None or " ".join(" ".join(element.itertext()).split()) in names:
                since, near = number, None
            continue
        if not any(map(_YEAR.search, _own_texts(element))):
            continue
        line = " ".join(" ".join(element.itertext()).split())
        if len(line) > MAX_LINE:
            continue
        if american is None and _NUMBERS.search(line):
            american = _month_first(tree, url)
        label = _LABEL.search(line)
        after = line[label.end() :] if label else ""
        own_day = read(after, month_first=bool(american)) if label else None  # "Updated 4 May, published 3 May"
        day = own_day or read(line, month_first=bool(american))
        if day is None or not earliest_year <= day.year <= latest.year:
            continue
        when = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if when > latest:
            continue
        if label:
            return when
        if near is None and since is not None and number - since <= NEAR and not _CHANGED.search(line):
            near = when
    return near


def _own_texts(element: HtmlElement) -> list[str]:
    """The texts of an element that stand in no other."""
    first = element.text
    told = [first] if first else []
    if len(element):
        told += [tail for child in element[:8] if (tail := child.tail)]
    return told


def _month_first(tree: HtmlElement, url: str) -> bool:
    """Whether "3/4/2026" is the fourth of March: as the page's other dates have it, else by language and host."""
    text = " ".join(tree.itertext())
    firsts = [(int(found[1]), int(found[3])) for found in _NUMBERS.finditer(text) if found[2] == "/"]
    told = sum(two > 12 for _, two in firsts) - sum(one > 12 for one, _ in firsts)
    if told:
        return told > 0
    language = tree.get("lang") or "en"
    host = (urlsplit(url).hostname or "").rsplit(".", 1)[-1]
    return language[:2].lower() == "en" and not _DAY_FIRST_ENGLISH.match(language) and host not in _DAY_FIRST_HOSTS


def read(text: str, *, month_first: bool = False) -> date | None:
    """The first day named in ``text``. Numbers parted by dots are day first.

    Args:
        month_first: how to read numbers parted by slashes or hyphens where both orders fit.
    """
    if found := _ISO.search(text) or _EAST.search(text):
        return _day(*map(int, found.groups()))
    if found := _DAY_FIRST.search(text):
        return _day(int(found[3]), MONTHS.get(found[2].casefold(), 0), int(found[1]))
    if found := _MONTH_FIRST.search(text):
        return _day(int(found[3]), MONTHS.get(found[1].casefold(), 0), int(found[2]))
    if found := _NUMBERS.search(text):
        year, one, two = int(found[4]), int(found[1]), int(found[3])
        if two > 12 or (month_first and one <= 12 and found[2] != "."):
            return _day(year, one, two)
        return _day(year, two, one)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
