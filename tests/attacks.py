"""What a hostile or broken server answers, written to the socket as it is, without a library's manners."""

from __future__ import annotations

import gzip
import re
import socket
import time
import zlib
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler
from itertools import count

import brotli
from backports import zstd

from tests.web import Answer, page

OK = b"HTTP/1.1 200 OK\r\n"

#: Clears the screen, sets a colour and the window's title, and turns the reading direction.
STEERING = "\x1b[2J\x1b[31m\x1b]0;owned\x07\x9b1m\u202e"
#: What must not reach a terminal.
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

#: Texts that would run, steer or break a page or a terminal that took them for more than text.
PAYLOADS = (
    "<script>window.owned=1</script>", '"><img src=x onerror="window.owned=1">', "<svg/onload=window.owned=1>",
    "</style><script>window.owned=1</script>", "{{ 7*7 }}{% raw %}", "\u202egnirts\u202c", "\x1b[2J\x1b]0;t\x07",
    "<a href='javascript:window.owned=1'>x</a>", "]]><!--", "\x00\x9b31m",
)  # fmt: skip

#: Bytes the bombs unpack to: far more than a crawl may take, quickly made.
BOMB = 64 << 20


def raw(*parts: bytes, pause: float = 0.0) -> Answer:
    """These bytes in these pieces, ``pause`` seconds between two, and the end of the connection."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)
        handler.close_connection = True

    return answer


def without_end(start: bytes, more: Callable[[int], bytes]) -> Answer:
    """``start``, then ``more`` until the client hangs up (a minute at most)."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        end = time.monotonic() + 60
        for number in count():
            handler.wfile.write(more(number))
            if time.monotonic() > end:
                break
        handler.close_connection = True

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def moved(to: str) -> Answer:
    """A redirect whose Location is sent as it is, in UTF-8."""
    return raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to.encode() + b"\r\n\r\n")


@cache
def bombs() -> dict[str, Answer]:
    """Bodies larger than a crawl takes, most of them packed, in every encoding the crawl asks for."""
    zeros = bytes(BOMB)
    once = gzip.compress(zeros, 1)
    return {
        "/bomb/gzip": page(once, Content_Encoding="gzip"),
        "/bomb/gzip-twice": page(gzip.compress(once, 1), Content_Encoding="gzip, gzip"),
        "/bomb/deflate": page(zlib.compress(zeros, 1), Content_Encoding="deflate"),
        "/bomb/brotli": page(brotli.compress(zeros, quality=1), Content_Encoding="br"),
        "/bomb/zstd": page(zstd.compress(zeros), Content_Encoding="zstd"),
        "/bomb/announced": page(b"x" * 9_000_000),
        "/bomb/without-end": without_end(OK + b"Content-Type: text/html\r\n\r\n", lambda _: b"<p>more</p>" * 10_000),
        "/bomb/chunks-without-end": without_end(
            OK + b"Transfer-Encoding: chunked\r\n\r\n", lambda _: (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 20
        ),
    }


#: Heads that never end or are no HTTP.
HEADS = {
    "/head/without-end": (
        without_end(OK, lambda n: b"".join(b"X-%d-%d: y\r\n" % (n, k) for k in range(1000))),
        "too_large",
    ),
    "/head/folded-without-end": (without_end(OK + b"X: y\r\n", lambda _: b" y\r\n" * 1000), "too_large"),
    "/head/interim-without-end": (without_end(b"", lambda _: b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "too_large"),
    "/head/twenty-thousand": (
        raw(OK + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"Content-Length: 0\r\n\r\n"),
        "too_large",
    ),
    "/head/one-of-9-MB": (raw(OK + b"X: " + b"y" * 9_000_000 + b"\r\n\r\n"), "error:connection"),
    "/head/drip": (raw(OK, *[b"X-%d: y\r\n" % n for n in range(100)], pause=0.1), "error:timeout"),
    "/head/trailers": (
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n" + b"X-Y: z\r\n" * 50_000),
        "truncated",
    ),
    "/head/no-http": (raw(b"\x00\xff\x1b[2J\r\n\r\n"), "error:connection"),
    "/head/status-of-20-digits": (raw(b"HTTP/1.1 99999999999999999999 X\r\n\r\n"), "error:connection"),
    "/head/status-below-0": (raw(b"HTTP/1.1 -5 X\r\nContent-Length: 0\r\n\r\n"), "error:connection"),
    "/head/two-lengths": (raw(OK + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc"), "error:connection"),
    "/head/length-of-23-digits": (raw(OK + b"Content-Length: 99999999999999999999999\r\n\r\nx"), "too_large"),
    "/head/no-chunk": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"), "truncated"),
}

#: Spellings of a host that packets to it reach on loopback or inside a network, wherever they are followed.
#: ``{port}`` is where a server listens on 127.0.0.2 that must hear nothing.
PRIVATE = (
    "http://127.0.0.2:{port}/",
    "http://0177.0.0.2:{port}/",
    "http://0x7f.2:{port}/",
    "http://0x7f000002:{port}/",
    "http://2130706434:{port}/",
    "http://017700000002:{port}/",
    "http://127.2:{port}/",
    "http://１２７.０.０.２:{port}/",
    "http://①②⑦.0.0.2:{port}/",
    "http://[::ffff:127.0.0.2]:{port}/",
    "http://[::ffff:7f00:2]:{port}/",
    "http://[0:0:0:0:0:ffff:7f00:0002]:{port}/",
    "http://[::127.0.0.2]:{port}/",
    "http://[::ffff:0:127.0.0.2]:{port}/",
    "http://[64:ff9b::7f00:2]:{port}/",
    "http://[64:ff9b:1::7f00:2]:{port}/",
    "http://[2002:7f00:2::]:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fc00::1]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0:{port}/",
    "http://127.0.0.1:80@127.0.0.2:{port}/",
    "http://127.0.0.1%2f@127.0.0.2:{port}/",
    "http://user:word@127.0.0.2:{port}/",
    "http://127.0.0.2:{port}#@127.0.0.1/",
    "//127.0.0.2:{port}/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
)
