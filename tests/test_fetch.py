"""One guarded fetch: what it refuses, what it bounds, and that its complaints name culprit and mend."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import trustme

from scrapers import fetch as fetching
from scrapers.fetch import fetch
from scrapers.settings import DOWNLOAD_MAXSIZE, USER_AGENT
from tests.attacks import HEADS
from tests.conftest import PROJECT
from tests.names import VARIABLE, answering, lookup
from tests.web import Answer, Site, page, served
from warehouse.errors import DatelineError, SetAside, TryAgain

LOOPBACK = ["127.0.0.1"]


@pytest.fixture
def site() -> Iterator[Site]:
    with served({"/": page("<p>hello</p>")}) as made:
        yield made


def refused(url: str, kind: type[DatelineError] = SetAside, allow: list[str] | None = None) -> str:
    """What ``fetch`` says when it gives up on ``url``; culprit and mend are there, whatever it is."""
    with pytest.raises(kind) as caught:
        fetch(url, allow_addresses=LOOPBACK if allow is None else allow)
    assert caught.value.culprit
    assert caught.value.mend
    return str(caught.value)


def sends(body: bytes, *headers: tuple[str, str], pause: float = 0.0, piece: int = 1 << 16) -> Answer:
    """An answer in pieces, with exactly these headers; it goes on until the client hangs up."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        for start in range(0, len(body), piece):
            handler.wfile.write(body[start : start + piece])
            handler.wfile.flush()
            time.sleep(pause)
        handler.close_connection = True

    return answer


def moved(to: str) -> Answer:
    return page(b"", status=302, Location=to)


def test_a_page_comes_back_whole_with_an_honest_agent(site: Site) -> None:
    site.pages["/old"] = moved("/")
    got = fetch(site.base + "/old", allow_addresses=LOOPBACK)
    assert (got.url, got.status, got.body) == (site.base + "/", 200, b"<p>hello</p>")
    assert got.headers["content-type"] == "text/html"
    assert all(headers["User-Agent"] == USER_AGENT for _, headers in site.asked)


def test_an_error_page_is_an_answer_too(site: Site) -> None:
    assert fetch(site.base + "/none", allow_addresses=LOOPBACK).status == 404


def test_a_private_address_is_refused_before_anything_is_sent(site: Site) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
        said = refused(f"http://{host}:{site.port}/", allow=[])
        assert "not public" in said
        assert "allow_addresses" in said
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    with served({"/": page("secret")}) as inner:
        site.pages["/out"] = moved(inner.base.replace("127.0.0.1", "127.0.0.2") + "/")
        said = refused(site.base + "/out")
        assert "127.0.0.2" in said
        assert "not public" in said
        assert inner.asked == []


def test_the_address_that_was_checked_is_the_one_connected_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every hop the name is looked up once, and an answer with an address that may be fetched leads nowhere else."""
    answers = {"rebinding.test": [["127.0.0.1"], ["127.0.0.2"]], "mixed.test": [["127.0.0.2", "127.0.0.1"]]}
    with served(host="127.0.0.2", port=site.port) as inner, answering(answers) as (service, asked):
        monkeypatch.setenv(VARIABLE, service)
        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        site.pages["/out"] = page(b"", status=302, Location="/", Connection="close")
        assert "127.0.0.2" in refused(f"http://rebinding.test:{site.port}/out")
        assert asked["rebinding.test"] == 2
        assert fetch(f"http://mixed.test:{site.port}/", allow_addresses=LOOPBACK).status == 200
    assert not inner.asked
    assert len(site.asked) == 2


@pytest.mark.parametrize("path", [path for path, (_, outcome) in HEADS.items() if outcome != "truncated"])
def test_a_head_without_end_or_sense_is_given_up(site: Site, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TOTAL_S", 3.0)
    site.pages[path] = HEADS[path][0]
    with pytest.raises(DatelineError, match=r"127\.0\.0\.1"):
        fetch(site.base + path, allow_addresses=LOOPBACK)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/", "http://[bad/"])
def test_a_redirect_leads_to_web_addresses_only(site: Site, to: str) -> None:
    site.pages["/out"] = moved(to)
    with pytest.raises(DatelineError, match="/out") as caught:
        fetch(site.base + "/out", allow_addresses=LOOPBACK)
    assert "root:" not in str(caught.value)


def test_redirects_end(site: Site) -> None:
    site.pages["/round"] = moved("/round")
    refused(site.base + "/round", TryAgain)
    assert site.paths()["/round"] <= 7


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.test/", "a.test", "http://", "https://:80/", "http://[bad", "", "javascript:1"],
)
def test_what_is_no_web_address_is_said_to_be_none(url: str) -> None:
    assert "https://" in refused(url)


def test_names_that_do_not_resolve_are_worth_another_try() -> None:
    for host in ("no-such-host.invalid", "a" * 70 + ".test"):
        assert host in refused(f"http://{host}/", TryAgain)


def test_a_closed_port_is_worth_another_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    refused(f"http://127.0.0.1:{port}/", TryAgain)


def test_a_body_over_the_cap_is_cut_off(site: Site) -> None:
    site.pages["/big"] = sends(b"x" * (DOWNLOAD_MAXSIZE + 1))
    assert str(DOWNLOAD_MAXSIZE) in refused(site.base + "/big")
    site.pages["/full"] = page(b"x" * DOWNLOAD_MAXSIZE)
    assert len(fetch(site.base + "/full", allow_addresses=LOOPBACK).body) == DOWNLOAD_MAXSIZE


BOUNDED = """
import resource, sys
from scrapers.fetch import fetch
from warehouse.errors import SetAside
resource.setrlimit(resource.RLIMIT_AS, (500 << 20, 500 << 20))
try:
    fetch(sys.argv[1], allow_addresses=["127.0.0.1"])
except SetAside as error:
    print(error)
"""


def test_a_compressed_bomb_is_never_unpacked_whole(site: Site) -> None:
    bomb = gzip.compress(bytes(300 << 20), 1)
    site.pages["/bomb"] = sends(bomb, ("Content-Encoding", "gzip"))
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, site.base + "/bomb"],
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert str(DOWNLOAD_MAXSIZE) in done.stdout, done.stderr


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip,deflate,gzip"])
def test_encodings_that_multiply_are_refused(site: Site, encoding: str) -> None:
    site.pages["/nested"] = page(gzip.compress(gzip.compress(b"<p>hello</p>")), Content_Encoding=encoding)
    assert "encoded" in refused(site.base + "/nested")


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_encodings_asked_for_are_undone(site: Site, encoding: str, pack) -> None:  # type: ignore[no-untyped-def]
    site.pages["/packed"] = page(pack(b"<p>hello</p>"), Content_Encoding=encoding)
    assert fetch(site.base + "/packed", allow_addresses=LOOPBACK).body == b"<p>hello</p>"


def test_broken_compression_is_told(site: Site) -> None:
    site.pages["/broken"] = page(b"this is not gzip", Content_Encoding="gzip")
    refused(site.base + "/broken", TryAgain)


def slow_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(200):
        handler.wfile.write(b"X-%d: y\r\n" % n)
        handler.wfile.flush()
        time.sleep(0.1)


def slow_circle(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.4)
    moved("/drip")(handler)


@pytest.mark.parametrize(
    "drip",
    [
        pytest.param(sends(b"." * 200, ("Content-Length", "200"), pause=0.1, piece=1), id="body"),
        pytest.param(slow_headers, id="headers"),
        pytest.param(slow_circle, id="redirects"),
    ],
)
def test_a_drip_ends_at_the_limit_for_the_whole_page(site: Site, drip: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TOTAL_S", 0.8)
    site.pages["/drip"] = drip
    began = time.monotonic()
    refused(site.base + "/drip", TryAgain)
    assert 0.5 < time.monotonic() - began < 2


def test_a_silent_server_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TOTAL_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        refused(f"http://127.0.0.1:{server.getsockname()[1]}/", TryAgain)
        refused(f"https://127.0.0.1:{server.getsockname()[1]}/", TryAgain)
        assert time.monotonic() - began < 3


def test_certificates_are_checked_unless_the_source_says_not_to() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with served({"/": page("<p>hello</p>")}, tls=context) as secure:
        assert "CERTIFICATE_VERIFY_FAILED" in refused(secure.base + "/", TryAgain)
        assert secure.asked == []
        got = fetch(secure.base + "/", allow_addresses=LOOPBACK, verify_tls=False)
        assert got.body == b"<p>hello</p>"


def test_passwords_in_an_address_reach_nobody(site: Site) -> None:
    site.pages["/out"] = moved(f"http://user:word@127.0.0.1:{site.port}/")
    for address in (f"http://user:word@127.0.0.1:{site.port}/", site.base + "/out"):
        assert "word" not in fetch(address, allow_addresses=LOOPBACK).url
    assert not [headers for _, headers in site.asked if "Authorization" in headers]
