"""What a command costs with every process it starts."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from warehouse.layout import PROJECT


def session(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[float, str]:
    """CPU seconds of a command and all processes of its session, and what it printed.

    Workers of a fork server are no children of ours, so nothing but the system's own table tells of them (Linux):
    it is read while they live, five times a second.

    Raises:
        RuntimeError: the command failed.
    """
    process = subprocess.Popen(
        command, cwd=PROJECT, env=environment, start_new_session=True, stdout=subprocess.PIPE, text=True
    )
    spent: dict[int, float] = {}
    while process.poll() is None:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(") ")[2].split()
            except OSError:  # gone meanwhile
                continue
            if int(fields[3]) == process.pid:
                spent[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        time.sleep(0.2)
    printed = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return sum(spent.values()), printed
