"""The same pages read by a pool of processes and by a Dask cluster's workers, by turns."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.reprocess import DAY, WORKERS, store
from benchmarks.session import session
from benchmarks.stages import Figures, html_pages
from warehouse.layout import DATA_VARIABLE, PROJECT, Layout

PAGES = 100
TURNS = 2


def cluster(scratch: Path, folder: Path | None) -> Figures:
    """``dateline reprocess`` over a page store, in two processes and on two workers of a cluster on this machine. The
    cluster's are started beforehand and have read the pages once; the pool's start with the command."""
    pages = html_pages(folder)
    layout = Layout(scratch / "data")
    store(layout, (pages * (PAGES // len(pages) + 1))[:PAGES])
    environment = {**os.environ, DATA_VARIABLE: str(layout.data)}
    file = scratch / "scheduler.json"
    scheduler = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    running = [_started([*scheduler, "--scheduler-file", str(file)], environment)]
    try:
        address = _address(file)
        main = "from pipelines.cli import main; main()"
        running.append(_started(["-c", main, "worker", address, "--processes", str(WORKERS)], environment))
        _read(layout, environment, address)
        spent: dict[str, list[float]] = {"pool": [], "cluster": []}
        for _ in range(TURNS):
            spent["pool"].append(_read(layout, environment, str(WORKERS)))
            spent["cluster"].append(_read(layout, environment, address))
        memory = _memory(running[1].pid)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(60)
    pool, dask = min(spent["pool"]), min(spent["cluster"])
    return {
        "pages": PAGES,
        "wall s, a pool of two processes (they start with it)": round(pool, 1),
        "wall s, two workers of a cluster": round(dask, 1),
        "ratio of the cluster to the pool": round(dask / pool, 2),
        "MB of the workers, their page judges included": round(memory),
    }


def _started(words: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *words], cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


def _address(file: Path) -> str:
    while not file.exists():
        time.sleep(0.1)
    return str(json.loads(file.read_text("utf-8"))["address"])


def _read(layout: Layout, environment: dict[str, str], workers: str) -> float:
    """Wall seconds of reading all pages anew."""
    for stage in ("articles", "verdicts", "profiles", "incidents"):
        shutil.rmtree(layout.staging / stage, ignore_errors=True)
    started = time.perf_counter()
    span = ["--from", str(DAY), "--to", str(DAY), "--no-load", "--workers", workers]
    session([sys.executable, "-c", "from pipelines.cli import main; main()", "reprocess", *span], environment)
    return time.perf_counter() - started


def _memory(pid: int) -> float:
    """Memory (MB) of a process and all below it, shared pages counted once for each."""
    import psutil

    top = psutil.Process(pid)
    return sum(process.memory_info().rss for process in (top, *top.children(recursive=True))) / 1e6
