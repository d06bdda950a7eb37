"""A real news site on loopback for the process tests: one feed, many slow unique articles, requests counted."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOWNS = ("Mopti", "Gao", "Tillabéri", "Diffa", "Maroua", "Goma", "Bunia", "Pemba")


class Site:
    """``hits`` counts requests by path; ``delay_s`` slows every article down."""

    def __init__(self, articles: int, delay_s: float) -> None:
        self.articles = articles
        self.delay_s = delay_s
        self.hits: Counter[str] = Counter()
        self.origin = ""

    @property
    def article_hits(self) -> int:
        return sum(n for path, n in self.hits.items() if path.startswith("/world/"))

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
                f"<p>{words}</p></article></body></html>"
            )
        if path == "/robots.txt":
            return "text/plain", "User-agent: *\nAllow: /\n"
        return None


@contextmanager
def serving(articles: int = 30, delay_s: float = 0.15) -> Iterator[Site]:
    """Serve a :class:`Site` on an ephemeral port."""
    site = Site(articles, delay_s)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.hits[self.path] += 1
            found = site.page(self.path)
            if self.path.startswith("/world/"):
                time.sleep(site.delay_s)
            body = found[1].encode() if found else b"nothing here"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", found[0] if found else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.origin = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
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
