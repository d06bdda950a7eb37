"""A news site on loopback that says when its n-th request comes, so that a crawl can be killed there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.faults.work import SOURCE, body_of

ARTICLES = 24


class Site:
    """``asked`` counts requests; :attr:`reached` is set when the one numbered :attr:`at` comes."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.asked = 0
        self.at = 0
        self.reached = threading.Event()
        self._counting = threading.Lock()

    def expect(self, number: int) -> None:
        """Count anew, and say when that request comes."""
        with self._counting:
            self.asked, self.at = 0, number
            self.reached.clear()

    def count(self) -> None:
        with self._counting:
            self.asked += 1
            if self.asked == self.at:
                self.reached.set()

    @property
    def bodies(self) -> dict[str, bytes]:
        """What each article's address answers."""
        urls = [f"{self.origin}/world/story-number-{number}" for number in range(ARTICLES)]
        return {url: b"<html><p>" + body_of(url).hex().encode() for url in urls}

    def declare(self, folder: Path) -> None:
        """Write the source's declaration."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{SOURCE}.toml").write_text(
            f'name = "Harbour"\nhome = "{self.origin}/"\nlanguage = "en"\nfeeds = ["{self.origin}/feed.xml"]\n'
            "[politeness]\ndelay = 0.0\nconcurrency = 4\nadaptive = false\n"
            '[network]\nallow_addresses = ["127.0.0.1"]\n',
            "utf-8",
        )


@contextmanager
def serving() -> Iterator[Site]:
    """The site, on an ephemeral port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.count()
            bodies = site.bodies
            if self.path == "/feed.xml":
                items = "".join(f"<item><link>{url}</link></item>" for url in bodies)
                body, kind = f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), "application/rss+xml"
            else:
                body, kind = bodies.get(site.origin + self.path, b""), "text/html; charset=utf-8"
            with suppress(OSError):  # the crawler was killed
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # the crawler was killed

    server = Server(("127.0.0.1", 0), Handler)
    site = Site(server.server_address[1])
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
