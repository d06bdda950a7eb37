"""A web for the spiders to crawl: real HTTP servers on loopback, polite or hostile, and real crawls of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext

PROJECT = Path(__file__).resolve().parent.parent

#: Answers one request: writes all of it, or what an attacker would.
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A server's pages, and what was asked of it."""

    base: str = ""
    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    #: Answers what ``pages`` does not hold.
    other: Answer = field(default_factory=lambda: page("not here", status=404))

    def paths(self) -> Counter[str]:
        return Counter(path for path, _ in self.asked)


def page(body: bytes | str, kind: str = "text/html", status: int = 200, **headers: str) -> Answer:
    """A plain answer; with an ETag it answers 304 to who has it."""
    data = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        etag = headers.get("ETag")
        fresh = etag is not None and handler.headers.get("If-None-Match") == etag
        handler.send_response(304 if fresh else status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if not fresh:
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        if not fresh:
            handler.wfile.write(data)

    return answer


@contextmanager
def served(
    pages: dict[str, Answer] | None = None, tls: SSLContext | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[Site]:
    """A site on loopback (an ephemeral port unless one is given); what it has no page for is 404."""
    site = Site(pages=dict(pages or {}))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            try:
                (site.pages.get(self.path) or site.other)(self)
            except OSError:  # the crawler hung up, as it should on some of these
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Server((host, port), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site.port = server.server_address[1]
    site.base = f"{'https' if tls else 'http'}://{host}:{site.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def story(title: str, **headers: str) -> Answer:
    html = f"<html><head><title>{title}</title></head><body><p>{title}</p></body></html>"
    return page(html, "text/html", 200, **headers)


def rss(*links: str, date: str = "Tue, 24 Nov 2026 06:00:00 GMT") -> Answer:
    items = "".join(f"<item><title>t</title><link>{link}</link><pubDate>{date}</pubDate></item>" for link in links)
    return page(f"<rss version='2.0'><channel>{items}</channel></rss>", "application/rss+xml")


def sitemap(*entries: tuple[str, str]) -> bytes:
    urls = "".join(
        f"<url><loc>{url}</loc><n:news><n:publication_date>{when}</n:publication_date></n:news></url>"
        for url, when in entries
    )
    return (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        f"xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{urls}</urlset>"
    ).encode()


def declare(folder: Path, source: str, home: str, body: str, *, allow: str = '["127.0.0.1"]') -> None:
    """Write a source's declaration; politeness off, loopback allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{source}.toml").write_text(
        f'name = "{source}"\nhome = "{home}/"\nlanguage = "en"\n{body}\n'
        f"[politeness]\ndelay = 0.0\nconcurrency = 8\n[network]\nallow_addresses = {allow}\n",
        "utf-8",
    )


@dataclass
class Crawl:
    """A finished crawl: its statistics and all it said."""

    code: int
    stats: dict[str, float]
    log: str

    @property
    def outcomes(self) -> dict[str, int]:
        prefix = "outcome_count/"
        return {key.removeprefix(prefix): int(n) for key, n in self.stats.items() if key.startswith(prefix)}

    @property
    def requests(self) -> int:
        return int(sum(n for key, n in self.stats.items() if key.startswith("request_count/")))


def crawl_command(spider: str, source: str, settings: dict[str, object], arguments: dict[str, str]) -> list[str]:
    command = [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"source={source}"]
    command += [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    stats = {"STATS_CLASS": "tests.web.WrittenStats", "REST_DEFAULT": 0.2, **settings}
    return command + [word for name, value in stats.items() for word in ("-s", f"{name}={value}")]


def crawl(
    spider: str,
    source: str,
    *,
    data: Path,
    sources: Path,
    settings: dict[str, object] | None = None,
    environment: dict[str, str] | None = None,
    **arguments: str,
) -> Crawl:
    """Run ``scrapy crawl`` in a process of its own."""
    written = data.parent / f"{data.name}-stats-{source}.json"  # beside it: the disk below data may be full
    written.unlink(missing_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        crawl_command(spider, source, settings or {}, arguments),
        cwd=PROJECT,
        env=crawl_environment(data, sources, written) | (environment or {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    stats = json.loads(written.read_text("utf-8")) if written.exists() else {}
    return Crawl(done.returncode, stats, done.stdout + done.stderr)


def crawl_environment(data: Path, sources: Path, written: Path) -> dict[str, str]:
    own = {"DATELINE_DATA": str(data), "DATELINE_SOURCES": str(sources), "DATELINE_TEST_STATS": str(written)}
    return {**os.environ, **own}


if "DATELINE_TEST_STATS" in os.environ:  # inside the crawl
    from scrapy.statscollectors import MemoryStatsCollector

    class WrittenStats(MemoryStatsCollector):
        """Scrapy's statistics, written down when the spider closes."""

        def close_spider(self, spider: object = None, reason: str | None = None) -> None:
            super().close_spider(reason=reason)
            kept = {k: v for k, v in self.get_stats().items() if isinstance(v, int | float | str)}
            Path(os.environ["DATELINE_TEST_STATS"]).write_text(json.dumps(kept), "utf-8")
