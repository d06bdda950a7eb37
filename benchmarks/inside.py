"""``python -m benchmarks.inside FILE ARGUMENTS``: the ``dateline`` command, with a note of the CPU time that its
processes spend in cleaning and in extraction.

Workers import this module again (multiprocessing imports a child's main module), so what is timed is timed in all of
them. A note is one line of :data:`FILE`, written as the call returns: workers are killed at the end, and run no exit
handlers.
"""

from __future__ import annotations

import importlib.machinery
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any, Final

#: The functions that are the work, where they are called from: module -> name there -> what it is noted as.
WORK: Final = {
    "pipelines.cleaning.limits": {"judge": "judging pages"},
    "pipelines.stages": dict.fromkeys(("learn", "apply_profile", "observe"), "the site profile"),
    "pipelines.workers": {"extract_article": "reading incidents"},
}

#: Names the file of notes in the environment, which workers inherit.
FILE: Final = "DATELINE_BENCHMARK_NOTES"


def noted(path: Path) -> Counter[str]:
    """CPU seconds by what they were spent on."""
    spent = Counter[str]()
    for line in path.read_text().splitlines():
        what, _, seconds = line.rpartition(" ")
        spent[what] += float(seconds)  # type: ignore[assignment]
    return spent


def _timed(function: Callable[..., Any], what: str, notes: int) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.thread_time()
        result = function(*args, **kwargs)
        del args, kwargs  # what the function alone held, a page's bytes, goes as it returns, and not behind the clock
        if isinstance(result, Iterator):
            result = list(result)
        os.write(notes, f"{what} {time.thread_time() - began:.9f}\n".encode())
        return result

    return timed


def _wrap(module: ModuleType, notes: int) -> None:
    for name, what in WORK[module.__name__].items():
        setattr(module, name, _timed(getattr(module, name), what, notes))


class _Finder:
    """Finds modules as ever, and times their work once they are loaded: what a worker has no use for stays out."""

    def __init__(self, notes: int) -> None:
        self._notes = notes

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path) if name in WORK else None
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            _wrap(module, self._notes)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _time_everything() -> None:
    notes = os.open(os.environ[FILE], os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC)
    for name in WORK:
        if name in sys.modules:
            _wrap(sys.modules[name], notes)
    sys.meta_path.insert(0, _Finder(notes))


if __name__ == "__main__":
    os.environ[FILE] = sys.argv.pop(1)
if FILE in os.environ:
    _time_everything()
if __name__ == "__main__":
    from pipelines.cli import main

    main()
