"""Disks that are full or read-only, for real: a small tmpfs, mounted where the test's data lie."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mount(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *words], capture_output=True, text=True, check=False)


class Disk:
    """A mounted disk; ``folder`` is its root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def remount(self, options: str) -> None:
        """Give it another size (``size=64m``), or make it read-only (``ro``)."""
        done = _mount("-o", f"remount,{options}", str(self.folder))
        assert done.returncode == 0, done.stderr

    def fill(self, leave: int = 0) -> Path:
        """Take all its space but so many bytes; the file to delete for it to be free again."""
        filler = self.folder / "filler"
        state = os.statvfs(self.folder)
        filler.write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - leave)))
        return filler


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Disk]:
    """A disk of that size at ``folder``; skips the test where a tmpfs may not be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if done.returncode:
        pytest.skip(f"no small disk can be made here; run as root on Linux: {done.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
