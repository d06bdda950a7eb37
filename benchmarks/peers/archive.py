"""A CC-NEWS of one file: real pages under their own URLs, packed as Common Crawl does and served on loopback.

The pages are not part of the project: they come from a folder of scoring sets given on the command line.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

#: The day that the file's name and its records bear. No page is of later, as in a real crawl: a date behind the capture
#: is not believed, and another one is searched for in all of the page. Three days on it is still the month's listing.
DAY = date(2026, 11, 20)
#: The sets that are news and nothing else.
SETS = ("ati", "fundus_eval", "fundus_tests")
#: Ends the name of the file beside the WARC that lists its hosts: what a user's declared sources would say.
HOSTS = ".hosts.json"
WARC = f"crawl-data/CC-NEWS/{DAY:%Y/%m}/CC-NEWS-{DAY:%Y%m%d}120000-00001.warc.gz"


def pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """URL and HTML of each page of the news sets in a folder."""
    for gold in (folder / name / "gold.json" for name in SETS):
        for name, row in json.loads(gold.read_text()).items():
            if url := row.get("url"):
                yield url, gzip.decompress((gold.parent / "html" / f"{name}.html.gz").read_bytes())


def pack(folder: Path, root: Path, step: int = 1) -> Path:
    """Lay every ``step``-th page of ``folder`` out under ``root`` as CC-NEWS; the WARC file they are in."""
    warc = root / WARC
    warc.parent.mkdir(parents=True)
    with warc.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, html in islice(pages(folder), 0, None, step):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(html),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": f"{DAY.isoformat()}T12:00:00Z"},
            )
            writer.write_record(record)
    (warc.parent / "warc.paths.gz").write_bytes(gzip.compress(f"{WARC}\n".encode()))
    hosts = {urlsplit(url).hostname or "" for url, _ in islice(pages(folder), 0, None, step)} - {""}
    warc.with_suffix(HOSTS).write_text(json.dumps(sorted(hosts)))
    return warc


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve(root: Path) -> Iterator[str]:
    """The folder over HTTP on loopback; its address, with a slash at the end."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
