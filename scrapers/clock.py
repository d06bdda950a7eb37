"""The time of one crawl: it does not jump with the machine's clock, and is held against the servers'."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from warehouse.errors import TryAgain

#: How far a server's Date may be from ours. Caches serve answers of yesterday and some servers give their local
#: time for UTC; a machine that came up without its clock, or with a restored disk, is months off.
MOST_APART: Final = timedelta(days=2)

#: Counts on while the machine sleeps, where there is such a clock (Linux).
_STEADY: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock:
    """Called, it gives the time in UTC: the machine's when the crawl began, counted on by a clock that nobody sets.

    All that a crawl writes down is dated so: a jump in its middle would date captures into the future, and the
    revision that was seen last stands.
    """

    def __init__(self) -> None:
        self._began = datetime.now(UTC)
        self._from = time.clock_gettime(_STEADY)

    def __call__(self) -> datetime:
        return self._began + timedelta(seconds=time.clock_gettime(_STEADY) - self._from)

    def check(self, date: bytes | None, host: str) -> None:
        """Hold a ``Date`` header against this clock; one that cannot be read says nothing.

        Raises:
            TryAgain: they are more than :data:`MOST_APART` apart.
        """
        try:
            theirs = parsedate_to_datetime((date or b"").decode("latin-1"))
        except ValueError:
            return
        ours = self()
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        if abs(theirs - ours) > MOST_APART:
            raise TryAgain(
                f"says that it is {theirs:%Y-%m-%d %H:%M} UTC, the clock of this machine {ours:%Y-%m-%d %H:%M}",
                culprit=host,
                mend="Set the clock (on Linux: timedatectl set-ntp true), then crawl again; nothing was kept of this",
            )
