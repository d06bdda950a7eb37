"""When it was published and last changed, in the zone the page tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate, parsedate_to_datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from htmldate import find_date
from lxml.html import HtmlElement

from pipelines.cleaning.metadata import shown_dates
from pipelines.cleaning.metadata.fields import first
from pipelines.cleaning.metadata.jsonld import JsonLd, string
from pipelines.cleaning.parse import Parsed

#: No newspaper's archive tells of earlier years ...
EARLIEST_YEAR = 1800

#: ... and these are what software writes for no date: the first days of its calendars, in any zone.
_DEFAULTS = frozenset(
    date(*day) for day in ((1970, 1, 1), (1969, 12, 31), (1900, 1, 1), (1899, 12, 30), (1899, 12, 31), (1980, 1, 1))
)

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date.published",
    "pubdate", "publishdate", "publish-date", "publication_date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued", "dcterms.created", "dc.date", "article.published", "date", "last-modified-date",
)  # fmt: skip
#: Further names of the same: ``article:published:time``, ``awa-publishedDate``, ``date-pub``, ``pdate`` ...
_FURTHER = re.compile(
    r"(?:.*[^a-z])?(?:(?:article|date|content|news|page|story)?[^a-z]*(?:first|original)?[^a-z]*"
    r"pub(?:lish(?:ed)?|lication)?[^a-z]*(?:date|time|at|on)?|pdate)(?:[^a-z].*)?"
)
#: ... and of when it was made, mostly the same day: ``date.created``, ``displaydate``, ``dcterms.issued`` ...
_MADE = re.compile(
    r"(?:.*[^a-z])?(?:date[^a-z]*(?:created|available|issued|posted)|(?:created?|creation|upload|issued?|release|posted"
    r"|display)[^a-z]*(?:date|time|at|on)?|dcterms[^a-z]date)(?:[^a-z].*)?"
)
_MODIFIED = ("article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dcterms.modified")

#: In JSON-LD, where ``datePublished`` is not told.
_MADE_KEYS = ("dateCreated", "coverageStartTime")

#: RDFa's names of the same.
_STATED = re.compile(r"(?:.*[^a-z])?(?:datepublished|dc(?:terms)?:(?:date|created|issued)|published_time)(?:[^a-z].*)?")

#: Elements looked at for a mark that tells the date, and the classes by which it is that of publication or of a change.
MAX_MARKS = 60
_OWN_MARK = re.compile(r"(?:^|[\s_-])(?:dt-)?publish(?:ed)?|(?:entry|post|pub)-?date", re.I)
_CHANGE_MARK = re.compile(r"updated|modif", re.I)

#: A moment told in UTC is of another day for its publisher if that day begins or ends within so many hours.
_WEST, _EAST = 12, 14

_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}$")
#: As most pages write it, and ``fromisoformat`` reads it.
_PLAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)\.?")
_OFFSET = re.compile(r"\s*([+-]\d\d):?(\d\d)$")
#: Seconds or milliseconds since 1970, from 2001 on.
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
#: The zones that mails and feeds write and that mean the same everywhere.
_ZONED = re.compile(r"\d:\d\d (?:GMT|UTC|[+-]\d{4})$")
_FRACTION = re.compile(r"\.(\d+)")

#: A date or time, and whether the page tells the ``day`` or the ``time``.
Told = tuple[datetime, str]


def published(
    page: Parsed,
    metas: dict[str, list[str]],
    data: JsonLd,
    url: str,
    now: datetime | None,
    headlines: tuple[str, ...] = (),
) -> tuple[datetime | None, str | None]:
    """When the story was published, and whether the page tells the ``day`` or the ``time``.

    Its day is the publisher's: of several tellings of one moment, that in a zone other than UTC counts; of one told in
    UTC alone, the day before or after if the address says so, or the element that tells it.

    Args:
        now: when the page was fetched; a date after it (by more than a day) is not believed.
    """
    latest = (now or datetime.now(UTC)) + timedelta(days=1)

    def believed(values: Iterable[Any]) -> list[Told]:
        read = [_read(value, page.tree, url) for value in values if value]
        return [told for told in read if told and _credible(told[0], latest)]

    for values in _tellings(page, metas, data):
        if told := believed(values):
            return _of_publisher(told, page, url)
    if (mark := _marked(page, headlines, believed)) is not None:
        return mark
    if (seen := shown_dates.find(page.tree, url, headlines, latest)) is not None:
        return seen, "day"
    try:
        # not its extensive search, which takes any date or year of the page for its own: of what it adds on blogs
        # more is wrong than right, it costs eight times as much, and its parser takes seconds to load
        day = latest.strftime("%Y-%m-%d")
        found = find_date(page.tree, original_date=True, url=url or None, max_date=day, extensive_search=False)
    except Exception:  # htmldate on hostile markup: any error there means "no date"
        found = None
    return parse(found or "")


def _tellings(page: Parsed, metas: dict[str, list[str]], data: JsonLd) -> Iterator[list[Any]]:
    """What the page tells machines of its date, surest first; later ones are asked for where none before is a date."""
    stated = [e for e in page.stating["itemprop"] if "datePublished" in (e.get("itemprop") or "").split()][:3]
    yield [
        data.story.get("datePublished"),
        *(metas[name][0] for name in _PUBLISHED if name in metas),
        *(e.get("datetime") or e.get("content") for e in stated),
    ]
    # some of these are set each time a page is sent out again: the earliest counts
    yield sorted(
        (data.page.get("datePublished"), *(metas[name][0] for name in metas if _FURTHER.fullmatch(name))), key=_earliest
    )
    yield [_text(element)[:64] for element in stated]
    yield [
        *(of.get(key) for of in (data.story, data.page) for key in _MADE_KEYS),
        *(metas[name][0] for name in metas if _MADE.fullmatch(name)),
    ]
    yield [
        element.get("content") or element.get("datetime")
        for element in page.tree.iterfind(".//*[@property]")
        if element.tag != "meta" and _STATED.fullmatch((element.get("property") or "").lower())
    ]


def _marked(page: Parsed, headlines: tuple[str, ...], believed: Callable[[Iterable[Any]], list[Told]]) -> Told | None:
    """The date of the ``<time>`` that is marked as that of publication, else of the first below the headline, else of
    the first; one marked as that of a change comes last."""
    found: list[tuple[int, HtmlElement, Told]] = []
    rank = 2
    marked = "time" in page.tagged or "abbr" in page.tagged
    for element in islice(page.tree.iter("h1", "time", "abbr"), MAX_MARKS) if marked else ():
        if element.tag == "h1":
            if _text(element) in headlines:
                rank = 1
            continue
        name = element.get("class") or ""
        own = element.get("pubdate") is not None or _OWN_MARK.search(name) is not None
        if element.tag == "abbr" and not own:
            continue
        if told := believed([element.get("datetime") or element.get("title")]):
            says = f"{name} {element.get('itemprop') or ''}"
            changed = _CHANGE_MARK.search(says) or shown_dates.CHANGED.search(_before(element))
            found.append((3 if changed else 0 if own else rank, element, told[0]))
    if not found:
        return None
    _, element, (when, precision) = min(found, key=lambda mark: mark[0])
    return _on_day(when, shown_dates.read(_text(element)[:64])) if precision == "time" else when, precision


def _of_publisher(told: list[Told], page: Parsed, url: str) -> Told:
    """The first of ``told``, in a zone in which its day is the publisher's."""
    when, precision = told[0]
    if local := next((other for other, _ in told if other == when and other.utcoffset()), None):
        return local, precision
    if precision == "day" or when.utcoffset():
        return when, precision
    day = shown_dates.in_address(url)
    days = {(when + timedelta(days=n)).date().isoformat() for n in (-1, 0, 1)}
    for element in islice(page.all("time"), MAX_MARKS):
        at = element.get("datetime") or ""
        if at[:10] not in days:  # most: other stories'
            continue
        other, _ = parse(at)
        if other is not None and abs(other - when) < timedelta(minutes=1):
            if other.utcoffset():
                return when.astimezone(other.tzinfo), precision
            day = day or shown_dates.read(_text(element)[:64])
    return _on_day(when, day), precision


def _on_day(when: datetime, day: date | None) -> datetime:
    """``when``, told in UTC, in the zone nearest to UTC in which it is of ``day``, if there is one."""
    if day is None or when.utcoffset():
        return when
    if day == when.date() - timedelta(days=1) and when.hour < _WEST:
        return when.astimezone(timezone(timedelta(hours=-when.hour - 1)))
    if day == when.date() + timedelta(days=1) and when.hour >= 24 - _EAST:
        return when.astimezone(timezone(timedelta(hours=24 - when.hour)))
    return when


def modified(metas: dict[str, list[str]], story: dict[str, Any]) -> datetime | None:
    """When the story was last changed, as the page tells it."""
    return parse(string(story.get("dateModified")) or first(metas, *_MODIFIED) or "")[0]


@lru_cache(1024)  # a page tells the same moment in several places
def parse(value: str) -> tuple[datetime | None, str | None]:
    """A date or time, ISO, in words or counted from 1970, with the zone it was told in (so that its day is the
    publisher's), and whether it tells the ``day`` or the ``time``. No zone is taken for UTC; figures whose order
    nothing tells ("3/4/2026") are none."""
    text = iso = value.strip()[:64]
    if not _PLAIN.fullmatch(text):
        if counted := _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(counted[1]), UTC), "time"
        iso = _YEAR_FIRST.sub(lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}", text, count=1)
        iso = iso.replace("Z", "+00:00").replace(" UTC", "+00:00")
        iso = _FRACTION.sub(lambda m: "." + m[1][:6].ljust(6, "0"), _OFFSET.sub(r"\1:\2", iso))
    try:
        when = datetime.fromisoformat(iso)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        when.astimezone(UTC)  # overflows near year 1 and 9999
    except (ValueError, OverflowError):
        return _in_words(text)
    return when, "day" if _DAY.fullmatch(iso) else "time"


def _read(value: Any, tree: HtmlElement, url: str) -> Told | None:
    """A date told to machines; figures in either order are read as the page's others, its language and host have it."""
    text = (str(value) if isinstance(value, int | float) else string(value) or "").strip()[:64]
    when, precision = parse(text)
    if when is None and shown_dates.in_figures(text):
        day = shown_dates.read(text, month_first=shown_dates.month_first(tree, url))
        when, precision = (_midnight(day), "day") if day else (None, None)
    return (when, precision) if when is not None and precision is not None else None


def _earliest(value: Any) -> tuple[date, bool]:
    when, precision = parse(string(value) or "")
    return when.date() if when else date.max, precision == "day"


def _credible(when: datetime, latest: datetime) -> bool:
    return when.year >= EARLIEST_YEAR and when <= latest and when.date() not in _DEFAULTS


def _in_words(text: str) -> tuple[datetime | None, str | None]:
    """A time as mails and feeds write it; of one in a zone of another name or none ("CEST", "pm") the day counts."""
    if shown_dates.in_figures(text):
        return None, None
    try:
        if _ZONED.search(text):
            when = parsedate_to_datetime(text)
            return when if when.tzinfo else when.replace(tzinfo=UTC), "time"
        parts = parsedate(text) if any(map(str.isalpha, text)) else None
        day = shown_dates.read(text) or (date(*parts[:3]) if parts else None)
    except (ValueError, OverflowError):
        return None, None
    return (_midnight(day), "day") if day else (None, None)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _text(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _before(element: HtmlElement) -> str:
    """The words right before an element."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is None:
        return (parent.text or "")[-40:] if parent is not None else ""
    return ((previous.tail or "").strip() or _text(previous))[-40:]
