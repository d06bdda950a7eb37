"""Old days read again from the page store alone: same results as the first time, only what rules changed is remade."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import stages
from pipelines.events import merge
from pipelines.reprocess import Reread, reprocess, stored
from tests.conftest import dateline
from tests.test_stages import DAY, SOURCE, crawl, html
from tests.warehouse_records import tolls_of
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.staging import read_staged, write_staged

BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def pool() -> Iterator[Executor]:
    """An executor that stays in this process; the real command's is of processes."""
    with ThreadPoolExecutor(1) as threads:
        yield threads


@pytest.fixture
def layout(own_data: Path) -> Layout:
    layout = Layout(own_data)
    crawl(layout, {f"https://herald.example/news/{n}": html(n, n + 3) for n in range(10)}, day=BEFORE)
    crawl(layout, {f"https://herald.example/news/{n}": html(n, n + 3) for n in range(20, 23)})
    return layout


def again(layout: Layout, pool: Executor) -> list[Reread]:
    told: list[Reread] = []
    done = reprocess(layout, stored(layout, BEFORE, DAY), pool, told=told.append)
    assert sorted(told, key=lambda one: one.day) == done
    return done


def staged(layout: Layout) -> dict[str, list[Any]]:
    return {
        f"{stage} {day}": read_staged(layout, stage, SOURCE, day)
        for stage in ("pages", "articles", "verdicts", "profiles", "incidents")
        for day in (BEFORE, DAY)
    }


@pytest.mark.slow
def test_the_page_store_alone_gives_what_the_nights_gave(layout: Layout, pool: Executor) -> None:
    for day in (BEFORE, DAY):
        stages.clean_day(layout, SOURCE, day, print)
        stages.extract_day(layout, SOURCE, day, print)
    first = staged(layout)
    shutil.rmtree(layout.data / "staging")
    done = again(layout, pool)
    assert [(one.day, one.pages, one.articles, one.remade, one.error) for one in done] == [
        (BEFORE, 10, 10, True, None),
        (DAY, 3, 3, True, None),
    ]
    assert staged(layout) == first


@pytest.mark.slow
def test_what_is_as_the_rules_make_it_is_left_alone(
    layout: Layout, pool: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(layout, pool)
    times = {path: path.stat().st_mtime_ns for path in (layout.data / "staging").rglob("*.parquet")}
    assert not any(one.remade for one in again(layout, pool))
    assert times == {path: path.stat().st_mtime_ns for path in (layout.data / "staging").rglob("*.parquet")}
    code = stages.code_of
    monkeypatch.setattr(
        stages, "code_of", lambda package, *more: "new" if package == "pipelines.incidents" else code(package, *more)
    )
    assert all(one.remade for one in again(layout, pool))
    changed = {path.parts[-3] for path, at in times.items() if path.stat().st_mtime_ns != at}
    assert changed == {"incidents"}, "new rules of extraction clean nothing again"


@pytest.mark.slow
def test_a_damaged_day_is_named_and_the_others_go_on(layout: Layout, pool: Executor) -> None:
    (warc,) = layout.pages_of(SOURCE, BEFORE).glob("*.warc.gz")
    warc.write_bytes(b"not a WARC file" * 1000)
    broken, fine = again(layout, pool)
    assert str(warc) in (broken.error or "")
    assert (fine.remade, fine.error) == (True, None)


def test_only_days_and_sources_with_pages_are_read(layout: Layout) -> None:
    assert stored(layout, date.min, date.max) == [(SOURCE, BEFORE), (SOURCE, DAY)]
    assert stored(layout, DAY, DAY) == [(SOURCE, DAY)]
    (layout.pages / "other" / "2026-03-01").mkdir(parents=True)
    assert stored(layout, BEFORE, DAY, ["other"]) == []
    with pytest.raises(SettingError, match="--source: no page of it is stored, on any day: othre"):
        stored(layout, BEFORE, DAY, ["other", "othre"])


@pytest.mark.slow
def test_the_command_reads_loads_and_tells_what_changed(demo: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo, data)
    layout = Layout(data)
    (path,) = list((data / "staging" / "incidents" / "demo-quayside").glob("*.parquet"))
    day = date.fromisoformat(path.stem)
    found = read_staged(layout, "incidents", "demo-quayside", day)
    number = next(n for n, one in enumerate(found) if one.claims)
    figure = replace(found[number].claims[0], count_min=99999, count_max=99999)
    older = [*found]
    # the only figure of its outcome, so that the toll is this figure
    claims = (figure, *(other for other in found[number].claims if other.outcome != figure.outcome))
    older[number] = replace(found[number], claims=claims, tolls=tolls_of(claims), extractor_version="older")
    write_staged(layout, "incidents", "demo-quayside", day, older, made_from="older rules")
    load_day(layout, day, merge=merge)
    publish(layout)

    span = ["reprocess", "--from", str(day - timedelta(days=3)), "--to", str(day), "--workers", "2"]
    said = dateline(*span, data=data).stdout
    assert "read again: 1 of 4 partitions" in said
    assert "1 changed" in said
    with connect(layout) as connection:
        (change,) = connection.execute(
            "SELECT before, version_before, incident_before = incident_after FROM incident_changes"
            " WHERE cause = 're-reading' AND version_after <> 'older'"
        ).fetchall()
    assert change == ("99999", "older", True)
    assert dateline(*span, data=data).stdout.startswith("nothing to do")

    write_staged(layout, "incidents", "demo-quayside", day, older, made_from="older rules")
    layout.writer.write_text("anotherwriter\n", "utf-8")
    refused = dateline(*span, data=data, check=False)
    assert refused.returncode == 1
    assert all(part in refused.stderr for part in ("not loaded: ", "demo-quayside belongs to writer "))
    assert "read again: 1 of 4 partitions" in refused.stdout, "what is staged waits for whoever may load it"


def test_wrong_spans_are_named(own_data: Path) -> None:
    done = dateline("reprocess", "--from", "2020-01-02", "--to", "2020-01-01", data=own_data, check=False)
    assert (done.returncode, "Swap them" in done.stderr) == (1, True)
    done = dateline("reprocess", "--from", "2020-01-01", "--to", "2020-01-02", data=own_data, check=False)
    assert (done.returncode, "no pages of 2020-01-01" in done.stderr) == (1, True)
