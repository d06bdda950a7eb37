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

#: Elements after the headline within which an unlabelled date is the story's ...
NEAR = 60

#: ... and before it, where none follows.
JUST_ABOVE = 12

#: Elements looked at.
MAX_ELEMENTS = 6000

#: A day shown before this year is what the page is about, or a default of software.
EARLIEST_YEAR = 1995

#: A month's number by its name, lower case.
MONTHS = {
    name.replace("_", " "): int(number)
    for number, names in tomllib.loads((Path(__file__).parent / "months.toml").read_text("utf-8")).items()
    for name in names.split()
}
_DIGITS = str.maketrans({zero + n: str(n) for zero in (0x660, 0x6F0, 0x966, 0x9E6) for n in range(10)})
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|\d\d\.\d\d\.\d\d)(?!\d)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-/]|\. ?)(\d{1,2})(?:[-/]|\. ?)(\d{1,2})(?!\d)")
_EAST = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm|,)?\s+((?:19|20)\d\d)(?!\d)", re.I)
#: All in two figures, where dots part them: versions are hardly ever written so.
_SHORT = re.compile(r"(?<![\d.])([0-3]\d)\.([01]\d)\.(\d\d)(?![\d.])")
#: What may be a month's name, and one more in the same place ("آذار/مارس"); two words for months of the Levant. Marks
#: that combine with letters are no letters to the expressions: whatever parts no date may stand in a name.
_NAME = r"(?P<month>[^\s\d,.;:/|()<>–-]{2,}(?: (?:ال[أا]ول|الثاني))?)(?:/[^\s\d/]+)?"
_YEAR_AND = r"(?P<year>(?:19|20)\d\d)"
#: Day, month, year; month, day, year; Hungarian and Lithuanian; Latvian.
_NAMED = tuple(
    re.compile(form, re.I)
    for form in (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º)?(?:\.?\s*|[-/])(?:de\s+|of\s+)?{_NAME}"
        rf"(?:\.?,?\s+|[-/])(?:de\s+|del\s+)?{_YEAR_AND}(?!\d)",
        rf"{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR_AND}(?!\d)",
        rf"(?<!\d){_YEAR_AND}(?:\.?\s+(?:m\.\s+)?|[-/]){_NAME}(?:\s+|[-/])(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_YEAR_AND}\.?\s+gada\s+(?P<day>\d{{1,2}})\.?\s+{_NAME}",
    )
)
_IN_URL = re.compile(
    r"/((?:19|20)\d\d)(?:[/-]?(\d\d)[/-]?(\d\d)|/(\d|[a-z]{3,9})/(\d\d?))(?=[/_.-]|$)",
    re.I,
)

#: Where English is written and the day comes first, by the page's language and by its host's last label.
_DAY_FIRST_ENGLISH = re.compile(r"en-(?:gb|au|nz|ie|in|za|ng|ke|pk|sg|my|hk)", re.I)
_DAY_FIRST_HOSTS = frozenset("uk au nz ie in za ng ke pk sg my hk".split())  # noqa: SIM905

_ELEMENTS = ("h1", "p", "div", "span", "li", "time", "strong", "dd", "td", "em", "small", "h4", "h5", "h6")

#: Words before a date that say it is the story's own.
_LABEL = re.compile(
    r"\b(?:published|posted|date[dl]?|datum|veröffentlicht|erstellt|erschienen|publié|publie|mis en ligne|publicado"
    r"|fecha|data(?=:|\s+(?:\d|di\b|public|publik))|pubblicato|gepubliceerd|geplaatst|publisert|publicerad|udgivet|опубликовано|дата|опубліковано"
    r"|yayınlanma|تاريخ|offentliggjort|julkaistu|publikováno|vydáno|opublikowano|megjelent|publicat|diterbitkan|tayang"
    r"|ngày đăng|פורסם|प्रकाशित|δημοσίευση|публикувано|objavljeno|paskelbta|publicēts|نشر)\b"
    r"|发布|發布|公開|掲載|配信|입력|등록",
    re.I,
)
#: ... and those that say it is that of a change.
CHANGED = re.compile(
    r"\b(?:updated|modified|aktualisiert|geändert|stand(?=:?\s+\d)|mis à jour|modifié|actualizado|modificado|atualizado"
    r"|aggiornato|bijgewerkt|gewijzigd|обновлено|оновлено|güncelle\w*|uppdaterad|oppdatert|opdateret|päivitetty|aktualizace"
    r"|aktualizacja|frissítve|actualizat|diperbarui|cập nhật|עודכן|تحديث)\b|更新|수정",
    re.I,
)


def find(tree: HtmlElement, url: str, headlines: Iterable[str], latest: datetime) -> datetime | None:
    """The day in the address; in the first short line with a label ("Published: ..."), else below the headline, else
    just above it.

    Args:
        headlines: wordings of the title; the ``<h1>`` that is one of them is the headline.
        latest: later days are not believed.
    """
    names = set(headlines)
    if (day := in_address(url)) and day <= latest.date():
        return _midnight(day)
    american: bool | None = None  # asked of the whole page, and of few pages
    since: int | None = None
    near: datetime | None = None
    last: tuple[int, datetime] | None = None
    above: datetime | None = None
    # a block's text is also that of the inline elements in it: the innermost one with the year counts
    for number, element in enumerate(tree.iter(*_ELEMENTS)):
        if number > MAX_ELEMENTS:
            break
        if element.tag == "h1":
            if since is None or " ".join(" ".join(element.itertext()).split()) in names:
                since, near = number, None
                above = last[1] if last is not None and number - last[0] <= JUST_ABOVE else None
            continue
        if not any(_YEAR.search(_plain_figures(text)) for text in _own_texts(element)):
            continue
        line = _plain_figures(" ".join(" ".join(element.itertext()).split()))
        if len(line) > MAX_LINE:
            continue
        if american is None and _NUMBERS.search(line):
            american = month_first(tree, url)
        label = _LABEL.search(line)
        after = line[label.end() :] if label else ""
        own_day = _read(after, bool(american)) if label else None  # "Updated 4 May, published 3 May"
        day = own_day or _read(line, bool(american))
        if day is None or not EARLIEST_YEAR <= day.year <= latest.year:
            continue
        when = _midnight(day)
        if when > latest:
            continue
        if label:
            return when
        if CHANGED.search(line):
            continue
        last = number, when
        if near is None and since is not None and number - since <= NEAR:
            near = when
    return near or above


def in_address(url: str) -> date | None:
    """The day in a path: ``/2026/03/04/``, ``/20260304/``, ``/2026/mar/04/``."""
    found = _IN_URL.search(url)
    if found is None:
        return None
    year, month, day, written, of_month = found.groups()
    if month:
        return _day(int(year), int(month), int(day))
    return _day(int(year), int(written) if written.isdigit() else MONTHS.get(written.casefold(), 0), int(of_month))


def _own_texts(element: HtmlElement) -> list[str]:
    """The texts of an element that stand in no other."""
    first = element.text
    told = [first] if first else []
    if len(element):
        told += [tail for child in element[:8] if (tail := child.tail)]
    return told


def month_first(tree: HtmlElement, url: str) -> bool:
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
    return _read(_plain_figures(text), month_first)


def in_figures(text: str) -> bool:
    """Whether ``text`` tells a day in figures that are read in either order: "3/4/2026", but not "3.4.2026"."""
    found = _NUMBERS.search(_plain_figures(text))
    return found is not None and found[2] != "." and not _ISO.search(text)


def _read(text: str, month_first: bool) -> date | None:
    if found := _ISO.search(text) or _EAST.search(text):
        return _day(*map(int, found.groups()))
    for form in _NAMED:
        for found in form.finditer(text):
            month = MONTHS.get(found["month"].casefold())
            if month and (day := _day(int(found["year"]), month, int(found["day"]))):
                return day
    if found := _VIETNAMESE.search(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _NUMBERS.search(text):
        year, one, two = int(found[4]), int(found[1]), int(found[3])
        if two > 12 or (month_first and one <= 12 and found[2] != "."):
            return _day(year, one, two)
        return _day(year, two, one)
    if found := _SHORT.search(text):
        return _day(2000 + int(found[3]), int(found[2]), int(found[1]))
    return None


def _plain_figures(text: str) -> str:
    return text if text.isascii() else text.translate(_DIGITS)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
