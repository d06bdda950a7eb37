"""The bounds of what an archive may cost: each at a smaller figure than its own, so that reaching it takes no time."""

from __future__ import annotations

import gzip
import json
import os
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyrate_limiter import Duration, Rate

from scrapers.archives import asking, days, download, files, losses, records
from scrapers.archives import ledger as ledgers
from scrapers.archives.asking import Asker, Bounds
from scrapers.archives.ccnews import CcNewsRoute
from scrapers.archives.fill import MAX_BROKEN, Filled, fill
from scrapers.archives.pace import Pace
from scrapers.archives.records import KEPT
from scrapers.pagestore import captures, read_payload
from tests.attacks import OK, without_end
from tests.test_ccnews import TODAY, Crawl, crawl, noon, stories
from tests.test_warc_route import BODY, HEAD, filled, folder, layout, only, wacz
from tests.warcs import NOON, Capture, outlet, story, write_warc
from tests.web import served
from warehouse.layout import Layout

__all__ = ["crawl", "folder", "layout"]

DAY = NOON.date()


def package(folder: Path, members: int) -> Path:
    """A package with so many members, the first of them a WARC file with one story."""
    write_warc(folder / "a.warc.gz", [story(1)])
    wacz(folder / "c.wacz", [("archive/a.warc.gz", (folder / "a.warc.gz").read_bytes())])
    (folder / "a.warc.gz").unlink()
    with zipfile.ZipFile(folder / "c.wacz", "a") as package:
        for number in range(members - 1):
            package.writestr(f"pages/{number}", b"")
    return folder / "c.wacz"


def test_a_package_of_too_many_members_is_refused(
    layout: Layout, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MEMBERS_MOST", 20)
    package(folder, 21)
    (error,) = filled(layout, folder).errors
    assert "too many members" in str(error)
    package(folder, 20)
    assert filled(layout, folder).counts["harbour"]["ok"] == 1


def test_a_package_whose_members_overlap_is_refused(layout: Layout, folder: Path) -> None:
    path = package(folder, 2)
    data = bytearray(path.read_bytes())
    table = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02"))
    data[table + 20 : table + 24] = (len(data) + 1).to_bytes(4, "little")
    path.write_bytes(data)
    (error,) = filled(layout, folder).errors
    assert "they overlap" in str(error)


def test_a_member_that_unpacks_without_end_is_a_gap(
    layout: Layout, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "BOMB", 20_000_000)
    write_warc(folder / "good.warc.gz", [story(1)])
    length = 25_000_000
    head = HEAD + b"WARC-Date: 2018-02-08T12:00:00Z\r\nContent-Length: %d\r\n\r\n" % length
    (folder / "a.warc.gz").write_bytes(gzip.compress(head + bytes(length) + b"\r\n\r\n", 1))
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 1, "ok": 1}
    assert "unpacks to more than" in found.lost[0].why


def test_a_member_padded_with_empty_blocks_is_not_kept_as_it_is_packed(layout: Layout, folder: Path) -> None:
    (offset,) = write_warc(folder / "a.warc.gz", [Capture(body=BODY)])
    packed = (folder / "a.warc.gz").read_bytes()[offset:]
    data = gzip.decompress(packed)
    first = b"\x00" + len(data).to_bytes(2, "little") + (0xFFFF ^ len(data)).to_bytes(2, "little") + data
    empty = b"\x00\x00\x00\xff\xff" * (KEPT // 5 + 1)
    last = b"\x01\x00\x00\xff\xff" + packed[-8:]
    (folder / "a.warc.gz").write_bytes(packed[:10] + first + empty + last)
    assert filled(layout, folder).counts["harbour"] == {"listed": 1, "ok": 1}
    assert read_payload(layout, only(layout)) == BODY
    assert sum(path.stat().st_size for path in layout.pages.rglob("*.warc.gz")) < 10_000


def test_so_many_losses_are_named_and_all_are_counted(
    layout: Layout, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "LOSSES_NAMED", 3)
    write_warc(folder / "good.warc.gz", [story(1)])
    good = (folder / "good.warc.gz").read_bytes()
    (folder / "good.warc.gz").write_bytes(b"".join(good + b"\0" * 10 for _ in range(5)) + good)
    assert len(filled(layout, folder).lost) == 5
    assert len(losses(layout)) == 3


@pytest.mark.parametrize(("name", "most"), [("LISTED_MOST", 4), ("CDX_MOST", 600)])
def test_an_index_is_believed_so_far(
    layout: Layout, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(files, name, most)
    write_warc(folder / "a.warc.gz", [story(1)])
    rows = [{"url": story(n).url, "offset": 10_000 + n, "mime": "text/html", "status": "200"} for n in range(2, 52)]
    (folder / "a.cdxj").write_text("".join(f"key 20180208120000 {json.dumps(row)}\n" for row in rows))
    named = filled(layout, folder).counts["harbour"]["error:corrupt"]
    assert 3 <= named <= 5


def test_an_index_of_many_files_is_not_read_anew_for_each(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [story(1)])
    data = (folder / "a.warc.gz").read_bytes()
    (folder / "a.warc.gz").unlink()
    rows = (json.dumps({"url": story(n).url, "offset": n, "filename": f"{n % 250}.warc.gz"}) for n in range(5_000))
    index = "".join(f"key 20180208120000 {row}\n" for row in rows).encode()
    wacz(folder / "c.wacz", [*((f"archive/{n}.warc.gz", data) for n in range(250)), ("indexes/index.cdxj", index)])
    began = time.process_time()
    assert filled(layout, folder, first=DAY - timedelta(days=9), last=DAY - timedelta(days=9)).parts == 1
    assert time.process_time() - began < 4, "seconds; read anew for each file it took 7"


def test_so_many_days_are_open_at_once(layout: Layout, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "OPEN_MOST", 2)
    spread = [story(n, at=NOON + timedelta(days=n % 5)) for n in range(20)]
    write_warc(folder / "a.warc.gz", spread)
    found = filled(layout, folder, last=DAY + timedelta(days=4))
    assert found.counts["harbour"] == {"listed": 20, "ok": 20}
    held = [page for n in range(5) for page in captures(layout, "harbour", DAY + timedelta(days=n))]
    assert len(held) == 20
    assert len(list(layout.pages.rglob("*.warc.gz"))) == 20, "each day was closed before its next page came"


def month_of(layout: Layout) -> Filled:
    return fill(layout, CcNewsRoute(layout, today=TODAY), [outlet()], date(2018, 2, 1), date(2018, 2, 28))


def test_a_download_that_is_one_record_fills_no_memory(
    layout: Layout, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "HELD_MOST", 500_000)
    large = Capture(path="/news/of-random-bytes", body=os.urandom(3_000_000))
    crawl.add(noon(date(2018, 2, 3)), large)
    crawl.add(noon(date(2018, 2, 4)), *stories(date(2018, 2, 4)))
    found = month_of(layout)
    assert "are one record" in str(found.errors[0])
    assert found.counts["harbour"]["ok"] == 2


def test_an_archive_that_breaks_off_again_and_again_is_left_alone(layout: Layout, crawl: Crawl) -> None:
    paths = [crawl.add(noon(date(2018, 2, day)), *stories(date(2018, 2, day))) for day in range(2, 9)]
    crawl.faults = {path: ["503"] * 100 for path in paths}
    assert len(month_of(layout).errors) == MAX_BROKEN
    assert len({path for path in crawl.paths() if path in paths}) == MAX_BROKEN


@pytest.mark.parametrize("kind", ["cdx", "replay"])
def test_an_answer_without_end_is_cut_while_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: asking.Kind
) -> None:
    monkeypatch.setattr(asking, "BOUNDS", {kind: Bounds(2.0, 4.0, 1_000_000)})
    rates = {kind: Rate(1000, Duration.SECOND)}
    with served({"/x": without_end(OK + b"Content-Type: text/plain\r\n\r\n", lambda _: b"x" * 100_000)}) as site:
        asker = Asker(Pace(tmp_path, "archive", rates), rest_s=0.1)
        reply = asker.ask(kind, site.base + "/x")
        asker.close()
    assert reply.cut
    assert len(reply.body) == 1_000_001
