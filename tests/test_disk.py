"""A disk that is full or read-only: each writer names it and the mend, keeps what it had whole, and goes on later."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.events import merge
from scrapers.archives import Ledger, fill, plan, recorded
from scrapers.archives.warc import WarcRoute
from scrapers.frontier import Frontier, waiting
from scrapers.pagestore import Exchange, PageWriter, captures, read_payload, verify
from tests import site as sites
from tests.conftest import PROJECT, dateline
from tests.disks import Disk, small_disk
from tests.processes import assert_whole, today
from tests.warcs import NOON, Capture, outlet, story, write_warc
from tests.warehouse_records import DAY, article, page, stage, stage_day
from tests.web import crawl
from warehouse.errors import SettingError, TryAgain
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.records import Page
from warehouse.staging import read_staged, write_staged

FULL = "the disk is full.*Free some space"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", "48m") as disk:
        yield disk


@pytest.fixture
def layout(disk: Disk) -> Layout:
    return Layout(disk.folder)


def rows(layout: Layout, sql: str = "SELECT crawl_day, count(*) FROM store.articles GROUP BY ALL ORDER BY 1") -> object:
    with duckdb.connect(str(layout.live), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("size", ["150k", "700k"], ids=["the frontier hits it", "the WARC hits it"])
def test_a_crawl_on_a_full_disk_says_so_and_the_next_one_goes_on(tmp_path: Path, size: str) -> None:
    sources = tmp_path / "sources"
    with small_disk(tmp_path / "data", size) as disk, sites.serving(articles=20, padding=40_000) as site:
        sites.declare(sources, "courier", f"{site.origin}/feed.xml")
        cut_short = crawl("source", "courier", data=disk.folder, sources=sources, day=str(today()))
        assert "the disk is full. Free some space" in cut_short.log
        assert "Traceback" not in cut_short.log
        disk.remount("size=64m")
        crawl("source", "courier", data=disk.folder, sources=sources, day=str(today()))
        assert_whole(disk.folder, "courier", today(), site)
        with Frontier(Layout(disk.folder).frontier("courier")) as frontier:
            left = {state: n for state, n in frontier.counts(today()).items() if n and state != "done"}
        assert not left


def exchange(number: int) -> Exchange:
    url = f"https://harbour.example/{number}"
    return Exchange(
        url=url, canonical_url=url, purpose="article", status=200, outcome="ok", body=os.urandom(20_000),
        fetched_at=datetime(2026, 3, 14, 9, 0, number, tzinfo=UTC),
    )  # fmt: skip


def write_on(writer: PageWriter, written: list[Page]) -> None:
    while True:
        written.append(writer.write(exchange(len(written))))
        writer.flush()


def test_a_page_writer_goes_on_after_a_full_disk_with_whole_files(disk: Disk, layout: Layout) -> None:
    with PageWriter(layout, "harbour", DAY) as writer:
        written = [writer.write(exchange(0))]
        writer.flush()
        for leave in (0, 4096, 8192):  # nothing fits; the index row does and the record not; some of the next
            filler = disk.fill(leave)
            with pytest.raises(TryAgain, match=FULL):
                write_on(writer, written)
            filler.unlink()
            writer.flush()
    assert [one.page_id for one in captures(layout, "harbour", DAY)] == [one.page_id for one in written]
    assert verify(layout) == []


@pytest.mark.parametrize("size", ["64k", "100k", "160k", "300k"])
def test_a_fill_from_an_archive_goes_on_after_a_full_disk(tmp_path: Path, size: str) -> None:
    bodies = [os.urandom(4000).hex().encode() for _ in range(40)]
    write_warc(tmp_path / "a.warc.gz", [Capture(path=f"/news/story-number-{n}", body=b) for n, b in enumerate(bodies)])
    with small_disk(tmp_path / "data", size) as disk:
        layout, days = Layout(disk.folder), (NOON.date(), NOON.date())
        (full,) = fill(layout, WarcRoute(layout, [tmp_path / "a.warc.gz"]), [outlet()], *days).errors
        assert re.search(FULL, str(full))
        disk.remount("size=16m")
        fill(layout, WarcRoute(layout, [tmp_path / "a.warc.gz"]), [outlet()], *days)
        held = list(captures(layout, "harbour", NOON.date()))
        assert sorted(read_payload(layout, page) for page in held) == sorted(bodies), "nothing lost, nothing twice"
        assert fill(layout, WarcRoute(layout, [tmp_path / "a.warc.gz"]), [outlet()], *days).parts == 0


def test_staging_on_a_full_disk_keeps_what_was_staged(disk: Disk, layout: Layout) -> None:
    write_staged(layout, "articles", "courier", DAY, [article(1)])
    filler = disk.fill(4096)
    more = [article(number, text=os.urandom(4000).hex()) for number in range(20)]
    with pytest.raises(TryAgain, match=rf"articles/courier/{DAY}\.parquet: {FULL}"):
        write_staged(layout, "articles", "courier", DAY, more)
    assert read_staged(layout, "articles", "courier", DAY) == [article(1)]
    assert [path.name for path in layout.staged("articles", "courier", DAY).parent.iterdir()] == [f"{DAY}.parquet"]
    filler.unlink()
    write_staged(layout, "articles", "courier", DAY, more)
    assert read_staged(layout, "articles", "courier", DAY) == more


def test_a_load_and_a_publish_on_a_full_disk_change_nothing_and_work_once_there_is_room(
    disk: Disk, layout: Layout
) -> None:
    stage_day(layout)
    load_day(layout, DAY, merge=merge)
    publish(layout)
    before, shown = rows(layout), layout.published.read_bytes()
    many = range(100, 400)
    stage(layout, "herald", pages=[page(n, source="herald") for n in many],
          articles=[article(n, source="herald", text=os.urandom(5000).hex()) for n in many], incidents=[])  # fmt: skip
    filler = disk.fill(64 * 1024)
    with pytest.raises(TryAgain, match=rf"live\.duckdb: {FULL}"):
        load_day(layout, DAY, merge=merge)
    with pytest.raises(TryAgain, match=rf"published/dateline\.duckdb: {FULL}"):
        publish(layout)
    assert layout.published.read_bytes() == shown
    filler.unlink()
    assert rows(layout) == before
    disk.remount("size=64m")
    assert load_day(layout, DAY, merge=merge).tables["articles"].added == len(many)
    publish(layout)
    assert [path.name for path in layout.published.parent.iterdir()] == [layout.published.name]


def test_a_limit_on_the_size_of_files_is_told_like_a_full_disk(tmp_path: Path) -> None:
    """What a quota does, where no small disk can be made."""
    stage_day(Layout(tmp_path))
    code = (
        "import sys; from pathlib import Path; from pipelines.events import merge; from warehouse.layout import Layout;"
        "from warehouse.loader import load_day; from tests.warehouse_records import DAY;"
        "load_day(Layout(Path(sys.argv[1])), DAY, merge=merge)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert "live.duckdb: the disk is full" in done.stderr
    assert load_day(Layout(tmp_path), DAY, merge=merge).tables["articles"].added == 3


def test_every_writer_names_a_read_only_disk(disk: Disk, layout: Layout) -> None:
    stage_day(layout)
    load_day(layout, DAY, merge=merge)
    publish(layout)
    with PageWriter(layout, "courier", DAY) as writer:
        writer.write(exchange(1))
    Frontier(layout.frontier("courier")).close()
    with Ledger(layout):
        pass
    disk.remount("ro")
    closed = "is read-only for this user. Make it writable, or name another data directory with --data"
    with pytest.raises(SettingError, match=closed):
        Frontier(layout.frontier("courier"))
    with pytest.raises(SettingError, match=closed):
        Ledger(layout)
    with pytest.raises(SettingError, match=closed):
        PageWriter(layout, "courier", DAY)
    with pytest.raises(SettingError, match=closed):
        write_staged(layout, "articles", "courier", DAY, [article(1)])
    with pytest.raises(SettingError, match=closed):
        load_day(layout, DAY, merge=merge)
    with pytest.raises(SettingError, match=closed):
        publish(layout)


def test_what_only_reads_reads_on_a_read_only_disk(disk: Disk, layout: Layout, tmp_path: Path) -> None:
    frontier = Frontier(layout.frontier("courier"))
    url = "https://courier.example/news/one"
    frontier.add(url, canonical_url=url, day=DAY, purpose="article")
    frontier.close()
    write_warc(tmp_path / "a.warc.gz", [story(1)])
    fill(layout, WarcRoute(layout, [tmp_path / "a.warc.gz"]), [outlet()], NOON.date(), NOON.date())
    write_warc(tmp_path / "b.warc.gz", [story(2)])
    disk.remount("ro")
    assert waiting(layout.frontier("courier")) == 1
    assert [row.counts["ok"] for row in recorded(layout)] == [1]
    archive = WarcRoute(layout, [tmp_path / name for name in ("a.warc.gz", "b.warc.gz")])
    (planned,) = plan(layout, archive, [outlet()], NOON.date(), NOON.date())
    assert planned.counts == {"read": 1}, "what was read before is known"


@pytest.mark.slow
def test_on_a_read_only_data_directory_the_command_refuses_to_crawl_and_still_answers(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sites.declare(sources, "courier", "http://127.0.0.1:1/feed.xml")
    with small_disk(tmp_path / "data", "32m") as disk:
        layout = Layout(disk.folder)
        stage_day(layout)
        load_day(layout, DAY, merge=merge)
        publish(layout)
        disk.remount("ro")
        refused = dateline("crawl", "courier", data=disk.folder, check=False, DATELINE_SOURCES=str(sources))
        assert refused.returncode == 1
        assert refused.stderr.strip().startswith(f"error: {layout.dagster}: cannot be written"), refused.stderr
        assert "Traceback" not in refused.stderr
        asked = dateline("sql", "--csv", "SELECT count(*) AS n FROM articles", data=disk.folder)
        assert asked.stdout == "n\n3\n"
