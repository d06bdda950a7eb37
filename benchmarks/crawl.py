"""The crawl at full speed: Scrapy, frontier and WARC against a site that answers as fast as one thread can.

Two sites of the same pages: one names its charset, one sends its pages compressed and names none, which is where
Scrapy 2.19 by itself spends 40% of its time guessing (scrapers/middlewares/compression.py).
"""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.stages import Figures
from warehouse.layout import PROJECT, Layout
from warehouse.records import content_id

#: Pages fetched from each site; memory that grows with the crawl shows by then.
PAGES = 10_000
#: Size of a page (bytes): on disk it is then what 1,462 real news pages were on average, 37 kB compressed.
PAGE_BYTES = 120_000
#: Pages that differ; each is compressed once, so that the server's own work stays small beside the crawler's.
DISTINCT = 500

#: Runs the arguments as a command and prints its CPU seconds and its peak. A process begins with the peak of the one
#: that started it, which is ours (several hundred MB of pages and libraries) unless a small one stands between.
MEASURED = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:]).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(ended)
"""

SOURCE = """name = "Bench"
home = "{origin}/"
country = "GB"
language = "en"
enabled = true
feeds = ["{origin}/feed.xml"]
[politeness]
delay = 0.0
concurrency = 16
adaptive = false
[network]
allow_addresses = ["127.0.0.1"]
"""


def crawl(scratch: Path, folder: Path | None) -> Figures:
    """Pages stored a core second, and the crawler's peak memory, on both sites."""
    figures: Figures = {"pages of each site": PAGES}
    for charset in (True, False):
        name = "charset in the header" if charset else "compressed, no charset"
        stored, cpu_s, peak_mb, kb = _crawl(scratch / str(charset), charset=charset)
        if stored != PAGES:
            figures[f"pages stored, {name}"] = stored
        figures[f"pages/s/core, {name}"] = round(stored / cpu_s, 1)
        figures[f"crawler's peak MB, {name}"] = round(peak_mb, 1)
        figures[f"kB a page on disk, {name}"] = round(kb, 1)
    return figures


def _crawl(scratch: Path, *, charset: bool) -> tuple[int, float, float, float]:
    """Pages stored, CPU seconds of the crawl with its start, its peak memory (MB), kB a page on disk."""
    handler = functools.partial(_Site, _pages(), charset)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sources = scratch / "sources"
        sources.mkdir(parents=True)
        (sources / "bench.toml").write_text(SOURCE.format(origin=f"http://127.0.0.1:{server.server_address[1]}"))
        environment = {**os.environ, "DATELINE_DATA": str(scratch / "data"), "DATELINE_SOURCES": str(sources)}
        command = [sys.executable, "-m", "scrapy"]
        # once before, so that nothing is compiled while it counts
        subprocess.run([*command, "list"], cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
        arguments = ["crawl", "source", "-a", "source=bench", "-s", "LOG_LEVEL=ERROR", "-s", f"CAP_PATTERN={PAGES}"]
        crawl = subprocess.run(
            [sys.executable, "-c", MEASURED, *command, *arguments],
            cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        server.shutdown()
    cpu_s, peak = map(float, crawl.stdout.split()[-2:])
    from scrapers.pagestore import read_index

    captures = read_index(Layout(scratch / "data"), "bench", datetime.now(UTC).date())
    stored = sum(page.purpose == "article" and page.outcome == "ok" for page in captures)
    size = sum(path.stat().st_size for path in (scratch / "data" / "pages").rglob("*.warc.gz"))
    peak_mb = peak / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, kB elsewhere
    return stored, cpu_s, peak_mb, size / max(1, stored) / 1000


@functools.cache
def _pages() -> list[bytes]:
    """Compressed pages of words that hardly compress and words that do."""
    found = []
    for page in range(DISTINCT):
        words = " ".join(content_id(page, n) for n in range(PAGE_BYTES // 66))
        body = f"<html><body><article><p>{words}</p><p>{'plain words again ' * 3300}</p></article></body></html>"
        found.append(gzip.compress(body.encode(), 6))
    return found


class _Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, pages: list[bytes], charset: bool, *args: object) -> None:
        self.pages, self.charset = pages, charset
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        origin = f"http://127.0.0.1:{self.server.server_address[1]}"  # type: ignore[index]
        compressed = False
        if self.path == "/feed.xml":
            items = "".join(f"<item><link>{origin}/world/story-number-{n}</link></item>" for n in range(PAGES))
            body, kind = f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), "application/rss+xml"
        elif self.path.startswith("/world/"):
            # a second gzip member makes the page its own
            number = int(self.path.rpartition("-")[2])
            body = self.pages[number % DISTINCT] + gzip.compress(f"<p>{self.path}</p>".encode(), 1)
            compressed = not self.charset
            kind = "text/html; charset=utf-8" if self.charset else "text/html"
            if self.charset:
                body = gzip.decompress(body)
        else:
            body, kind = b"", "text/plain"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if compressed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
