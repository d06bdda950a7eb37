"""The five stages of the campaign: how each is run, where it is killed, and what must hold afterwards."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.faults import work
from benchmarks.faults.site import ARTICLES, Site
from benchmarks.faults.states import Rows, indexed, read, rows_of, rows_off, staged_of, staged_off, unlike
from benchmarks.faults.work import BEFORE, DAY, SOURCE
from pipelines import duplicates
from pipelines.events import merge
from warehouse.layout import PROJECT, Layout
from warehouse.loader import load_day
from warehouse.publish import publish

Process = subprocess.Popen[str]


class Stage:
    """One stage: :attr:`before` is the data directory its work begins with, :attr:`steps` how many steps it has."""

    name = ""
    steps = 1

    def __init__(self, scratch: Path) -> None:
        self.before = scratch / "before"
        self.before.mkdir()
        self.seconds = 0.0

    def start(self, layout: Layout) -> Process:
        """Begin the work in a process of its own; returns once its libraries are loaded."""
        process = _process([sys.executable, "-m", "benchmarks.faults.work", self.name, str(layout.data)], layout)
        if process.stdout is not None:
            process.stdout.readline()
        return process

    def run(self, layout: Layout) -> float:
        """Do the work undisturbed; the seconds it took once it had begun."""
        process = self.start(layout)
        began = time.perf_counter()
        if process.stdout is not None:
            process.stdout.readline()  # "end", or the end itself
        took = time.perf_counter() - began
        _, said = process.communicate(timeout=240)
        if process.returncode:
            raise RuntimeError(f"{self.name} ended with {process.returncode}: {said[-2000:]}")
        return took

    def strike(self, process: Process, layout: Layout, chance: random.Random) -> None:
        """Wait until the work is to be killed, or has ended: here, any moment of it."""
        time.sleep(chance.random() * self.seconds)

    def look(self, layout: Layout) -> tuple[int, int]:
        """Right after the kill: how many steps were done, and how many files are torn."""
        raise NotImplementedError

    def compare(self, layout: Layout) -> tuple[int, int]:
        """After the next run: how much was lost, and how much is there twice."""
        raise NotImplementedError


def _process(command: list[str], layout: Layout, **environment: str) -> Process:
    return subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, "DATELINE_DATA": str(layout.data), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _at_sight(pattern: str, number: int, process: Process, layout: Layout) -> None:
    """Wait for the n-th new file of that name."""
    seen: set[tuple[str, int]] = set()
    while len(seen) < number and process.poll() is None:
        for path in layout.data.rglob(pattern):
            try:
                seen.add((path.name, path.stat().st_ino))
            except OSError:  # renamed meanwhile
                continue
        time.sleep(0.0002)


class WarcWrite(Stage):
    """The page writer and the frontier alone, at full speed, over several files."""

    name = "WARC write"
    steps = work.WARC_PAGES

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        self._kept: set[str] = set()

    @property
    def bodies(self) -> dict[str, bytes]:
        """What must be stored of each URL."""
        return {work.url_of(number): work.body_of(work.url_of(number)) for number in range(work.WARC_PAGES)}

    def look(self, layout: Layout) -> tuple[int, int]:
        kept, torn = read(lambda: indexed(layout))
        self._kept = kept or set()
        return len(self._kept), torn

    def compare(self, layout: Layout) -> tuple[int, int]:
        lost, twice = unlike(layout, self.bodies)
        # what was indexed when the kill came is still the same captures, not others fetched again
        return lost + len(self._kept - indexed(layout)), twice


class Crawl(WarcWrite):
    """A real spider, killed at one of the requests it makes or in its closing."""

    name = "crawl"
    steps = ARTICLES + 2  # robots.txt, the feed, the articles

    def __init__(self, scratch: Path, site: Site) -> None:
        super().__init__(scratch)
        self._site = site
        self._sources = scratch / "sources"
        site.declare(self._sources)
        self._reached = 0

    @property
    def bodies(self) -> dict[str, bytes]:
        return self._site.bodies

    def start(self, layout: Layout) -> Process:
        settings = {"FLUSH_PAGES": 5, "FRONTIER_BATCH": 10, "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "scrapy", "crawl", "source", "-a", f"source={SOURCE}", "-a", f"day={DAY}"]
        command += [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        return _process(command, layout, DATELINE_SOURCES=str(self._sources))

    def strike(self, process: Process, layout: Layout, chance: random.Random) -> None:
        self._reached = chance.randint(1, self.steps)
        self._site.expect(self._reached)
        while not self._site.reached.wait(0.05) and process.poll() is None:
            pass
        # after the last request come the last flush and the closing of the files
        time.sleep(chance.random() * (0.4 if self._reached == self.steps else 0.02))

    def look(self, layout: Layout) -> tuple[int, int]:
        _, torn = super().look(layout)
        return self._reached, torn


class Staging(Stage):
    """A source's day cleaned and staged; most kills come while a file is being written."""

    name = "staging"
    steps = len(work.STAGED)

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        work.store_pages(Layout(self.before))
        whole = Layout(Path(shutil.copytree(self.before, scratch / "whole")))
        self.run(whole)
        self._expected = staged_of(whole, work.STAGED)

    def strike(self, process: Process, layout: Layout, chance: random.Random) -> None:
        if chance.random() < 0.2:
            super().strike(process, layout, chance)
        else:
            _at_sight("*.tmp", chance.randint(1, self.steps), process, layout)
            time.sleep(chance.random() * 0.005)

    def look(self, layout: Layout) -> tuple[int, int]:
        there, torn = read(lambda: staged_of(layout, work.STAGED))
        there = there or {}
        # a file that is there is all of it
        return len(there), torn + staged_off(there, {stage: self._expected[stage] for stage in there})

    def compare(self, layout: Layout) -> tuple[int, int]:
        return staged_off(staged_of(layout, work.STAGED), self._expected), 0


class Load(Stage):
    """A day merged into a warehouse that holds another one; half of the kills come while DuckDB commits."""

    name = "load"

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        before = Layout(self.before)
        work.stage_day(before, BEFORE, 0)
        load_day(before, BEFORE, merge=merge, duplicates=duplicates)
        publish(before)
        work.stage_day(before, DAY, work.LOADED // 2)  # half of the stories are told on both days
        whole = Layout(Path(shutil.copytree(self.before, scratch / "whole")))
        self.run(whole)
        self._old, self._new = rows_of(before.live), rows_of(whole.live)

    def strike(self, process: Process, layout: Layout, chance: random.Random) -> None:
        if chance.random() < 0.5:
            super().strike(process, layout, chance)
        else:
            _at_sight("live.duckdb.wal", 1, process, layout)
            time.sleep(chance.random() * 0.05)

    def look(self, layout: Layout) -> tuple[int, int]:
        torn = [_torn(layout.live, self._old, self._new), _torn(layout.published, self._old)]
        return int(read(lambda: rows_of(layout.live))[0] == self._new), sum(torn)

    def compare(self, layout: Layout) -> tuple[int, int]:
        return rows_off(rows_of(layout.live), self._new)


class Publish(Stage):
    """The published file swapped for a newer one; half of the kills come while the copy is written."""

    name = "publish"

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        before = Layout(self.before)
        work.stage_day(before, BEFORE, 0)
        load_day(before, BEFORE, merge=merge)
        publish(before)
        work.stage_day(before, DAY, work.LOADED)
        load_day(before, DAY, merge=merge)
        self._old, self._new = rows_of(before.published), rows_of(before.live)

    def strike(self, process: Process, layout: Layout, chance: random.Random) -> None:
        if chance.random() < 0.5:
            super().strike(process, layout, chance)
        else:
            _at_sight(".dateline.duckdb.tmp", 1, process, layout)
            time.sleep(chance.random() * 0.01)

    def look(self, layout: Layout) -> tuple[int, int]:
        torn = _torn(layout.published, self._old, self._new)
        return int(read(lambda: rows_of(layout.published))[0] == self._new), torn

    def compare(self, layout: Layout) -> tuple[int, int]:
        return rows_off(rows_of(layout.published), self._new)


def _torn(file: Path, *states: Rows) -> int:
    """1 unless the file can be read and is in one of these states."""
    rows, torn = read(lambda: rows_of(file))
    return int(torn or rows not in states)
