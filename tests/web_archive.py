"""A web archive for the tests: a real pywb over WARC files the test made, behind what makes it a Wayback Machine.

pywb replays and looks up; it knows neither ``collapse`` nor resume keys, and answers with the nearest capture
instead of leading there. :class:`WaybackMachine` stands before it and speaks as web.archive.org does
(internetarchive/wayback, wayback-cdx-server), faults included: those of the real one, and those a test asks for.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlencode, urlsplit

from pyrate_limiter import Duration, Rate

from scrapers.archives.pace import Pace
from tests.warcs import Capture, write_warc
from warehouse.layout import PROJECT

PYWB = PROJECT / ".venv-pywb" / "bin"

CDX = "/cdx/search/cdx"
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_FROM_PYWB = {"original": "url", "mimetype": "mime", "statuscode": "status"}


def stamp(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S")


@contextmanager
def pywb(home: Path, captures: Sequence[Capture]) -> Iterator[str]:
    """The address of a pywb collection that holds the captures."""
    archive = home / "collections" / "news"
    for folder in ("archive", "indexes"):
        (archive / folder).mkdir(parents=True)
    warc = archive / "archive" / "captures.warc.gz"
    write_warc(warc, captures)
    with (archive / "indexes" / "index.cdxj").open("wb") as index:
        subprocess.run([PYWB / "cdx-indexer", "--cdxj", "--sort", warc], stdout=index, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (home / "log").open("wb")
    server = subprocess.Popen(
        [PYWB / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=home, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        for _ in range(150):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, (home / "log").read_text()
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/news"
    finally:
        server.terminate()
        server.wait(10)
        log.close()


@dataclass
class Fault:
    """What happens to requests whose path and query match ``at``, ``times`` times: a status of the archive's own with
    these headers, a redirect to ``location``, the connection cut after ``cut`` bytes of the body, or headers that come
    ``drip_s`` apart and never end; ``lines`` are put behind a CDX answer."""

    at: str
    times: int = 1
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"<html>The archive's own page</html>"
    cut: int | None = None
    lines: str = ""
    location: str = ""
    drip_s: float = 0


@dataclass
class Dialect:
    """How a CDX server answers: ``decodes`` is how often it decodes a resume key (the query's own decoding included;
    some do so once too often, internetarchive/wayback#195), ``keys`` whether it knows them at all, ``most`` its
    longest page."""

    decodes: int = 1
    keys: bool = True
    most: int = 150_000

    def answer(self, rows: Sequence[dict[str, str]], query: dict[str, list[str]]) -> str:
        """The text for a query, of all rows of its domain and span, in their order."""
        one = {name: values[0] for name, values in query.items()}
        names = one.get("fl", ",".join(FIELDS)).split(",")
        key = one.get("resumeKey", "") if self.keys else ""
        for _ in range(self.decodes - 1):
            key = unquote_plus(key)
        left = [row for row in rows if f"{row['urlkey']} {row['timestamp']}" >= key]
        for pattern in query.get("filter", []):
            name, _, expression = pattern.partition(":")
            left = [row for row in left if re.fullmatch(expression, row[name])]
        if "collapse" in one and self.keys:
            left = [row for n, row in enumerate(left) if n == 0 or _differ(row, left[n - 1], one["collapse"])]
        limit = min(int(one.get("limit", self.most)), self.most)
        text = "".join(" ".join(row[name] for name in names) + "\n" for row in left[:limit])
        if one.get("showResumeKey") == "true" and len(left) >= limit and self.keys:
            last = left[limit - 1]
            # without urlkey among the fields the key is useless (internetarchive/wayback#121)
            where = last["urlkey"] if "urlkey" in names else "-"
            after = last["timestamp"][:-1] + chr(ord(last["timestamp"][-1]) + 1)
            text += f"\n{quote_plus(f'{where} {after}')}\n"
        return text


class WaybackMachine:
    """The shim; ``asked`` is the log of requests, by path."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.asked: list[str] = []
        self.faults: list[Fault] = []
        self.dialect = Dialect()
        self.lock = threading.Lock()
        self._held = threading.Event()
        self._held.set()
        self._hold_after: int | None = None
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self._start()

    # what a test asks of it

    @property
    def environment(self) -> dict[str, str]:
        """The settings that make Dateline use it, at a pace for tests."""
        return {
            "DATELINE_WAYBACK_CDX": f"{self.base}{CDX}",
            "DATELINE_WAYBACK_REPLAY": f"{self.base}/web",
            "DATELINE_WAYBACK_CDX_PER_MINUTE": "1000",
            "DATELINE_WAYBACK_REPLAYS_PER_SECOND": "1000",
            "DATELINE_WAYBACK_REST_S": "0.3",
        }

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def queries(self) -> list[dict[str, list[str]]]:
        return [parse_qs(urlsplit(path).query) for path in self.asked if path.startswith(CDX)]

    @property
    def replays(self) -> Counter[str]:
        return Counter(path for path in self.asked if path.startswith("/web/"))

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Inside, nothing listens: connections are refused."""
        self.stop()
        try:
            yield
        finally:
            self._start()

    @contextmanager
    def holding(self, after: int) -> Iterator[None]:
        """Inside, replays hang once so many more were answered."""
        self._hold_after = sum(self.replays.values()) + after
        self._held.clear()
        try:
            yield
        finally:
            self._hold_after = None
            self._held.set()

    @property
    def held(self) -> bool:
        """Whether a replay hangs."""
        return self._hold_after is not None and sum(self.replays.values()) > self._hold_after

    # the server

    def _start(self) -> None:
        machine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with machine.lock:
                    machine.asked.append(self.path)
                try:
                    machine.answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self._hold_after is not None and handler.path.startswith("/web/") and self.held:
            self._held.wait(120)
        with self.lock:
            fault = next((one for one in self.faults if one.times > 0 and re.search(one.at, handler.path)), None)
            if fault is not None:
                fault.times -= 1
        if fault is not None:
            if fault.drip_s:
                handler.send_response_only(200)
                while True:  # until the client hangs up
                    handler.wfile.write(b"X-Drip: drop\r\n")
                    time.sleep(fault.drip_s)
            if fault.location:
                return _send(handler, 302, {"Location": fault.location}, b"")
            if fault.status:
                return _send(handler, fault.status, {"Content-Type": "text/html"} | fault.headers, fault.body)
        if handler.path.startswith(CDX):
            status, headers, body = self._cdx(parse_qs(urlsplit(handler.path).query))
        else:
            status, headers, body = self._replay(handler.path)
        if fault is not None and fault.lines:
            body += fault.lines.encode()
        cut = fault.cut if fault is not None else None
        _send(handler, status, headers, body, cut)

    # the dialect

    def _cdx(self, query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        asked = {name: query[name][0] for name in ("url", "matchType", "from", "to") if name in query}
        with urllib.request.urlopen(f"{self.behind}/cdx?{urlencode(asked)}", timeout=30) as answer:
            rows = [_row(line) for line in answer.read().decode().splitlines() if line]
        return 200, {"Content-Type": "text/plain"}, self.dialect.answer(rows, query).encode()

    def _replay(self, path: str) -> tuple[int, dict[str, str], bytes]:
        when, _, url = path.removeprefix("/web/").partition("/")
        asked = when.rstrip("id_")
        request = urllib.request.Request(f"{self.behind}/{when}/{url}", headers={"Accept-Encoding": "identity"})
        opener = urllib.request.build_opener(_Unled)
        try:
            with opener.open(request, timeout=30) as answer:
                status, came, body = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, came, body = error.code, error.headers, error.read()
        if "Memento-Datetime" not in came:
            return status, {"Content-Type": "text/html", "Server": "archive"}, b"<html>not in the archive</html>"
        at = datetime.strptime(came["Memento-Datetime"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
        if stamp(at) != asked:
            reason = f"found capture at {stamp(at)}"
            return 302, {"Location": f"/web/{stamp(at)}id_/{url}", "X-Archive-Redirect-Reason": reason}, b""
        headers = {"Server": "archive", "X-ts": str(status), "Memento-Datetime": format_datetime(at, usegmt=True)}
        for name, value in came.items():
            low = name.lower()
            if low in ("content-type", "link", "content-encoding"):
                headers[name] = value
            elif low == "location":
                headers[name] = f"/web/{asked}id_/{value}"
            elif low.startswith("x-archive-orig-"):
                headers["x-archive-orig-" + low.removeprefix("x-archive-orig-")] = value
            elif low not in ("memento-datetime", "content-length", "date", "content-location"):
                headers[f"x-archive-orig-{low}"] = value
        return status, headers, body


class _Unled(urllib.request.HTTPRedirectHandler):
    """Captured redirects are answers like others."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def _row(line: str) -> dict[str, str]:
    urlkey, timestamp, fields = line.split(" ", 2)
    found = json.loads(fields)
    known = {name: str(found.get(_FROM_PYWB.get(name, name), "-")) for name in FIELDS}
    return known | {"urlkey": urlkey, "timestamp": timestamp, "digest": known["digest"].removeprefix("sha1:")}


def _differ(one: dict[str, str], two: dict[str, str], collapse: str) -> bool:
    name, _, length = collapse.partition(":")
    cut = int(length) if length else None
    return one[name][:cut] != two[name][:cut]


def _send(
    handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes, cut: int | None = None
) -> None:
    handler.send_response_only(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body if cut is None else body[:cut])
    if cut is not None:
        handler.close_connection = True


def asking_at_a_pace(folder: str, number: int, ready: Barrier, done: Queue[float]) -> None:
    """What a process of its own does: ask so many times, four times a second at most, and tell when."""
    pace = Pace(Path(folder), "archive", {"replay": Rate(4, Duration.SECOND)})
    ready.wait(60)
    for _ in range(number):
        pace.wait("replay")
        done.put(time.time())
    pace.close()


@contextmanager
def wayback_machine(behind: str) -> Iterator[WaybackMachine]:
    """A Wayback Machine before a pywb collection."""
    machine = WaybackMachine(behind)
    try:
        yield machine
    finally:
        machine.stop()
