"""Which days can be crawled and which months of archives read: those that Dagster has partitions for.

Apart from the partitions, for the command line asks before Dagster is there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from scrapers.archives.months import Month
from warehouse.errors import SettingError

#: The first day a partition exists for. Each year adds 365 partitions a source to what the UI must draw;
#: sites rarely list more than ten years.
FIRST_DAY: Final = date(2015, 1, 1)

#: The first month of archives: the first that the Wayback Machine holds.
FIRST_MONTH: Final = Month(1996, 1)


def check_days(first: date, last: date) -> None:
    """That a site can be crawled for a span of days.

    Raises:
        SettingError: it cannot.
    """
    if first < FIRST_DAY:
        raise SettingError(
            f"{first} is before {FIRST_DAY}, the first day that a site is asked for",
            mend="Older days come from archives: dateline backfill --via wayback, or warc",
        )
    _check_end(last, datetime.now(UTC).date())


def check_archived_days(first: date, last: date) -> None:
    """That archives can be read for a span of days.

    Raises:
        SettingError: they cannot.
    """
    if first < FIRST_MONTH.first:
        raise SettingError(f"{first} is before {FIRST_MONTH.first}, where web archives begin", mend="Name later days")
    _check_end(last, Month.of(datetime.now(UTC).date()).last)


def _check_end(last: date, known: date) -> None:
    if last > known:
        raise SettingError(f"{last} is still to come (days are those of UTC)", mend=f"Name days up to {known}")
