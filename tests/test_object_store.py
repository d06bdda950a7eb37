"""Staged files in a real object store: the same files and the same rows as in a folder."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
import s3fs

from pipelines import duplicates, stages
from pipelines.events import merge
from pipelines.reprocess import reprocess, stored
from tests.object_store import object_store
from warehouse.errors import SettingError, TryAgain
from warehouse.layout import STAGING_VARIABLE, Layout
from warehouse.loader import load_day, stale_days
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.staging import STAGES, is_staged, made_from, read_staged, write_staged


@pytest.mark.slow
def test_what_is_stored_is_read_and_loaded_as_from_a_folder(
    demo: Path, tmp_path: Path, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(own_data)
    for folder in ("pages", "sources"):
        shutil.copytree(demo / folder, layout.data / folder)
    folder = Layout(demo).staging
    alone = {path.relative_to(folder): path for path in folder.rglob("*.parquet")}
    (day,) = {date.fromisoformat(path.stem) for path in alone}
    records = {path: read_staged(Layout(demo), path.parts[0], path.parts[1], day) for path in alone}
    origins = {path: made_from(Layout(demo), path.parts[0], path.parts[1], day) for path in alone}
    with object_store(tmp_path / "store", "news") as environment:
        for name, value in {**environment, STAGING_VARIABLE: "s3://news/staging"}.items():
            monkeypatch.setenv(name, value)
        for path, found in records.items():
            write_staged(layout, path.parts[0], path.parts[1], day, found, made_from=origins[path])
        store = s3fs.S3FileSystem(use_listings_cache=False, skip_instance_cache=True)
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
