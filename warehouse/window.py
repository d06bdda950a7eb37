"""How far in time one incident can reach into the merging of others: the promise between the
loader, which merges again only what a load can have changed, and ``pipelines.events.merge``.

tests/test_events.py holds merge to it. On 3,000 made-up sieges of one town like those it draws, (2, 4) days gave
757 wrong windows, (6, 10) gave 55, (8, 14) gave 3 and (8, 18) none; groups.py tells why no chain reaches further.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from warehouse.records import Incident

#: What an article tells without a day is put on the day it speaks of elsewhere, at most this long before its
#: publication (days).
ARTICLE_DAYS: Final = 3

#: An incident that comes, goes or changes can alter only events with a member this near (days).
TOUCHED_DAYS: Final = 8

#: To merge those events right, incidents this near to the one that changed must be seen (days).
READ_DAYS: Final = 18

#: Copies are looked for among articles told at most this far apart (days): a story of the week goes round
#: within days, and a weekly series has come three times by then, enough to know its standing text.
COPY_DAYS: Final = 14


def told_day(incident: Incident) -> date | None:
    """The day an incident was told on, where its publisher is; in UTC where only the time is known."""
    if incident.published_day is None and incident.published_at is not None:
        return incident.published_at.date()
    return incident.published_day


def event_day(incident: Incident) -> date | None:
    """The day an incident is merged under: when it happened, else when it was told, else when it
    was crawled (``store.incidents.event_day`` is the same in SQL)."""
    return incident.start_date or told_day(incident) or incident.crawl_day
