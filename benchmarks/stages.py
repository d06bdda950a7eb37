"""The measurements behind ``make bench``; each takes a scratch folder and returns figure -> value."""

from __future__ import annotations

import gc
import gzip
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from warehouse.layout import Layout
from warehouse.records import Article, Incident, content_id

Figures = dict[str, float | int | str]

LOAD_ROWS = 50_000

#: Loads what an extraction loads once a process: the first page may be in a language that is not read.
_WARM_UP = "Gunmen killed two soldiers in Mosul on Monday, police said. A bomb in Baghdad wounded three people."


def html_pages(folder: Path | None) -> list[bytes]:
    """The pages to clean: a folder's, or the demo newspaper's."""
    if folder is not None:
        files = [path for path in sorted(folder.iterdir()) if path.name.endswith((".html", ".html.gz"))]
        return [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    from pipelines.demo.site import render_story
    from pipelines.demo.stories import load_outlets, load_stories

    outlets = load_outlets()
    return [
        render_story(outlets[name], story, "http://127.0.0.1").encode()
        for story in load_stories()
        for name in story.outlets
    ]


def clean(scratch: Path, folder: Path | None) -> Figures:
    """Cleaning, filter and metadata included, against plain trafilatura with metadata and text-only.

    Each page is read once by each side: a second reading would find its class names and links in both sides'
    caches. The sides take turns at being first, for the first one fills the caches that they share (a twentieth of its
    time). Pages that need every library are read before, so that loading is not measured.
    """
    import trafilatura

    from pipelines.cleaning import judge
    from pipelines.cleaning.limits import TOLD_BY_MODEL, WARM_UP

    pages = html_pages(folder)
    sides: dict[str, Callable[[bytes], object]] = {
        "ours": lambda page: judge(page, "https://news.example/a"),
        "with metadata": lambda page: trafilatura.bare_extraction(page, with_metadata=True, include_comments=False),
        "text only": lambda page: trafilatura.extract(page, include_comments=False),
    }
    spent = dict.fromkeys(sides, 0.0)
    for warm_up in (TOLD_BY_MODEL, *WARM_UP):
        for work in sides.values():
            work(warm_up.encode())
    gc.collect()
    gc.freeze()  # what the other measurements load is not gone through again and again in the turns of these sides
    turns = deque(sides.items())
    for page in pages:
        turns.rotate(1)
        for name, work in turns:
            started = time.process_time()
            work(page)
            spent[name] += time.process_time() - started
    return {
        "pages": len(pages),
        "pages/s/core": round(len(pages) / spent["ours"], 1),
        "ratio to plain trafilatura with metadata": round(spent["with metadata"] / spent["ours"], 2),
        "ratio to plain trafilatura, text only": round(spent["text only"] / spent["ours"], 2),
    }


def extract(scratch: Path, folder: Path | None) -> Figures:
    """Incident extraction: articles a CPU second, those with incidents and all; loading is a figure of its own."""
    from pipelines.cleaning import judge
    from pipelines.incidents import extract, extract_article

    articles = [a for page in html_pages(folder) if (a := judge(page, "https://news.example/a").article) is not None]
    started = time.process_time()
    extract(_WARM_UP)
    loading = time.process_time() - started
    with_incidents, seconds_with, seconds, incidents = 0, 0.0, 0.0, 0
    for article in articles * max(1, 60 // len(articles)):
        started = time.process_time()
        found = extract_article(article)
        spent = time.process_time() - started
        seconds += spent
        incidents += len(found)
        if found:
            with_incidents += 1
            seconds_with += spent
    total = len(articles) * max(1, 60 // len(articles))
    return {
        "articles": total,
        "incidents": incidents,
        "loading model and gazetteer, s": round(loading, 1),
        "articles/s/core": round(total / seconds, 1),
        "articles with incidents/s/core": round(with_incidents / seconds_with, 1) if with_incidents else 0,
    }


def load(scratch: Path, folder: Path | None, number_of_rows: int = LOAD_ROWS) -> Figures:
    """Staged Parquet into DuckDB: first load, and the same load again, which must change nothing."""
    from pipelines.events import merge
    from warehouse.loader import load_day
    from warehouse.staging import write_staged

    layout, day, at = Layout(scratch), date(2026, 11, 20), datetime(2026, 11, 20, tzinfo=UTC)
    articles, incidents = [], []
    for number in range(number_of_rows // 2):
        key = content_id(number)
        url = f"https://news.example/{number}"
        articles.append(
            Article(
                article_id=key, revision=key, url=url, canonical_url=url, title=f"Title {number}", lead=None,
                text=f"Text {number}. " * 50, published_at=at, source_id="bench", page_id=key, crawl_day=day,
                first_seen=at, last_seen=at, cluster_id=key,
            )
        )  # fmt: skip
        incidents.append(
            Incident(
                incident_id=key, event_type="Battles", sub_event_type="Armed clash", status="happened", confidence=0.5,
                start_date=date(2026, 1 + number % 11, 1 + number % 28), time_precision=1,
                article_id=key, revision=key, source_id="bench", crawl_day=day,
            )
        )  # fmt: skip
    write_staged(layout, "pages", "bench", day, [])
    write_staged(layout, "articles", "bench", day, articles)
    write_staged(layout, "incidents", "bench", day, incidents)
    rows = len(articles) + len(incidents)
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        report = load_day(layout, day, merge=merge)
        seconds.append(time.perf_counter() - started)
    changed = sum(n.added + n.changed + n.removed for n in report.tables.values())
    return {
        "rows": rows,
        "rows/s, first load with event merge": round(rows / seconds[0]),
        "rows/s, same load again": round(rows / seconds[1]),
        "rows changed by the second load": changed,
    }
