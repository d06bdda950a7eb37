"""The partitions a fill writes to: an archive's captures come in any order of days."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from scrapers.answers import may_pass
from scrapers.archives.route import NO_ORIGINAL
from scrapers.pagestore import Exchange, PageWriter, captures, clean_url
from scrapers.pagestore.index import OPEN
from scrapers.pagestore.records import digest_of
from warehouse.errors import TryAgain
from warehouse.layout import Layout
from warehouse.records import Page

#: Partitions open at once: a month of one source with room to spare. Each holds four files open; a fill that needs
#: more (CC-NEWS for many sources) closes the one longest unused, at the price of one more WARC file there.
OPEN_MOST: Final = 64


#: Outcomes of a capture that another file may hold whole.
IN_PART: Final = ("truncated", "error:corrupt", NO_ORIGINAL)


def mend(layout: Layout, source_id: str) -> None:
    """Close what a killed fill left open of a source: going on where it was, the next one may never come by there."""
    for folder in {path.parent for path in (layout.pages / source_id).glob(f"*/*{OPEN}")}:
        with suppress(TryAgain):  # a crawl is writing there at this moment
            PageWriter(layout, source_id, date.fromisoformat(folder.name)).close()


#: What became of a capture: it is new, its text is there already, or it failed before in the same way.
Written = Literal["written", "held", "known"]


@dataclass(frozen=True, slots=True)
class _Held:
    """A capture that is there. ``settled``: nothing else is to be expected of it."""

    place: str | None
    outcome: str
    digest: str | None
    settled: bool


def _is_settled(outcome: str, status: int | None) -> bool:
    return outcome not in IN_PART and (status is not None or not may_pass(outcome))


class Day:
    """One partition (source, day): what it holds, and, once something is written, its writer."""

    def __init__(self, layout: Layout, source_id: str, day: date, *, writing: bool) -> None:
        self._place = layout, source_id, day
        self._writer: PageWriter | None = None
        if writing and any(layout.pages_of(source_id, day).glob(f"*{OPEN}")):
            self._writer = PageWriter(*self._place)  # mends what a killed fill left, which is then held
        self._held: dict[tuple[str, datetime], list[_Held]] = {}
        for page in captures(layout, source_id, day):
            self._note(page)

    def _note(self, page: Page) -> None:
        settled = _is_settled(page.outcome, page.status)
        held = _Held(page.discovered_from, page.outcome, page.payload_digest, settled)
        self._held.setdefault((page.canonical_url, page.fetched_at), []).append(held)

    def holds(self, canonical_url: str, captured_at: datetime, place: str | None = None) -> bool:
        """Whether this capture is stored, or has an outcome that will not change; from this place of an archive:
        another may have another body of the same second."""
        found = self._held.get((canonical_url, captured_at))
        if not found or not any(one.settled for one in found):
            return False
        return place is None or clean_url(place) in [one.place for one in found]

    def write(self, exchange: Exchange) -> Written:
        """Keep a capture, unless it is there.

        Raises:
            TryAgain: another process writes the partition, or the disk is full.
        """
        found = self._held.get((clean_url(exchange.canonical_url), exchange.fetched_at), ())
        digest = digest_of(exchange.body) if found and exchange.body else None
        same = any(one.digest == digest and (digest or one.outcome == exchange.outcome) for one in found)
        if any(one.settled for one in found) and (same or not _is_settled(exchange.outcome, exchange.status)):
            return "held"
        if same:
            return "known"
        if self._writer is None:
            self._writer = PageWriter(*self._place)
        self._note(self._writer.write(exchange))
        return "written"

    def flush(self) -> None:
        """Bring what was written to disk and into the index."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Flush, and let the partition go."""
        if self._writer is not None:
            self._writer.close()


class Days:
    """The partitions in use, opened when first asked for. ``writing``: False to look only."""

    def __init__(self, layout: Layout, *, writing: bool = True) -> None:
        self._layout = layout
        self._writing = writing
        self._open: OrderedDict[tuple[str, date], Day] = OrderedDict()

    def of(self, source_id: str, day: date) -> Day:
        """One partition.

        Raises:
            TryAgain: another process writes it.
        """
        key = source_id, day
        found = self._open.pop(key, None)
        if found is None:
            if len(self._open) >= OPEN_MOST:
                self._open.popitem(last=False)[1].close()
            found = Day(self._layout, source_id, day, writing=self._writing)
        self._open[key] = found
        return found

    def flush(self) -> None:
        """Bring everything that was written to disk and into the indexes."""
        for day in self._open.values():
            day.flush()

    def close(self) -> None:
        """Close every partition, whatever happens to one of them."""
        error: BaseException | None = None
        while self._open:
            try:
                self._open.popitem()[1].close()
            except BaseException as problem:
                error = error or problem
        if error is not None:
            raise error
