"""``python -m benchmarks faults``: real processes killed (SIGKILL) at seeded random points of five stages.

After each kill: is anything torn, does the next run of the same work make it whole, and is the outcome that of a
run nobody disturbed? Prints a Markdown table; exit code 1 if anything was lost, doubled, torn or left lying.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.faults.site import serving
from benchmarks.faults.stages import Crawl, Load, Publish, Stage, Staging, WarcWrite
from benchmarks.faults.states import left_over
from warehouse.layout import Layout

STAGES: dict[str, Callable[[Path], Stage]] = {
    stage.name: stage for stage in (WarcWrite, Staging, Load, Publish)
}  # the crawl needs a site besides
NAMES = ("crawl", *STAGES)


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill and what came of it. ``point``: steps done of ``steps``; ``lost`` and ``doubled``: pages, files or
    tables after the next run; ``torn``: files not whole right after the kill; ``left``: half-written files after the
    next run, and processes that outlived the killed one."""

    stage: str
    point: int
    steps: int
    lost: int
    doubled: int
    torn: int
    left: int

    @property
    def survived(self) -> bool:
        """Whether nothing at all is wrong."""
        return not (self.lost or self.doubled or self.torn or self.left)


def kill_once(stage: Stage, folder: Path, chance: random.Random) -> Kill | None:
    """Start, kill, look, run again, compare. None: the work had ended before the kill."""
    layout = Layout(Path(shutil.copytree(stage.before, folder)))
    process = stage.start(layout)
    stage.strike(process, layout, chance)
    below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.kill()
    process.communicate()
    if process.returncode != -signal.SIGKILL:
        return None
    outlived = len(psutil.wait_procs(below, timeout=10)[1])
    point, torn = stage.look(layout)
    stage.run(layout)
    lost, doubled = stage.compare(layout)
    return Kill(stage.name, point, stage.steps, lost, doubled, torn, len(left_over(layout)) + outlived)


@contextmanager
def prepared(name: str) -> Iterator[tuple[Stage, Path]]:
    """A stage whose undisturbed run has been timed, and a folder for its kills."""
    with tempfile.TemporaryDirectory() as scratch, serving() as site:
        stage = Crawl(Path(scratch), site) if name == "crawl" else STAGES[name](Path(scratch))
        stage.seconds = stage.run(Layout(Path(shutil.copytree(stage.before, Path(scratch) / "timed"))))
        yield stage, Path(scratch)


def kills(name: str, count: int, seed: int) -> list[Kill]:
    """Kill one stage so often, at points drawn from the seed.

    Raises:
        RuntimeError: the work ended before the kill nine times out of ten.
    """
    chance = random.Random(f"{name} {seed}")
    done: list[Kill] = []
    with prepared(name) as (stage, scratch):
        for number in range(count * 10):
            if len(done) == count:
                return done
            found = kill_once(stage, scratch / str(number), chance)
            shutil.rmtree(scratch / str(number))
            if found is not None:
                done.append(found)
    if len(done) < count:
        raise RuntimeError(f"{name}: only {len(done)} of {count} kills came before the end")
    return done


def table(done: Iterable[Kill]) -> str:
    """The kills as a Markdown table, a row a stage."""
    rows = ["| stage | kills | killed after step | lost | doubled | torn | left lying |"]
    rows.append("|---|---:|---|---:|---:|---:|---:|")
    by_stage: dict[str, list[Kill]] = {}
    for kill in done:
        by_stage.setdefault(kill.stage, []).append(kill)
    for name, found in by_stage.items():
        points = sorted(kill.point for kill in found)
        where = f"{points[0]} to {points[-1]} of {found[0].steps}, {len(set(points))} different"
        sums = [sum(getattr(kill, what) for kill in found) for what in ("lost", "doubled", "torn", "left")]
        rows.append(f"| {name} | {len(found)} | {where} | {' | '.join(map(str, sums))} |")
    return "\n".join(rows)


def main(arguments: list[str]) -> int:
    """Print the table; 1 if anything did not survive."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=60, help="kills in all, shared evenly over the stages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stage", choices=NAMES, action="append", help="only this one; repeat for more")
    options = parser.parse_args(arguments)
    names = options.stage or NAMES
    done = [kill for name in names for kill in kills(name, max(1, options.kills // len(names)), options.seed)]
    print(table(done))
    return 0 if all(kill.survived for kill in done) else 1
