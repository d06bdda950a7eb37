"""A dry run: what a fill would read, from listings alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from scrapers.archives.captures import Owners, day_of, moment_of, name_of, takers
from scrapers.archives.days import Days
from scrapers.archives.ledger import Ledger
from scrapers.archives.route import Lost, Part, Reached, Route, Weighs
from scrapers.archives.waiting import waiting
from scrapers.source import Source
from warehouse.errors import DatelineError, SetAside
from warehouse.layout import Layout


@dataclass(slots=True)
class Planned:
    """What a fill would read of one part: captures by what they would come to (``read`` those to be read), and
    the bytes of those to be read. ``counted``: False where only walking would tell. ``error``: why it, or the rest of
    it, cannot be read."""

    part: Part
    sources: list[str]
    counted: bool
    counts: Counter[str] = field(default_factory=Counter)
    size: int = 0
    error: DatelineError | None = None


def plan(layout: Layout, route: Route, sources: Sequence[Source], first: date, last: date) -> Iterator[Planned]:
    """What :func:`fill` would read, part by part; reads listings alone and writes nothing but indexes of files.

    Raises:
        TryAgain, SetAside, SettingError: the archive cannot be asked.
    """
    with Ledger(layout, read_only=True) as ledger:
        for part, of in waiting(ledger, route, route.parts(sources, first, last), sources):
            planned = Planned(part, [source.id for source in of], route.lists)
            if part.missing is not None:
                planned.error = part.missing
            elif route.lists:
                try:
                    _count(planned, layout, route, of)
                except SetAside as error:  # this part alone
                    planned.error = error
            elif part.size is None and isinstance(route, Weighs):
                planned.part = replace(part, size=route.weigh(part))
            yield planned


def _count(planned: Planned, layout: Layout, route: Route, sources: Sequence[Source]) -> None:
    days, owners = Days(layout, writing=False), Owners(sources)
    for found in route.walk(planned.part, sources, None):
        if isinstance(found, Reached):
            continue
        if isinstance(found, Lost):
            planned.counts["lost"] += 1 if found.records is None else found.records
            continue
        for source, why in takers(found, owners, planned.part):
            day = days.of(source.id, day_of(found))
            what = why or ("held" if day.holds(name_of(found), moment_of(found), found.place) else "read")
            planned.counts[what] += 1
            planned.size += (found.size or 0) if what == "read" else 0
