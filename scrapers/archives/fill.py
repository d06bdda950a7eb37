"""Fills the page store from an archive: walk the listing, read what is not held, keep it, remember how far.

Killed anywhere, it goes on: pages first reach the disk and their index, only then does the ledger move on.
What lies between is walked again and found to be held.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from scrapers.answers import may_pass
from scrapers.archives.ahead import ahead
from scrapers.archives.captures import Owners, day_of, exchange_of, moment_of, name_of, passed_over, takers
from scrapers.archives.days import Days, mend
from scrapers.archives.ledger import Ledger, Progress
from scrapers.archives.route import Answer, Found, Lost, Missed, Part, Reached, Repeats, Route
from scrapers.archives.waiting import reopened, waiting
from scrapers.pagestore.lock import Lock
from scrapers.source import Source
from warehouse.errors import DatelineError, TryAgain
from warehouse.layout import Layout

#: Captures and seconds between two notes of how far a walk came: a kill costs that much walking, a note some
#: milliseconds of fsync a day being written.
NOTE_EVERY: Final = 500
NOTE_EVERY_S: Final = 5.0

#: Walks of a part after which what did not come is left at that, as with pages of the live web
#: (:data:`scrapers.frontier.MAX_ATTEMPTS`).
MAX_WALKS: Final = 3

#: Parts in a row that break off for a passing cause before the archive is taken to be down.
MAX_BROKEN: Final = 3


@dataclass(frozen=True, slots=True)
class Told:
    """How far a fill is: ``number`` of ``parts`` begun, bytes walked of the bytes in all (0: not known), what
    came so far."""

    part: str
    number: int
    parts: int
    walked: int
    size: int
    counts: Counter[str]


@dataclass(slots=True)
class Filled:
    """What a fill came to.

    ``counts``: of each source, how many captures came to what: ``listed`` is the sum of the others, which are
    ``held`` (stored before), an outcome (``ok``, ``truncated``, ``error:…``) or ``passed_over/<why>``.
    ``lost``: stretches that could not even be listed. ``touched``: the days that were written to. ``errors``: what
    broke a part off; the next fill goes on there. ``reopened``: parts of other spans that have become worth walking
    again.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    touched: set[tuple[str, date]] = field(default_factory=set)
    parts: int = 0
    walked: int = 0
    errors: list[DatelineError] = field(default_factory=list)
    reopened: list[Progress] = field(default_factory=list)


def fill(
    layout: Layout,
    route: Route,
    sources: Sequence[Source],
    first: date,
    last: date,
    *,
    told: Callable[[Told], None] | None = None,
) -> Filled:
    """Bring what an archive holds of these sources and UTC days into the page store.

    Captures land on the day they were captured. A second fill finds every part done: it fetches nothing.

    Raises:
        TryAgain: another fill works on one of the sources, or the disk is full.
        SetAside, SettingError: the archive cannot be asked at all.
    """
    filled = Filled(counts={source.id: Counter() for source in sources})
    with ExitStack() as stack:
        for source in sorted(sources, key=lambda source: source.id):
            lock = Lock(layout.archives / f"{source.id}.lock", what=f"the archive of {source.id}")
            stack.callback(lock.release)
            mend(layout, source.id)
        ledger = stack.enter_context(Ledger(layout))
        everything = route.parts(sources, first, last)
        parts = waiting(ledger, route, everything, sources)
        filled.parts = len(parts)
        there = Counter(source_id for part in everything for source_id in part.sources)
        left = Counter(source.id for _, of in parts for source in of)

        def answered(of: Sequence[Source]) -> None:
            for source in of:
                ledger.answered(route.via, source.id, first, last, parts=there[source.id], left=left[source.id])

        answered(sources)
        broken = 0
        for number, (part, of) in enumerate(parts, 1):
            walk = _Walk(layout, ledger, route, part, of, filled)
            ahead = sum(other.size or 0 for other, _ in parts)
            behind = sum(other.size or 0 for other, _ in parts[: number - 1])

            def tell(walk: _Walk = walk, number: int = number, behind: int = behind, ahead: int = ahead) -> None:
                if told:
                    told(Told(walk.part.name, number, len(parts), behind + walk.walked, ahead, walk.total()))

            try:
                if walk.run(tell):
                    left.subtract(source.id for source in of)
                    answered(of)
                filled.walked += 1
                broken = 0
            except DatelineError as error:
                filled.errors.append(error)
                broken += isinstance(error, TryAgain)
                if broken >= MAX_BROKEN or (isinstance(error, TryAgain) and walk.unwritable):
                    break
        if filled.walked and isinstance(route, Repeats):
            filled.reopened = reopened(layout, ledger, route, sources, first, last)
    return filled


class _Walk:
    """One part walked for some sources."""

    def __init__(
        self, layout: Layout, ledger: Ledger, route: Route, part: Part, sources: list[Source], filled: Filled
    ) -> None:
        self.part = part
        self.walked = 0
        self.unwritable = False
        self._ledger = ledger
        self._route = route
        self._sources = sources
        self._owners = Owners(sources)
        self._filled = filled
        self._days = Days(layout)
        known = [ledger.progress(route.via, part, source.id) for source in sources]
        marks = {progress.mark if progress else None for progress in known}
        # sources that came this far apart begin together: what is held is passed over
        self._mark = marks.pop() if len(marks) == 1 else None
        going_on = self._mark is not None
        self._counts = {
            source.id: Counter(progress.counts) if going_on and progress else Counter[str]()
            for source, progress in zip(sources, known, strict=True)
        }
        if going_on:
            self.walked = max((progress.walked for progress in known if progress), default=0)
        self._walks = max((progress.walks for progress in known if progress), default=0)

    def total(self) -> Counter[str]:
        """What came so far, over all sources."""
        return sum(self._counts.values(), Counter[str]())

    def run(self, tell: Callable[[], None]) -> bool:
        """Walk to the end of the part; whether it is done then, or to be walked again for what did not come.

        Raises:
            TryAgain, SetAside: it broke off; how far it came is noted.
        """
        tell()
        noted, since = time.monotonic(), 0
        walk = self._route.walk(self.part, self._sources, self._mark)
        try:
            with closing(ahead(walk, self._route.read, self._wanted, self._route.at_once)) as listed:
                for found, read in listed:
                    if not isinstance(found, Reached):
                        self._take(found, read)
                    self._mark = found.mark
                    self.walked = self.walked if found.walked is None else found.walked
                    since += 1
                    if since >= NOTE_EVERY or time.monotonic() - noted > NOTE_EVERY_S:
                        self._note()
                        tell()
                        noted, since = time.monotonic(), 0
        except BaseException as error:  # Ctrl-C as well: what came is kept
            self._close(error)
            raise
        self._walks += 1
        passing = any(what.startswith("error:") and may_pass(what) for what in self.total())
        done = not passing or self._walks >= MAX_WALKS
        self._days.close()
        self.walked = self.part.size or self.walked
        self._mark = None
        self._write_down(done=done)
        tell()
        return done

    def _wanted(self, found: Found) -> bool:
        """Whether any source takes a capture that is not held yet."""
        return any(
            why is None
            and not self._days.of(source.id, day_of(found)).holds(name_of(found), moment_of(found), found.place)
            for source, why in takers(found, self._owners, self.part)
        )

    def _take(self, found: Found | Lost, read: Callable[[], Answer]) -> None:
        if isinstance(found, Lost):
            self._ledger.lose(self._route.via, self.part, found)
            self._filled.lost.append(found)
            for source in self._sources:
                self._counts[source.id]["lost"] += 1 if found.records is None else found.records
            return
        answer: Answer | Missed | None = None  # read once, however many sources take it
        for source, why in takers(found, self._owners, self.part):
            if why is not None:
                self._count(source, why)
                continue
            day = self._days.of(source.id, day_of(found))
            if day.holds(name_of(found), moment_of(found), found.place):
                self._count(source, "held")
                continue
            if answer is None:
                try:
                    answer = read()
                except Missed as missed:
                    answer = missed
            if isinstance(answer, Answer):
                mime = next((value for name, value in answer.headers if name.lower() == "content-type"), None)
                as_listed = (answer.status, mime) == (found.status, found.mime)  # then it has been asked
                if not as_listed and (why := passed_over(source, found.url, answer.status, mime, day_of(found))):
                    self._count(source, f"passed_over/{why}")
                    continue
            exchange = exchange_of(found, answer, self._route.via)
            came = day.write(exchange)
            self._count(source, "held" if came == "held" else exchange.outcome)
            if came == "written":
                self._filled.touched.add((source.id, day_of(found)))

    def _count(self, source: Source, what: str) -> None:
        for counts in (self._counts[source.id], self._filled.counts[source.id]):
            counts["listed"] += 1
            counts[what] += 1

    def _note(self) -> None:
        self._days.flush()
        self._write_down()

    def _close(self, error: BaseException) -> None:
        """Keep what came before the error; the error itself is noted and raised by the caller."""
        try:
            self._days.close()
        except (DatelineError, OSError):
            self.unwritable = True  # what was not flushed is not noted: it is walked again
            return
        self._write_down(error=str(error) if isinstance(error, DatelineError) else "stopped")

    def _write_down(self, *, done: bool = False, error: str | None = None) -> None:
        for source in self._sources:
            self._ledger.note(
                self._route.via,
                self.part,
                source.id,
                mark=self._mark,
                walked=self.walked,
                walks=self._walks,
                counts=self._counts[source.id],
                done=done,
                error=error,
            )
