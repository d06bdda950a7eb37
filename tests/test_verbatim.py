"""Records of other archives that the page store takes as they are packed, and those that it writes anew."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.archives import fill, route_for
from scrapers.archives.warc import WarcRoute
from scrapers.pagestore import captures, read_payload, recover, verify
from scrapers.pagestore.records import digest_of
from tests.warcs import HOME, outlet
from warehouse.layout import Layout
from warehouse.records import Page

DAY = date(2018, 2, 8)
BODY = b"<html><h1>Story</h1><p>Two shells hit the old bridge.</p></html>"
ID = "<urn:uuid:11111111-2222-3333-4444-555555555555>"
SECRET = b"open-sesame"

WARC = [
    b"WARC/1.0",
    b"WARC-Type: response",
    b"WARC-Record-ID: " + ID.encode(),
    b"WARC-Target-URI: " + HOME.encode() + b"/news/shells-hit-the-old-bridge",
    b"WARC-Date: 2018-02-08T12:00:00Z",
    b"WARC-IP-Address: 192.0.2.7",
    b"WARC-Payload-Digest: " + digest_of(BODY).encode(),
    b"Content-Type: application/http; msgtype=response",
]
HTTP = [b"HTTP/1.1 200 OK", b"Content-Type: text/html", b"X-Crawler-Content-Encoding: gzip", b"Content-Length: 64"]


def record(warc: list[bytes] = WARC, http: list[bytes] = HTTP, body: bytes = BODY, end: bytes = b"\r\n\r\n") -> bytes:
    """A response record as another archive writes it, in the order of its lines, of the length it has."""
    block = b"\r\n".join(http) + b"\r\n\r\n" + body
    return b"\r\n".join([*warc, b"Content-Length: %d" % len(block)]) + b"\r\n\r\n" + block + end


def filled(folder: Path, data: bytes) -> tuple[Layout, list[Page]]:
    """The page store after a fill from a file of one member, and what it holds then; without a fault in any case."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "theirs.warc.gz").write_bytes(gzip.compress(data))
    layout = Layout(folder / "data")
    came = fill(layout, WarcRoute(layout, [folder / "theirs.warc.gz"]), [outlet()], DAY, DAY)
    assert came.errors == []
    assert verify(layout) == []
    return layout, list(captures(layout, "harbour", DAY))


def stored(layout: Layout) -> Iterator[tuple[str, bytes, bytes]]:
    """Type, packed and unpacked bytes of each record in the page store."""
    for path in layout.pages.rglob("*.warc.gz"):
        data = path.read_bytes()
        begins = [one.stream_pos for one in ArchiveIterator(str(path))]
        for at, end in pairwise([*begins, len(data)]):
            plain = gzip.decompress(data[at:end])
            yield plain.partition(b"WARC-Type: ")[2].partition(b"\r\n")[0].decode(), data[at:end], plain


def test_a_record_with_nothing_to_leave_out_stays_as_it_is_packed(tmp_path: Path) -> None:
    layout, [page] = filled(tmp_path, record())
    kinds = {kind: (packed, plain) for kind, packed, plain in stored(layout)}
    assert set(kinds) == {"warcinfo", "metadata", "response"}  # nothing was asked for, so there is no request
    assert kinds["response"] == ((tmp_path / "theirs.warc.gz").read_bytes(), record())
    assert f"WARC-Concurrent-To: {ID}".encode() in kinds["metadata"][1]
    assert read_payload(layout, page) == BODY
    [index] = layout.pages.rglob("*.cdxj")
    told = index.read_bytes()
    index.unlink()
    recover(layout, "harbour", DAY)  # the index is made again from the records alone
    assert index.read_bytes() == told


@pytest.mark.parametrize(
    ("warc", "http"),
    [
        ([], [b"Set-Cookie: session=" + SECRET]),
        ([], [b"Link: <https://reader:" + SECRET + b"@harbour.example/>; rel=next"]),
        ([b"X-Api-Key: " + SECRET], []),
        ([b"WARC-JSON-Metadata: {}"], []),
        ([b"WARC-IP-Address: 192.0.2.8"], []),
        ([b" folded"], []),
        ([b"WARC-Truncated: length"], []),
        ([], [b" folded"]),
        ([], [b"no field"]),
        ([], [b"X-Bell: \x07"]),
        ([], [b"X-Town: D\xc3\xa9r"]),
        ([], [b"Content-Length: 63"]),
        ([], [b"Transfer-Encoding: chunked"]),
        ([], [b"Content-Encoding: br"]),
    ],
    ids=str,
)
def test_one_with_anything_else_is_written_anew(tmp_path: Path, warc: list[bytes], http: list[bytes]) -> None:
    layout, [page] = filled(tmp_path, record([*WARC, *warc], [*HTTP, *http]))
    assert page.status == 200
    [plain] = [plain for kind, _, plain in stored(layout) if kind == "response"]
    assert ID.encode() not in plain
    assert not any(SECRET in plain for _, _, plain in stored(layout))
    assert read_payload(layout, page) == BODY


@pytest.mark.parametrize(
    "line",
    [
        b"WARC/0.18",
        b"WARC-Record-ID: <urn:uuid:../../../etc/passwd>",
        b"WARC-Record-ID: 17",
        b"WARC-Payload-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        b"WARC-Payload-Digest: sha256:" + digest_of(BODY).encode()[5:],
        b"WARC-Target-URI: http://reader:" + SECRET + b"@harbour.example/news/shells-hit-the-old-bridge",
    ],
    ids=str,
)
def test_one_that_names_itself_or_its_page_otherwise_is_written_anew(tmp_path: Path, line: bytes) -> None:
    name = b"WARC/" if line.startswith(b"WARC/") else line.partition(b":")[0]
    layout, [page] = filled(tmp_path, record([line if known.startswith(name) else known for known in WARC]))
    assert read_payload(layout, page) == BODY
    [plain] = [plain for kind, _, plain in stored(layout) if kind == "response"]
    assert plain != record()
    assert not any(SECRET in plain for _, _, plain in stored(layout))


def test_one_that_does_not_end_where_it_says_is_written_anew(tmp_path: Path) -> None:
    layout, [page] = filled(tmp_path, record(end=b"\r\n\r\n\r\n\r\n"))
    assert read_payload(layout, page) == BODY
    assert ID.encode() not in b"".join(plain for kind, _, plain in stored(layout) if kind == "response")


def test_a_repeat_of_one_is_a_revisit_that_finds_it(tmp_path: Path) -> None:
    layout, _ = filled(tmp_path, record())
    later = [line.replace(b"12:00:00", b"13:00:00").replace(b"1111-2222", b"9999-2222") for line in WARC]
    (tmp_path / "theirs.warc.gz").write_bytes(gzip.compress(record(later)))
    fill(layout, route_for("warc", layout, [tmp_path / "theirs.warc.gz"]), [outlet()], DAY, DAY)
    pages = list(captures(layout, "harbour", DAY))
    assert [read_payload(layout, page) for page in pages] == [BODY, BODY]
    assert [kind for kind, _, _ in stored(layout)].count("revisit") == 1
    assert verify(layout) == []


HEAD = len(record()) - len(BODY) - 4


@settings(max_examples=60)
@given(st.integers(0, HEAD - 1), st.integers(0, 3), st.binary(max_size=3))
def test_whatever_stands_in_its_head_the_store_stays_whole(at: int, gone: int, put: bytes) -> None:
    data = record()
    with tempfile.TemporaryDirectory() as folder:
        layout, pages = filled(Path(folder), data[:at] + put + data[at + gone :])
        for page in pages:
            if page.payload_digest == digest_of(BODY):
                assert read_payload(layout, page) == BODY
