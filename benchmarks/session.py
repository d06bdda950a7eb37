"""What a command costs with every process it starts."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from warehouse.layout import PROJECT

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class Cost(NamedTuple):
    """What a command and all processes of its session took: CPU seconds, wall seconds, and the memory (MB) of all at
    once at its highest, shared pages counted for each; and what the command printed."""

    cpu_s: float
    wall_s: float
    mb: float
    printed: str


def session(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command in a session of its own, and wait for all that it started (Linux).

    Workers of a fork server are no children of ours. As we adopt them when the server ends, the system tells us what
    each took to its end; what they hold is read from its table while they live, five times a second.

    Raises:
        RuntimeError: the command failed.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=PROJECT, env=environment, start_new_session=True, stdout=subprocess.PIPE, text=True
    )
    cpu_s = wall_s = 0.0
    highest = 0
    with suppress(ChildProcessError):  # none is left
        while True:
            ended, status, usage = os.wait4(-process.pid, os.WNOHANG)
            if not ended:
                highest = max(highest, _held(process.pid))
                time.sleep(0.2)
                continue
            cpu_s += usage.ru_utime + usage.ru_stime
            if ended == process.pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                wall_s = time.monotonic() - began
    printed = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(cpu_s, wall_s, highest * os.sysconf("SC_PAGE_SIZE") / 1e6, printed)


def _held(session: int) -> int:
    """Pages of memory that the processes of a session hold."""
    held = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except OSError:  # gone meanwhile
            continue
        held += int(fields[21]) if int(fields[3]) == session else 0
    return held
