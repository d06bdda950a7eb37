"""A real news site on loopback for the process tests: one feed, many unique articles that can be made to hang."""

from __future__ import annotations

import random
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOWNS = ("Mopti", "Gao", "Tillabéri", "Diffa", "Maroua", "Goma", "Bunia", "Pemba")


#: Articles answered before a stalling site hangs: enough that some are stored, few enough that most are to come.
BEFORE_STALL = 8


class Site:
    """``hits`` counts requests by path; every answer carries an ETag and is 304 to who has it.

    ``padding``: bytes that do not compress in each article.
    """

    def __init__(self, articles: int, padding: int = 0) -> None:
        self.articles = articles
        self.padding = padding
        self.hits: Counter[str] = Counter()
        self.origin = ""
        self._flowing = threading.Event()
        self._flowing.set()
        self._stall_at = 0

    @property
    def article_hits(self) -> int:
        return sum(n for path, n in list(self.hits.items()) if path.startswith("/world/"))

    @contextmanager
    def stalling(self) -> Iterator[None]:
        """Inside, a few more articles are answered and the others hang: a crawl cannot end by itself."""
        self._stall_at = self.article_hits + BEFORE_STALL
        self._flowing.clear()
        try:
            yield
        finally:
            self._flowing.set()

    @property
    def stalled(self) -> bool:
        """Whether a request hangs."""
        return not self._flowing.is_set() and self.article_hits > self._stall_at

    def hang_if_stalled(self) -> None:
        if self.stalled:
            self._flowing.wait(120)

    @property
    def urls(self) -> set[str]:
        return {f"{self.origin}/world/attack-number-{n}" for n in range(self.articles)}

    def page(self, path: str) -> tuple[str, str] | None:
        """Content type and text of a path."""
        if path == "/feed.xml":
            items = "".join(f"<item><title>t</title><link>{url}</link></item>" for url in sorted(self.urls))
            return "application/rss+xml", f"<rss version='2.0'><channel><title>f</title>{items}</channel></rss>"
        if path.startswith("/world/attack-number-"):
            number = int(path.rsplit("-", 1)[1])
            town = TOWNS[number % len(TOWNS)]
            words = " ".join(
                f"Paragraph {k} of report {number} tells what residents of {town} saw that day." for k in range(9)
            )
            return "text/html; charset=utf-8", (
                f"<html lang='en'><head><title>Gunmen kill {number + 2} in {town}</title></head><body><article>"
                f"<h1>Gunmen kill {number + 2} in {town}</h1>"
                f"<p>Gunmen killed {number + 2} civilians in an attack near {town} on Friday, officials said.</p>"
                f"<p>{words}</p></article><!--{random.Random(path).randbytes(self.padding).hex()}--></body></html>"
            )
        if path == "/robots.txt":
            return "text/plain", "User-agent: *\nAllow: /\n"
        return None


@contextmanager
def serving(articles: int = 30, padding: int = 0) -> Iterator[Site]:
    """Serve a :class:`Site` on an ephemeral port."""
    site = Site(articles, padding)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.hits[self.path] += 1
            found = site.page(self.path)
            if self.path.startswith("/world/"):
                site.hang_if_stalled()
            body = found[1].encode() if found else b"nothing here"
            etag = f'"{zlib.crc32(body):08x}"'
            known = self.headers.get("If-None-Match") == etag
            with suppress(OSError):  # the crawler was killed
                self.send_response(304 if known else 200 if found else 404)
                self.send_header("ETag", etag)
                if not known:
                    self.send_header("Content-Type", found[0] if found else "text/plain")
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if not known:
                    self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with listening(Handler) as port:
        site.origin = f"http://127.0.0.1:{port}"
        yield site


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """An HTTP server on an ephemeral port of 127.0.0.1: the port."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # the crawler was killed

    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def declare(folder: Path, source_id: str, feed: str, *, enabled: bool = True, extra: str = "") -> Path:
    """Write a source declaration that may live on 127.0.0.1 and is asked without pause."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{source_id}.toml"
    path.write_text(
        f'''name = "{source_id}"
home = "{feed.rsplit("/", 1)[0]}/"
country = "ML"
language = "en"
enabled = {str(enabled).lower()}
feeds = ["{feed}"]
{extra}
[politeness]
delay = 0.0
concurrency = 2
adaptive = false
[network]
allow_addresses = ["127.0.0.1"]
''',
        "utf-8",
    )
    return path
