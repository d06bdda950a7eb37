"""How learning and applying a site's profile grows with the stories of its window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.stages import Figures
from pipelines.cleaning import HISTORY_DAYS, apply_profile, host_of, learn, observe
from warehouse.layout import Layout
from warehouse.records import Article, SiteLine, content_id
from warehouse.staging import read_staged, write_staged

#: Stories in the window: each a multiple of the one before, so that growth shows.
SIZES = (1_000, 10_000)
LINES = 22
FURNITURE = 3
DAY = date(2026, 11, 20)


def site_profile(scratch: Path, folder: Path | None) -> Figures:
    """A day's profile read from the staged records of the days before it, learnt, applied and recorded."""
    figures: Figures = {}
    for size in SIZES:
        learnt, applied, staged = cost(Layout(scratch / str(size)), size)
        a_day = size // HISTORY_DAYS
        figures[f"{size} stories: learnt, µs a story of the window"] = round(learnt / size * 1e6)
        figures[f"{size} stories: applied and recorded, µs a story of the day"] = round(applied / a_day * 1e6)
        figures[f"{size} stories: bytes staged a story"] = round(staged / (a_day * HISTORY_DAYS))
    return figures


def cost(layout: Layout, size: int) -> tuple[float, float, int]:
    """CPU seconds of learning from a window of ``size`` stories, and of applying it to a day and recording the day;
    bytes that the window's records take."""
    a_day = size // HISTORY_DAYS
    for back in range(1, HISTORY_DAYS + 1):
        day = DAY - timedelta(days=back)
        articles = [_article(back * a_day + n, day) for n in range(a_day)]
        write_staged(layout, "profiles", "bench", day, observe(learn(articles), articles, "bench", day))
    today = [_article(n, DAY) for n in range(a_day)]
    started = time.process_time()
    profiles = learn(today, _history(layout, HISTORY_DAYS))
    learnt = time.process_time()
    found = [apply_profile(profiles[host_of(article)], article) for article in today]
    records = list(observe(profiles, found, "bench", DAY))
    ended = time.process_time()
    assert sum(len(article.removed) for article in found) == FURNITURE * a_day
    assert len(records) == a_day * LINES + FURNITURE
    staged = sum(path.stat().st_size for path in layout.staged("profiles", "bench", DAY).parent.iterdir())
    return learnt - started, ended - learnt, staged


def _history(layout: Layout, days: int) -> Iterator[SiteLine]:
    for back in range(1, days + 1):
        yield from read_staged(layout, "profiles", "bench", DAY - timedelta(days=back))


def _article(number: int, day: date) -> Article:
    url = f"https://news.example/{number}"
    own = [
        f"Line {line} of story {number} is like no other line and as long as lines of stories are."
        for line in range(LINES)
    ]
    furniture = [f"Standing line {line} of this newspaper speaks to all its readers." for line in range(FURNITURE)]
    return Article(
        article_id=content_id(url), revision=content_id(number), url=url, canonical_url=url, title=f"Title {number}",
        lead=None, text="\n\n".join([*own, *furniture]), crawl_day=day,
    )  # fmt: skip
