"""News dates read against the day of publication."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.incidents.dates.finding import DateMention, find_dates

#: A Saturday.
PUBLISHED = datetime(2018, 2, 10, 9, 30, tzinfo=UTC)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def only(text: str, published: datetime | None = PUBLISHED) -> DateMention:
    found = find_dates(text, published)
    assert len(found) == 1, [mention.text for mention in found]
    assert text[found[0].start : found[0].end] == found[0].text
    return found[0]


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("Shells fell on the village on Thursday.", "2018-02-08", "2018-02-08", 1),
        ("The raid began early Tuesday.", "2018-02-06", "2018-02-06", 1),
        ("Two guards died yesterday.", "2018-02-09", "2018-02-09", 1),
        ("A convoy was hit two days ago.", "2018-02-08", "2018-02-08", 1),
        ("Fighting on Feb 7–8 was heavy.", "2018-02-07", "2018-02-08", 1),
        ("They attacked on the night of 7 to 8 February.", "2018-02-07", "2018-02-08", 1),
        ("The town fell in September.", "2017-09-01", "2017-09-30", 3),
        ("They said so of Sept. 5 bombings.", "2017-09-05", "2017-09-05", 1),
        ("It was founded on 12 March 2017.", "2017-03-12", "2017-03-12", 1),
        ("On Thursday, Feb. 8, 2018, rebels attacked.", "2018-02-08", "2018-02-08", 1),
        ("A bridge was blown up last week.", "2018-01-29", "2018-02-04", 2),
        ("Overnight Wednesday to Thursday they crossed.", "2018-02-07", "2018-02-08", 1),
        ("Clashes lasted from Jan. 30 to Feb. 2, he said.", "2018-01-30", "2018-02-02", 2),
        ("Several were shot on Sunday of last week.", "2018-02-04", "2018-02-04", 1),
        ("They struck in late January.", "2018-01-21", "2018-01-31", 3),
        ("On the evening of May 3 a car exploded.", "2017-05-03", "2017-05-03", 1),
        ("The report of 2018-02-07 says so.", "2018-02-07", "2018-02-07", 1),
        ("The strike on December 30 killed two.", "2017-12-30", "2017-12-30", 1),
        ("It happened on 25/01/2018.", "2018-01-25", "2018-01-25", 1),
    ],
)
def test_a_date_as_news_says_it(text: str, first: str, last: str, precision: int) -> None:
    mention = only(text)
    assert (mention.start_date.isoformat(), mention.end_date.isoformat(), mention.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "text",
    [
        "Theresa May may march on.",
        "The sun sat low over Mar Mikhael.",
        "He turned 31 and said 30 February does not exist.",
        "The score was 3-1.",
    ],
)
def test_words_that_look_like_dates_are_none(text: str) -> None:
    assert find_dates(text, PUBLISHED) == []


def test_the_full_stop_of_the_sentence_is_not_part_of_the_date() -> None:
    assert only("They came on 8 February.").text == "8 February"


def test_a_report_in_capitals_brings_its_own_day_of_publication() -> None:
    text = "SAN SALVADOR, 3 JAN 90 (ACAN) -- GUERRILLAS ATTACKED A POST ON 30 DECEMBER. A SOLDIER DIED YESTERDAY."
    assert [mention.start_date for mention in find_dates(text, None)] == [
        date(1990, 1, 3),
        date(1989, 12, 30),
        date(1990, 1, 2),
    ]


def test_without_any_day_of_publication_only_full_dates_are_found() -> None:
    assert only("On Thursday, as on 7 March 2016, shots were heard.", None).start_date == date(2016, 3, 7)


def test_a_coming_date_is_held_for_less_sure() -> None:
    coming, past = only("Talks open on February 20."), only("Talks opened on February 2.")
    assert coming.start_date == date(2018, 2, 20)
    assert coming.confidence < past.confidence


@pytest.mark.parametrize("offset", range(7))
@pytest.mark.parametrize("weekday", range(7))
def test_a_bare_weekday_is_the_latest_one_not_after_publication(offset: int, weekday: int) -> None:
    published = PUBLISHED + timedelta(days=offset)
    day = only(f"A bomb exploded on {WEEKDAYS[weekday]}.", published).start_date
    assert day.weekday() == weekday
    assert timedelta(0) <= published.date() - day <= timedelta(days=6)


@given(
    st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.sampled_from(["{0:%d} {0:%B} {0:%Y}", "{0:%B} {0:%d}, {0:%Y}"])
)
def test_every_written_day_comes_back(day: date, form: str) -> None:
    assert only(f"It was on {form.format(day)} that it began", PUBLISHED).start_date == day


@given(st.dates(date(1970, 1, 1), date(2080, 12, 31)), st.integers(0, 330))
def test_a_day_without_a_year_is_the_last_such_day(published: date, back: int) -> None:
    day = published - timedelta(days=back)
    if back > 250 or (day.month, day.day) == (2, 29):
        return  # a coming day is nearer by then
    found = only(
        f"shot on {day:%B} {day.day} there", datetime(published.year, published.month, published.day, tzinfo=UTC)
    )
    assert found.start_date == day


@given(st.dates(date(1970, 1, 1), date(2080, 12, 31)))
def test_last_month_ends_where_this_month_begins(published: date) -> None:
    found = only("killed last month in", datetime(published.year, published.month, published.day, tzinfo=UTC))
    assert found.end_date + timedelta(days=1) == published.replace(day=1)
    assert found.start_date.day == 1


PIECES = st.sampled_from(
    ["on", "Monday", "MAY", "May", "31", "30", "Feb.", "FEB", "12 JAN 90", "--", "last week", "9999", "0", "weeks ago",
     "years ago", "999", "next", "yesterday", "1/1/2000", "to", "-", "–", "between", "and", "\n\n", "٣", "’89", "2018"]
)  # fmt: skip


@settings(max_examples=150)
@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=12).map(" ".join)),
    st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
)
def test_any_text_gives_ordered_spans_that_are_their_words(text: str, published: datetime | None) -> None:
    end = 0
    for mention in find_dates(text, published):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= end
        assert mention.start_date <= mention.end_date
        assert mention.precision in (1, 2, 3)
        assert 0 < mention.confidence <= 1
        end = mention.end
