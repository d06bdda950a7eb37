"""``python -m benchmarks serve``: what ``dateline serve`` answers in, over a warehouse of 100,000 events.

Times are the median of several requests to the real command over loopback, compressed as browsers ask for it; beside
each stands the server's own CPU time for one, which says more where the machine has other work.
With a Chromium there is one more: from the address to a map whose clusters can be clicked.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import psutil

from benchmarks.serving.warehouse import publish_events
from benchmarks.stages import Figures
from warehouse.layout import DATA_VARIABLE, Layout
from warehouse.query import connect

EVENTS = 100_000

#: Requests of each kind; the first, which warms up, is not counted.
TIMES = 9

PATHS = {
    "first page": "/",
    "map data": "/map.json",
    "a country and a month": "/?country=SY&since=2025-03-01&until=2025-03-31",
    "its map data": "/map.json?country=SY&since=2025-03-01&until=2025-03-31",
    "an actor": "/?actor=group+12",
    "an outlet, deadliest first": "/?source=outlet-7&sort=deadliest",
    "the last page": f"/?page={EVENTS // 50}",
    "articles with a rare word": "/search?q=%22word+77+%22",
    "sources": "/sources",
}


def serve(scratch: Path, folder: Path | None) -> Figures:
    """Milliseconds and kilobytes of each kind of page; ``folder`` is not asked for."""
    layout = Layout(scratch)
    started = time.perf_counter()
    publish_events(layout, EVENTS)
    figures: Figures = {
        f"published file of {EVENTS:,} events, MB": round(layout.published.stat().st_size / 1e6),
        "making it, s": round(time.perf_counter() - started),
    }
    with connect(layout) as connection:
        row = connection.execute("SELECT event_id FROM events WHERE disputed ORDER BY event_id LIMIT 1").fetchone()
        event_id = "" if row is None else str(row[0])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, DATA_VARIABLE: str(layout.data)}, stdout=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=base, timeout=60) as client:
            _wait(client)
            for name, path in (PATHS | {"an event": f"/event/{event_id}"}).items():
                figures |= _timed(client, psutil.Process(server.pid), name, path)
        figures |= _in_browser(base)
    finally:
        server.terminate()
        server.wait()
    return figures


def _wait(client: httpx.Client) -> None:
    for _ in range(600):
        try:
            client.get("/static/icon.svg")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


def _timed(client: httpx.Client, server: psutil.Process, name: str, path: str) -> Figures:
    seconds, size, spent = [], 0, 0.0
    for number in range(TIMES + 1):
        if number == 1:
            spent = _cpu(server)
        started = time.perf_counter()
        with client.stream("GET", path) as answer:
            answer.raise_for_status()
            size = sum(len(piece) for piece in answer.iter_raw())
        seconds.append(time.perf_counter() - started)
    return {
        f"{name}, ms": round(1000 * median(seconds[1:])),
        f"{name}, ms of CPU": round(1000 * (_cpu(server) - spent) / TIMES),
        f"{name}, kB sent": round(size / 1000, 1),
    }


def _cpu(server: psutil.Process) -> float:
    spent = server.cpu_times()
    return float(spent.user + spent.system)


def _in_browser(base: str) -> Figures:
    """Milliseconds to a map of all events that answers clicks, with an empty cache and again with a full one."""
    from tests.browser import CHROMIUM, chromium

    if CHROMIUM is None:
        return {"interactive map in Chromium": "no Chromium here"}
    ready = "document.getElementById('map')?.dataset.base && document.getElementById('map').dataset.places"
    figures: Figures = {}
    with TemporaryDirectory() as profile, chromium(Path(profile)) as browser:
        for name in ("empty", "full"):
            started = time.perf_counter()
            browser.open(base + "/")
            browser.until(ready)
            figures[f"interactive map in Chromium, cache {name}, ms"] = round(1000 * (time.perf_counter() - started))
            figures["places on it"] = int(browser.value("document.getElementById('map').dataset.places"))
            browser.open("about:blank")
    return figures
