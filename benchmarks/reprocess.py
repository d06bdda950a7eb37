"""What part of a re-extraction's CPU time is spent in cleaning and extraction themselves."""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.session import session
from benchmarks.stages import Figures, html_pages
from warehouse.layout import Layout

#: Pages read again, in a first run and in a second one; what the second takes more is work, the rest is starting.
FEW, PAGES = 40, 600
WORKERS = 2
#: How often all is run.
TIMES = 3
DAY = date(2026, 11, 20)


def reprocess(scratch: Path, folder: Path | None) -> Figures:
    """``dateline reprocess`` over a page store: all CPU time its processes took, and what the same pages take
    when the functions are called on them one after the other. The sides take turns, and of each the middle run counts.

    Cleaning is judging each page and taking out what the site repeats; carrying pages and records between processes,
    reading WARC and writing staged files are not.
    """
    pages = html_pages(folder)
    pages = (pages * (PAGES // len(pages) + 1))[:PAGES]
    starting, whole, wall, judging, profiling, reading = zip(
        *(_round(scratch / str(n), pages) for n in range(TIMES)), strict=True
    )
    # of the few, which all differ: what comes again is kept as a revisit
    kept = sum(path.stat().st_size for path in (scratch / "0" / "few" / "pages").rglob("*.warc.gz"))
    inside = median(map(sum, zip(judging, profiling, reading, strict=True)))
    work = median(all_ - few for all_, few in zip(whole, starting, strict=True))
    return {
        "pages": len(pages),
        "kB of WARC a page": round(kept / FEW / 1000, 1),
        "CPU s of the whole command": round(median(whole), 1),
        f"CPU s of it for {FEW} pages (the workers start)": round(median(starting), 1),
        f"CPU s of the other {PAGES - FEW} pages": round(work, 1),
        "CPU s of the functions on these: judging pages": round(median(judging), 1),
        "the site profile": round(median(profiling), 1),
        "reading incidents": round(median(reading), 1),
        "their share of what those pages cost": round(inside / work, 3),
        "their share of the whole command": round(inside / median(whole), 3),
        "pages/s/core": round(len(pages) / median(whole), 1),
        "wall s with two workers": round(median(wall), 1),
    }


def _round(scratch: Path, pages: list[bytes]) -> tuple[float, float, float, float, float, float]:
    """CPU s of the command on few pages and on all, its wall s on all; CPU s of the three functions on the others."""
    store(Layout(scratch / "few"), pages[:FEW])
    store(Layout(scratch / "all"), pages)
    starting, _ = _whole(scratch / "few")
    direct = _direct(pages[FEW:])
    whole, wall = _whole(scratch / "all")
    return starting, whole, wall, *direct


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


def _direct(pages: list[bytes]) -> tuple[float, float, float]:
    """CPU seconds of judging, of the site profile and of reading incidents; loaded models and caches not counted."""
    from pipelines.cleaning import apply_profile, host_of, judge, learn, observe
    from pipelines.incidents import extract_article

    def of(number: int) -> str:
        return f"https://news.example/{number // 100}/story-{number}"

    warm = [found for n, body in enumerate(pages[:FEW]) if (found := judge(body, of(n)).article) is not None]
    for article in warm:
        extract_article(article)
    times = [time.process_time()]
    judged = [judge(body, of(n), with_places=True) for n, body in enumerate(pages)]
    times.append(time.process_time())
    articles = [page.article for page in judged if page.article is not None]
    places = [page.places for page in judged if page.article is not None]
    profiles = learn(articles, places=places)
    articles = [apply_profile(profiles[host_of(a)], a, at) for a, at in zip(articles, places, strict=True)]
    lines = list(observe(profiles, articles, "bench", DAY, places))
    times.append(time.process_time())
    for article in articles:
        extract_article(article)
    times.append(time.process_time())
    if not lines:
        raise RuntimeError("the site profile recorded nothing")
    return times[1] - times[0], times[2] - times[1], times[3] - times[2]


def _whole(data: Path) -> tuple[float, float]:
    """CPU and wall seconds of the command and all its processes."""
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "--data", str(data), "reprocess"]
    command += ["--from", DAY.isoformat(), "--to", DAY.isoformat(), "--workers", str(WORKERS), "--no-load"]
    cost = session(command)
    return cost.cpu_s, cost.wall_s
