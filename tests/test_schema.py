"""Records to rows and back: nothing lost, nothing wrong let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse_records import DAY, article, incident, page
from warehouse.errors import WarehouseError
from warehouse.records import Article, Event, Incident, Page, SiteLine, Verdict
from warehouse.schema import arrow_schema, from_row, from_table, to_row, to_table
from warehouse.vocabulary import Standing


@pytest.mark.parametrize("record", [page(), article(), incident(), incident(place=None, claims=(), actors=())])
def test_a_record_comes_back_as_it_was(record: Any) -> None:
    row = to_row(record)
    schema = arrow_schema(type(record))
    (through_arrow,) = pa.Table.from_pylist([row], schema=schema).to_pylist()
    assert from_row(type(record), row) == from_row(type(record), through_arrow) == record


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.builds(Verdict, page_id=TEXTS, source_id=TEXTS, outcome=TEXTS, detail=st.none() | TEXTS))
def test_any_verdict_comes_back_as_it_was(verdict: Verdict) -> None:
    table = pa.Table.from_pylist([to_row(verdict)], schema=arrow_schema(Verdict))
    assert from_row(Verdict, table.to_pylist()[0]) == verdict


LINES = st.builds(
    SiteLine,
    source_id=TEXTS,
    crawl_day=st.dates(),
    host=TEXTS,
    line=TEXTS,
    text=st.none() | TEXTS,
    characters=st.integers(0, 2**63 - 1),
    place=TEXTS,
    held=st.lists(TEXTS, max_size=3).map(tuple),
    around=st.integers(0, 9),
    pages=st.integers(0, 9),
    dropped=st.lists(TEXTS, max_size=3).map(tuple),
    rule=st.none() | TEXTS,
    standing=st.sampled_from(get_args(Standing)),
    stories=st.integers(0, 9),
    of_stories=st.integers(0, 9),
    first_seen=st.dates(),
)


@given(st.lists(LINES, max_size=4))
def test_a_table_holds_what_its_rows_would(lines: list[SiteLine]) -> None:
    rows = pa.Table.from_pylist([to_row(line) for line in lines], schema=arrow_schema(SiteLine))
    assert to_table(SiteLine, lines).equals(rows)
    assert from_table(SiteLine, rows) == lines


@pytest.mark.parametrize(
    "records", [[page(), replace(page(), listed_published_at=None)], [article()], [incident(), incident(place=None)]]
)
def test_a_table_of_records_within_records_holds_what_its_rows_would(records: list[Any]) -> None:
    kind = type(records[0])
    rows = pa.Table.from_pylist([to_row(record) for record in records], schema=arrow_schema(kind))
    assert to_table(kind, records).equals(rows)
    assert from_table(kind, rows) == records


def test_a_table_is_of_one_kind() -> None:
    with pytest.raises(WarehouseError, match="Page: Article given, not Page"):
        to_table(Page, [page(), article()])  # type: ignore[list-item]


def test_the_schema_says_what_may_be_null() -> None:
    schema = arrow_schema(Incident)
    assert not schema.field("event_type").nullable
    assert schema.field("place").nullable
    assert schema.field("place").type.field("latitude").nullable
    assert not schema.field("place").type.field("name").nullable
    assert arrow_schema(Event).field("start_date").type == pa.date32()


def test_times_are_stored_as_utc_and_come_back_with_their_zone() -> None:
    noon_in_kabul = datetime(2026, 3, 14, 12, tzinfo=timezone(timedelta(hours=4, minutes=30)))
    row = to_row(replace(page(), fetched_at=noon_in_kabul))
    assert row["fetched_at"].isoformat() == "2026-03-14T07:30:00"
    assert from_row(Page, row).fetched_at == noon_in_kabul
    assert from_row(Page, row).fetched_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (replace(page(), status="200"), r"Page\.status: '200' is str, not int"),
        (replace(page(), status=True), r"Page\.status: True is bool, not int"),
        (replace(page(), outcome=None), r"Page\.outcome: None is NoneType, not str"),
        (replace(page(), via="post"), r"Page\.via: 'post' is not one of live"),
        (replace(page(), fetched_at=page().fetched_at.replace(tzinfo=None)), r"Page\.fetched_at: .* has no time zone"),
        (replace(page(), crawl_day=datetime(2026, 3, 14, tzinfo=UTC)), r"Page\.crawl_day: .* is datetime, not date"),
        (replace(page(), reservations=["tdm"]), r"Page\.reservations: .* is list, not tuple"),
        (replace(article(), text="a \ud800 b"), r"Article\.text: holds a lone surrogate at character 2"),
        (replace(incident(), confidence=float("nan")), r"Incident\.confidence: nan is not a finite number"),
        (
            replace(incident(), claims=(replace(incident().claims[0], count_min=2**63),)),
            r"Incident\.claims\[0\]\.count_min: \d+ does not fit 64 bits",
        ),
    ],
)
def test_a_wrong_value_is_refused_by_record_and_field(record: Any, message: str) -> None:
    with pytest.raises(WarehouseError, match=message):
        to_row(record)
    with pytest.raises(WarehouseError, match=message):
        to_table(type(record), [record])


def test_a_row_of_another_version_is_refused() -> None:
    row = to_row(article())
    with pytest.raises(WarehouseError, match=r"fields differ: \['byline'\]"):
        from_row(Article, row | {"byline": "x"})
    with pytest.raises(WarehouseError, match=r"a stored Article\.text: is null"):
        from_row(Article, row | {"text": None})
    assert from_row(Article, row | {"crawl_day": date(2026, 3, 14)}).crawl_day == DAY


def test_a_table_of_another_version_is_refused() -> None:
    table = to_table(Article, [article()])
    with pytest.raises(WarehouseError, match=r"fields differ: \['byline'\]"):
        from_table(Article, table.append_column("byline", pa.array(["x"])))
    for without in (table.drop_columns("text"), table.set_column(6, "text", pa.nulls(1, pa.string()))):
        with pytest.raises(WarehouseError, match=r"a stored Article\.text: is null"):
            from_table(Article, without)
    assert from_table(Article, table.drop_columns("lead")) == [replace(article(), lead=None)]
