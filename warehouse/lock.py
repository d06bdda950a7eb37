"""One writer: the lock that a load, a publish and a compaction hold on a live DuckDB file."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from warehouse.errors import TryAgain

#: Seconds a writer waits for the one before it (a load of a busy day takes minutes), and between two looks.
WAIT_S: Final = 900.0
_LOOK_S: Final = 0.1

_log = logging.getLogger(__name__)


@contextmanager
def writing(live: Path, *, wait_s: float | None = None) -> Iterator[None]:
    """Hold the file ``live`` for writing, once whoever holds it has finished; that it waits, and for whom, is logged.
    The kernel lets go when the process ends, however it ends.

    Args:
        wait_s: seconds to wait at most; :data:`WAIT_S` when left out.

    Raises:
        TryAgain: another process held it all the while; names the process.
    """
    path = live.with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    wait_s = WAIT_S if wait_s is None else wait_s
    with path.open("a+", encoding="utf-8") as file:
        began, told = time.monotonic(), False
        while not _taken(file):
            file.seek(0)
            before = f"process {file.read().strip() or 'unknown'} is loading or publishing"
            if time.monotonic() - began >= wait_s:
                raise TryAgain(before, culprit=str(path), mend="Wait until it has finished, then run this again")
            if not told:
                _log.warning("%s; waiting until it has finished, for %.0f s at most", before, wait_s)
                told = True
            time.sleep(_LOOK_S)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _taken(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
