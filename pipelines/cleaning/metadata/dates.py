"""When it was published and last changed, in the zone the page tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate, parsedate_to_datetime
from itertools import islice
from typing import Any

from htmldate import find_date

from pipelines.cleaning.metadata import shown_dates
from pipelines.cleaning.metadata.fields import first
from pipelines.cleaning.metadata.jsonld import string
from pipelines.cleaning.parse import Parsed

#: No news page is older; earlier dates are defaults of software (1970-01-01) or of what the story is about.
EARLIEST_YEAR = 1995

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date.published",
    "pubdate", "publishdate", "publish-date", "publication_date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued", "dcterms.created", "dc.date", "article.published", "date", "last-modified-date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dcterms.modified")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_OFFSET = re.compile(r"\s*([+-]\d\d):?(\d\d)$")
#: The zones that mails and feeds write and that mean the same everywhere.
_ZONED = re.compile(r"\d:\d\d (?:GMT|UTC|[+-]\d{4})$")
_FRACTION = re.compile(r"\.(\d+)")


def published(
    page: Parsed,
    metas: dict[str, list[str]],
    story: dict[str, Any],
    url: str,
    now: datetime | None,
    headlines: tuple[str, ...] = (),
) -> tuple[datetime | None, str | None]:
    """When the story was published, and whether the page tells the ``day`` or the ``time``.

    Of several tellings of one moment, that in a zone other than UTC counts: its day is the publisher's.

    Args:
        now: when the page was fetched; a date after it (by more than a day) is not believed.
    """
    latest = (now or datetime.now(UTC)) + timedelta(days=1)
    told = [string(story.get("datePublished")), *(metas[name][0] for name in _PUBLISHED if name in metas)]
    stated = [element for element in page.stating if element.get("itemprop") == "datePublished"]
    told += [element.get("datetime") or element.get("content") for element in stated[:3]]
    if not any(told):
        told += list(islice((at for e in page.tree.iter("time") if (at := e.get("datetime")) is not None), 1))
    times = [(when, precision) for when, precision in map(parse, filter(None, told)) if when is not None]
    for when, precision in times:
        if when.year >= EARLIEST_YEAR and when <= latest:
            return next((local for local, _ in times if local == when and local.utcoffset()), when), precision
    seen = shown_dates.find(page.tree, url, headlines, latest, EARLIEST_YEAR)
    if seen is not None:
        return seen, "day"
    try:
        # not its extensive search, which takes any date or year of the page for its own: of what it adds on blogs
        # more is wrong than right, it costs eight times as much, and its parser takes seconds to load
        day = latest.strftime("%Y-%m-%d")
        found = find_date(page.tree, original_date=True, url=url or None, max_date=day, extensive_search=False)
    except Exception:  # htmldate on hostile markup: any error there means "no date"
        found = None
    return parse(found or "")


def modified(metas: dict[str, list[str]], story: dict[str, Any]) -> datetime | None:
    """When the story was last changed, as the page tells it."""
    return parse(string(story.get("dateModified")) or first(metas, *_MODIFIED) or "")[0]


def parse(value: str) -> tuple[datetime | None, str | None]:
    """A date or time, ISO or in words, with the zone it was told in (so that its day is the publisher's), and
    whether it tells the ``day`` or the ``time``. No zone is taken for UTC."""
    text = value.strip()[:64].replace("Z", "+00:00").replace(" UTC", "+00:00")
    text = _FRACTION.sub(lambda m: "." + m[1][:6].ljust(6, "0"), _OFFSET.sub(r"\1:\2", text))
    try:
        when = datetime.fromisoformat(text)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        when.astimezone(UTC)  # overflows near year 1 and 9999
    except (ValueError, OverflowError):
        return _in_words(value.strip()[:64])
    return when, "day" if _DAY.fullmatch(text) else "time"


def _in_words(text: str) -> tuple[datetime | None, str | None]:
    """A time as mails and feeds write it; of one in a zone of another name or none ("CEST", "pm") the day counts."""
    if not any(map(str.isalpha, text)):
        return None, None  # figures in an order that nothing tells
    try:
        if _ZONED.search(text):
            when = parsedate_to_datetime(text)
            return when if when.tzinfo else when.replace(tzinfo=UTC), "time"
        parts = parsedate(text)
        day = shown_dates.read(text) or (datetime(*parts[:3]) if parts else None)  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None, None
    return (datetime(day.year, day.month, day.day, tzinfo=UTC), "day") if day else (None, None)
