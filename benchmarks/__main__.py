"""``make bench``: speed and memory of each stage, each beside its yardstick in the same run.

Seconds differ from machine to machine, so what counts is a ratio taken side by side, or pages a
CPU second together with what the same machine did for the yardstick. Each measurement runs in a
process of its own, so that its peak memory is its own.

    python -m benchmarks                      # all, on the demo newspaper's pages
    python -m benchmarks clean --pages DIR    # one, on a folder of .html or .html.gz files
    python -m benchmarks metadata --data DIR  # titles, dates and authors against a folder's gold.json
    python -m benchmarks ablation --data DIR  # what each family of rules gains and costs, on a folder of sets
    python -m benchmarks calibration          # confidence of fields against the truth (with the scoring kit)
    python -m benchmarks causes               # why roles, country and day are missed or wrong (with the scoring kit)
    python -m benchmarks duplicates           # copies against what only looks like them, on texts of our own
    python -m benchmarks events               # incidents merged into events, on stories of our own
    python -m benchmarks events --scale 10000 100000 1000000  # time and memory of merging as the window grows
    python -m benchmarks pages [--data DIR]   # what pages of every kind are taken for, and real articles refused
    python -m benchmarks quiet --data DIR     # incidents read out of pages that hardly tell of any, on a folder of sets
    python -m benchmarks lake                 # the loader on a DuckLake beside the one file, with a Postgres of its own
    python -m benchmarks cluster              # the same pages read by a pool and by a Dask cluster
    python -m benchmarks growth [PART ...]    # each part at 1, 10 and 100 times the volume (docs/scale.md)
    python -m benchmarks faults               # processes killed in every stage: what is lost, doubled, torn
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import metadata, page_kinds, stages
from benchmarks.ablation import ablation
from benchmarks.cluster import cluster
from benchmarks.crawl import crawl
from benchmarks.duplicates.growth import copies
from benchmarks.duplicates.score import duplicates
from benchmarks.events.scale import scale
from benchmarks.events.score import events
from benchmarks.lake import lake
from benchmarks.quiet import quiet
from benchmarks.reprocess import reprocess
from benchmarks.serving.measure import serve
from benchmarks.site_profile import site_profile

MEASUREMENTS = {
    "crawl": crawl,
    "clean": stages.clean,
    "site-profile": site_profile,
    "extract": stages.extract,
    "load": stages.load,
    "copies": copies,
    "reprocess": reprocess,
    "serve": serve,
    "lake": lake,
    "cluster": cluster,
}

#: Those that are part of no other: they start servers (make bench-scale).
_ASKED_FOR = {"lake", "cluster"}

#: Measurements of what is right, not of speed, on a scoring set (duplicates and pages have their own).
SCORES = {
    "ablation": ablation,
    "metadata": metadata.metadata,
    "duplicates": duplicates,
    "events": events,
    "pages": page_kinds.page_kinds,
    "quiet": quiet,
}


def peak_mb() -> float:
    """Peak memory of this process or of its largest child so far, in MB."""
    usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(usage) / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, kB elsewhere


def main() -> None:
    """Print one line a figure; with a name, only that measurement."""
    if sys.argv[1:2] == ["calibration"]:  # needs the scoring kit, and prints tables: never part of "all"
        from benchmarks import calibration

        calibration.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["causes"]:  # needs the scoring kit, and prints tables: never part of "all"
        from benchmarks import role_causes

        role_causes.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["growth"]:  # takes minutes, and prints a table: never part of "all"
        from benchmarks import growth

        growth.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["faults"]:  # kills processes for minutes, and prints a table: never part of "all"
        from benchmarks.faults import campaign

        sys.exit(campaign.main(sys.argv[2:]))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*MEASUREMENTS, *SCORES])
    parser.add_argument("--pages", type=Path, help="folder of .html or .html.gz files instead of the demo's pages")
    parser.add_argument(
        "--data", type=Path, help="a scoring set: gold.json and html/ in a folder; for duplicates a JSONL file"
    )
    parser.add_argument("--scale", type=int, nargs="+", metavar="N", help="events: merge so many synthetic incidents")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    options = parser.parse_args()
    if options.scale and (options.name != "events" or min(options.scale) < 1):
        parser.error("--scale goes with events and takes counts of incidents: benchmarks events --scale 10000 100000")
    if options.name is None:
        for name in (name for name in MEASUREMENTS if name not in _ASKED_FOR):
            command = [sys.executable, "-m", "benchmarks", name]
            if options.pages:
                command += ["--pages", str(options.pages)]
            if options.json:
                command.append("--json")
            subprocess.run(command, check=True)
        return
    started = time.perf_counter()
    if options.scale:
        show("events", scale(tuple(options.scale)), started, as_json=options.json)
        return
    if options.name in SCORES:
        show(options.name, SCORES[options.name](options.data), started, as_json=options.json)
        return
    with tempfile.TemporaryDirectory() as scratch:
        figures = MEASUREMENTS[options.name](Path(scratch), options.pages)
    figures["peak MB"] = round(peak_mb(), 1)
    show(options.name, figures, started, as_json=options.json)


def show(name: str, figures: stages.Figures, started: float, *, as_json: bool) -> None:
    """Print the figures of one measurement, one a line or as JSON."""
    if as_json:
        print(json.dumps({name: figures}))
        return
    print(f"{name}  ({time.perf_counter() - started:.0f} s)")
    for figure, value in figures.items():
        print(f"  {figure:52} {value}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
