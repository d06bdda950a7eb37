"""What is old goes, and nothing that is needed, open, or nowhere else; real WARC files, a real backup, real runs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines import runs
from pipelines.backups import backup
from pipelines.cli import doctor
from pipelines.definitions import defs
from pipelines.retention import OldPages, drop, drop_runs, keep_runs_days, old_pages
from scrapers.pagestore import PageWriter, captures, read_payload, verify
from tests.test_cli import Call, call  # noqa: F401 - a fixture
from tests.test_disk import exchange
from tests.warehouse_records import page, stage
from warehouse.errors import SettingError
from warehouse.layout import Layout

OLD, MIDDLE, NEW = (datetime.now(UTC).date() - timedelta(days=ago) for ago in (400, 300, 5))
BEFORE = NEW - timedelta(days=60)


def fetch(layout: Layout, day: date, *numbers: int, body: bytes | None = None, source: str = "herald") -> None:
    """A crawl of that day; ``body`` is what each page holds."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    with PageWriter(layout, source, day) as writer:
        for number in numbers:
            one = exchange(number)
            writer.write(replace(one, fetched_at=at, **({} if body is None else {"body": body})))


def found(layout: Layout, kept: Path | None) -> dict[date, str | None]:
    return {old.day: old.stays for old in old_pages(layout, BEFORE, backup=kept)}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Pages of an old day, one between and a new one; the last repeats what the middle one held."""
    layout = Layout(tmp_path / "data")
    fetch(layout, OLD, 1, 2)
    fetch(layout, MIDDLE, 3, body=b"<html>the same again</html>")
    fetch(layout, NEW, 3, body=b"<html>the same again</html>")
    stage(layout, "herald", OLD, pages=[page(1, source="herald", day=OLD)])
    return layout


def test_what_a_backup_holds_goes_and_what_later_captures_repeat_stays(layout: Layout, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    backup(layout, kept)
    assert found(layout, kept) == {OLD: None, MIDDLE: "later captures repeat its bytes"}
    gone = [old for old in old_pages(layout, BEFORE, backup=kept) if old.stays is None]
    assert all(drop(layout, old) for old in gone)
    assert not layout.pages_of("herald", OLD).exists()
    assert not layout.staged("pages", "herald", OLD).exists()
    assert verify(layout) == []
    for day in (MIDDLE, NEW):
        (capture,) = captures(layout, "herald", day)
        assert read_payload(layout, capture) == b"<html>the same again</html>"
    backup(layout, kept)
    assert len(list((kept / "pages" / "herald" / str(OLD)).glob("*.warc.gz"))) == 1, "the backup keeps it"


def test_nothing_goes_that_the_backup_lacks_or_holds_otherwise(layout: Layout, tmp_path: Path) -> None:
    lacks = "the backup lacks it, or holds it otherwise"
    kept = tmp_path / "kept"
    backup(layout, kept)
    (copy,) = (kept / "pages" / "herald" / str(OLD)).glob("*.warc.gz")
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert found(layout, kept)[OLD] == lacks
    copy.write_bytes(whole)
    assert found(layout, kept)[OLD] is None
    fetch(layout, OLD, 7)
    assert found(layout, kept)[OLD] == lacks
    (tmp_path / "no backup").mkdir()
    (tmp_path / "no backup" / "pages").symlink_to(layout.pages)
    assert found(layout, tmp_path / "no backup")[OLD] == lacks, "the pages themselves are no copy of them"
    backup(layout, kept)
    assert found(layout, kept)[OLD] is None


def test_what_is_being_written_stays(layout: Layout) -> None:
    with PageWriter(layout, "herald", OLD) as writer:
        writer.write(exchange(9))
        assert "open" in (found(layout, None)[OLD] or "")
        assert not drop(layout, OldPages("herald", OLD, 0, None)), "not even where it was begun just now"
    assert found(layout, None)[OLD] is None


def test_the_command_deletes_only_what_was_asked_for(layout: Layout, tmp_path: Path, call: Call) -> None:  # noqa: F811
    data, kept = str(layout.data), str(tmp_path / "kept")
    before = {path: path.stat().st_size for path in layout.pages.rglob("*")}
    for arguments, said in (
        ((), "say what"),
        (("--pages-older-than", "90"), "name the backup"),
        (("--pages-older-than", "90", "--backup", kept), "is no backup"),
        (("--pages-older-than", "59", "--without-backup", "--dry-run"), "Give 60 or more"),
        (("--pages-older-than", "90", "--without-backup"), "Aborted"),
        (("--pages-older-than", "90", "--without-backup", "--dry-run", "--source", "nobody"), "no page of it"),
    ):
        done = call("--data", data, "prune", *arguments, stdin="n\n")
        assert (done.code != 0, said in done.err + done.out) == (True, True), done
    backup(layout, tmp_path / "kept")
    told = call("--data", data, "prune", "--pages-older-than", "90", "--backup", kept, "--dry-run")
    assert "pages of 1 days of sources would go" in told.out
    assert "1 days stay: later captures repeat its bytes" in told.out
    assert {path: path.stat().st_size for path in layout.pages.rglob("*")} == before
    assert "are gone" in call("--data", data, "prune", "--pages-older-than", "90", "--backup", kept).out
    assert not layout.pages_of("herald", OLD).exists()


@pytest.mark.parametrize(("own", "said"), [(500, "pages of 0 days"), (350, "pages of 1 days"), (30, "keep_pages_days")])
def test_a_source_says_how_long_its_own_pages_stay(
    layout: Layout,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: Call,  # noqa: F811
    own: int,
    said: str,
) -> None:
    monkeypatch.setenv("DATELINE_SOURCES", str(tmp_path))
    file = tmp_path / "herald.toml"
    file.write_text(
        'name = "Herald"\nhome = "https://herald.example/"\nlanguage = "en"\n'
        f'feeds = ["https://herald.example/feed"]\nkeep_pages_days = {own}\n'
    )
    days = "90" if own == 500 else "3650"  # longer than others, and shorter
    done = call("--data", str(layout.data), "prune", "--pages-older-than", days, "--without-backup", "--dry-run")
    assert said in done.out + done.err
    assert (done.code == 0) is (own != 30)


def test_old_runs_go_with_all_their_logs(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(Path(shutil.copytree(demo, tmp_path / "demo")))
    for name in ("DAGSTER_HOME", "DATELINE_DAGSTER", "DATELINE_SOURCES"):
        monkeypatch.setenv(name, "")  # `opened` sets them; here they are taken back
    monkeypatch.setenv("DATELINE_DATA", str(layout.data))
    now = datetime.now(UTC)
    with runs.opened(layout) as instance:
        made = [run.run_id for run in instance.get_runs()]
        assert drop_runs(layout, instance, now - timedelta(days=1)) == 0
        assert drop_runs(layout, instance, now, dry_run=True) == len(made) > 0
        assert len(instance.get_runs()) == len(made)
        monkeypatch.setenv("DATELINE_KEEP_RUNS", "365")
        assert defs.resolve_job_def("housekeeping").execute_in_process(instance=instance).success
        assert len(instance.get_runs()) == len(made) + 1
        assert drop_runs(layout, instance, datetime.now(UTC) + timedelta(minutes=1)) == len(made) + 1
        assert not instance.get_runs()
    left = [path for path in layout.dagster.rglob("*") if any(run in path.name for run in made)]
    assert left == []


@pytest.mark.parametrize(("value", "days"), [(None, 365), ("", 365), ("0", 0), ("30", 30)])
def test_runs_are_kept_as_long_as_is_said(value: str | None, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_KEEP_RUNS", raising=False)
    if value is not None:
        monkeypatch.setenv("DATELINE_KEEP_RUNS", value)
    assert keep_runs_days() == days
    for wrong in ("-1", "a year", "1.5"):
        monkeypatch.setenv("DATELINE_KEEP_RUNS", wrong)
        with pytest.raises(SettingError, match="DATELINE_KEEP_RUNS"):
            keep_runs_days()


def test_the_doctor_warns_before_the_disk_is_full(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_DATA", str(layout.data))
    assert doctor.data().fine
    layout.live.parent.mkdir(parents=True)
    with layout.live.open("wb") as file:
        file.truncate(shutil.disk_usage(layout.data).free)  # takes no room, but a copy of it would
    told = doctor.data()
    assert not told.fine
    assert "dateline prune" in told.mend
