"""The measurements behind ``make bench``; each takes a scratch folder and returns figure -> value."""

from __future__ import annotations

import gzip
import http.server
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from warehouse.layout import PROJECT, Layout
from warehouse.records import Article, Incident, content_id

Figures = dict[str, float | int | str]

#: Pages the crawl measurement fetches, and their size: the mean of 1,462 news pages was 37 kB compressed.
CRAWL_PAGES = 1500
CRAWL_PAGE_BYTES = 120_000
LOAD_ROWS = 50_000


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

    Each page is read once by each side, the sides in turn: a second reading would find its class names and
    links in both sides' caches. The pages that warm up a worker are read before, so that loading is not measured.
    """
    import trafilatura

    from pipelines.cleaning import judge
    from pipelines.cleaning.limits import WARM_UP

    pages = html_pages(folder)
    sides: dict[str, Callable[[bytes], object]] = {
        "ours": lambda page: judge(page, "https://news.example/a"),
        "with metadata": lambda page: trafilatura.bare_extraction(page, with_metadata=True, include_comments=False),
        "text only": lambda page: trafilatura.extract(page, include_comments=False),
    }
    spent = dict.fromkeys(sides, 0.0)
    for warm_up in WARM_UP:
        for work in sides.values():
            work(warm_up.encode())
    for page in pages:
        for name, work in sides.items():
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
    """Incident extraction: articles a CPU second, those with incidents and all."""
    from pipelines.cleaning import judge
    from pipelines.incidents import extract_article

    articles = [a for page in html_pages(folder) if (a := judge(page, "https://news.example/a").article) is not None]
    extract_article(articles[0])
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
        "articles/s/core": round(total / seconds, 1),
        "articles with incidents/s/core": round(with_incidents / seconds_with, 1) if with_incidents else 0,
    }


def load(scratch: Path, folder: Path | None) -> Figures:
    """Staged Parquet into DuckDB: first load, and the same load again, which must change nothing."""
    from pipelines.events import merge
    from warehouse.loader import load_day
    from warehouse.staging import write_staged

    layout, day, at = Layout(scratch), date(2026, 11, 20), datetime(2026, 11, 20, tzinfo=UTC)
    articles, incidents = [], []
    for number in range(LOAD_ROWS // 2):
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


class _Site(http.server.BaseHTTPRequestHandler):
    """A site of many unique pages, served as fast as one thread can."""

    protocol_version = "HTTP/1.1"
    page = b""

    def do_GET(self) -> None:
        origin = f"http://127.0.0.1:{self.server.server_address[1]}"  # type: ignore[index]
        if self.path == "/feed.xml":
            items = "".join(f"<item><link>{origin}/world/story-number-{n}</link></item>" for n in range(CRAWL_PAGES))
            body, kind = f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), "application/rss+xml"
        elif self.path.startswith("/world/"):
            body, kind = self.path.encode() + self.page, "text/html; charset=utf-8"
        else:
            body, kind = b"", "text/plain"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def crawl(scratch: Path, folder: Path | None) -> Figures:
    """The whole crawl of a local site at full speed: Scrapy, frontier and WARC, a page a core second."""
    words = " ".join(content_id(n) for n in range(CRAWL_PAGE_BYTES // 66))
    _Site.page = (
        f"<html><body><article><p>{words}</p><p>{'plain words again ' * 3300}</p></article></body></html>".encode()
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sources = scratch / "sources"
    sources.mkdir()
    (sources / "bench.toml").write_text(
        f"""name = "Bench"
home = "http://127.0.0.1:{server.server_address[1]}/"
country = "GB"
language = "en"
enabled = true
feeds = ["http://127.0.0.1:{server.server_address[1]}/feed.xml"]
[politeness]
delay = 0.0
concurrency = 16
adaptive = false
[network]
allow_addresses = ["127.0.0.1"]
"""
    )
    command = [sys.executable, "-m", "scrapy", "crawl", "source", "-a", "source=bench", "-s", "LOG_LEVEL=WARNING"]
    environment = {**os.environ, "DATELINE_DATA": str(scratch / "data"), "DATELINE_SOURCES": str(sources)}
    subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    server.shutdown()
    from scrapers.pagestore import read_index

    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    stored = read_index(Layout(scratch / "data"), "bench", datetime.now(UTC).date())
    pages = sum(page.purpose == "article" and page.outcome == "ok" for page in stored)
    size = sum(path.stat().st_size for path in (scratch / "data" / "pages").rglob("*.warc.gz"))
    return {
        "pages stored": pages,
        "pages/s/core, start-up included": round(pages / spent, 1),
        "kB a page on disk": round(size / max(1, pages) / 1000, 1),
    }
