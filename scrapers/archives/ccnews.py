"""``--via ccnews``: Common Crawl's news crawl, from the web or from a copy of it on this machine.

``crawl-data/CC-NEWS/YYYY/MM/warc.paths.gz`` lists a month's WARC files of about 1 GB each; there is no index of what
is in them. So each file is looked through once for all sources, and only records on their hosts are parsed.
Dates are crawl time: a story is crawled on its day or up to some days later.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

import httpx

from scrapers.archives.answers import answer, cut_answer
from scrapers.archives.captures import Owners
from scrapers.archives.download import TIMEOUT, Download
from scrapers.archives.files import ArchiveFile
from scrapers.archives.headers import Captured, begun, target_of, told_by
from scrapers.archives.months import Month, months_between, widened
from scrapers.archives.records import Bytes, Gap, Stored, records
from scrapers.archives.route import NO_ORIGINAL, Answer, Found, Lost, Missed, Part, Reached
from scrapers.discovery.listing import LARGEST
from scrapers.pagestore.exchange import clean_text
from scrapers.pagestore.heads import Opened, opened
from scrapers.settings import USER_AGENT
from scrapers.source import Source
from warehouse.errors import SetAside, SettingError
from warehouse.layout import Layout
from warehouse.vocabulary import Via

#: The settings, as environment variables, with what holds where they are not set: where ``crawl-data/`` lies (an
#: address or a folder), seconds before a second try.
SETTINGS: Final = {
    "DATELINE_CCNEWS": "https://data.commoncrawl.org/",
    "DATELINE_CCNEWS_PAUSE_S": "2",
}

#: Days past a span that are looked through: the crawler finds most stories within hours, nearly all within three days.
DAYS_AFTER: Final = 3

#: The first month there is.
BEGAN: Final = Month(2016, 8)

#: Days after its end for which a month's listing may still grow.
SETTLED_AFTER: Final = timedelta(days=7)

#: What a month's folder calls the list of its files.
LISTING: Final = "warc.paths.gz"

#: Bytes walked without a capture between two points to go on from: a second of a fast line.
REACHED_EVERY: Final = 32 * 1024 * 1024

_PATH: Final = re.compile(r"crawl-data/CC-NEWS/[0-9]{4}/[0-9]{2}/CC-NEWS-([0-9]{14})-[0-9]{5,6}\.warc\.gz")


class CcNewsRoute:
    """The route (:class:`scrapers.archives.route.Route`); settings as in :data:`SETTINGS`.

    Raises:
        SettingError: a setting is none.
    """

    via: Via = "ccnews"
    lists = False
    shared = True
    days_after = DAYS_AFTER
    at_once = 1

    def __init__(self, layout: Layout, *, today: date | None = None) -> None:
        self._today = today or datetime.now(UTC).date()
        self._cache = layout.archives / "ccnews"
        self._pause_s = _number("DATELINE_CCNEWS_PAUSE_S", 0, 600)
        base = _setting("DATELINE_CCNEWS")
        self._folder = None if urlsplit(base).scheme in ("http", "https") else Path(base)
        if self._folder is not None and not self._folder.is_dir():
            raise SettingError(
                f"{base!r} is neither a web address nor a folder",
                culprit="$DATELINE_CCNEWS",
                mend=f"Unset it for {SETTINGS['DATELINE_CCNEWS']}, or name the folder that holds crawl-data/",
            )
        self._base = base.rstrip("/") + "/"
        self._client = httpx.Client(headers={"User-Agent": USER_AGENT}, trust_env=False, timeout=TIMEOUT)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    # which files

    def parts(self, sources: Sequence[Source], first: date, last: date) -> list[Part]:
        """One part a file: those begun on the days asked for or up to :data:`DAYS_AFTER` days later, and the one
        begun before, which may reach into the first day. A listing that cannot be had is a part that is missing.

        Raises:
            TryAgain: the connection breaks again and again.
        """
        begin, end = widened(first, min(last, self._today), before=1, after=self.days_after)
        names: list[tuple[datetime, str]] = []
        missing: list[Part] = []
        ids = tuple(source.id for source in sources)
        for month in months_between(begin, end):
            if BEGAN <= month <= Month.of(self._today):
                try:
                    names += [(stamp, name) for name in self._listing(month) if (stamp := _stamp(name))]
                except SetAside as error:
                    missing.append(_part(f"{_folder(month)}/{LISTING}", ids, *month.within(begin, end), missing=error))
        names.sort()
        inside = [index for index, (stamp, _) in enumerate(names) if first <= stamp.date() <= end]
        if not inside:
            return missing
        chosen = names[max(0, inside[0] - 1) : inside[-1] + 1]
        return missing + [
            _part(
                name,
                ids,
                stamp.date(),
                stamp.date(),
                size=(self._folder / name).stat().st_size if self._folder else None,
            )
            for stamp, name in chosen
        ]

    def weigh(self, part: Part) -> int | None:
        """The size of a file (bytes) as the server tells it; None if it does not."""
        try:
            length = self._client.head(self._base + part.name).headers.get("content-length", "")
        except httpx.HTTPError:
            return None
        return int(length) if length.isdigit() else None

    def _listing(self, month: Month) -> list[str]:
        """The paths of a month's files; kept once they cannot change any more."""
        kept = self._cache / f"{month}.paths"
        if kept.exists():
            return kept.read_text("ascii").split()
        folder = _folder(month)
        if self._folder is not None:
            there = sorted((self._folder / folder).glob("*.warc.gz"))
            names = [f"{folder}/{path.name}" for path in there]
            return [name for name in names if _PATH.fullmatch(name)]
        settled = month.last + SETTLED_AFTER < self._today
        with Download(self._client, f"{self._base}{folder}/{LISTING}", pause_s=self._pause_s) as listing:
            try:
                data = listing.slice(0, LARGEST)
            except SetAside:
                if settled:
                    raise
                return []  # the month has hardly begun
        lines = _lines(data, listing.url)
        # a path of another shape could lead anywhere; none was ever seen
        names = [name for name in dict.fromkeys(lines) if _PATH.fullmatch(name) and name.startswith(f"{folder}/")]
        if lines and not names:
            raise SetAside(
                f"names no file of the shape known, but {clean_text(lines[0], 100)}",
                culprit=listing.url,
                mend="Check the archive's address",
            )
        if settled:
            self._cache.mkdir(parents=True, exist_ok=True)
            temporary = kept.with_name(f"{kept.name}.{os.getpid()}.tmp")
            temporary.write_text("\n".join(names), "ascii")
            temporary.replace(kept)
        return names

    # what is in them

    def walk(self, part: Part, sources: Sequence[Source], after: str | None) -> Iterator[Found | Lost | Reached]:
        """The captures of these sources in a file, as it passes by; marks are positions in it.

        Raises:
            TryAgain: the connection breaks again and again.
            SetAside: there is no such file, or no listing that would name it.
        """
        if part.missing is not None:
            raise part.missing
        start = int(after) if after else 0
        told = start
        name = part.name.rpartition("/")[2]
        owners = Owners(sources)
        with ExitStack() as stack:
            for stored in records(self._file(part, start, stack), start):
                end = stored.offset + stored.length
                mark, place = str(end), f"{name}@{stored.offset}"
                if isinstance(stored, Gap):
                    why, page = f"{stored.length} bytes: {stored.why}", begun(stored)
                    ours = page is not None and owners.of(page.url)
                    # told first, and again where a kill came between the two
                    lost = Lost(place=place, mark=str(stored.offset) if ours else mark, why=why, walked=end)
                    yield replace(lost, records=0) if ours else lost
                    told = end
                    if page is not None and ours:
                        yield _found(page, place, mark, stored, end)
                    continue
                url = target_of(stored.data)
                if url is None or not owners.of(url):
                    if end - told >= REACHED_EVERY:
                        yield Reached(mark=mark, walked=end)
                        told = end
                    continue
                told = end
                try:
                    record = opened(stored.data)
                    page = told_by(record, url)
                except ValueError as error:
                    yield Lost(place=place, mark=mark, why=f"its headers cannot be read: {error}"[:300], walked=end)
                    continue
                yield _found(page, place, mark, stored, end, record)

    def _file(self, part: Part, start: int, stack: ExitStack) -> Bytes:
        if self._folder is None:
            return stack.enter_context(Download(self._client, self._base + part.name, start, pause_s=self._pause_s))
        members = stack.enter_context(ArchiveFile(self._folder / part.name)).members
        if not members:
            raise SetAside("is empty", culprit=str(self._folder / part.name), mend="Copy the file again")
        return members[0][1]

    def read(self, found: Found) -> Answer:
        """The capture that has just passed by.

        Raises:
            Missed: ``error:corrupt``, or ``error:no_original`` for a revisit, of which CC-NEWS has none.
        """
        page, stored, record = cast(tuple[Captured, Stored | Gap, Opened | None], found.within)
        if isinstance(stored, Gap):
            return cut_answer(stored)
        if page.kind == "revisit":
            raise Missed(NO_ORIGINAL, "it repeats another record, and CC-NEWS has no index to find it by")
        return answer(stored, page=record)


def _found(
    page: Captured, place: str, mark: str, stored: Stored | Gap, walked: int, record: Opened | None = None
) -> Found:
    return Found(
        url=page.url,
        captured_at=page.at,
        place=place,
        mark=mark,
        status=page.status,
        mime=page.mime,
        digest=page.digest,
        size=stored.length,
        walked=walked,
        within=(page, stored, record),
    )


def _part(
    name: str,
    ids: tuple[str, ...],
    begun: date,
    ended: date,
    *,
    size: int | None = None,
    missing: SetAside | None = None,
) -> Part:
    """A part of the files begun on these days: wide enough for all they hold; its days tell people, and status, which
    days it is about."""
    first, last = widened(begun, ended, before=1, after=DAYS_AFTER)
    return Part(name=name, sources=ids, first=first, last=last, size=size, missing=missing)


def _folder(month: Month) -> str:
    return f"crawl-data/CC-NEWS/{month.year:04}/{month.number:02}"


def _lines(data: bytes, url: str) -> list[str]:
    """The lines of a listing, which is gzipped, to its end: half a month is no month.

    Raises:
        SetAside: it is none, or breaks off.
    """
    engine = zlib.decompressobj(wbits=31)
    try:
        text = engine.decompress(data, LARGEST)
    except zlib.error as error:
        raise SetAside(f"is no listing: {error}", culprit=url, mend="Check the archive's address") from error
    if not engine.eof:
        raise SetAside("breaks off, or is too large", culprit=url, mend="Ask again later")
    return text.decode("utf-8", "replace").split()


def _stamp(name: str) -> datetime | None:
    """When a file was begun: its name says so; None where it does not."""
    match = _PATH.fullmatch(name)
    try:
        return datetime.strptime(match[1] if match else "", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # fourteen digits that are no time
        return None


def _setting(name: str) -> str:
    return os.environ.get(name) or SETTINGS[name]


def _number(name: str, least: float, most: float) -> float:
    text = _setting(name)
    try:
        number = float(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        mend = f"Give a number from {least:g} to {most:g}, or unset it for {SETTINGS[name]}"
        raise SettingError(f"{text!r} is none that it takes", culprit=f"${name}", mend=mend)
    return number
