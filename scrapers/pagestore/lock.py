"""Advisory locks on files, which the kernel frees when their process dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from warehouse.errors import TryAgain, disk_errors

#: The lock file of a partition of the page store.
LOCK_NAME: Final = "writer.lock"


class Lock:
    """Holds a lock file for this process alone until :meth:`release`.

    Raises:
        TryAgain: another process (or another object of this one) holds it; the message names its pid. Or the disk
            is full.
        SettingError: the disk is read-only.
    """

    def __init__(self, path: Path, *, what: str) -> None:
        with disk_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.pread(self._file, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            self._file = -1
            raise TryAgain(
                f"{what} is already being crawled, by process {pid}",
                culprit=str(path),
                mend="Wait for that crawl to end, or stop it",
            ) from None
        os.ftruncate(self._file, 0)
        with suppress(OSError):  # a full disk: the lock holds, the message of who holds it is poorer
            os.pwrite(self._file, str(os.getpid()).encode("ascii"), 0)

    def release(self) -> None:
        """Let go; a second call does nothing. The file stays: deleting it would race with a new holder."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
