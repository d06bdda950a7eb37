"""``make bench-peers DATA=FOLDER``: articles a core second out of one CC-NEWS file, ours and other systems'.

Each side runs as it is meant to be run, in its own environment, on few pages and on all: what all take more than few
is the work, the rest is starting. The sides take turns, so a busy machine is busy for all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.peers.archive import DAY, pack, serve
from benchmarks.session import session
from warehouse.layout import PROJECT

#: Every how-manieth page the short run reads, and how often both are run.
FEW, TIMES = 12, 5

#: Makes the command of a side from the archive's address and the WARC file's path.
Command = Callable[[str, Path], list[str]]


def _script(environment: str, name: str) -> list[str]:
    return [str(PROJECT / environment / "bin" / "python"), str(PROJECT / "benchmarks" / "peers" / name)]


OURS = [sys.executable, "-m", "benchmarks.peers.read_with_dateline"]
SIDES: dict[str, Command] = {
    "ours, read and cleaned": lambda address, warc: [*OURS, "read", str(warc), address],
    "ours, by way of the page store": lambda address, warc: [*OURS, "stored", str(warc), address],
    "fundus": lambda address, warc: [*_script(".venv-fundus", "read_with_fundus.py"), address, DAY.isoformat()],
    "news-please": lambda address, warc: [*_script(".venv-newsplease", "read_with_newsplease.py"), str(warc)],
}


def main() -> None:
    """Print one line a side."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of scoring sets: ati, fundus_eval and fundus_tests")
    folder = parser.parse_args().data
    # nothing but what a command needs: a setting of ours must not reach a peer
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    spent: dict[str, list[tuple[float, int]]] = {name: [] for name in SIDES}
    with tempfile.TemporaryDirectory() as scratch:
        few, every = Path(scratch) / "few", Path(scratch) / "all"
        archives = [(root, pack(folder, root, step)) for root, step in ((few, FEW), (every, 1))]
        for _ in range(TIMES):
            for name, command in SIDES.items():
                runs = []
                for root, warc in archives:
                    with serve(root) as address:
                        cost = session(command(address, warc), environment)
                    runs.append((cost.cpu_s, json.loads(cost.printed.splitlines()[-1])))
                (starting, some), (whole, articles) = runs
                spent[name].append((whole - starting, articles - some))
    print(f"{'':32} {'articles':>8} {'CPU s':>7} {'articles/s/core':>16}   runs")
    for name, runs in spent.items():
        runs.sort()
        seconds, articles = runs[len(runs) // 2]
        print(
            f"{name:32} {articles:8} {seconds:7.2f} {articles / seconds:16.1f}  "
            f" {' '.join(f'{n / cpu:.1f}' for cpu, n in runs)}"
        )


if __name__ == "__main__":
    main()
