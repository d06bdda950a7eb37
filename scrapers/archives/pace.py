"""How fast an archive is asked: counted over every process that uses one data directory.

pyrate-limiter keeps the requests of the last minute in an SQLite file behind a lock file, so a limit holds
however many runs ask at once and however they die. A rest (429, a refused connection) is a second file
beside it, which everybody looks at before asking.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pyrate_limiter import Limiter, Rate
from pyrate_limiter.abstracts import BucketFactory
from pyrate_limiter.buckets import SQLiteBucket
from pyrate_limiter.limiter import SingleBucketFactory

from warehouse.errors import SetAside, TryAgain
from warehouse.records import content_id

#: Seconds of rest that are waited for; a longer one ends the run, which is worth trying again after it.
LONGEST_WAIT_S: Final = 300.0

#: Longest rest believed (seconds): a Retry-After of a year is a typing error.
LONGEST_REST_S: Final = 24 * 3600.0


class Pace:
    """The rates and rests of one archive.

    Args:
        folder: where the counts are kept; who shares it shares the limits.
        archive: its address, which tells its counts from those of another archive.
        rates: how often it may be asked, by kind of request.

    Raises:
        SetAside: the counts cannot be kept.
    """

    def __init__(self, folder: Path, archive: str, rates: Mapping[str, Rate]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._archive = archive
        self._closed = threading.Event()
        stem = f"pace-{content_id(archive)[:12]}"
        self._rest = folder / f"{stem}.rest"
        self._path = folder / f"{stem}.sqlite"
        with _counting(self._path):
            self._limiters = {kind: _limiter(self._path, kind, rate) for kind, rate in rates.items()}

    def wait(self, kind: str) -> None:
        """Return when one more request of this kind may be made.

        Raises:
            TryAgain: the archive is to be left alone for longer than :data:`LONGEST_WAIT_S`.
            SetAside: the counts cannot be kept.
        """
        while True:
            self._still_wanted()
            while (left := self.resting()) > 0:
                if left > LONGEST_WAIT_S:
                    raise TryAgain(
                        f"asked to be left alone for another {left / 60:.0f} minutes",
                        culprit=self._archive,
                        mend="Run this again then: what has been read is kept",
                    )
                self._closed.wait(min(left, 5.0))
                self._still_wanted()
            with _counting(self._path):
                self._limiters[kind].try_acquire(kind)
            if self.resting() <= 0:  # another process may have been told to rest while this one waited
                return

    def _still_wanted(self) -> None:
        if self._closed.is_set():
            raise TryAgain("is asked no more: what asked it has ended", culprit=self._archive)

    def rest(self, seconds: float) -> None:
        """Leave the archive alone for so long, in every process; a longer rest that is under way stays."""
        now = time.time()
        until = now + min(seconds, LONGEST_REST_S)
        if until <= now + self.resting():
            return
        temporary = self._rest.with_name(f"{self._rest.name}.{os.getpid()}-{threading.get_ident()}")
        temporary.write_text(f"{now} {until}", "ascii")
        temporary.replace(self._rest)

    def resting(self) -> float:
        """Seconds of rest left; 0 when there is none."""
        with suppress(OSError, ValueError):
            began, until = map(float, self._rest.read_text("ascii").split())
            if began <= (now := time.time()) < until:  # a rest that began in the future: the clock was set back
                return until - now
        return 0.0

    def close(self) -> None:
        """Close the files, and let nobody wait any longer; the counts stay."""
        self._closed.set()
        for limiter in self._limiters.values():
            limiter.close()


@contextmanager
def _counting(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise SetAside(
            f"how often an archive was asked cannot be counted ({error})",
            culprit=str(path),
            mend="Free some disk space; or delete it: it holds the requests of the last minute alone",
        ) from error


def _limiter(path: Path, kind: str, rate: Rate) -> Limiter:
    bucket = SQLiteBucket.init_from_file([rate], table=kind, db_path=str(path), use_file_lock=True)
    now = time.time_ns() // 1_000_000  # as the bucket counts
    with bucket.lock:
        # what is past counting; and what a clock that was set back since has put into the future, which would count
        # until then
        bucket.conn.execute(
            f"DELETE FROM '{kind}' WHERE item_timestamp NOT BETWEEN ? AND ?",  # noqa: S608 - a word of this module's callers
            (now - rate.interval, now),
        )
        bucket.conn.commit()
    # without the library's own sweeping, which is a thread for each limiter
    factory: BucketFactory = SingleBucketFactory(bucket, schedule_leak=False)
    return Limiter(factory)
