"""What part of a re-extraction's CPU time is spent in cleaning and extraction themselves."""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.session import session
from benchmarks.stages import Figures, html_pages
from warehouse.layout import Layout

#: Pages read again, in a first run and in a second one; what the second takes more is work, the rest is starting.
FEW, PAGES = 40, 600
WORKERS = 2
DAY = date(2026, 11, 20)


def reprocess(scratch: Path, folder: Path | None) -> Figures:
    """``dateline reprocess`` over a page store: all CPU time its processes took, and what the same pages take
    when the two functions are called on them one after the other."""
    pages = html_pages(folder)
    pages = (pages * (PAGES // len(pages) + 1))[:PAGES]
    _store(Layout(scratch / "few"), pages[:FEW])
    _store(Layout(scratch / "all"), pages)
    starting, _ = _whole(scratch / "few")
    whole, wall = _whole(scratch / "all")
    direct = _direct(pages[FEW:])
    return {
        "pages": len(pages),
        "CPU s of the whole command": round(whole, 1),
        f"CPU s of it for {FEW} pages (the workers start)": round(starting, 1),
        f"CPU s of cleaning and extraction alone, the other {PAGES - FEW}": round(direct, 1),
        "their share of what those pages cost": round(direct / (whole - starting), 3),
        "their share of the whole command": round(direct / whole, 3),
        "pages/s/core": round(len(pages) / whole, 1),
        "wall s with two workers": round(wall, 1),
    }


def _store(layout: Layout, pages: list[bytes]) -> None:
    from scrapers.pagestore import Exchange, PageWriter

    with PageWriter(layout, "bench", DAY) as writer:
        for number, body in enumerate(pages):
            url = f"https://news.example/{number // 100}/story-{number}"
            writer.write(
                Exchange(
                    url=url, canonical_url=url, purpose="article", status=200, body=body, outcome="ok",
                    fetched_at=datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=number),
                    response_headers=[("Content-Type", "text/html")],
                )
            )  # fmt: skip


def _direct(pages: list[bytes]) -> float:
    """CPU seconds of the two functions on the pages, loaded models and caches not counted."""
    from pipelines.cleaning import judge
    from pipelines.incidents import extract_article

    def read(body: bytes, number: int) -> None:
        article = judge(body, f"https://news.example/{number // 100}/story-{number}").article
        if article is not None:
            extract_article(article)

    for number, body in enumerate(pages[:20]):
        read(body, number)
    started = time.process_time()
    for number, body in enumerate(pages):
        read(body, number)
    return time.process_time() - started


def _whole(data: Path) -> tuple[float, float]:
    """CPU and wall seconds of the command and all its processes."""
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "--data", str(data), "reprocess"]
    command += ["--from", DAY.isoformat(), "--to", DAY.isoformat(), "--workers", str(WORKERS), "--no-load"]
    began = time.monotonic()
    cpu_s, _ = session(command)
    return cpu_s, time.monotonic() - began
