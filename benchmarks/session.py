"""What a command costs with every process it starts."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from warehouse.layout import PROJECT


class Cost(NamedTuple):
    """What a command and all processes of its session took: CPU seconds, wall seconds, and the memory (MB) of all at
    once at its highest, shared pages counted for each; and what the command printed."""

    cpu_s: float
    wall_s: float
    mb: float
    printed: str


def session(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command in a session of its own.

    Workers of a fork server are no children of ours, so nothing but the system's own table tells of them (Linux):
    it is read while they live, five times a second.

    Raises:
        RuntimeError: the command failed.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=PROJECT, env=environment, start_new_session=True, stdout=subprocess.PIPE, text=True
    )
    spent: dict[int, float] = {}
    highest = 0
    while process.poll() is None:
        held = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(") ")[2].split()
            except OSError:  # gone meanwhile
                continue
            if int(fields[3]) == process.pid:
                spent[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                held += int(fields[21])
        highest = max(highest, held)
        time.sleep(0.2)
    wall_s = time.monotonic() - began
    printed = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(sum(spent.values()), wall_s, highest * os.sysconf("SC_PAGE_SIZE") / 1e6, printed)
