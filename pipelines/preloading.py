"""Ctrl-C while a command, or a server that processes are forked from, is still importing: it ends, and says nothing.

A terminal sends the signal to every process of the command; once such a server is up, multiprocessing ignores it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

#: Exit status of a process that Ctrl-C ended, as shells have it.
INTERRUPTED = 130


@contextmanager
def ending_quietly() -> Iterator[None]:
    """Inside, SIGINT ends this process at once, without a traceback; to be entered by the main thread."""
    before = signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
