"""Staged files and a lake in a real object store: the same files and the same rows as in a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
import s3fs

from pipelines import duplicates, stages
from pipelines.backups import backup, restore
from pipelines.events import merge
from pipelines.reprocess import reprocess, stored
from tests.object_store import SECRET, object_store
from tests.postgres import Postgres
from tests.test_lake import every_row
from tests.warehouse_records import DAY, stage_day
from warehouse.errors import SettingError, TryAgain
from warehouse.lake import PREFIX
from warehouse.layout import STAGING_VARIABLE, WAREHOUSE_VARIABLE, Layout
from warehouse.loader import load_day, stale_days
from warehouse.publish import compact, publish
from warehouse.query import connect
from warehouse.staging import STAGES, is_staged, made_from, read_staged, write_staged


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with object_store(tmp_path_factory.mktemp("s3") / "store", "news") as environment:
        yield environment


@pytest.fixture
def store(running: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> s3fs.S3FileSystem:
    """The store, with the keys to it in the environment; there is a bucket ``news``."""
    for name, value in running.items():
        monkeypatch.setenv(name, value)
    return s3fs.S3FileSystem(use_listings_cache=False, skip_instance_cache=True)


@pytest.mark.slow
def test_what_is_stored_is_read_and_loaded_as_from_a_folder(
    demo: Path, own_data: Path, store: s3fs.S3FileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(own_data)
    for folder in ("pages", "sources"):
        shutil.copytree(demo / folder, layout.data / folder)
    folder = Layout(demo).staging
    alone = {path.relative_to(folder): path for path in folder.rglob("*.parquet")}
    (day,) = {date.fromisoformat(path.stem) for path in alone}
    records = {path: read_staged(Layout(demo), path.parts[0], path.parts[1], day) for path in alone}
    origins = {path: made_from(Layout(demo), path.parts[0], path.parts[1], day) for path in alone}
    monkeypatch.setenv(STAGING_VARIABLE, "s3://news/staging")
    for path, found in records.items():
        write_staged(layout, path.parts[0], path.parts[1], day, found, made_from=origins[path])
    for path, there in alone.items():
        assert store.cat(f"news/staging/{path}") == there.read_bytes()
    with ThreadPoolExecutor(1) as pool:
        done = reprocess(layout, stored(layout, day, day), pool, told=lambda one: None)
    assert [(one.remade, one.error) for one in done] == [(False, None)] * 4, "what they were made from is seen"
    load_day(layout, day, merge=merge, duplicates=duplicates, sources=stages.source_names())
    publish(layout)
    assert stale_days(layout) == []
    assert not layout.data.joinpath("staging").exists()
    write_staged(layout, "incidents", "demo-quayside", day, [])
    assert stale_days(layout) == [day], "a file put in another's place makes its day stale"
    assert read_staged(layout, "incidents", "demo-quayside", day) == []
    assert not is_staged(layout, "articles", "nobody", day)
    assert made_from(layout, "articles", "nobody", day) is None
    counts = "SELECT source_id, count(*), min(text) FROM articles GROUP BY source_id ORDER BY source_id"
    with connect(layout) as ours, connect(Layout(demo)) as theirs:
        assert ours.execute(counts).fetchall() == theirs.execute(counts).fetchall()


@pytest.mark.slow
def test_a_lake_in_an_object_store_is_backed_up_and_restored(
    postgres: Postgres, tmp_path: Path, own_data: Path, store: s3fs.S3FileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("duckdb_extension_httpfs", reason="to run this: pip install -r requirements-lake.lock")
    file, kept = Layout(own_data), tmp_path / "kept"
    stage_day(file)
    load_day(file, DAY, merge=merge, duplicates=duplicates)
    publish(file)
    with connect(file) as connection:
        expected = every_row(connection)
    backup(file, kept)

    shared, catalog = Layout(tmp_path / "shared"), postgres.database("lake")
    monkeypatch.setenv(WAREHOUSE_VARIABLE, f"{PREFIX}{catalog} data_path=s3://news/lake")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(SettingError, match=r"no keys to one in the environment\. Set AWS_ACCESS_KEY_ID and"):
        restore(shared, kept)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another's")
    with pytest.raises(TryAgain, match=r"the object store does not do what it is asked .*AWS_ENDPOINT_URL"):
        restore(shared, kept)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    store.pipe_file("news/lake/of-somebody-else", b"")
    with pytest.raises(SettingError, match="data_path=s3://news/lake: is no empty folder"):
        restore(shared, kept)
    store.rm_file("news/lake/of-somebody-else")
    restore(shared, kept)
    assert stale_days(shared) == []
    assert not shared.live.exists()

    for bound in ("KEPT", "ORPHANED"):
        monkeypatch.setattr(f"warehouse.lake.{bound}", timedelta(0))
    store.pipe_file("news/lake/store/left.parquet", b"of a writer that was killed")
    monkeypatch.setenv(WAREHOUSE_VARIABLE, PREFIX + catalog)  # the catalog knows where its files are
    compact(shared)
    assert not store.exists("news/lake/store/left.parquet")
    with connect(shared) as connection:
        assert every_row(connection) == expected
        assert SECRET not in str(connection.execute("FROM duckdb_secrets()").fetchall())

    first, second = (backup(shared, tmp_path / "kept of the lake") for _ in range(2))
    live = "warehouse/live.duckdb"
    assert (first.state / live).samefile(second.state / live), "nothing was loaded between the two"
    with pytest.raises(SettingError, match=r"dbname=lake .*holds something already"):
        restore(Layout(tmp_path / "back"), tmp_path / "kept of the lake")
    monkeypatch.delenv(WAREHOUSE_VARIABLE)
    back = Layout(tmp_path / "back")
    assert restore(back, tmp_path / "kept of the lake").damaged == []
    assert stale_days(back) == []
    with connect(back) as connection:
        assert every_row(connection) == expected


def test_a_store_that_is_not_there_is_told(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    s3fs.S3FileSystem.clear_instance_cache()  # one that is kept has the retries of its session
    monkeypatch.setenv(STAGING_VARIABLE, "s3://news/staging")
    layout, day = Layout(own_data), date(2026, 11, 20)
    for ask in (
        lambda: read_staged(layout, "pages", "courier", day),
        lambda: write_staged(layout, "pages", "courier", day, []),
        lambda: stale_days(layout),
    ):
        with pytest.raises(TryAgain, match=r"s3://news/staging.*: the object store does not .*AWS_ENDPOINT_URL"):
            ask()


@pytest.mark.parametrize("wrong", ["nosuch://bucket/folder", "staging", "s3:bucket"])
def test_an_address_that_is_none_is_told(own_data: Path, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STAGING_VARIABLE, wrong)
    with pytest.raises(SettingError, match="DATELINE_STAGING"):
        read_staged(Layout(own_data), next(iter(STAGES)), "courier", date(2026, 11, 20))
