"""A wrong clock, for real: libfaketime below a process, which shifts what the system tells it of the time of day."""

from __future__ import annotations

from pathlib import Path

import pytest

_FOUND = sorted(Path("/usr/lib").glob("*/faketime/libfaketime*.so.1"))  # the one for threads comes last

needs_faketime = pytest.mark.skipif(not _FOUND, reason="no libfaketime; to run this: apt-get install libfaketime")


def shifted(by: str, file: Path) -> dict[str, str]:
    """The environment of a process whose clock is off (``+40d``, ``-2d``); write another shift into ``file``, and it
    jumps. Clocks that nobody sets, and times of files, stay right."""
    file.write_text(by + "\n", "utf-8")
    return {
        "LD_PRELOAD": str(_FOUND[-1]),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
