"""Which parts of an archive are to be walked: those not done, and those in which a capture repeats what came later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scrapers.archives.captures import day_of, moment_of, name_of
from scrapers.archives.days import Days
from scrapers.archives.ledger import Ledger, Progress
from scrapers.archives.route import NO_ORIGINAL, Part, Repeats, Route
from scrapers.source import Source
from warehouse.layout import Layout


def reopened(
    layout: Layout, ledger: Ledger, route: Repeats, sources: Sequence[Source], first: date, last: date
) -> list[Progress]:
    """Parts of other spans, walked before, in which a capture repeats what has come since: to be walked again."""
    days, found = Days(layout, writing=False), []
    for row in ledger.all():
        of = [source for source in sources if source.id == row.source]
        lacks = row.via == route.via and row.done and row.counts.get(NO_ORIGINAL)
        if not of or not lacks or (row.first, row.last) == (first, last):
            continue
        part = route.again(row.name, Part(name=row.name, sources=(row.source,), first=row.first, last=row.last))
        if part is None or part.version != row.version:
            continue  # it is gone, or another by now: then it is walked when it is asked for
        come = route.resolved(part, of)
        if not all(days.of(row.source, day_of(one)).holds(name_of(one), moment_of(one)) for one in come):
            ledger.reopen(row)
            found.append(row)
    return found


def waiting(
    ledger: Ledger, route: Route, parts: Sequence[Part], sources: Sequence[Source]
) -> list[tuple[Part, list[Source]]]:
    """The parts to be walked, each with the sources it is to be walked for: those not done, and where there are such,
    those walked before in which a capture repeats what may have come with them."""
    found = []
    for part in parts:
        known = {
            source.id: ledger.progress(route.via, part, source.id) for source in sources if source.id in part.sources
        }
        if of := [source for source in sources if source.id in known and not _is_done(known[source.id])]:
            found.append((part, of))
    if found and isinstance(route, Repeats):
        found += _lacking(ledger, route, found, sources)
    return found


def _lacking(
    ledger: Ledger, route: Repeats, coming: Sequence[tuple[Part, list[Source]]], sources: Sequence[Source]
) -> list[tuple[Part, list[Source]]]:
    beside = coming[0][0]
    walked = {part.name for part, _ in coming}
    lacking: dict[str, set[str]] = {}
    for row in ledger.all():
        if (row.via, row.first, row.last) == (route.via, beside.first, beside.last) and row.counts.get(NO_ORIGINAL):
            lacking.setdefault(row.name, set()).add(row.source)
    parts = [(route.again(name, beside), of) for name, of in lacking.items() if name not in walked]
    return [
        (part, of)
        for part, lacked_by in parts
        if part is not None and (of := [source for source in sources if source.id in lacked_by])
    ]


def _is_done(progress: Progress | None) -> bool:
    return progress is not None and progress.done
