"""Other people's WARC and WACZ files: what is readable is kept, what is lost is named, nothing is let in."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scrapers.archives import Filled, fill
from scrapers.archives import ledger as ledger_module
from scrapers.archives.headers import captured
from scrapers.archives.index import read_cdx
from scrapers.archives.records import Gap, Stored, records
from scrapers.archives.warc import WarcRoute
from scrapers.pagestore import captures, read_index, read_payload
from scrapers.source import Source
from tests.conftest import PROJECT
from tests.warcs import NOON, Capture, outlet, story, write_warc
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.records import Page

DAY = NOON.date()
#: Real files of warcio, wget, wpull, the Wayback Machine's Save Page and others, which come with pywb.
SAMPLES = PROJECT / ".venv-pywb" / "sample_archive" / "warcs"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where somebody keeps archive files."""
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


def filled(layout: Layout, folder: Path, source: Source | None = None, first: date = DAY, last: date = DAY) -> Filled:
    route = WarcRoute(layout, [folder])
    try:
        return fill(layout, route, [source or outlet()], first, last)
    finally:
        route.close()


def stored(layout: Layout, source_id: str = "harbour", day: date = DAY) -> dict[str, Page]:
    """The captures of a day by the last piece of their address."""
    return {page.url.rpartition("/")[2]: page for page in captures(layout, source_id, day)}


def only(layout: Layout) -> Page:
    (page,) = stored(layout).values()
    return page


def chunked(body: bytes, size: int = 10) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


BODY = b"<html><p>Two shells hit the old bridge on Thursday, the harbour master said.</p></html>"
HTML = ("Content-Type", "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(BODY, [HTML], id="plain"),
        pytest.param(chunked(BODY), [HTML, ("Transfer-Encoding", "chunked")], id="chunked"),
        pytest.param(BODY, [HTML, ("Transfer-Encoding", "chunked")], id="unchunked by the archive, header left"),
        pytest.param(gzip.compress(BODY), [HTML, ("Content-Encoding", "gzip")], id="gzip"),
        pytest.param(BODY, [HTML, ("Content-Encoding", "gzip")], id="unpacked by the archive, header left"),
        pytest.param(
            chunked(gzip.compress(BODY)),
            [HTML, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")],
            id="gzip in chunks",
        ),
    ],
)
@pytest.mark.parametrize("compressed", [True, False], ids=["warc.gz", "warc"])
def test_a_body_comes_out_as_the_site_meant_it(
    layout: Layout, folder: Path, body: bytes, headers: list[tuple[str, str]], compressed: bool
) -> None:
    name = "a.warc.gz" if compressed else "a.warc"
    write_warc(folder / name, [Capture(body=body, headers=headers)], compressed=compressed)
    assert filled(layout, folder).counts["harbour"] == {"listed": 1, "ok": 1}
    assert read_payload(layout, only(layout)) == BODY


def test_chunks_that_break_off_give_what_came_of_them(layout: Layout, folder: Path) -> None:
    whole = chunked(BODY)
    write_warc(folder / "a.warc.gz", [Capture(body=whole[:40], headers=[HTML, ("Transfer-Encoding", "chunked")])])
    filled(layout, folder)
    assert BODY.startswith(read_payload(layout, only(layout)))
    assert only(layout).outcome == "truncated", "a page that lost its end is not taken for the whole"


def test_a_body_shorter_than_announced_is_told_truncated(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [Capture(body=BODY, headers=[HTML, ("Content-Length", "5000")])])
    filled(layout, folder)
    assert only(layout).outcome == "truncated"
    assert only(layout).error == f"{len(BODY)} bytes were captured of 5000"


def test_a_page_larger_than_a_crawl_takes_is_too_large(layout: Layout, folder: Path) -> None:
    packed = gzip.compress(b"<p>x</p>" * 2_000_000)
    large = Capture(path="/news/the-longest-story-ever", body=b"<p>x</p>" * 1_200_000)
    bomb = Capture(path="/news/the-smallest-story-ever", body=packed, headers=[HTML, ("Content-Encoding", "gzip")])
    write_warc(folder / "a.warc.gz", [large, bomb, story(1)])
    assert filled(layout, folder).counts["harbour"] == {"listed": 3, "ok": 1, "too_large": 2}


def test_a_resource_record_is_a_page_too(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [Capture(kind="resource", body=BODY)])
    filled(layout, folder)
    assert read_payload(layout, only(layout)) == BODY


def digest_of(path: Path) -> str:
    """The payload digest of the one response in a file."""
    found = [captured(one.data) for one in records(Whole(path.read_bytes())) if isinstance(one, Stored)]
    (page,) = [page for page in found if page]
    return page.digest or ""


def test_a_revisit_is_read_with_the_body_it_repeats_whatever_file_that_is_in(layout: Layout, folder: Path) -> None:
    write_warc(folder / "z.warc.gz", [Capture(body=BODY)])
    again = Capture(kind="revisit", body=digest_of(folder / "z.warc.gz").encode(), at=NOON + timedelta(hours=2))
    write_warc(folder / "a.warc.gz", [again])
    assert filled(layout, folder).counts["harbour"] == {"listed": 2, "ok": 2}
    pages = list(captures(layout, "harbour", DAY))
    assert [read_payload(layout, page) for page in pages] == [BODY, BODY]
    assert {page.fetched_at.hour for page in pages} == {12, 14}


def test_a_revisit_of_what_is_in_no_file_has_an_outcome_of_its_own(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [Capture(kind="revisit", body=b"sha1:" + b"A" * 32)])
    assert filled(layout, folder).counts["harbour"] == {"listed": 1, "error:no_original": 1}
    assert only(layout).outcome == "error:no_original"


@pytest.mark.parametrize("given", ["both files", "the new file"])
def test_a_revisit_is_read_once_what_it_repeats_has_come(layout: Layout, folder: Path, given: str) -> None:
    write_warc(folder / "b.warc.gz", [Capture(body=BODY)])
    revisit = Capture(kind="revisit", body=digest_of(folder / "b.warc.gz").encode(), at=NOON + timedelta(hours=2))
    (folder / "b.warc.gz").rename(folder.parent / "b.warc.gz")
    write_warc(folder / "a.warc.gz", [revisit])
    assert filled(layout, folder).counts["harbour"] == {"listed": 1, "error:no_original": 1}
    assert filled(layout, folder).parts == 0  # nothing else has come

    files = folder if given == "both files" else folder.parent / "new"
    files.mkdir(exist_ok=True)
    (folder.parent / "b.warc.gz").rename(files / "b.warc.gz")
    assert filled(layout, files).counts["harbour"] == {"listed": 2, "ok": 2}
    outcomes = {page.fetched_at.hour: page.outcome for page in read_index(layout, "harbour", DAY)}
    assert outcomes == {12: "ok"}  # of one body the earliest capture
    whole = [page for page in captures(layout, "harbour", DAY) if page.outcome == "ok"]
    assert [read_payload(layout, page) for page in whole] == [BODY, BODY]
    assert filled(layout, files).parts == 0


JANUARY = NOON - timedelta(days=31)


def repeats(folder: Path, name: str, original: Path, **more: object) -> None:
    """Write a file with a revisit record that repeats the body in another one."""
    digest = digest_of(original)
    write_warc(folder / name, [Capture(kind="revisit", body=digest.encode(), at=NOON, **more)])  # type: ignore[arg-type]


def test_a_body_that_comes_with_another_month_is_read_where_it_was_lacking(
    layout: Layout, folder: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    write_warc(later / "january.warc.gz", [Capture(body=BODY, at=JANUARY)])
    repeats(folder, "february.warc.gz", later / "january.warc.gz")
    assert filled(layout, folder).counts["harbour"] == {"listed": 1, "error:no_original": 1}

    come = filled(layout, later, first=JANUARY.date(), last=JANUARY.date())
    assert [(Path(row.name).name, row.first) for row in come.reopened] == [("february.warc.gz", DAY)]
    (span,) = [span for span in ledger_module.asked(layout) if span.first == DAY]
    assert span.left == 1, "status tells that it waits"
    assert filled(layout, folder).counts["harbour"] == {"listed": 1, "ok": 1}
    assert read_payload(layout, only(layout)) == BODY
    again = filled(layout, later, first=JANUARY.date(), last=JANUARY.date())
    assert (again.parts, again.reopened) == (0, [])


def test_a_body_that_came_with_another_month_is_found_there(layout: Layout, folder: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    write_warc(folder / "january.warc.gz", [Capture(body=BODY, at=JANUARY)])
    filled(layout, folder, first=JANUARY.date(), last=JANUARY.date())
    later.mkdir()
    repeats(later, "february.warc.gz", folder / "january.warc.gz")
    assert filled(layout, later).counts["harbour"] == {"listed": 1, "ok": 1}


def test_what_is_never_found_is_not_looked_for_for_ever(layout: Layout, folder: Path, tmp_path: Path) -> None:
    write_warc(folder / "a.warc.gz", [Capture(kind="revisit", body=b"sha1:" + b"A" * 32)])
    filled(layout, folder)
    write_warc(tmp_path / "later" / "b.warc.gz", [Capture(body=BODY, at=JANUARY)])
    assert filled(layout, tmp_path / "later", first=JANUARY.date(), last=JANUARY.date()).reopened == []


def test_of_several_originals_the_first_that_is_whole_is_read(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc", [Capture(path="/news/the-first-of-them", body=BODY)], compressed=False)
    write_warc(folder / "b.warc.gz", [Capture(path="/news/the-first-of-them", body=BODY)])
    repeats(folder, "c.warc.gz", folder / "b.warc.gz", path="/news/repeats-the-first")
    data = (folder / "a.warc").read_bytes()
    (folder / "a.warc").write_bytes(data.replace(b"Two shells", b"Six shells"))
    filled(layout, folder)
    assert read_payload(layout, stored(layout)["repeats-the-first"]) == BODY


@pytest.mark.parametrize(
    ("fields", "original"),
    [
        ("WARC-Payload-Digest: {digest}", "200 OK"),
        ("WARC-Refers-To-Target-URI: {url}\r\nWARC-Refers-To-Date: 2018-02-08T14:00:00+02:00", "200 OK"),
        ("WARC-Refers-To-Target-URI: <{url}>\r\nWARC-Refers-To-Date: 2018-02-08T12:00:00.000Z", "200 OK"),
        ("WARC-Payload-Digest: {digest}", "302 Found"),
    ],
    ids=["digest in small letters", "local time", "brackets and fractions", "of a redirect"],
)
def test_a_revisit_names_what_it_repeats_in_any_spelling_but_no_redirect(
    layout: Layout, folder: Path, fields: str, original: str
) -> None:
    first = Capture(body=BODY, status=original, path="/news/the-first-of-them")
    write_warc(folder / "a.warc.gz", [first])
    named = fields.format(digest=digest_of(folder / "a.warc.gz").lower(), url=first.url)
    head = f"WARC/1.1\r\nWARC-Type: revisit\r\nWARC-Target-URI: {first.host}/news/again-the-same\r\n{named}\r\n"
    head += "WARC-Date: 2018-02-08T15:00:00Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    (folder / "b.warc.gz").write_bytes(gzip.compress(head.encode()))
    filled(layout, folder)
    assert stored(layout)["again-the-same"].outcome == ("ok" if original == "200 OK" else "error:no_original")


# damage


def cdxj(folder: Path, offsets: list[int], stories: list[Capture], name: str = "a.warc.gz") -> None:
    """An index of a file beside it, as other tools write them."""
    lines = [
        f"example,harbour){one.path} {one.at:%Y%m%d%H%M%S} "
        + json.dumps({"url": one.url, "mime": "text/html", "status": "200", "offset": str(at), "filename": name})
        for one, at in zip(stories, offsets, strict=True)
    ]
    (folder / "a.cdxj").write_text("\n".join(sorted(lines)) + "\n", "utf-8")


def damaged(folder: Path, offsets: list[int], which: int, *, compressed: bool = True) -> None:
    """Overwrite some bytes in the middle of a record."""
    path = folder / ("a.warc.gz" if compressed else "a.warc")
    data = bytearray(path.read_bytes())
    end = offsets[which + 1] if which + 1 < len(offsets) else len(data)
    middle = (offsets[which] + end) // 2
    data[middle : middle + 20] = b"\0" * 20
    path.write_bytes(data)


def test_the_rest_of_a_file_goes_on_behind_a_damaged_record(layout: Layout, folder: Path) -> None:
    stories = [story(number) for number in range(9)]
    offsets = write_warc(folder / "a.warc.gz", stories)
    damaged(folder, offsets, 4)
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 8, "ok": 8}
    (lost,) = found.lost
    assert lost.place == f"a.warc.gz@{offsets[4]}"
    assert f"{offsets[5] - offsets[4]} bytes: this gzip member is damaged" in lost.why
    assert "story-number-4" not in stored(layout)


def test_bytes_between_two_records_are_no_part_of_the_first_even_if_they_end_as_it_does(
    layout: Layout, folder: Path
) -> None:
    one, two = warc_bytes(folder, story(1)), warc_bytes(folder, story(2))
    # the gzip member's own checksum and size, as a forger would set them behind what he adds
    (folder / "a.warc.gz").write_bytes(one + b"anything" + one[-8:] + two)
    found = filled(layout, folder)
    assert found.counts["harbour"]["ok"] == 2
    assert [lost.why.partition(":")[0] for lost in found.lost] == ["16 bytes"]
    stored_file = next(layout.pages.glob("harbour/*/*.warc.gz"))
    assert b"anything" not in stored_file.read_bytes()


def test_an_index_beside_the_file_names_what_was_lost(layout: Layout, folder: Path) -> None:
    stories = [story(number) for number in range(9)]
    offsets = write_warc(folder / "a.warc.gz", stories)
    cdxj(folder, offsets, stories)
    damaged(folder, offsets, 4)
    assert filled(layout, folder).counts["harbour"] == {"listed": 9, "ok": 8, "error:corrupt": 1}
    page = stored(layout)["story-number-4"]
    assert (page.outcome, page.fetched_at, page.status) == ("error:corrupt", NOON, None)


def test_a_cut_tail_is_told_though_readers_stop_there_in_silence(layout: Layout, folder: Path) -> None:
    stories = [story(number) for number in range(9)]
    offsets = write_warc(folder / "a.warc.gz", stories)
    cdxj(folder, offsets, stories)
    path = folder / "a.warc.gz"
    path.write_bytes(path.read_bytes()[: offsets[6] + 50])
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 9, "ok": 6, "error:corrupt": 3}, "what the index lists is missed"
    assert found.lost[0].why == "50 bytes: the file ends within this record"
    assert {name for name, page in stored(layout).items() if page.outcome == "error:corrupt"} == {
        "story-number-6",
        "story-number-7",
        "story-number-8",
    }


LONG = b"<html><h1>Old bridge</h1>" + b"".join(
    b"<p>Shell %d of %d hit street number %d of the harbour.</p>" % (n, n * n, n * 7919 % 1000) for n in range(2000)
)


@pytest.mark.parametrize("indexed", [False, True], ids=["alone", "with an index"])
@pytest.mark.parametrize("compressed", [True, False], ids=["warc.gz", "warc"])
def test_what_can_be_read_of_a_page_that_the_file_ends_in_is_kept_as_truncated_until_the_whole_comes(
    layout: Layout, folder: Path, compressed: bool, indexed: bool
) -> None:
    stories, name = [story(1), Capture(path="/news/a-long-story", body=LONG)], "a.warc.gz" if compressed else "a.warc"
    offsets = write_warc(folder / name, stories, compressed=compressed)
    if indexed:
        cdxj(folder, offsets, stories, name)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: (offsets[1] + len(whole)) // 2])
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 2, "ok": 1, "truncated": 1}
    page = stored(layout)["a-long-story"]
    kept = read_payload(layout, page)
    assert LONG.startswith(kept)
    assert len(kept) > 1000
    assert page.error == f"the file ends within this record, behind {len(kept)} bytes of the body"
    (lost,) = ledger_module.losses(layout)
    assert lost["place"] == f"{name}@{offsets[1]}", "the stretch is named as well"
    assert filled(layout, folder).parts == 0
    (folder / name).write_bytes(whole)  # the copy is made again
    assert filled(layout, folder).counts["harbour"] == {"listed": 2, "held": 1, "ok": 1}
    bodies = {page.outcome: read_payload(layout, page) for page in captures(layout, "harbour", DAY)
              if page.url.endswith("a-long-story")}  # fmt: skip
    assert bodies == {"truncated": kept, "ok": LONG}, "both are kept; cleaning reads what is ok"


@pytest.mark.parametrize("upto", [b"WARC-Target", b"HTTP/1.1 200", b"Content-Type: text/html", b"\r\n\r\n<html>"])
def test_of_a_record_cut_off_before_its_body_nothing_is_made_up(layout: Layout, folder: Path, upto: bytes) -> None:
    offsets = write_warc(folder / "a.warc", [story(1), Capture(body=BODY)], compressed=False)
    data = (folder / "a.warc").read_bytes()
    (folder / "a.warc").write_bytes(data[: data.index(upto, offsets[1]) + (4 if upto.startswith(b"\r") else 9)])
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 1, "ok": 1}
    assert len(found.lost) == 1


def test_a_length_that_is_too_long_swallows_no_other_record(layout: Layout, folder: Path) -> None:
    offsets = write_warc(folder / "a.warc", [Capture(path="/news/a-long-story", body=LONG), story(1)], compressed=False)
    data = (folder / "a.warc").read_bytes()
    head = data.index(b"Content-Length: ", offsets[0]) + 16
    (folder / "a.warc").write_bytes(data[:head] + b"9" + data[head:])
    assert filled(layout, folder).counts["harbour"] == {"listed": 2, "ok": 1, "truncated": 1}
    assert read_payload(layout, stored(layout)["a-long-story"]).rstrip() == LONG


def test_what_is_damaged_in_one_file_is_taken_from_another_that_has_it_whole(layout: Layout, folder: Path) -> None:
    stories = [story(number) for number in range(3)]
    offsets = write_warc(folder / "a.warc.gz", stories)
    shutil.copy(folder / "a.warc.gz", folder / "b.warc.gz")
    cdxj(folder, offsets, stories)
    damaged(folder, offsets, 1)
    counts = filled(layout, folder).counts["harbour"]
    assert counts == {"listed": 6, "ok": 3, "error:corrupt": 1, "held": 2}
    outcomes = [page.outcome for page in captures(layout, "harbour", DAY) if page.url.endswith("-1")]
    assert sorted(outcomes) == ["error:corrupt", "ok"] or outcomes == ["ok"]


def test_a_capture_the_index_forgot_is_read_all_the_same(layout: Layout, folder: Path) -> None:
    stories = [story(number) for number in range(3)]
    offsets = write_warc(folder / "a.warc.gz", stories)
    cdxj(folder, offsets[:1], stories[:1])
    assert filled(layout, folder).counts["harbour"] == {"listed": 3, "ok": 3}


def test_an_uncompressed_record_that_is_not_what_its_digest_says_is_corrupt(layout: Layout, folder: Path) -> None:
    offsets = write_warc(folder / "a.warc", [story(number) for number in range(3)], compressed=False)
    data = (folder / "a.warc").read_bytes()
    where = data.index(b"Two people", offsets[1])
    (folder / "a.warc").write_bytes(data[:where] + b"Six" + data[where + 3 :])
    assert filled(layout, folder).counts["harbour"] == {"listed": 3, "ok": 2, "error:corrupt": 1}
    assert stored(layout)["story-number-1"].outcome == "error:corrupt"


def test_the_losses_of_a_file_stay_known(layout: Layout, folder: Path) -> None:
    offsets = write_warc(folder / "a.warc.gz", [story(number) for number in range(3)])
    damaged(folder, offsets, 1)
    filled(layout, folder)
    filled(layout, folder)
    (loss,) = ledger_module.losses(layout)
    assert loss["place"] == f"a.warc.gz@{offsets[1]}"
    write_warc(folder / "a.warc.gz", [story(number) for number in range(3)])  # somebody mends the file
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 3, "ok": 1, "held": 2}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b"no archive at all", "these bytes begin no WARC record", id="text"),
        pytest.param(gzip.compress(b"no archive"), "this gzip member holds no WARC record", id="gzipped text"),
        pytest.param(gzip.compress(b"filedesc://x 1"), "this is an ARC file", id="ARC"),
    ],
)
def test_a_file_that_is_no_warc_is_told_and_ends_nothing(layout: Layout, folder: Path, data: bytes, why: str) -> None:
    (folder / "a.warc.gz").write_bytes(data)
    write_warc(folder / "b.warc.gz", [story(1)])
    found = filled(layout, folder)
    assert found.counts["harbour"]["ok"] == 1
    assert why in "".join(lost.why for lost in found.lost)


def test_a_file_zipped_as_a_whole_says_how_to_mend_it(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc", [story(1), story(2)], compressed=False)
    (folder / "a.warc.gz").write_bytes(gzip.compress((folder / "a.warc").read_bytes()))
    (folder / "a.warc").unlink()
    (lost,) = filled(layout, folder).lost
    assert "warcio recompress" in lost.why


def test_a_bomb_takes_no_memory(layout: Layout, folder: Path) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://harbour.example/news/a-very-long-story\r\n"
    head += b"WARC-Date: 2018-02-08T12:00:00Z\r\nContent-Type: application/http\r\nContent-Length: 300000017\r\n\r\n"
    head += b"HTTP/1.1 200 OK\r\n\r\n"
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as member:
        member.write(head)
        for _ in range(30):
            member.write(b"\0" * 10_000_000)
        member.write(b"\r\n\r\n")
    (folder / "a.warc.gz").write_bytes(packed.getvalue())
    tracemalloc.start()
    found = filled(layout, folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.counts["harbour"] == {"listed": 1, "too_large": 1}
    assert peak < 100_000_000


def test_the_half_page_that_recompressing_a_cut_file_makes_whole_is_told(layout: Layout, folder: Path) -> None:
    write_warc(folder / "cut.warc", [story(1), Capture(body=BODY)], compressed=False)
    data = (folder / "cut.warc").read_bytes()
    (folder / "cut.warc").write_bytes(data[: data.rindex(b"harbour master")])
    command = [sys.executable, "-m", "warcio.cli", "recompress", "cut.warc", "whole.warc.gz"]
    assert "No Errors Found" in subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    (folder / "cut.warc").unlink()
    assert filled(layout, folder).counts["harbour"] == {"listed": 2, "ok": 1, "truncated": 1}


@pytest.mark.parametrize("compressed", [True, False], ids=["warc.gz", "warc"])
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut"])
@pytest.mark.parametrize("bare", ["WARC", "HTTP", "both"])
def test_headers_whose_lines_end_in_lf_alone_are_read(
    layout: Layout, folder: Path, bare: str, cut: bool, compressed: bool
) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    block = (http if bare == "WARC" else http.replace(b"\r\n", b"\n")) + LONG
    warc = HEAD + b"WARC-Date: 2018-02-08T12:00:00Z\r\nContent-Type: application/http\r\n"
    warc += b"Content-Length: %d\r\n\r\n" % len(block)
    record = (warc if bare == "HTTP" else warc.replace(b"\r\n", b"\n")) + block
    record = gzip.compress(record + b"\r\n\r\n") if compressed else record + b"\n\n"
    data = record[: len(record) // 2] if cut else record + record
    (folder / ("a.warc.gz" if compressed else "a.warc")).write_bytes(data)
    counts = filled(layout, folder).counts["harbour"]
    assert counts == ({"listed": 1, "truncated": 1} if cut else {"listed": 2, "ok": 1, "held": 1})
    assert LONG.startswith(read_payload(layout, only(layout)))


def test_a_response_is_read_as_http_whatever_media_type_its_record_names(layout: Layout, folder: Path) -> None:
    for number, media in enumerate((b"", b"Content-Type: APPLICATION/HTTP;msgtype=response\r\n")):
        warc = (HEAD + media).replace(b"odd-record", b"odd-record-%d" % number) + b"WARC-Date: 2018-02-08T12:00:00Z\r\n"
        record = warc + b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(HTTP), HTTP)
        gone = record.replace(b"odd-record", b"gone").replace(b"200 OK", b"410 OK")
        (folder / f"{number}.warc.gz").write_bytes(gzip.compress(record) + gzip.compress(gone))
    assert filled(layout, folder).counts["harbour"] == {"listed": 4, "ok": 2, "passed_over/status": 2}
    assert {read_payload(layout, page) for page in stored(layout).values()} == {BODY}


def test_http_headers_may_be_as_long_as_in_a_crawl(layout: Layout, folder: Path) -> None:
    policy = ("Content-Security-Policy", "default-src 'self' " + "https://cdn.example " * 5000)
    write_warc(folder / "a.warc.gz", [Capture(body=BODY, headers=[HTML, policy])])
    assert filled(layout, folder).counts["harbour"] == {"listed": 1, "ok": 1}


HEAD = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://harbour.example/news/odd-record-of-the-day\r\n"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + BODY


@pytest.mark.parametrize(
    ("head", "tail", "counts", "lost"),
    [
        pytest.param(
            b"WARC-Date: 2018-02-08T12:00:00.123456789Z\r\n", b"", {"ok": 3, "listed": 3}, 0, id="nanoseconds"
        ),
        pytest.param(b"WARC-Date: yesterday\r\n", b"", {"ok": 2, "listed": 2}, 1, id="no date"),
        pytest.param(b"", b"", {"ok": 2, "listed": 2}, 1, id="without a date"),
        pytest.param(b"WARC-Date: 2018-02-08T12:00:00Z\r\n", b"\0" * 100_000, {"ok": 3, "listed": 3}, 1, id="padding"),
        pytest.param(
            b"WARC-Date: 2018-02-08T12:00:00Z\r\nContent-Length: 99\r\n",
            b"",
            {"ok": 3, "listed": 3},
            0,
            id="two lengths",
        ),
        pytest.param(
            b"WARC-Date: 2018-02-08T12:00:00Z\r\nContent-Length: 900000000000\r\n",
            b"",
            {"ok": 2, "truncated": 1, "listed": 3},
            0,
            id="longer than memory",
        ),
    ],
)
def test_records_made_to_confuse_are_read_or_named_and_cost_no_other(
    layout: Layout, folder: Path, head: bytes, tail: bytes, counts: dict[str, int], lost: int
) -> None:
    odd = HEAD + head + b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(HTTP), HTTP)
    data = warc_bytes(folder, story(1)) + gzip.compress(odd) + warc_bytes(folder, story(2)) + tail
    (folder / "a.warc.gz").write_bytes(data)
    found = filled(layout, folder)
    assert (found.counts["harbour"], len(found.lost)) == (counts, lost)


def test_archives_that_cannot_be_read_are_named_and_the_others_are_read(layout: Layout, folder: Path) -> None:
    write_warc(folder / "good.warc.gz", [story(1)])
    for name in ("a.warc.zst", "b.arc.gz", "c.WARC.XZ"):
        (folder / name).write_bytes(b"packed otherwise")
    (folder / "d.warc.gz").symlink_to(folder / "nowhere.warc.gz")
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 1, "ok": 1}
    said = "\n".join(map(str, found.errors))
    assert all(name in said for name in ("a.warc.zst", "b.arc.gz", "c.WARC.XZ", "nowhere.warc.gz"))
    assert "zstd -d" in said
    assert "warcio recompress" in said


# packages


def test_a_package_cut_short_gives_the_records_that_can_be_found_in_it(layout: Layout, folder: Path) -> None:
    data = warc_bytes(folder, story(1), story(2), story(3))
    wacz(folder / "crawl.wacz", [("archive/one.warc.gz", data), ("pages/pages.jsonl", b"{}" * 1000)])
    whole = (folder / "crawl.wacz").read_bytes()
    (folder / "crawl.wacz").write_bytes(whole[: len(data) - 50])
    found = filled(layout, folder)
    assert found.counts["harbour"]["ok"] == 2
    assert "no table of contents" in "".join(lost.why for lost in found.lost)


def test_what_a_package_holds_that_is_not_read_is_named(layout: Layout, folder: Path) -> None:
    one = warc_bytes(folder, story(1))
    members = [
        ("archive/one.warc.gz", one),
        ("archive/two.warc.zst", b"x"),
        ("inner.wacz", b"PK"),
        ("old.arc.gz", b"x"),
    ]
    wacz(folder / "crawl.wacz", members)
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 1, "ok": 1}
    assert [lost.why.partition(": ")[2].partition(":")[0] for lost in found.lost] == [
        "two.warc.zst",
        "inner.wacz",
        "old.arc.gz",
    ]


def test_two_members_of_one_name_are_both_read_and_an_index_hides_neither(layout: Layout, folder: Path) -> None:
    first, second = warc_bytes(folder, story(1)), warc_bytes(folder, story(2), story(3))
    line = {"url": story(2).url, "mime": "text/html", "status": "200", "filename": "one.warc.gz",
            "offset": second.find(b"\x1f\x8b\x08", 10)}  # fmt: skip
    index = f"key 20180208120000 {json.dumps(line)}\n".encode()
    members = [("a/one.warc.gz", first), ("b/one.warc.gz", second), ("indexes/index.cdxj", index)]
    wacz(folder / "crawl.wacz", members)
    counts = filled(layout, folder).counts["harbour"]
    assert counts["ok"] == 3, "an index that speaks of the other one costs no page"


def listing(*rows: object) -> tuple[str, bytes]:
    return "datapackage.json", json.dumps({"profile": "data-package", "resources": rows}).encode()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_a_warc_that_is_not_as_its_package_lists_it_is_told_and_read(layout: Layout, folder: Path, method: int) -> None:
    one, two = warc_bytes(folder, story(1)), warc_bytes(folder, story(2))
    rows = [
        {"name": "one.warc.gz", "path": "archive/one.warc.gz", "hash": f"sha256:{hashlib.sha256(one).hexdigest()}"},
        {"name": "two.warc.gz", "path": "archive/two.warc.gz", "hash": f"sha256:{hashlib.sha256(one).hexdigest()}"},
        {"name": "gone.warc.gz", "path": "archive/gone.warc.gz", "hash": "sha256:00"},
        {"name": "pages.jsonl", "path": "pages/pages.jsonl", "hash": "sha256:00"},
    ]
    wacz(folder / "crawl.wacz", [("archive/one.warc.gz", one), ("archive/two.warc.gz", two), listing(*rows)], method)
    found = filled(layout, folder)
    assert found.counts["harbour"]["ok"] == 2
    told = sorted(lost.why.partition(": ")[2] for lost in found.lost)
    assert [words.partition(": ")[0] for words in told] == ["gone.warc.gz", "two.warc.gz"]
    assert "not in the package" in told[0]
    assert "changed after it was packed" in told[1]
    assert filled(layout, folder).parts == 0, "told once"


@pytest.mark.parametrize(
    "said",
    [
        b"", b"[" * 100_000, b"[]", b'{"resources": 1}', b'{"resources": [1, {}, {"path": 2}]}', b"\xff\xfe",
        b'{"resources": [{"path": "archive/one.warc.gz", "hash": 7}, {"path": "one.warc.gz", "hash": "x:y"}]}',
    ],
)  # fmt: skip
def test_a_listing_that_says_nothing_to_be_relied_on_costs_no_page(layout: Layout, folder: Path, said: bytes) -> None:
    wacz(folder / "crawl.wacz", [("archive/one.warc.gz", warc_bytes(folder, story(1))), ("datapackage.json", said)])
    found = filled(layout, folder)
    assert (found.counts["harbour"]["ok"], found.lost) == (1, [])


def test_a_listing_made_to_be_long_has_each_warc_read_once(layout: Layout, folder: Path) -> None:
    rows = [{"path": "archive/one.warc.gz", "hash": f"sha256:{number:064x}"} for number in range(50_000)]
    names = [{"path": f"\ud800{number}\n.warc.gz"} for number in range(50_000)]
    members = [("archive/one.warc.gz", warc_bytes(folder, story(1))), listing(*rows[:5_000], *names)]
    wacz(folder / "crawl.wacz", members, zipfile.ZIP_DEFLATED)
    found = filled(layout, folder)
    assert found.counts["harbour"]["ok"] == 1
    assert len(found.lost) == 5_001
    assert all(lost.why.isprintable() for lost in found.lost)


def wacz(path: Path, members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members:
            package.writestr(name, data, method)


def warc_bytes(folder: Path, *stories: Capture, compressed: bool = True) -> bytes:
    write_warc(folder / "made.warc.gz", stories, compressed=compressed)
    data = (folder / "made.warc.gz").read_bytes()
    (folder / "made.warc.gz").unlink()
    return data


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
@pytest.mark.parametrize("compressed", [True, False], ids=["warc.gz", "warc"])
def test_the_warcs_of_a_package_are_read(layout: Layout, folder: Path, method: int, compressed: bool) -> None:
    tail = ".gz" if compressed else ""
    members = [
        (f"archive/one.warc{tail}", warc_bytes(folder, story(1), story(2), compressed=compressed)),
        (f"archive/two.warc{tail}", warc_bytes(folder, story(3), compressed=compressed)),
        ("datapackage.json", b"{}"),
    ]
    wacz(folder / "crawl.wacz", members, method)
    assert filled(layout, folder).counts["harbour"] == {"listed": 3, "ok": 3}
    assert read_payload(layout, stored(layout)["story-number-3"]) == story(3).body


def test_the_index_in_a_package_names_what_is_damaged(layout: Layout, folder: Path) -> None:
    data = bytearray(warc_bytes(folder, story(1), story(2)))
    second = data.rfind(b"\x1f\x8b\x08")
    data[second + 40 : second + 60] = b"\0" * 20
    line = {"url": story(2).url, "mime": "text/html", "status": "200", "offset": second, "filename": "one.warc.gz"}
    index = gzip.compress(f"key 20180208120000 {json.dumps(line)}\n".encode())
    wacz(folder / "crawl.wacz", [("archive/one.warc.gz", bytes(data)), ("indexes/index.cdx.gz", index)])
    assert filled(layout, folder).counts["harbour"] == {"listed": 2, "ok": 1, "error:corrupt": 1}


@pytest.mark.parametrize("name", ["../../../escaped.warc.gz", "/tmp/escaped.warc.gz", "archive/..\\escaped.warc.gz"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_nothing_is_written_under_a_name_that_a_package_brings(
    layout: Layout, folder: Path, name: str, method: int, tmp_path: Path
) -> None:
    wacz(folder / "crawl.wacz", [(name, warc_bytes(folder, story(1)))], method)
    filled(layout, folder)
    assert stored(layout)["story-number-1"].outcome == "ok"
    assert not [path for path in tmp_path.rglob("*") if "escaped" in path.name]
    assert not Path("/tmp/escaped.warc.gz").exists()


def test_a_package_that_unpacks_to_a_hundred_times_its_size_is_refused(layout: Layout, folder: Path) -> None:
    bomb = b"WARC/1.0\r\n" + b"\0" * 50_000_000
    members = [("archive/bomb.warc", bomb)]
    wacz(folder / "crawl.wacz", members, zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    found = filled(layout, folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (lost,) = found.lost
    assert "unpacks to 50000010 bytes" in lost.why
    assert peak < 20_000_000


def test_a_package_whose_table_lies_about_sizes_is_cut_off_there(layout: Layout, folder: Path) -> None:
    wacz(folder / "crawl.wacz", [("archive/a.warc", b"WARC/1.0\r\n" + b"x" * 100_000)], zipfile.ZIP_DEFLATED)
    data = bytearray((folder / "crawl.wacz").read_bytes())
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        where = data.find(mark) + at
        data[where : where + 4] = (1_000).to_bytes(4, "little")
    (folder / "crawl.wacz").write_bytes(data)
    assert [lost.why for lost in filled(layout, folder).lost]


@pytest.mark.parametrize("change", ["cut", "text", "encrypted"])
def test_a_package_that_cannot_be_read_is_named_and_ends_nothing(layout: Layout, folder: Path, change: str) -> None:
    wacz(folder / "crawl.wacz", [("archive/one.warc.gz", warc_bytes(folder, story(1)))])
    data = bytearray((folder / "crawl.wacz").read_bytes())
    if change == "cut":
        data = data[: len(data) // 2]
    elif change == "text":
        data = bytearray(b"not a package")
    else:
        data[data.find(b"PK\x01\x02") + 8] |= 1
    (folder / "crawl.wacz").write_bytes(data)
    write_warc(folder / "z.warc.gz", [story(9)])
    found = filled(layout, folder)
    assert set(stored(layout)) == {"story-number-9"}
    told = [str(error) for error in found.errors] + [lost.place + lost.why for lost in found.lost]
    assert any("crawl.wacz" in one for one in told)


# settings


def test_a_path_that_is_not_there_or_no_archive_is_named(layout: Layout, folder: Path) -> None:
    (folder / "notes.txt").write_text("x")
    for path, why in ((folder / "gone", "no such file"), (folder / "notes.txt", "is no archive file")):
        with pytest.raises(SettingError, match=why):
            fill(layout, WarcRoute(layout, [path]), [outlet()], DAY, DAY)


def test_a_damaged_index_of_ours_is_made_anew(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [story(number) for number in range(5)])
    filled(layout, folder)
    (kept,) = (layout.archives / "indexes").iterdir()
    kept.write_bytes(kept.read_bytes()[:-30])
    (layout.archives / "ledger.sqlite").unlink()
    assert filled(layout, folder).counts["harbour"] == {"listed": 5, "held": 5}


# anything at all


class Whole:
    """Bytes as the reader of records takes them."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def slice(self, start: int, end: int) -> bytes:
        return self.data[start:end]

    def some(self, start: int, most: int) -> bytes:
        return self.data[start : start + most]

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        return self.data.find(needle, start, end)

    def release(self, position: int) -> None:
        pass


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, bytes]:
    made = {}
    for compressed in (True, False):
        path = tmp_path_factory.mktemp("sound") / "a.warc.gz"
        write_warc(path, [story(number) for number in range(6)], compressed=compressed)
        made[compressed] = path.read_bytes()
    return made


@settings(max_examples=200)
@example(compressed=False, cuts=[(0.0625, 3, b""), (0.0625, 40, b""), (0.0625, 40, b"")])
@given(
    compressed=st.booleans(),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=40)), max_size=4),
)
def test_however_a_file_is_damaged_its_records_and_gaps_cover_it(
    sound: dict[bool, bytes], compressed: bool, cuts: list[tuple[float, int, bytes]]
) -> None:
    data = bytearray(sound[compressed])
    for share, gone, put in cuts:
        at = int(share * len(data))
        data[at : at + gone] = put
    end = 0
    for found in records(Whole(bytes(data))):
        assert found.length > 0
        assert not bytes(data[end : found.offset]).strip(b"\r\n"), "no byte is passed over in silence"
        end = found.offset + found.length
        if isinstance(found, Stored):
            try:
                captured(found.data)
            except ValueError:
                assert cuts
    assert not bytes(data[end:]).strip(b"\r\n")
    if not cuts:
        assert end == len(data) or not compressed


@given(st.binary(max_size=400))
def test_bytes_that_are_no_archive_are_gaps(data: bytes) -> None:
    assert all(isinstance(found, Gap | Stored) for found in records(Whole(data)))


LINE = st.text(max_size=200) | st.builds(
    lambda stamp, rest: f"com,a)/ {stamp} {rest}",
    st.text("0123456789", min_size=12, max_size=16),
    st.text(max_size=80)
    | st.dictionaries(st.sampled_from(["url", "offset", "status", "mime"]), st.integers()).map(json.dumps),
)


@given(st.lists(LINE.map(lambda line: line.encode("utf-8", "replace")), max_size=6))
def test_any_index_is_read_or_passed_over(lines: list[bytes]) -> None:
    for row in read_cdx(lines, "a.warc.gz"):
        assert row.at.tzinfo is UTC


# real files


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="pywb's sample archive is not installed (make test)")
def test_a_real_crawl_is_read(layout: Layout, folder: Path) -> None:
    shutil.copy(SAMPLES / "iana.warc.gz", folder)
    day = date(2014, 1, 26)
    found = filled(layout, folder, outlet("iana", "http://www.iana.org"), day, day)
    assert (found.counts["iana"]["ok"], found.lost, found.errors) == (15, [], [])
    for page in captures(layout, "iana", day):
        assert b"</html>" in read_payload(layout, page)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="pywb's sample archive is not installed (make test)")
def test_every_real_file_is_read_to_its_end() -> None:
    files = [path for path in sorted(SAMPLES.iterdir()) if path.name.endswith((".warc", ".warc.gz"))]
    assert len(files) > 10
    for path in files:
        found = list(records(Whole(path.read_bytes())))
        whole = [one for one in found if isinstance(one, Stored)]
        gaps = [one for one in found if isinstance(one, Gap)]
        # this one ends its lines with two carriage returns
        assert bool(gaps) == (path.name == "missing-status-text.warc"), (path.name, gaps)
        assert all(one.data.startswith(b"WARC/") for one in whole)


EVALUATION = Path(os.environ.get("DATELINE_EVAL") or "/nonexistent") / "data" / "cleaning" / "fundus_tests" / "html"


@pytest.mark.skipif(not EVALUATION.is_dir(), reason="$DATELINE_EVAL names no folder of evaluation data")
def test_real_news_pages_go_through_an_archive_byte_by_byte(layout: Layout, folder: Path) -> None:
    pages = {path.stem: path.read_bytes() for path in sorted(EVALUATION.iterdir())[::2]}
    bodies = {name: gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for name, body in pages.items()}
    stories = [
        Capture(
            path=f"/news/page-number-{n}-of-a-set",
            body=gzip.compress(body),
            headers=[HTML, ("Content-Encoding", "gzip")],
        )
        for n, body in enumerate(bodies.values())
    ]
    write_warc(folder / "a.warc.gz", stories)
    assert filled(layout, folder).counts["harbour"] == {"listed": len(stories), "ok": len(stories)}
    for n, body in enumerate(bodies.values()):
        assert read_payload(layout, stored(layout)[f"page-number-{n}-of-a-set"]) == body
