"""Killed anywhere, the page store and the frontier lose nothing and keep nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
import zlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from scrapers.frontier import Frontier
from scrapers.pagestore import Exchange, PageWriter, captures, iter_payloads, read_index, recover, verify
from warehouse.layout import PROJECT, Layout
from warehouse.records import Page

DAY = date(2026, 11, 1)
PAGES = 300
KILLS = 14

#: A crawl that fetches from memory: page ``n`` is the same bytes in every run; every ninth is not there.
CRAWL = f"""
import random, sys
from datetime import UTC, date, datetime
from pathlib import Path
from scrapers.frontier import Frontier
from scrapers.pagestore import Exchange, PageWriter, captures
from warehouse.layout import Layout

layout, day = Layout(Path(sys.argv[1])), date(2026, 11, 1)

def step(what):
    sys.stdout.write(what)
    sys.stdout.flush()
    sys.stdin.read(1)  # a leave to go on; all leaves at once when nobody writes any more

def fetch(url):
    n = int(url.rsplit("/", 1)[1])
    if n % 9 == 0:
        return dict(status=None, outcome="robots_denied")
    return dict(status=200, outcome="ok", body=random.Random(n).randbytes(9000) + b"x" * 20000)

frontier = Frontier(layout.frontier("harbour"))
with PageWriter(layout, "harbour", day) as writer:
    frontier.start(day)
    frontier.reconcile(captures(layout, "harbour", day))
    for n in range({PAGES}):
        url = f"https://harbour.example/{{n}}"
        frontier.add(url, canonical_url=url, day=day, purpose="article")
    while entries := frontier.lease(7):
        written = []
        for entry in entries:
            exchange = Exchange(url=entry.url, canonical_url=entry.canonical_url, purpose=entry.purpose,
                                fetched_at=datetime.now(UTC), **fetch(entry.url))
            written.append((entry, writer.write(exchange)))
            step("w")
        writer.flush()
        step("f")
        for entry, page in written:
            frontier.done(entry.url, page)
            step("d")
frontier.close()
"""


def crawl(layout: Layout) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CRAWL, str(layout.data)]
    return subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def whole_records(layout: Layout) -> Counter[bytes]:
    """The ids of all whole gzip members on disk, open files too, by plain zlib."""
    ids: Counter[bytes] = Counter()
    for path in layout.pages_of("harbour", DAY).glob("*.warc.gz*"):
        rest = path.read_bytes()
        while rest:
            engine = zlib.decompressobj(31)
            try:
                data = engine.decompress(rest)
            except zlib.error:
                break
            if not engine.eof:
                break
            ids[data.split(b"WARC-Record-ID: ", 1)[1].split(b"\r\n", 1)[0]] += 1
            rest = engine.unused_data
    return ids


@pytest.mark.slow
def test_fourteen_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    layout, chance = Layout(tmp_path / "data"), random.Random(20261101)
    steps: Counter[str] = Counter()
    for n in range(KILLS):
        process = crawl(layout)
        assert process.stdin is not None
        assert process.stdout is not None
        # a batch is seven pages written, one flush, seven marked done
        within = (chance.randint(1, 7), 8, chance.randint(9, 15))[n % 3]
        until = 15 * chance.randint(0, 3) + within
        process.stdin.write(b"." * until)
        process.stdin.flush()
        last = process.stdout.read(until)[-1:]
        time.sleep(chance.random() * 0.004)  # somewhere inside the step that follows
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        steps[last.decode()] += 1
        before = whole_records(layout)
        recover(layout, "harbour", DAY)
        after = whole_records(layout)
        infos = len(before) - len(after)
        assert after <= before
        assert infos <= 1, "only a file killed before its first capture was whole may go"
        assert set(after.values()) <= {1}
        assert verify(layout) == []
    assert set(steps) == {"w", "f", "d"}, "the kills fell into every part of the sequence"
    killed_at = len(list(captures(layout, "harbour", DAY)))
    assert 0 < killed_at < PAGES, "the kills fell before the end"

    last_run = crawl(layout)
    last_run.communicate(timeout=60)
    assert last_run.returncode == 0

    pages = list(captures(layout, "harbour", DAY))
    answered = Counter(page.url for page in pages if page.status == 200)
    assert answered == {f"https://harbour.example/{n}": 1 for n in range(PAGES) if n % 9}
    # what was denied may be asked again, but it is one row all the same
    assert len(read_index(layout, "harbour", DAY)) == PAGES
    assert verify(layout) == []
    payloads = {page.url: payload for page, payload in iter_payloads(layout, pages)}
    for n in range(PAGES):
        if n % 9:
            assert payloads[f"https://harbour.example/{n}"] == random.Random(n).randbytes(9000) + b"x" * 20000
    with Frontier(layout.frontier("harbour")) as frontier:
        assert frontier.counts(DAY) == {"pending": 0, "leased": 0, "done": PAGES, "failed": 0, "dead": 0}

    whole = whole_records(layout)
    by_warcio, by_fastwarc = [], []
    for path in layout.pages_of("harbour", DAY).glob("*.warc.gz"):
        with path.open("rb") as file:
            by_warcio += [record.rec_headers["WARC-Record-ID"] for record in WarcioIterator(file)]
        by_fastwarc += [record.record_id for record in FastIterator(str(path), parse_http=False)]
    assert len(by_warcio) == len(by_fastwarc) == whole.total()
    assert {name.encode() for name in by_warcio} == set(whole)


# cuts a kill of the whole machine can leave, which a killed process hardly can


def pages_of(count: int) -> list[Exchange]:
    return [
        Exchange(
            url=f"https://harbour.example/{n}",
            canonical_url=f"https://harbour.example/{n}",
            purpose="article",
            fetched_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=n),
            status=200 if n % 4 else None,
            outcome="ok" if n % 4 else "error:dns",
            body=random.Random(n).randbytes(500) if n % 4 else b"",
        )
        for n in range(count)
    ]


def left_open(layout: Layout, count: int) -> tuple[Path, Path, list[Page]]:
    """A partition as a killed writer leaves it: WARC, index, and the pages in them."""
    with PageWriter(layout, "harbour", DAY) as writer:
        pages = [writer.write(exchange) for exchange in pages_of(count)]
    folder = layout.pages_of("harbour", DAY)
    warc, index = next(folder.glob("*.warc.gz")), next(folder.glob("*.cdxj"))
    lines = {line.split('"requested": "')[1].split('"')[0]: line for line in index.read_text().splitlines()}
    rows = index.with_name(index.name + ".open")
    rows.write_text("".join(lines[page.url] + "\n" for page in pages))
    index.unlink()
    return warc.rename(warc.with_name(warc.name + ".open")), rows, pages


def reopened(layout: Layout) -> list[Page]:
    with PageWriter(layout, "harbour", DAY):
        pass
    assert verify(layout) == []
    assert not list(layout.pages_of("harbour", DAY).glob("*.open"))
    return sorted(captures(layout, "harbour", DAY), key=lambda page: page.fetched_at)


@pytest.mark.parametrize("seed", range(12))
def test_a_cut_anywhere_keeps_every_whole_capture(tmp_path: Path, seed: int) -> None:
    layout, chance = Layout(tmp_path), random.Random(seed)
    warc, rows, pages = left_open(layout, 8)
    cut = chance.randrange(1, warc.stat().st_size)
    with warc.open("r+b") as file:
        file.truncate(cut)
    with rows.open("r+b") as file:
        file.truncate(chance.randrange(rows.stat().st_size))  # rows may be behind, ahead, or torn
    ends = [page.warc_offset + page.warc_length for page in pages if page.warc_offset and page.warc_length]
    kept = reopened(layout)
    assert kept == pages[: len(kept)]
    assert sum(page.warc_file is not None for page in kept) == sum(end <= cut for end in ends)
    assert len(list(iter_payloads(layout, kept))) == sum(end <= cut for end in ends)


def test_a_hole_in_the_middle_costs_only_what_it_hit(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    warc, _, pages = left_open(layout, 8)
    hit = pages[2]
    assert hit.warc_offset is not None
    with warc.open("r+b") as file:
        file.seek(hit.warc_offset + 30)
        file.write(bytes(100))  # what an unfinished write-back leaves
    kept = reopened(layout)
    assert [page.page_id for page in kept] == [page.page_id for page in pages if page != hit]
    bodies = {page.url: payload for page, payload in iter_payloads(layout, kept)}
    assert bodies[pages[7].url] == pages_of(8)[7].body


@pytest.mark.parametrize("moment", ["index written", "warc renamed"])
def test_a_kill_while_the_file_gets_its_final_name_is_mended(tmp_path: Path, moment: str) -> None:
    layout = Layout(tmp_path)
    warc, rows, pages = left_open(layout, 5)
    rows.with_name(rows.name.removesuffix(".open")).write_text("".join(sorted(rows.read_text().splitlines(True))))
    if moment == "warc renamed":
        warc.rename(warc.with_name(warc.name.removesuffix(".open")))
    assert len(list(captures(layout, "harbour", DAY))) == 5
    assert reopened(layout) == pages


def test_a_left_open_file_is_named_until_it_is_mended(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    warc, _, pages = left_open(layout, 3)
    assert any(warc.name in fault and "left open" in fault for fault in verify(layout))
    assert reopened(layout) == pages


def test_a_file_with_no_whole_capture_leaves_nothing(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    warc, _, _ = left_open(layout, 1)
    with warc.open("r+b") as file:
        file.truncate(100)
    assert reopened(layout) == []
    assert list(layout.pages_of("harbour", DAY).glob("*.warc.gz")) == []
