"""Months and days of a span, right from every start day: the 29th, 30th and 31st included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.archives.months import Month, days_between, months_between, spans, widened

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
#: The days that naive "add a month" trips over, and their neighbours.
LATE = st.builds(date, st.integers(1996, 2040), st.just(1), st.integers(28, 31))
STARTS = DAYS | LATE
LENGTHS = st.integers(0, 1_500)


@given(STARTS, LENGTHS)
def test_the_spans_of_months_are_the_days_of_the_whole_span_in_order(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = [day for _, begin, end in spans(first, last) for day in days_between(begin, end)]
    assert found == days_between(first, last)


@given(STARTS, LENGTHS)
def test_every_month_stands_there_once_and_holds_its_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    months = months_between(first, last)
    assert months == sorted(set(months))
    assert set(months) == {Month.of(day) for day in days_between(first, last)}


def test_a_year_from_every_start_day_of_two_years_names_each_month_it_touches() -> None:
    for start in days_between(date(2023, 1, 1), date(2024, 12, 31)):  # one of them a leap year
        days = days_between(start, start + timedelta(days=364))
        assert months_between(days[0], days[-1]) == sorted({Month.of(day) for day in days}), start


@given(STARTS)
def test_a_month_begins_on_the_first_and_ends_the_day_before_the_next(day: date) -> None:
    month = Month.of(day)
    assert month.first <= day <= month.last
    assert month.first.day == 1
    assert (month.last + timedelta(days=1)).day == 1
    assert Month.of(month.last) == month


@given(STARTS)
def test_a_month_reads_back_as_it_is_written(day: date) -> None:
    assert Month.read(str(Month.of(day))) == Month.of(day)


@pytest.mark.parametrize("text", ["2018-13", "2018-00", "2018-2", "18-02", "2018-02-01", "", "２０１８-02"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no month"):
        Month.read(text)


def test_a_span_the_wrong_way_round_is_empty() -> None:
    assert months_between(date(2018, 3, 1), date(2018, 2, 28)) == []
    assert days_between(date(2018, 3, 1), date(2018, 2, 28)) == []


@given(STARTS, st.integers(0, 400), st.integers(0, 40), st.integers(0, 40))
def test_a_widened_span_has_just_so_many_days_more(first: date, length: int, before: int, after: int) -> None:
    last = first + timedelta(days=length)
    begin, end = widened(first, last, before=before, after=after)
    assert (first - begin).days == before
    assert (end - last).days == after


def test_a_widened_span_stays_within_the_calendar() -> None:
    assert widened(date.min, date.max, before=1, after=3) == (date.min, date.max)
