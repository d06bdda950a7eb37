"""When an article is looked at again, so that corrections are caught: a table, and how it is read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from warehouse.records import Page

#: When an article is looked at again, counted from its first fetch, so that corrections are caught.
RECHECKS: Final[tuple[tuple[timedelta, str], ...]] = (
    (timedelta(hours=1), "breaking news is rewritten within the hour"),
    (timedelta(hours=6), "tolls and places settle over the first day's editions"),
    (timedelta(days=1), "the next day's follow-up and first corrections"),
    (timedelta(days=3), "corrections asked for by those named"),
    (timedelta(days=7), "weekly corrections columns"),
    (timedelta(days=30), "late corrections and withdrawals; older changes are rare"),
)
#: A re-check may come this much of its interval early: a nightly crawl that starts a few minutes
#: sooner than the night before must not miss its one-day re-check.
EARLY: Final = 0.1


def may_change(page: Page) -> bool:
    """Whether a page can still change: an article on the live web, not listed as long published."""
    if page.purpose != "article" or page.via not in ("live", "sitemap", "wordpress"):
        return False
    listed = page.listed_published_at
    return listed is None or page.fetched_at - listed < RECHECKS[-1][0]


def next_check(first: datetime, last: datetime) -> datetime | None:
    """The next moment of the schedule after the last fetch; None once it has run out."""
    for after, _ in RECHECKS:
        due = first + after * (1 - EARLY)
        if due > last:
            return due
    return None
