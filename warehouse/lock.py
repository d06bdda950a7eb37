"""One writer: the lock that a load, a publish and a compaction hold on a live DuckDB file."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from warehouse.errors import TryAgain


@contextmanager
def writing(live: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the file ``live`` for writing. The kernel lets go when the process ends, however it ends.

    Raises:
        TryAgain: another process holds it, and did for ``wait_s`` seconds; names the process.
    """
    path = live.with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        deadline = time.monotonic() + wait_s
        while not _taken(file):
            if time.monotonic() >= deadline:
                file.seek(0)
                raise TryAgain(
                    f"process {file.read().strip() or 'unknown'} is loading or publishing",
                    culprit=str(path),
                    mend="Wait until it has finished, then run this again",
                )
            time.sleep(0.2)
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
