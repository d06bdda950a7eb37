"""What part of a re-extraction's CPU time is spent in cleaning and extraction themselves."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from benchmarks.inside import noted
from benchmarks.session import session
from benchmarks.stages import Figures, html_pages
from warehouse.layout import Layout

#: Pages read again, in a first run and in a second one; what the second takes more is work, the rest is starting.
FEW, PAGES = 40, 600
WORKERS = 2
#: How often all is run.
TIMES = 5
DAY = date(2026, 11, 20)


def reprocess(scratch: Path, folder: Path | None) -> Figures:
    """``dateline reprocess`` over a page store: the CPU time of all its processes, and how much of it was spent inside
    the functions that clean and read, as the same run notes it (:mod:`benchmarks.inside`).

    Cleaning is judging each page and taking out what the site repeats; carrying pages and records between processes,
    reading WARC and writing staged files are not. What a run of few pages takes is starting.
    """
    pages = html_pages(folder)
    # each another body: of what comes again only a revisit is kept, which is read from two places
    pages = [body + b"<!-- %d -->" % number for number, body in enumerate(islice(cycle(pages), PAGES))]
    rounds = sorted((_round(scratch / str(n), pages) for n in range(TIMES)), key=lambda one: one.share)
    middle = rounds[len(rounds) // 2]
    kept = sum(path.stat().st_size for path in (scratch / "0" / "few" / "pages").rglob("*.warc.gz"))
    return {
        "pages": len(pages),
        "kB of WARC a page": round(kept / FEW / 1000, 1),
        "CPU s of the whole command": round(middle.every.cpu_s, 1),
        f"CPU s of it for {FEW} pages (the workers start)": round(middle.few.cpu_s, 1),
        f"CPU s of the other {PAGES - FEW} pages": round(middle.work, 1),
        **{f"of these, {what}": round(seconds, 1) for what, seconds in middle.inside.items()},
        "their share of what those pages cost": round(middle.share, 3),
        "in each round": ", ".join(f"{one.share:.3f}" for one in rounds),
        "their share of the whole command": round(middle.every.inside.total() / middle.every.cpu_s, 3),
        "pages/s/core": round(len(pages) / middle.every.cpu_s, 1),
        "wall s with two workers": round(middle.every.wall_s, 1),
    }


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the command: CPU and wall seconds, and the CPU seconds inside by what they were spent on."""

    cpu_s: float
    wall_s: float
    inside: Counter[str]


@dataclass(frozen=True, slots=True)
class _Round:
    """The command on few pages and on all."""

    few: _Run
    every: _Run

    @property
    def work(self) -> float:
        """CPU seconds that the pages past the few cost."""
        return self.every.cpu_s - self.few.cpu_s

    @property
    def inside(self) -> Counter[str]:
        """CPU seconds of these inside, by what they were spent on."""
        return self.every.inside - self.few.inside

    @property
    def share(self) -> float:
        return self.inside.total() / self.work


def _round(scratch: Path, pages: list[bytes]) -> _Round:
    store(Layout(scratch / "few"), pages[:FEW])
    store(Layout(scratch / "all"), pages)
    return _Round(_run(scratch / "few"), _run(scratch / "all"))


def store(layout: Layout, pages: list[bytes], day: date = DAY, source: str = "bench") -> None:
    from scrapers.pagestore import Exchange, PageWriter

    with PageWriter(layout, source, day) as writer:
        for number, body in enumerate(pages):
            url = f"https://news.example/{number // 100}/story-{number}"
            writer.write(
                Exchange(
                    url=url, canonical_url=url, purpose="article", status=200, body=body, outcome="ok",
                    fetched_at=datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=number),
                    response_headers=[("Content-Type", "text/html")],
                )
            )  # fmt: skip


def _run(data: Path) -> _Run:
    notes = data / "notes"
    command = [sys.executable, "-m", "benchmarks.inside", str(notes), "--data", str(data), "reprocess"]
    command += ["--from", DAY.isoformat(), "--to", DAY.isoformat(), "--workers", str(WORKERS), "--no-load"]
    cost = session(command)
    return _Run(cost.cpu_s, cost.wall_s, noted(notes))
