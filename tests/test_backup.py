"""A backup taken from a data directory in use, and what comes back of it when the directory is gone."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.backups import backup, damaged, restore
from pipelines.backups.copying import _State
from scrapers.frontier import Frontier
from scrapers.pagestore import PageWriter, captures, recover, verify
from tests import site as sites
from tests.conftest import dateline
from tests.disks import small_disk
from tests.processes import assert_whole, today
from tests.test_disk import exchange
from tests.test_rerun import every_row
from tests.web import crawl
from warehouse.errors import SettingError, TryAgain
from warehouse.layout import Layout
from warehouse.loader import stale_days
from warehouse.lock import writing
from warehouse.ownership import writer_of
from warehouse.query import connect


def published_rows(data: Path) -> dict[str, tuple[object, ...]]:
    """Count and hash of what people ask for first."""
    with connect(Layout(data)) as connection:
        return {
            view: connection.execute(f"SELECT count(*), bit_xor(hash(v)) FROM {view} AS v").fetchone() or ()
            for view in ("articles", "incidents", "claims", "events", "source_health")
        }


@pytest.fixture
def data(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's data directory that may be destroyed."""
    return Path(shutil.copytree(demo, tmp_path / "copy"))


def test_what_is_destroyed_comes_back_row_for_row(data: Path, tmp_path: Path) -> None:
    rows, tables, kept = published_rows(data), every_row(data), tmp_path / "kept"
    writer = writer_of(Layout(data))
    assert rows["incidents"][0]
    done = backup(Layout(data), kept)
    assert done.copied == done.files
    shutil.rmtree(data)
    told = restore(Layout(data), kept)
    assert (told.files, told.damaged, told.open_crawls) == (done.files, [], [])
    assert published_rows(data) == rows
    assert every_row(data) == tables
    assert writer_of(Layout(data)) == writer
    assert verify(Layout(data)) == []
    with pytest.raises(SettingError, match=r"holds something already.*Move it away"):
        restore(Layout(data), kept)


def test_a_second_backup_copies_only_what_is_new(data: Path, tmp_path: Path) -> None:
    layout, kept = Layout(data), tmp_path / "kept"
    first = backup(layout, kept)
    old = {path: path.stat().st_mtime_ns for path in (kept / "pages").rglob("*") if path.is_file()}
    second = backup(layout, kept)
    frontiers = len(list(data.glob("frontier/*.sqlite")))
    assert second.copied == frontiers, "everything but the databases that a crawl may be writing is there"
    assert {path: path.stat().st_mtime_ns for path in (kept / "pages").rglob("*") if path.is_file()} == old
    live = "warehouse/live.duckdb"
    assert (first.state / live).samefile(second.state / live)
    with PageWriter(layout, "demo-meridian", today()) as writer:
        writer.write(exchange(1))
    third = backup(layout, kept, keep=1)
    assert third.copied == frontiers + 2, "one WARC file with its index"
    assert not first.state.exists()
    assert restore(Layout(tmp_path / "new"), kept).damaged == []


def test_a_backup_in_the_middle_of_a_crawl_lacks_no_page_that_its_frontier_calls_done(tmp_path: Path) -> None:
    layout, kept, day = Layout(tmp_path / "data"), tmp_path / "kept", today()
    stop = threading.Event()

    def crawling() -> None:
        for number in range(100_000):
            with PageWriter(layout, "herald", day) as writer, Frontier(layout.frontier("herald")) as frontier:
                frontier.start(day)
                for each in range(3):
                    url = f"https://harbour.example/{number}/{each}"
                    frontier.add(url, canonical_url=url, day=day, purpose="article")
                    (entry,) = frontier.lease(1)
                    page = writer.write(replace(exchange(each), url=url, canonical_url=url))
                    writer.flush()
                    frontier.done(entry.url, page)
                    if stop.is_set():
                        return

    thread = threading.Thread(target=crawling)
    thread.start()
    try:
        while not layout.frontier("herald").exists():
            stop.wait(0.01)
        for number in range(12):
            backup(layout, kept)
            back = Layout(tmp_path / f"back{number}")
            restore(back, kept)
            recover(back, "herald", day)
            assert verify(back) == []
            stored = {page.url for page in captures(back, "herald", day)}
            with Frontier(back.frontier("herald")) as frontier:
                done = {row[0] for row in frontier._db.execute("SELECT url FROM entries WHERE state = 'done'")}
            assert done <= stored
    finally:
        stop.set()
        thread.join()
    assert done, "the crawl never got anywhere: nothing was tried"


def test_a_file_that_is_closed_under_the_hands_of_the_backup_is_kept_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout, back = Layout(tmp_path / "data"), Layout(tmp_path / "back")
    writer = PageWriter(layout, "herald", today())
    writer.write(exchange(1))
    writer.flush()
    take = _State._take

    def closing(state: _State, path: Path, *rest: Any, **more: Any) -> None:
        take(state, path, *rest, **more)
        if path.name.endswith(".warc.gz.open"):
            writer.close()

    monkeypatch.setattr(_State, "_take", closing)
    backup(layout, tmp_path / "kept")
    assert restore(back, tmp_path / "kept").open_crawls == []
    assert len(list(captures(back, "herald", today()))) == 1
    assert verify(back) == []


@pytest.mark.slow
def test_the_next_crawl_goes_on_and_fetches_nothing_again(tmp_path: Path) -> None:
    data, sources, kept = tmp_path / "data", tmp_path / "sources", tmp_path / "kept"
    with sites.serving(articles=5) as site:
        sites.declare(sources, "courier", f"{site.origin}/feed.xml")
        crawl("source", "courier", data=data, sources=sources, day=str(today()))
        fetched = site.article_hits
        assert fetched == 5
        backup(Layout(data), kept)
        shutil.rmtree(data)
        restore(Layout(data), kept)
        crawl("source", "courier", data=data, sources=sources, day=str(today()))
        assert site.article_hits == fetched
        assert_whole(data, "courier", today(), site)


def test_damage_to_a_backup_is_named_and_the_rest_restored(data: Path, tmp_path: Path) -> None:
    kept, new = tmp_path / "kept", tmp_path / "new"
    done = backup(Layout(data), kept)
    (broken, *_) = sorted((kept / "pages").rglob("*.warc.gz"))
    whole = broken.read_bytes()
    broken.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    (gone, *_) = sorted(done.state.rglob("*.parquet"))
    gone.unlink()
    names = {broken.relative_to(kept).as_posix(), gone.relative_to(done.state).as_posix()}
    assert set(damaged(kept)) == names
    assert dateline("restore", str(kept), "--check", data=new, check=False).returncode == 1
    told = restore(Layout(new), kept)
    assert set(told.damaged) == names
    assert every_row(new) == every_row(data)
    assert not (new / "pages" / broken.relative_to(kept / "pages")).exists()


def test_a_warehouse_damaged_in_the_backup_is_due_to_be_loaded_anew(data: Path, tmp_path: Path) -> None:
    done = backup(Layout(data), tmp_path / "kept")
    live = done.state / "warehouse" / "live.duckdb"
    os.truncate(live, live.stat().st_size - 1)
    new = Layout(tmp_path / "new")
    assert restore(new, tmp_path / "kept").damaged == ["warehouse/live.duckdb"]
    assert not new.live.exists()
    assert stale_days(new) == sorted({date.fromisoformat(path.stem) for path in data.glob("staging/pages/*/*.parquet")})


def test_damage_to_the_data_does_not_reach_the_backup(data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    backup(Layout(data), kept)
    (broken, *_) = sorted((data / "pages").rglob("*.warc.gz"))
    copy = kept / broken.relative_to(data)
    whole = copy.read_bytes()
    os.truncate(broken, 10)
    assert backup(Layout(data), kept).differing == [broken.relative_to(data).as_posix()]
    broken.write_bytes(bytes(len(whole)))
    backup(Layout(data), kept)
    assert copy.read_bytes() == whole
    assert damaged(kept) == []


def test_what_a_killed_backup_or_restore_left_is_no_hindrance(data: Path, tmp_path: Path) -> None:
    kept, new = tmp_path / "kept", Layout(tmp_path / "new")
    backup(Layout(data), kept)
    left = kept / "states" / ".29990101T000000Z"
    shutil.copytree(next((kept / "states").glob("2*")), left)
    backup(Layout(data), kept)
    assert not left.exists()
    restore(new, kept)
    (new.data / "restoring").write_text(str(max((kept / "states").iterdir()).resolve()), "utf-8")
    new.live.unlink()
    with pytest.raises(SettingError, match="not restored to the end"):
        backup(new, kept)
    restore(new, kept)
    assert every_row(new.data) == every_row(data)
    assert not (new.data / "restoring").exists()


def test_a_backup_goes_nowhere_it_could_do_harm(data: Path, tmp_path: Path) -> None:
    layout = Layout(data)
    for place, why in ((data / "kept", "in the data directory"), (data.parent, "around it")):
        with pytest.raises(SettingError, match=why):
            backup(layout, place)
    other = tmp_path / "other"
    (other / "pages").mkdir(parents=True)
    with pytest.raises(SettingError, match="holds other things"):
        backup(layout, other)
    with pytest.raises(SettingError, match="holds nothing to back up"):
        backup(Layout(tmp_path / "nothing"), tmp_path / "kept")
    with pytest.raises(SettingError, match="no backup that is whole"):
        restore(layout, tmp_path / "nothing")
    done = backup(layout, tmp_path / "kept")
    note = done.state / "backup.json"
    for name in ("../../etc/passwd", "/etc/passwd", "pages/../../x", ""):
        note.write_text(f'{{"files": {{"{name}": {{"bytes": 1, "changed": 1, "sha256": ""}}}}}}', "utf-8")
        with pytest.raises(SettingError, match="cannot be read"):
            restore(Layout(tmp_path / "new"), tmp_path / "kept")


def test_a_load_is_waited_for(data: Path, tmp_path: Path) -> None:
    layout = Layout(data)
    with writing(layout.live), pytest.raises(TryAgain, match="is loading or publishing"):
        backup(layout, tmp_path / "kept", wait_s=0.3)
    with writing(layout.live):
        thread = threading.Thread(target=backup, args=(layout, tmp_path / "kept"))
        thread.start()
    thread.join(30)
    assert damaged(tmp_path / "kept") == []


def test_a_backup_on_a_disk_that_cannot_be_written_is_restored(data: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "64m") as disk:
        backup(Layout(data), disk.folder / "kept")
        disk.remount("ro")
        assert restore(Layout(tmp_path / "new"), disk.folder / "kept").damaged == []
        with pytest.raises(SettingError, match="read-only"):
            backup(Layout(data), disk.folder / "kept")


def test_a_backup_onto_a_full_disk_says_so_and_the_next_one_is_whole(data: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "64m") as disk:
        backup(Layout(data), disk.folder / "kept")
        with PageWriter(Layout(data), "demo-meridian", today()) as writer:
            for number in range(20):
                writer.write(exchange(number))
        filler = disk.fill(leave=100_000)
        with pytest.raises(TryAgain, match=r"disk is full|has free space"):
            backup(Layout(data), disk.folder / "kept")
        assert damaged(disk.folder / "kept") == [], "the state before stands"
        filler.unlink()
        backup(Layout(data), disk.folder / "kept")
        assert damaged(disk.folder / "kept") == []
