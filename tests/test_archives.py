"""Filling the page store from an archive: each capture once, on its day, with an outcome; and going on."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from scrapers.archives import Filled, Ledger, fill, plan, recorded
from scrapers.archives.warc import WarcRoute
from scrapers.pagestore import captures, read_index, read_payload, verify
from scrapers.source import Source
from tests.conftest import PROJECT
from tests.warcs import NOON, Capture, outlet, story, write_warc
from warehouse.layout import Layout
from warehouse.records import Page

FIRST, LAST = date(2018, 2, 1), date(2018, 2, 28)
DAY = NOON.date()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where somebody keeps archive files."""
    return tmp_path / "archive"


def filled(layout: Layout, *paths: Path, sources: tuple[Source, ...] = (outlet(),)) -> Filled:
    return fill(layout, WarcRoute(layout, paths), sources, FIRST, LAST)


def stored(layout: Layout, source_id: str = "harbour") -> list[Page]:
    """Every capture of the source, over all days, in order of time."""
    days = sorted(path.name for path in (layout.pages / source_id).iterdir() if path.is_dir())
    pages = [page for day in days for page in captures(layout, source_id, date.fromisoformat(day))]
    return sorted(pages, key=lambda page: (page.fetched_at, page.url))


def test_captures_land_on_the_day_they_were_captured_named_by_their_route(layout: Layout, folder: Path) -> None:
    late = NOON.replace(day=9, hour=23, minute=59)
    write_warc(folder / "a.warc.gz", [story(1), story(2, at=late), story(3, at=late + timedelta(minutes=2))])
    found = filled(layout, folder / "a.warc.gz")
    assert found.counts["harbour"] == {"listed": 3, "ok": 3}
    pages = stored(layout)
    assert [(page.crawl_day.day, page.via, page.outcome, page.purpose) for page in pages] == [
        (8, "warc", "ok", "article"),
        (9, "warc", "ok", "article"),
        (10, "warc", "ok", "article"),
    ]
    assert [page.fetched_at for page in pages] == [NOON, late, late + timedelta(minutes=2)]
    assert read_payload(layout, pages[0]) == story(1).body
    assert verify(layout) == []


def test_a_second_fill_reads_nothing_and_changes_nothing(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [story(number) for number in range(5)])
    filled(layout, folder)
    before = stored(layout)
    again = filled(layout, folder)
    assert again.parts == 0
    assert again.touched == set()
    assert stored(layout) == before


def test_without_its_ledger_a_fill_finds_everything_held(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [story(number) for number in range(5)])
    filled(layout, folder / "a.warc.gz")
    before = stored(layout)
    (layout.archives / "ledger.sqlite").unlink()
    assert filled(layout, folder / "a.warc.gz").counts["harbour"] == {"listed": 5, "held": 5}
    assert stored(layout) == before


def test_what_cannot_be_a_story_is_passed_over_and_counted_by_why(layout: Layout, folder: Path) -> None:
    page = Capture()
    write_warc(
        folder / "a.warc.gz",
        [
            page,
            replace(page, path="/"),
            replace(page, path="/news/picture-of-the-bridge.jpg"),
            replace(page, path="/news/moved-to-another-place", status="301 Moved Permanently"),
            replace(page, path="/news/feed-of-all-the-stories", headers=(("Content-Type", "application/rss+xml"),)),
            replace(page, path="/sport/harbour-wins-the-cup"),
            replace(page, host="http://elsewhere.example"),
        ],
    )
    found = filled(layout, folder / "a.warc.gz", sources=(outlet(deny=["/sport/*"]),))
    assert found.counts["harbour"] == {
        "listed": 6,
        "ok": 1,
        "passed_over/no_story": 2,
        "passed_over/status": 1,
        "passed_over/type": 1,
        "passed_over/denied": 1,
    }


def test_days_outside_the_span_are_left_for_another_fill(layout: Layout, folder: Path) -> None:
    march = NOON.replace(month=3, day=1, hour=0)
    write_warc(folder / "a.warc.gz", [story(1), story(2, at=march), story(3, at=march - timedelta(seconds=1))])
    filled(layout, folder / "a.warc.gz")
    assert [page.crawl_day for page in stored(layout)] == [DAY, date(2018, 2, 28)]
    fill(layout, WarcRoute(layout, [folder]), [outlet()], date(2018, 3, 1), date(2018, 3, 31))
    assert [page.crawl_day for page in stored(layout)] == [DAY, date(2018, 2, 28), date(2018, 3, 1)]


def test_the_same_page_captured_again_unchanged_becomes_a_revisit(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [story(1), replace(story(1), at=NOON + timedelta(days=3))])
    filled(layout, folder / "a.warc.gz")
    first, second = stored(layout)
    assert first.payload_digest == second.payload_digest
    assert read_payload(layout, second) == story(1).body
    warc = (layout.pages / (second.warc_file or "")).read_bytes()
    assert len(warc) < 3_000, "the body is not stored twice"


def test_of_two_captures_of_one_second_both_bodies_are_kept_and_a_copy_is_held(layout: Layout, folder: Path) -> None:
    before, after = (Capture(body=body) for body in (b"<p>Two were hurt.</p>", b"<p>Three were hurt.</p>"))
    write_warc(folder / "a.warc.gz", [before, after, before])
    write_warc(folder / "copy.warc.gz", [after, before])
    assert filled(layout, folder).counts["harbour"] == {"listed": 5, "ok": 2, "held": 3}
    assert {read_payload(layout, page) for page in read_index(layout, "harbour", DAY)} == {before.body, after.body}
    (layout.archives / "ledger.sqlite").unlink()
    assert filled(layout, folder).counts["harbour"] == {"listed": 5, "held": 5}


def test_each_source_gets_its_own_in_one_walk(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [story(1), story(2, host="http://ridge.example"), story(3)])
    found = filled(layout, folder, sources=(outlet(), outlet("ridge", "http://ridge.example")))
    assert {source: counts["ok"] for source, counts in found.counts.items()} == {"harbour": 2, "ridge": 1}
    assert [page.url for page in stored(layout, "ridge")] == ["http://ridge.example/news/story-number-2"]


@pytest.mark.parametrize("home", ["http://b\u00fccher.example", "http://xn--bcher-kva.example"])
def test_a_host_is_the_same_in_any_spelling(layout: Layout, folder: Path, home: str) -> None:
    hosts = ["http://b\u00fccher.example", "http://xn--bcher-kva.example", "http://www.B\u00dcCHER.example.", home]
    write_warc(folder / "a.warc.gz", [story(number, host=host) for number, host in enumerate(hosts)])
    found = filled(layout, folder, sources=[outlet("books", home)])
    assert found.counts["books"] == {"listed": 4, "ok": 4}


def test_a_dry_run_counts_what_would_be_read_and_stores_no_page(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [story(1), replace(story(2), status="404 Not Found")])
    (planned,) = plan(layout, WarcRoute(layout, [folder]), [outlet()], FIRST, LAST)
    assert planned.counts == {"read": 1, "passed_over/status": 1}
    assert planned.size > 0
    assert not layout.pages.exists()
    assert [path.name for path in layout.archives.iterdir()] == ["indexes"], "what is in a file is not scanned twice"
    filled(layout, folder)
    assert list(plan(layout, WarcRoute(layout, [folder]), [outlet()], FIRST, LAST)) == []


def test_a_dry_run_tells_a_file_that_cannot_be_read_and_goes_on(layout: Layout, folder: Path) -> None:
    write_warc(folder / "b.warc.gz", [story(1)])
    (folder / "a.arc.gz").write_bytes(b"another kind")
    unreadable, readable = plan(layout, WarcRoute(layout, [folder]), [outlet()], FIRST, LAST)
    assert "warcio recompress" in str(unreadable.error)
    assert (readable.error, readable.counts) == (None, {"read": 1})


class _Stops(WarcRoute):
    """A route that a kill interrupts after some captures."""

    left = 3

    def read(self, found):  # type: ignore[no-untyped-def]
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().read(found)


def test_a_fill_that_was_stopped_goes_on_where_it_was(layout: Layout, folder: Path) -> None:
    write_warc(folder / "a.warc.gz", [story(number) for number in range(8)])
    with pytest.raises(KeyboardInterrupt):
        fill(layout, _Stops(layout, [folder]), [outlet()], FIRST, LAST)
    assert len(stored(layout)) == 3
    (progress,) = recorded(layout)
    assert not progress.done
    found = filled(layout, folder)
    assert found.counts["harbour"] == {"listed": 5, "ok": 5}, "what came before is not even walked again"
    assert len({page.url for page in stored(layout)}) == len(stored(layout)) == 8
    (progress,) = recorded(layout)
    assert progress.done
    assert progress.counts == {"listed": 8, "ok": 8}


_KILLED = """
import sys
from datetime import date
from pathlib import Path
from scrapers.archives import fill
from scrapers.archives.warc import WarcRoute
from tests.conftest import PROJECT
from tests.warcs import outlet
from warehouse.layout import Layout

sys.modules["scrapers.archives.fill"].NOTE_EVERY = 25

class Telling(WarcRoute):
    read_so_far = 0

    def read(self, found):
        self.read_so_far += 1
        print(self.read_so_far, flush=True)
        return super().read(found)

layout = Layout(Path(sys.argv[1]))
fill(layout, Telling(layout, [Path(sys.argv[2])]), [outlet()], date(2018, 2, 1), date(2018, 2, 28))
"""


def test_several_that_make_the_ledger_at_once_wait_for_each_other(tmp_path: Path) -> None:
    together = Barrier(4)

    def made(layout: Layout) -> int:
        together.wait(60)
        with Ledger(layout) as ledger:
            return len(ledger.all())

    with ThreadPoolExecutor(4) as pool:
        for number in range(40):
            assert list(pool.map(made, [Layout(tmp_path / str(number))] * 4)) == [0] * 4


@pytest.mark.slow  # five processes that import the crawler, one after the other
def test_killed_at_any_point_a_fill_loses_nothing_and_doubles_nothing(layout: Layout, folder: Path) -> None:
    stories = [story(number, at=NOON + timedelta(hours=number)) for number in range(300)]
    write_warc(folder / "a.warc.gz", stories)
    command = [sys.executable, "-c", _KILLED, str(layout.data)]
    chance = random.Random(8)
    for _ in range(4):
        with subprocess.Popen([*command, str(folder)], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 70)):
                assert process.stdout.readline()
            process.kill()
    subprocess.run([*command, str(folder)], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    pages = stored(layout)
    assert sorted(page.url for page in pages) == sorted(capture.url for capture in stories)
    assert verify(layout) == []
    (progress,) = recorded(layout)
    assert progress.done
    assert progress.counts["listed"] == 300
