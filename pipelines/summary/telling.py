"""A night in words: a subject line, plain text, a page of HTML. What comes from the web is made safe to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from pipelines.html import link, render
from pipelines.summary.gathering import Night, Trouble
from warehouse.text import printable

_HERE: Final = Path(__file__).resolve().parent
#: Characters shown of a cause or a sentence: a page may hold a megabyte of either.
_MOST: Final = 300


def subject(night: Night) -> str:
    """One line: what came, and how much of it asks for somebody."""
    came = f"{_n(night.total('new_articles'), 'article')}, {_n(night.total('incidents'), 'incident')}"
    came = came if night.sources else "nothing came in"
    wrong = len(night.failed) + len(night.checks) + len(night.in_trouble) + len(night.absent)
    return f"Dateline {night.day}: {came}" + (f", {_n(wrong, 'thing')} to look at" if wrong else "")


def text(night: Night) -> str:
    """The summary as plain text."""
    return "\n".join(_lines(night)) + "\n"


def html(night: Night) -> str:
    """The summary as one page that fetches nothing, to be written as UTF-8; fit for a mail, too."""
    return render(
        _HERE / "page.html.j2",
        (_HERE / "page.css").read_text("utf-8"),
        title=subject(night),
        night=night,
        totals=totals(night),
        line=line,
        link=link,
    )


def totals(night: Night) -> str:
    """What came in, in one sentence."""
    if night.published_at is None:
        return "Nothing is published yet."
    if not night.sources:
        last = f" The last that is loaded is {night.newest}." if night.newest else ""
        return f"Nothing is loaded of this day.{last}"
    return (
        f"{_n(night.total('new_articles'), 'new article')} and {_n(night.total('corrected'), 'correction')} from "
        f"{_n(len(night.sources), 'source')}; "
        f"{_n(night.total('incidents'), 'incident')} in {_n(night.events, 'event')}. "
        f"{_n(night.total('pages'), 'page')} asked for, {night.total('set_aside')} set aside, "
        f"{night.total('errors')} failed."
    )


def _lines(night: Night) -> Iterator[str]:
    yield from (subject(night), "", totals(night))
    yield from _section("Failed", map(_trouble, night.failed))
    yield from _section("Nothing loaded of", (line(source) for source in night.absent))
    yield from _section(
        "Sources in trouble",
        (
            line(f"{row['outlet']}: {row['health'].replace('_', ' ')} since {row['health_since']}, {row['because']}")
            for row in night.in_trouble
        ),
    )
    yield from _section("Checks that did not pass", map(_trouble, night.checks))
    yield from _section(f"To look at first, of {night.waiting} in the review queue", map(_look, night.queue))
    yield from _section("By source", map(_source, night.sources))


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    for number, told in enumerate(lines):
        if number == 0:
            yield from ("", heading)
        yield f"- {told}"


def _trouble(trouble: Trouble) -> str:
    return line(f"{trouble.what} of {trouble.of}: {trouble.why}")


def _look(row: dict[str, Any]) -> str:
    where = ", ".join(str(part) for part in (row["sub_event_type"], row["place_name"], row["start_date"]) if part)
    return "\n    ".join(
        [
            line(f"{where}: {row['reason']}"),
            line(f"“{row['summary']}” – {row['outlet']}"),
            f"dateline explain {row['article_id']}",
        ]
    )


def _source(row: dict[str, Any]) -> str:
    return line(
        f"{row['outlet']}: {row['new_articles']} new, {row['corrected']} corrected, {row['incidents']} incidents, "
        f"{row['new_events']} new events, {row['errors']} pages failed"
    )


def line(value: object) -> str:
    """Anything as one line, cut where it is very long, without what steers a terminal."""
    shown = " ".join(printable(str(value)).split())
    return shown if len(shown) <= _MOST else shown[: _MOST - 1].rstrip() + "…"


def _n(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
