"""Staged Parquet: whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse_records import DAY, article, incident, page, stage_day
from warehouse.errors import WarehouseError
from warehouse.layout import Layout
from warehouse.records import Page
from warehouse.staging import BATCH, read_staged, staged_sources, write_staged


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def test_what_is_staged_is_read_back(layout: Layout) -> None:
    articles = [article(n) for n in range(3)]
    path = write_staged(layout, "articles", "courier", DAY, iter(articles))
    assert path == layout.staged("articles", "courier", DAY)
    assert read_staged(layout, "articles", "courier", DAY) == articles


def test_more_than_a_batch_is_staged_in_order(layout: Layout) -> None:
    pages = [page(n) for n in range(BATCH + 5)]
    write_staged(layout, "pages", "courier", DAY, pages)
    assert read_staged(layout, "pages", "courier", DAY) == pages


def test_an_empty_partition_is_staged_as_empty_and_a_missing_one_reads_as_empty(layout: Layout) -> None:
    assert read_staged(layout, "incidents", "courier", DAY) == []
    write_staged(layout, "incidents", "courier", DAY, [])
    assert read_staged(layout, "incidents", "courier", DAY) == []
    assert staged_sources(layout, "incidents", DAY) == ["courier"]


def test_a_stage_that_breaks_off_leaves_what_was_staged_before_and_no_litter(layout: Layout) -> None:
    def breaks_off() -> Iterator[Page]:
        yield page(7)
        raise RuntimeError("the worker died")

    path = write_staged(layout, "pages", "courier", DAY, [page(1)])
    with pytest.raises(RuntimeError):
        write_staged(layout, "pages", "courier", DAY, breaks_off())
    assert read_staged(layout, "pages", "courier", DAY) == [page(1)]
    assert list(path.parent.iterdir()) == [path]


def test_records_of_another_kind_or_partition_are_refused(layout: Layout) -> None:
    with pytest.raises(WarehouseError, match="a Incident in stage articles"):
        write_staged(layout, "articles", "courier", DAY, [incident()])
    with pytest.raises(WarehouseError, match=r"belongs to \(courier, 2026-03-14\), not to \(herald, 2026-03-14\)"):
        write_staged(layout, "articles", "herald", DAY, [article()])
    with pytest.raises(WarehouseError, match=r"not to \(courier, 2026-03-15\)"):
        write_staged(layout, "articles", "courier", DAY + timedelta(days=1), [article()])
    with pytest.raises(WarehouseError, match=r"'events': no such stage\. The stages are pages, verdicts"):
        write_staged(layout, "events", "courier", DAY, [])


def test_sources_are_listed_by_stage_and_day(layout: Layout) -> None:
    stage_day(layout, "herald")
    stage_day(layout, "courier")
    assert staged_sources(layout, "articles", DAY) == ["courier", "herald"]
    assert staged_sources(layout, "articles", DAY + timedelta(days=1)) == []


def test_a_file_of_another_version_of_the_records_is_named(layout: Layout) -> None:
    path = write_staged(layout, "pages", "courier", DAY, [page()])
    pq.write_table(pq.read_table(path).append_column("extra", pa.array([1])), path)
    with pytest.raises(WarehouseError, match=r"2026-03-14\.parquet: was staged by another version of the records"):
        read_staged(layout, "pages", "courier", DAY)


def test_a_file_from_before_a_column_that_may_be_null_reads_as_null_there(layout: Layout) -> None:
    path = write_staged(layout, "pages", "courier", DAY, [page(moved_to="https://courier.example/elsewhere")])
    pq.write_table(pq.read_table(path).drop_columns(["moved_to", "stories"]), path)
    assert read_staged(layout, "pages", "courier", DAY) == [page()]
    pq.write_table(pq.read_table(path).drop_columns(["purpose"]), path)
    with pytest.raises(WarehouseError, match="another version of the records"):
        read_staged(layout, "pages", "courier", DAY)
