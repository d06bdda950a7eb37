"""``--via wayback``: what the Wayback Machine, or another archive that speaks as it does, has of a source's month."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit

from pyrate_limiter import Duration, Rate

from scrapers.archives.asking import Asker
from scrapers.archives.cdx import Index, Malformed, Row
from scrapers.archives.memento import Archive, checked_address
from scrapers.archives.months import spans
from scrapers.archives.pace import Pace
from scrapers.archives.route import Answer, Found, Lost, Part, Reached
from scrapers.discovery.section import has_story_shape
from scrapers.source import Source
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.vocabulary import Via

#: The settings, as environment variables, with what holds where they are not set. The rates are four fifths of what
#: the Internet Archive allows (edgi-govdata-archiving/wayback, as agreed with it), the rest is what it asks for
#: after a 429, the window is that library's.
SETTINGS: Final = {
    "DATELINE_WAYBACK_CDX": "https://web.archive.org/cdx/search/cdx",
    "DATELINE_WAYBACK_REPLAY": "https://web.archive.org/web",
    "DATELINE_WAYBACK_CDX_PER_MINUTE": "24",
    "DATELINE_WAYBACK_REPLAYS_PER_SECOND": "8",
    "DATELINE_WAYBACK_REST_S": "60",
    "DATELINE_WAYBACK_WINDOW_HOURS": "24",
}

#: Days after its last one for which a span is listed anew by each run: crawls reach the index late.
SETTLED_AFTER: Final = timedelta(days=2)


#: Lines of the index passed over after which it is told how far the walk is.
PASSED_MOST: Final = 500


def _setting(name: str) -> str:
    return os.environ.get(f"DATELINE_WAYBACK_{name}") or SETTINGS[f"DATELINE_WAYBACK_{name}"]


def _number(name: str, least: float) -> float:
    text = _setting(name)
    with suppress(ValueError):
        if least <= (number := float(text)) < 1e6:
            return number
    raise SettingError(
        f"{text!r} is no number from {least:g} on",
        culprit=f"$DATELINE_WAYBACK_{name}",
        mend=f"Unset it for {SETTINGS[f'DATELINE_WAYBACK_{name}']}",
    )


class WaybackRoute:
    """The route (:class:`scrapers.archives.route.Route`); settings as in :data:`SETTINGS`.

    Raises:
        SettingError: a setting is none.
    """

    via: Via = "wayback"
    lists = True
    shared = False
    days_after = 0
    #: A replay takes the Wayback Machine half a second to a second: one after the other would never reach the rate.
    at_once = 8

    def __init__(self, layout: Layout, *, today: date | None = None) -> None:
        self._today = today or datetime.now(UTC).date()
        replay = checked_address(_setting("REPLAY"))
        rates = {
            "cdx": Rate(int(_number("CDX_PER_MINUTE", 1)), Duration.MINUTE),
            "replay": Rate(int(_number("REPLAYS_PER_SECOND", 1)), Duration.SECOND),
        }
        rest, window = _number("REST_S", 0), timedelta(hours=_number("WINDOW_HOURS", 0))
        self.name = urlsplit(replay).netloc
        self._asker = Asker(Pace(layout.archives, self.name, rates), rest_s=rest)
        self._archive = Archive(_setting("CDX"), replay, self._asker, window=window)
        self._index = Index(self._archive.list_page)

    def parts(self, sources: Sequence[Source], first: date, last: date) -> list[Part]:
        """A part for each domain of each source and each month."""
        return [
            Part(
                name=f"{domain} at {self.name}",
                sources=(source.id,),
                first=begin,
                last=end,
                # what is not over yet, or was only yesterday, is listed again by a run on another day
                version="" if end + SETTLED_AFTER < self._today else self._today.isoformat(),
            )
            for _, begin, end in spans(first, min(last, self._today))
            for source in sources
            for domain in dict.fromkeys(source.domains)
        ]

    def walk(self, part: Part, sources: Sequence[Source], after: str | None) -> Iterator[Found | Lost | Reached]:
        """The captures of a part worth reading, in the order of the archive's index.

        Raises:
            TryAgain: the archive does not answer, or breaks off.
            SetAside: it does not give the domain out.
        """
        first, last = part.first or date.min, part.last or self._today
        begin, end = datetime.combine(first, time(), UTC), datetime.combine(last, time(23, 59, 59), UTC)
        once = _Once()
        domain = part.name.partition(" ")[0]
        passed = 0
        for mark, line in self._index.captures(domain, begin, end, after=after):
            if isinstance(line, Malformed):
                yield Lost(place=line.line, mark=mark, why=f"a line of the index: {line.why}", records=1)
            elif any(source.own(line.url) for source in sources) and once.worth_reading(line):
                yield Found(
                    url=line.url,
                    captured_at=line.captured_at,
                    place=self._archive.address(line.url, line.captured_at),
                    mark=mark,
                    status=line.status,
                    mime=line.mime,
                    digest=line.digest,
                    size=line.length,
                )
            else:
                passed += 1
                if passed % PASSED_MOST == 0:
                    yield Reached(mark=mark)

    def read(self, found: Found) -> Answer:
        """One capture, played back raw.

        Raises:
            Missed: the archive has none within the window, or does not give it out.
            TryAgain: it does not answer.
        """
        return self._archive.play(found.url, found.captured_at)

    def close(self) -> None:
        """Close its connections and files."""
        self._asker.close()


class _Once:
    """Leaves out captures that would tell nothing new: of each address the first of each body, at most one a day,
    as a nightly crawl would have; and one in all where the address is not shaped like a story's (sections, tags and
    home pages change with each capture). What is listed stands in the order of addresses, so only one is kept in mind.
    """

    def __init__(self) -> None:
        self._urlkey: str | None = None
        self._bodies: set[str] = set()
        self._days: set[date] = set()

    def worth_reading(self, row: Row) -> bool:
        if row.urlkey != self._urlkey:
            self._urlkey = row.urlkey
            self._bodies.clear()
            self._days.clear()
        day = row.captured_at.date()
        if day in self._days or (row.digest != "-" and row.digest in self._bodies):
            return False
        if self._days and not has_story_shape(row.url):
            return False
        self._bodies.add(row.digest)
        self._days.add(day)
        return True
