"""One writer: the lock that a load, a publish and a compaction hold on a live DuckDB file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import TryAgain


@contextmanager
def writing(live: Path) -> Iterator[None]:
    """Hold the file ``live`` for writing. The kernel lets go when the process ends, however it ends.

    Raises:
        TryAgain: another process holds it; names the process.
    """
    path = live.with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise TryAgain(
                f"process {file.read().strip() or 'unknown'} is loading or publishing",
                culprit=str(path),
                mend="Wait until it has finished, then run this again",
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
