"""The page store as a web archive: a real pywb replays our WARC files by our CDXJ indexes."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.pagestore import Exchange, PageWriter, clean_url
from scrapers.pagestore.surt import surt
from warehouse.layout import PROJECT, Layout

PYWB = PROJECT / ".venv-pywb" / "bin"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (PYWB / "wayback").exists(), reason="no pywb in .venv-pywb: `make test` sets it up"),
]

FIRST = date(2026, 11, 1)
SECOND = date(2026, 11, 2)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

BRIDGE = "https://www.harbour.example/news/Bridge-Shelled?id=7&a=1"
MIRROR = "https://harbour.example/amp/bridge-shelled"
DENIED = "https://harbour.example/private/list"
UNICODE = "https://harbour.example/тема/%D0%BE%D0%B4%D0%B8%D0%BD"
BODY = b"<html><body><p>Shells hit the old bridge at dawn.</p></body></html>"


def exchange(url: str, at: datetime, body: bytes = BODY, status: int | None = 200, outcome: str = "ok") -> Exchange:
    return Exchange(
        url=url,
        canonical_url=url,
        purpose="article",
        fetched_at=at,
        status=status,
        outcome=outcome,
        body=body,
        response_headers=[("Content-Type", "text/html; charset=utf-8"), ("ETag", '"v1"')] if status else [],
    )


@dataclass
class Archive:
    base: str

    def replay(self, url: str, at: datetime) -> tuple[int, bytes, str]:
        """Status, raw body and the capture's own time (as pywb found it)."""
        stamp = at.strftime("%Y%m%d%H%M%S")
        request = urllib.request.Request(f"{self.base}/news/{stamp}id_/{url}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read(), answer.headers["Memento-Datetime"]
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers.get("Memento-Datetime", "")

    def lookup(self, url: str) -> list[dict[str, str]]:
        with urllib.request.urlopen(f"{self.base}/news/cdx?output=json&url={urllib.request.quote(url)}") as answer:
            return [json.loads(line) for line in answer.read().splitlines()]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """pywb over a page store of two days: a page, its repeat, its 304, a copy at another URL, a denial."""
    home = tmp_path_factory.mktemp("pywb")
    layout = Layout(home / "data")
    with PageWriter(layout, "harbour", FIRST) as writer:
        writer.write(exchange(BRIDGE, NOON))
        writer.write(exchange(DENIED, NOON, b"", None, "robots_denied"))
        writer.write(exchange(DENIED, NOON + timedelta(hours=2), b"<p>open now</p>"))
        writer.write(exchange("https://harbour.example/тема/один", NOON, b"<p>unicode</p>"))
    with PageWriter(layout, "harbour", SECOND) as writer:
        writer.write(exchange(BRIDGE, NOON + timedelta(days=1)))
        writer.write(exchange(MIRROR, NOON + timedelta(days=1, hours=1)))
        writer.write(exchange(BRIDGE, NOON + timedelta(days=1, hours=3), b"", 304, "not_modified"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    days = {f"d{day:%Y%m%d}": str(layout.pages_of("harbour", day)) for day in (FIRST, SECOND)}
    config = {"collections": {"news": {"index_group": days, "archive_paths": f"{layout.pages}/"}}}
    (home / "config.yaml").write_text(json.dumps(config))
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
        yield Archive(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(10)
        log.close()


def test_a_page_is_replayed_byte_for_byte(archive: Archive) -> None:
    status, body, when = archive.replay(BRIDGE, NOON)
    assert (status, body) == (200, BODY)
    assert when == "Sun, 01 Nov 2026 12:00:00 GMT"


def test_a_revisit_of_the_same_url_is_replayed_with_the_payload_of_another_file(archive: Archive) -> None:
    status, body, when = archive.replay(BRIDGE, NOON + timedelta(days=1))
    assert (status, body) == (200, BODY)
    assert when == "Mon, 02 Nov 2026 12:00:00 GMT"


def test_a_revisit_of_another_url_is_replayed(archive: Archive) -> None:
    status, body, when = archive.replay(MIRROR, NOON + timedelta(days=1, hours=1))
    assert (status, body) == (200, BODY)
    assert when == "Mon, 02 Nov 2026 13:00:00 GMT"


def test_a_304_does_not_hide_the_page_behind_an_empty_one(archive: Archive) -> None:
    assert [(row["status"], row["mime"]) for row in archive.lookup(BRIDGE)] == [
        ("200", "text/html"),
        ("200", "warc/revisit"),
        ("304", "warc/revisit"),
    ]
    status, body, when = archive.replay(BRIDGE, NOON + timedelta(days=1, hours=3))
    assert (status, body) == (200, BODY)
    assert when == "Mon, 02 Nov 2026 12:00:00 GMT"


def test_a_capture_without_an_answer_is_passed_by(archive: Archive) -> None:
    status, body, when = archive.replay(DENIED, NOON)
    assert (status, body) == (200, b"<p>open now</p>")
    assert when == "Sun, 01 Nov 2026 14:00:00 GMT"


def test_a_url_not_in_ascii_is_found_however_it_is_spelt(archive: Archive) -> None:
    assert archive.replay("https://harbour.example/%D1%82%D0%B5%D0%BC%D0%B0/%D0%BE%D0%B4%D0%B8%D0%BD", NOON)[1] == (
        b"<p>unicode</p>"
    )


# what stands in URLs of news sites: words in any script, escapes, dots, doubled slashes, odd queries
_label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
_host = st.lists(_label.filter(lambda label: not label.isdigit()), min_size=1, max_size=4).map(".".join)
_text = st.text(st.sampled_from("abzAZ019-_.~!$&'()*+,;=:@%/é中 тж"), max_size=12)
_piece = st.one_of(_text, st.sampled_from(["..", ".", "", "%2F", "%25", "%C3%A9", "index.html", "www2.", "a%20b"]))
_urls = st.builds(
    lambda scheme, www, host, port, path, query: f"{scheme}://{www}{host}{port}/{path}{query}",
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["", "www.", "www2.", "WWW.", "m."]),
    _host,
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.lists(_piece, max_size=5).map("/".join),
    st.one_of(st.just(""), st.lists(_piece, max_size=4).map(lambda pieces: "?" + "&".join(pieces))),
)


def test_our_keys_are_the_keys_pywb_looks_up() -> None:
    program = (
        "import sys, json\nfrom pywb.utils.canonicalize import canonicalize\n"
        "for line in sys.stdin: print(json.dumps(canonicalize(json.loads(line))), flush=True)"
    )
    with subprocess.Popen(
        [PYWB / "python", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as pywb:

        @settings(max_examples=300, deadline=None)
        @given(_urls)
        def same_key(url: str) -> None:
            assert pywb.stdin is not None
            assert pywb.stdout is not None
            pywb.stdin.write(json.dumps(url) + "\n")
            pywb.stdin.flush()
            assert surt(clean_url(url)) == json.loads(pywb.stdout.readline())

        try:
            same_key()
        finally:
            assert pywb.stdin is not None
            pywb.stdin.close()
