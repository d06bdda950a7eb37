"""Archive files made, or come, to stop a fill: each ends in a named loss, and no other file is the worse for it."""

from __future__ import annotations

import gzip
import os
import struct
import time
import zipfile
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import WarcRecord
from hypothesis import given
from hypothesis import strategies as st

from scrapers.archives import Filled
from scrapers.archives import ledger as ledger_module
from scrapers.archives.files import ArchiveFile, found_under
from scrapers.codings import DEEPEST
from scrapers.pagestore import read_payload
from scrapers.pagestore.heads import opened
from tests.test_warc_route import BODY, HTML, LONG, cdxj, chunked, damaged, filled, folder, layout, only, stored, wacz
from tests.warcs import Capture, story, write_warc
from warehouse.errors import SetAside
from warehouse.layout import Layout

__all__ = ["folder", "layout"]


def told(found: Filled) -> str:
    return "\n".join([f"{lost.place} {lost.why}" for lost in found.lost] + [str(error) for error in found.errors])


def only_good(found: Filled) -> bool:
    return found.counts["harbour"]["ok"] == 1


def record(*lines: bytes) -> bytes:
    head = (b"WARC/1.0", b"WARC-Type: response", b"WARC-Target-URI: http://harbour.example/news/an-odd-record", *lines)
    return b"\r\n".join(head) + b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + BODY + b"\r\n\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([b"WARC-Date: 0001-01-01T00:00:00+05:00", b"Content-Length: 131"], id="before the first year"),
        pytest.param([b"WARC-Date: 9999-12-31T23:59:59-05:00", b"Content-Length: 131"], id="after the last"),
        pytest.param([b"Content-Length: " + b"9" * 5000], id="a length of 5,000 digits"),
        pytest.param(["Content-Length: ²".encode()], id="a length in superscript"),
    ],
)
@pytest.mark.parametrize("compressed", [True, False], ids=["warc.gz", "warc"])
def test_a_number_that_no_clock_or_disk_has_costs_its_record_alone(
    layout: Layout, folder: Path, lines: list[bytes], compressed: bool
) -> None:
    odd = record(*lines)
    write_warc(folder / "a.warc", [story(1)], compressed=compressed)
    good = (folder / "a.warc").read_bytes()
    (folder / "a.warc").write_bytes((gzip.compress(odd) if compressed else odd) + good)
    found = filled(layout, folder)
    assert only_good(found)
    assert len(found.lost) == 1


@given(
    length=st.integers(0, 300),
    head=st.sampled_from([b"\r\n\r\n", b"\n\n", b"\r\n", b"\r\n\n\r\n", b""]).map(
        lambda end: b"HTTP/1.1 200 OK\r\nA: b" + end
    ),
    body=st.lists(st.sampled_from([b"\r\n", b"\n", b"HTTP/1.1 200 OK", b"A: b", b"<p>"]), max_size=9).map(b"".join),
    place=st.integers(0, 200),
    put=st.sampled_from([b"", b"\r\n", b"\n", b"\r", b":", b"\r\n\r\n"]),
)
def test_the_body_of_a_record_is_what_its_reader_reads(
    length: int, head: bytes, body: bytes, place: int, put: bytes
) -> None:
    lines = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n" % length
    whole = lines + head + body + b"\r\n\r\n"
    data = whole[:place] + put + whole[place:]
    try:
        page = opened(data)
    except ValueError:
        return
    record = WarcRecord.from_reader(BytesIO(data))
    record.is_http = page.record.is_http
    record.parse_http(quirks_mode=True)
    assert page.body == record.reader.read(len(data))


def test_files_and_packages_with_nothing_in_them_are_told(layout: Layout, folder: Path) -> None:
    write_warc(folder / "good.warc.gz", [story(1)])
    for name in ("a.warc.gz", "b.warc", "c.wacz"):
        (folder / name).touch()
    wacz(folder / "d.wacz", [("pages/pages.jsonl", b"{}")])
    wacz(folder / "e.wacz", [("archive/x.warc.gz", b"")])
    found = filled(layout, folder)
    assert only_good(found)
    said = told(found)
    assert all(f"{name}: it is empty" in said for name in ("a.warc.gz", "b.warc", "c.wacz", "x.warc.gz"))
    assert "d.wacz: there is no WARC file in it" in said


def test_links_are_followed_once_and_what_leads_nowhere_is_told(layout: Layout, folder: Path, tmp_path: Path) -> None:
    write_warc(folder / "good.warc.gz", [story(1)])
    write_warc(tmp_path / "elsewhere" / "x.warc.gz", [story(2)])
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(folder)
    (folder / "itself.warc.gz").symlink_to("itself.warc.gz")
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 2, "ok": 2}
    assert "itself.warc.gz: cannot be read" in told(found)


def test_what_is_no_file_is_not_waited_for(layout: Layout, folder: Path) -> None:
    write_warc(folder / "good.warc.gz", [story(1)])
    os.mkfifo(folder / "a.warc.gz")
    (folder / "b.warc").symlink_to("/dev/zero")
    found = filled(layout, folder)
    assert only_good(found)
    assert told(found).count("it is no file") == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="takes a second user")
def test_a_folder_that_may_not_be_looked_into_is_told(folder: Path) -> None:
    write_warc(folder / "good.warc.gz", [story(1)])
    write_warc(folder / "closed" / "x.warc.gz", [story(2)])
    (folder / "closed").chmod(0o000)
    for above in (folder, *folder.parents[:-2]):
        above.chmod(0o755)
    os.seteuid(65534)  # root may look everywhere
    try:
        found = found_under([folder])
    finally:
        os.seteuid(0)
    assert found == [folder / "closed", folder / "good.warc.gz"]
    with pytest.raises(SetAside, match="it is a folder that cannot be looked into"):
        ArchiveFile(folder / "closed")


def test_a_name_that_is_no_utf8_is_read_and_can_be_told(layout: Layout, folder: Path) -> None:
    write_warc(folder / "cafe.warc.gz", [story(1)])
    (folder / "cafe.warc.gz").rename(folder / os.fsdecode(b"caf\xe9.warc.gz"))
    (folder / os.fsdecode(b"th\xe9.warc.gz")).write_bytes(b"no archive")
    assert only_good(filled(layout, folder))
    assert filled(layout, folder).parts == 0
    assert [loss["place"] for loss in ledger_module.losses(layout)] == ["th\\xe9.warc.gz@0"]


@pytest.mark.parametrize(
    "row",
    [
        b'{"url": "http://harbour.example/news/x-y-z", "offset": 1e999}',
        b'{"url": "http://harbour.example/news/x-y-z", "offset": "' + b"9" * 5000 + b'"}',
        b'{"url": "http://harbour.example/news/x-\\ud800-z", "offset": 99999}',
    ],
)
def test_an_index_beside_the_file_that_makes_no_sense_costs_nothing(layout: Layout, folder: Path, row: bytes) -> None:
    write_warc(folder / "a.warc.gz", [story(1)])
    (folder / "a.cdxj").write_bytes(b"example,harbour)/x 20180208120000 " + row + b"\n")
    assert only_good(filled(layout, folder))


def test_a_password_in_an_address_of_somebody_elses_archive_is_kept_nowhere(layout: Layout, folder: Path) -> None:
    host = "http://editor:geheim@harbour.example"
    pages = [Capture(host=host, path=f"/news/story-number-{n}", body=BODY) for n in range(3)]
    offsets = write_warc(folder / "a.warc.gz", [*pages, Capture(kind="revisit", host=host, body=b"sha1:A")])
    cdxj(folder, offsets[:3], pages)
    damaged(folder, offsets, 1)
    no_date = gzip.compress(record(b"WARC-Date: http://a:geheim@b/", b"Content-Length: 9"))
    (folder / "a.warc.gz").write_bytes((folder / "a.warc.gz").read_bytes() + no_date)
    filled(layout, folder)
    kept = [path.read_bytes() for path in layout.data.rglob("*") if path.is_file()]
    kept += [gzip.decompress(data) for data in kept if data.startswith(b"\x1f\x8b")]
    assert len(kept) > 8
    assert not any(b"geheim" in data for data in kept)


def with_method(path: Path, name: str, method: int) -> None:
    """Say of a member of a package that it is packed in another way."""
    data = bytearray(path.read_bytes())
    entry = zipfile.ZipFile(path).getinfo(name)
    struct.pack_into("<H", data, entry.header_offset + 8, method)
    struct.pack_into("<H", data, data.rfind(name.encode()) - 46 + 10, method)
    path.write_bytes(data)


@pytest.mark.parametrize("method", [8, 12, 14, 93, 99])
def test_members_packed_in_a_way_that_is_none_cost_no_other(layout: Layout, folder: Path, method: int) -> None:
    write_warc(folder / "x.warc.gz", [story(1)])
    data = (folder / "x.warc.gz").read_bytes()
    (folder / "x.warc.gz").unlink()
    members = [("archive/a.warc.gz", data), ("archive/b.warc.gz", data), ("indexes/index.cdxj", b"no row\n")]
    wacz(folder / "c.wacz", members)
    with_method(folder / "c.wacz", "archive/b.warc.gz", method)
    with_method(folder / "c.wacz", "indexes/index.cdxj", method)
    found = filled(layout, folder)
    assert only_good(found)
    assert "b.warc.gz: it cannot be unpacked" in told(found)


@pytest.mark.parametrize("change", ["no name", "a name that is no UTF-8", "an index without its header"])
def test_a_table_of_contents_that_lies_ends_nothing(layout: Layout, folder: Path, change: str) -> None:
    write_warc(folder / "good.warc.gz", [story(1)])
    data = (folder / "good.warc.gz").read_bytes()
    wacz(folder / "c.wacz", [("archive/ä.warc.gz", data), ("indexes/index.cdxj", b"no row\n")])
    package = bytearray((folder / "c.wacz").read_bytes())
    table = package.rfind(b"PK\x01\x02", 0, package.rfind(b"PK\x01\x02"))
    if change == "no name":
        package[table + 28 : table + 30] = bytes(2)
    elif change.startswith("a name"):
        package[package.rfind("ä".encode())] = 0xFF
    else:
        package[package.rfind(b"PK\x03\x04")] = 0
    (folder / "c.wacz").write_bytes(package)
    assert only_good(filled(layout, folder))


FALSE = {
    "gzip headers with a name that never ends": b"\x1f\x8b\x08" * 200_000,
    "stored blocks, each with the next in it": (b"\x1f\x8b\x08" + bytes(6) + b"\x03\x00\xff\xff\x00\x00WARC/")
    * 150_000,
    "version lines": b"\nWARC/1.0" * 120_000,
    "records longer than the file": b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n\n" * 40_000,
}


@pytest.mark.parametrize("data", FALSE.values(), ids=FALSE)
def test_false_beginnings_without_end_are_given_up(layout: Layout, folder: Path, data: bytes) -> None:
    (folder / "a.warc.gz").write_bytes(data)
    write_warc(folder / "b.warc.gz", [story(1)])
    began = time.process_time()
    found = filled(layout, folder)
    assert time.process_time() - began < 8, "seconds; searched to its end each would take many minutes"
    assert only_good(found)
    assert "a.warc.gz@" in told(found)


def served(body: bytes, *headers: tuple[str, str], status: str = "200 OK") -> Capture:
    return Capture(body=body, headers=[HTML, *headers], status=status)


@pytest.mark.parametrize(
    "capture",
    [
        pytest.param(served(brotli.compress(BODY), ("Content-Encoding", "br")), id="brotli"),
        pytest.param(served(gzip.compress(gzip.compress(BODY)), ("Content-Encoding", "gzip, gzip")), id="twice"),
        pytest.param(
            served(brotli.compress(gzip.compress(BODY)), ("Content-Encoding", "gzip,br")), id="in one another"
        ),
        pytest.param(served(chunked(gzip.compress(BODY)), ("Transfer-Encoding", "gzip, chunked")), id="in transfer"),
        pytest.param(
            served(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), ("Content-Encoding", "gzip")), id="parts"
        ),
        pytest.param(served(BODY, ("Content-Encoding", "br")), id="unpacked by the archive"),
        pytest.param(served(BODY, ("Content-Encoding", "utf-8")), id="none at all"),
        pytest.param(
            served(BODY, ("Content-Range", f"bytes 0-{len(BODY) - 1}/{len(BODY)}"), status="206 Partial Content"),
            id="a part that is all",
        ),
    ],
)
def test_whatever_its_codings_a_body_comes_out_plain(layout: Layout, folder: Path, capture: Capture) -> None:
    write_warc(folder / "a.warc.gz", [capture])
    filled(layout, folder)
    assert only(layout).outcome == "ok"
    assert read_payload(layout, only(layout)) == BODY


@pytest.mark.parametrize(
    ("capture", "outcome"),
    [
        pytest.param(served(gzip.compress(LONG)[:5000], ("Content-Encoding", "gzip")), "truncated", id="half a gzip"),
        pytest.param(served(brotli.compress(LONG)[:5000], ("Content-Encoding", "br")), "truncated", id="half a brotli"),
        pytest.param(
            served(brotli.compress(LONG)[:200] + b"\xff" * 5000, ("Content-Encoding", "br")),
            "truncated",
            id="a brotli damaged early on",
        ),
        pytest.param(served(BODY, status="206 Partial Content"), "truncated", id="a part"),
        pytest.param(
            served(BODY, ("Content-Range", "bytes 0-99/5000"), status="206 Partial Content"), "truncated", id="a range"
        ),
        pytest.param(
            served(brotli.compress(bytes(9_000_000)), ("Content-Encoding", "br")), "too_large", id="a brotli bomb"
        ),
    ],
)
def test_half_a_page_is_no_page(layout: Layout, folder: Path, capture: Capture, outcome: str) -> None:
    write_warc(folder / "a.warc.gz", [capture])
    filled(layout, folder)
    assert [page.outcome for page in stored(layout).values()] == [outcome]


def test_codings_without_end_are_not_undone(layout: Layout, folder: Path) -> None:
    body = BODY
    for _ in range(DEEPEST + 1):
        body = gzip.compress(body)
    write_warc(folder / "a.warc.gz", [served(body, ("Content-Encoding", ", ".join(["gzip"] * (DEEPEST + 1))))])
    assert filled(layout, folder).counts["harbour"] == {"listed": 1, "error:encoding": 1}


def test_what_a_packed_page_reserves_is_noted(layout: Layout, folder: Path) -> None:
    reserved = b"<html><head><meta name=robots content='noarchive, noai'></head>" + BODY
    write_warc(folder / "a.warc.gz", [served(gzip.compress(reserved), ("Content-Encoding", "gzip"))])
    filled(layout, folder)
    assert only(layout).reservations == ("noai", "noarchive")
