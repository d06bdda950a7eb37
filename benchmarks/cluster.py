"""The same pages read by a pool of processes and by a Dask cluster's workers, by turns."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import psutil

from benchmarks.reprocess import DAY, WORKERS, store
from benchmarks.session import session
from benchmarks.stages import Figures, html_pages
from pipelines.reprocess import WHOLE_FROM
from pipelines.stages import clean_day, extract_day
from warehouse.layout import DATA_VARIABLE, PROJECT, Layout

T = TypeVar("T")

#: Pages of a day in a first run and in a second one; what the second takes more is work, the rest is starting.
FEW: Final = WHOLE_FROM
PAGES: Final = 5 * WHOLE_FROM

#: How often each side reads each day.
TURNS: Final = 2

#: Sources of a day, by which it hangs what is handed out: the pages of one, or one of many.
KINDS: Final = {"one source": 1, "many sources": WHOLE_FROM}


@dataclass(slots=True)
class _Taken:
    """What one reading took: wall seconds, CPU seconds of all processes and of the scheduler, and memory (MB)."""

    wall: float
    cpu: float
    scheduler: float
    mb: float


def cluster(scratch: Path, folder: Path | None) -> Figures:
    """``dateline reprocess`` over a page store, in two processes and on two workers of a cluster on this machine.

    Each side reads few pages and then many, and what the many take more than the few is the work, done by workers that
    have their models loaded; the rest is starting.
    """
    pages = html_pages(folder)
    pages = (pages * (PAGES // len(pages) + 1))[:PAGES]
    layout = Layout(scratch / "data")
    days: dict[tuple[str, int], date] = {}
    for kind, sources in KINDS.items():
        for count in (FEW, PAGES):
            # so far apart that no day's site profile tells of another
            days[kind, count] = day = DAY + timedelta(days=90 * len(days))
            for number in range(sources):
                store(layout, pages[:count][number::sources], day, f"bench-{number}")
    environment = {**os.environ, DATA_VARIABLE: str(layout.data)}
    file = scratch / "scheduler.json"
    scheduler = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    running = [_started([*scheduler, "--scheduler-file", str(file)], environment)]
    taken: dict[tuple[str, str, int], list[_Taken]] = {}
    try:
        address = _address(file)
        main = "from pipelines.cli import main; main()"
        running.append(_started(["-c", main, "worker", address, "--processes", str(WORKERS)], environment))
        _read(
            layout, environment, address, [], days["one source", FEW]
        )  # a cluster stands ready; a pool starts with the command
        for _ in range(TURNS):
            for (kind, count), day in days.items():
                for side, workers, beside in (("pool", str(WORKERS), []), ("cluster", address, running)):
                    one = _read(layout, environment, workers, beside, day)
                    taken.setdefault((side, kind, count), []).append(one)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(60)
    staging = 1000 * _staging(layout, days["one source", PAGES]) / PAGES
    return {
        **_told(taken),
        "one source: CPU ms a page for the command, to stage what workers found": round(staging, 2),
        "pages/s that one command keeps up with": round(1000 / staging),
    }


class _Recorder(Executor):
    """Works in this process, and keeps what would travel back."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def map(self, fn: Callable[..., T], *iterables: Iterable[Any], **options: Any) -> Iterator[T]:
        for result in map(fn, *iterables):
            self.kept.append(pickle.dumps(result))
            yield result


class _Player(Executor):
    """Gives back what a recorder kept: what is left is the command's own work, pickling included."""

    def __init__(self, kept: list[bytes]) -> None:
        self._kept = iter(kept)

    def map(self, fn: Callable[..., T], *iterables: Iterable[Any], **options: Any) -> Iterator[T]:
        for piece in zip(*iterables, strict=True):
            pickle.dumps((fn, piece))
            yield pickle.loads(next(self._kept))


def _staging(layout: Layout, day: date) -> float:
    """CPU seconds of a command for a day whose pages and articles others read."""
    recorder = _Recorder()
    for pool in (recorder, None):
        for stage in ("articles", "verdicts", "profiles", "incidents"):
            shutil.rmtree(layout.staging / stage, ignore_errors=True)
        player = pool or _Player(recorder.kept)
        began = time.process_time()
        clean_day(layout, "bench-0", day, _silent, pool=player)
        extract_day(layout, "bench-0", day, _silent, pool=player)
    return time.process_time() - began


def _silent(line: str) -> None:
    """No progress is told."""


def _told(taken: dict[tuple[str, str, int], list[_Taken]]) -> Figures:
    def least(side: str, kind: str, count: int, figure: str) -> float:
        return min(float(getattr(one, figure)) for one in taken[side, kind, count])

    def more(side: str, kind: str, figure: str) -> float:
        return least(side, kind, PAGES, figure) - least(side, kind, FEW, figure)

    figures: Figures = {"workers": WORKERS}
    for side in ("pool", "cluster"):
        figures[f"{side}: wall s of {FEW} pages, the start with them"] = round(
            least(side, "one source", FEW, "wall"), 1
        )
        figures[f"{side}: CPU s of these"] = round(least(side, "one source", FEW, "cpu"), 1)
    count = PAGES - FEW
    for kind in KINDS:
        of = f"{kind}, {count} pages more"
        for side in ("pool", "cluster"):
            figures[f"{of}: {side}, pages/s/core"] = round(count / more(side, kind, "cpu"), 1)
            figures[f"{of}: {side}, pages/s by the clock"] = round(count / more(side, kind, "wall"), 1)
            figures[f"{of}: {side}, MB of all processes"] = round(least(side, kind, PAGES, "mb"))
        for figure, unit in (("cpu", "pages/s/core"), ("wall", "pages/s by the clock")):
            ratio = more("pool", kind, figure) / more("cluster", kind, figure)
            figures[f"{of}: cluster to pool, {unit}"] = round(ratio, 2)
        busy = more("cluster", kind, "scheduler") / more("cluster", kind, "wall")
        figures[f"{of}: the scheduler's share of a core"] = round(busy, 3)
    return figures


def _started(words: list[str], environment: dict[str, str]) -> psutil.Popen:
    return psutil.Popen(
        [sys.executable, *words], cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


def _address(file: Path) -> str:
    while not file.exists():
        time.sleep(0.1)
    return str(json.loads(file.read_text("utf-8"))["address"])


def _read(layout: Layout, environment: dict[str, str], workers: str, beside: list[psutil.Popen], day: date) -> _Taken:
    """Read the pages of a day anew.

    Args:
        beside: the processes that work for the command beside its own, the scheduler first.
    """
    for stage in ("articles", "verdicts", "profiles", "incidents"):
        shutil.rmtree(layout.staging / stage, ignore_errors=True)
    before = [_cpu_s(process) for process in beside]
    words = ["reprocess", "--from", str(day), "--to", str(day), "--no-load", "--workers", workers]
    cost = session([sys.executable, "-c", "from pipelines.cli import main; main()", *words], environment)
    spent = [_cpu_s(process) - was for process, was in zip(beside, before, strict=True)]
    return _Taken(
        wall=cost.wall_s,
        cpu=cost.cpu_s + sum(spent),
        scheduler=spent[0] if spent else 0.0,
        mb=cost.mb + sum(map(_mb, beside)),
    )


def _cpu_s(top: psutil.Popen) -> float:
    """CPU seconds of a process and all below it, those that have ended included."""
    return sum(sum(process.cpu_times()[:4]) for process in (top, *top.children(recursive=True)))


def _mb(top: psutil.Popen) -> float:
    """Memory (MB) of a process and all below it, shared pages counted for each."""
    return sum(process.memory_info().rss for process in (top, *top.children(recursive=True))) / 1e6
