"""The demo newspaper on loopback: one real HTTP server an outlet, since robots.txt counts per host and port."""

from __future__ import annotations

import errno
import gzip
import os
import threading
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from pipelines.demo.site import Document, Site
from pipelines.demo.sources import write_sources
from pipelines.demo.stories import Outlet, Story, edition_of, load_outlets, load_stories
from warehouse.errors import SettingError

HOST = "127.0.0.1"

#: Fixed, because ids are functions of URLs: the same port is what makes a second run change nothing.
BASE_PORT = 18_460

#: Names another base port, for a machine where something else holds that one.
PORT_VARIABLE = "DATELINE_DEMO_PORT"


def base_port() -> int:
    """The first port of ``dateline demo``.

    Raises:
        SettingError: ``$DATELINE_DEMO_PORT`` is no port.
    """
    named = os.environ.get(PORT_VARIABLE, "")
    if not named:
        return BASE_PORT
    if not named.isdecimal() or not 1024 <= int(named) <= 65_532:
        raise SettingError(
            f"{named!r} is no port", culprit=f"${PORT_VARIABLE}", mend="Give a number from 1024 to 65532"
        )
    return int(named)


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD with validators, 304 and gzip, as a well-kept site answers."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the crawl's own log says what was asked."""

    def _respond(self, *, with_body: bool) -> None:
        address = urlsplit(self.path)
        document = self.server.site.answer(address.path, address.query)
        if document is None:
            document = Document(
                body=b"<!DOCTYPE html><title>404 Not Found</title><h1>404 Not Found</h1>",
                content_type="text/html; charset=utf-8",
                changed=self.server.site.changed,
                status=404,
            )
        if document.status == 200 and self._unchanged(document):
            self.send_response(304)
            self._validators(document)
            self.end_headers()
            return
        body = document.body
        self.send_response(document.status)
        self.send_header("Content-Type", document.content_type)
        self.send_header("Vary", "Accept-Encoding")
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)  # the same bytes each time
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        if document.status == 200:
            self._validators(document)
        for name, value in document.headers:
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _validators(self, document: Document) -> None:
        self.send_header("ETag", document.etag)
        self.send_header("Last-Modified", document.last_modified)
        self.send_header("Cache-Control", "no-cache")

    def _unchanged(self, document: Document) -> bool:
        """Whether the client's copy still holds; If-None-Match outranks the date (RFC 9110, 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return tags.strip() == "*" or document.etag in [tag.strip() for tag in tags.split(",")]
        if since := self.headers.get("If-Modified-Since"):
            try:
                moment = parsedate_to_datetime(since)
            except ValueError:
                return False
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return document.changed.replace(microsecond=0) <= moment
        return False


class _Server(ThreadingHTTPServer):
    """A server that knows its site."""

    daemon_threads = True
    site: Site


class DemoNewspaper:
    """The four outlets of one edition, served while the ``with`` block runs.

    ``base_port``: the first outlet's port, the others follow; 0 for ports the system chooses.
    ``outlets``: by id; ``urls``: outlet id to address, without a slash at the end.

    Raises:
        SettingError: on entering, when a port is taken.
    """

    def __init__(self, edition: int = 1, base_port: int = BASE_PORT) -> None:
        self.edition = edition
        self.base_port = base_port
        self.outlets: dict[str, Outlet] = load_outlets()
        self.stories: list[Story] = edition_of(load_stories(), edition)
        self.urls: dict[str, str] = {}
        self._servers: list[tuple[_Server, threading.Thread]] = []

    def __enter__(self) -> DemoNewspaper:
        try:
            for outlet in self.outlets.values():
                self._start(outlet)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server, thread in self._servers:
            server.shutdown()
            server.server_close()
            thread.join(timeout=5)
        self._servers.clear()

    def _start(self, outlet: Outlet) -> None:
        port = self.base_port + outlet.port if self.base_port else 0
        try:
            server = _Server((HOST, port), _Handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise SettingError(
                "the port is taken by another program",
                culprit=f"{HOST}:{port}, where the demo newspaper's {outlet.name} stands",
                mend="Stop that program (another demo may still be running), or set "
                f"${PORT_VARIABLE} to a port with three free ones after it, and try again",
            ) from error
        base = f"http://{HOST}:{server.server_address[1]}"
        server.site = Site(outlet, self.stories, base)
        # a short poll: the block's end waits for it once an outlet
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self._servers.append((server, thread))
        self.urls[outlet.id] = base

    def url_of(self, outlet_id: str, story: Story) -> str:
        """The address of a story's page."""
        return self.urls[outlet_id] + self.outlets[outlet_id].path_of(story)

    def write_sources(self, directory: Path) -> list[str]:
        """Write a source declaration for each outlet; return their ids."""
        return write_sources(self.outlets.values(), self.urls, directory)
