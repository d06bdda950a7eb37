"""Which of a text's dates is the day of an incident."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.incidents import extract
from pipelines.incidents.precision import date_precision

PUBLISHED = datetime(2022, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day", "quote"),
    [
        # the day of the saying, and that of the deed
        ("Police said on Wednesday that gunmen killed the mayor of Gao on Sunday.", date(2022, 5, 1), "on Sunday"),
        # the dated noun tells its own clause's day
        ("An attack that took place on Sunday killed two soldiers near Gao.", date(2022, 5, 1), "on Sunday"),
        # other clauses have days of their own: nothing is left but the day of publication
        ("Doctors who arrived in town on Tuesday said that 44 farmers had been killed in two villages of Mali.",
         PUBLISHED.date(), None),
        ("Gunmen on Monday fled the town, where soldiers killed two farmers in a raid.", PUBLISHED.date(), None),
        # what happened has no day to come
        ("Gunmen blew up a bridge near Kidal, and officials expect that they will attack again as 1 June approaches.",
         PUBLISHED.date(), None),
        # what lasts has no day
        ("Since January 2021 gunmen have attacked the pipeline near Kidal; a bomb killed two workers there.",
         PUBLISHED.date(), None),
    ],
)  # fmt: skip
def test_the_day_of_a_deed(text: str, day: date, quote: str | None) -> None:
    (incident,) = extract(text, published_at=PUBLISHED)
    assert incident.start_date == day
    assert [e.quote for e in incident.evidence if e.field == "start_date"] == ([quote] if quote else [])
    assert incident.time_precision == (1 if quote else 2)


@pytest.mark.parametrize(
    ("first", "last", "acled", "ucdp"),
    [
        (date(2022, 5, 1), date(2022, 5, 1), 1, 1),
        (date(2022, 5, 1), date(2022, 5, 2), 1, 2),
        (date(2022, 5, 1), date(2022, 5, 6), 2, 2),
        (date(2022, 5, 1), date(2022, 5, 7), 2, 3),
        (date(2022, 5, 1), date(2022, 5, 31), 3, 4),
        (date(2022, 1, 1), date(2022, 12, 31), 3, 5),
        (date(2019, 1, 1), date(2022, 12, 31), 3, None),
        (date(2022, 5, 5), date(2022, 5, 5), 2, 3),  # a day taken from the publication means that week
        (None, None, None, None),
    ],
)
def test_the_other_date_precision_follows_ucdp(
    first: date | None, last: date | None, acled: int | None, ucdp: int | None
) -> None:
    assert date_precision(first, last, acled) == ucdp


def test_the_day_on_which_somebody_speaks_of_it_does_not_part_an_incident() -> None:
    text = (
        "The family of Marta Lopez said on Wednesday that the people who kidnapped Lopez want a ransom.\n\n"
        "Lopez was kidnapped on 20 April by four men."
    )
    (incident,) = extract(text, published_at=PUBLISHED)
    assert incident.start_date == date(2022, 4, 20)


def test_an_incident_carries_both_codes_for_date_and_place() -> None:
    (incident,) = extract("A bomb killed two men east of Gao on Sunday.", published_at=PUBLISHED)
    assert (incident.time_precision, incident.ucdp_date_precision) == (1, 1)
    assert incident.place is not None
    assert (incident.place.geo_precision, incident.place.ucdp_precision) == (2, 2)


def test_a_deed_without_a_day_has_that_of_the_sentence_before() -> None:
    (incident,) = extract("Rebels entered Gao on 3 May. They shot dead four traders there.", published_at=PUBLISHED)
    assert (incident.start_date, incident.time_precision) == (date(2022, 5, 3), 2)


@pytest.mark.parametrize(
    "text",
    [
        "Police said on Wednesday that gunmen killed the mayor of Gao.",
        "The bishop on Wednesday condemned the murder of Luis Mora in Gao.",
    ],
)
def test_the_day_somebody_says_so_is_no_exact_day_of_the_deed(text: str) -> None:
    (incident,) = extract(text, published_at=PUBLISHED)
    assert (incident.start_date, incident.time_precision) == (date(2022, 5, 4), 2)


def test_the_day_of_the_dateline_gives_way_to_that_of_the_deed() -> None:
    text = "SRINAGAR, India, April 23 - Gunmen killed 26 tourists in a meadow in Kashmir on Tuesday, police said."
    (told,) = extract(text, published_at=datetime(2025, 4, 23, 9, tzinfo=UTC))
    assert (told.start_date, told.time_precision) == (date(2025, 4, 22), 1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("The toll from the bombing of a mosque in Gao rose to 45 on Thursday. The bomber blew himself up on Monday.",
         date(2022, 5, 2), date(2022, 5, 2)),
        ("Soldiers killed 500 people in the village of Moura in March 2021, the UN said on Tuesday.",
         date(2021, 3, 1), date(2021, 3, 31)),
    ],
)  # fmt: skip
def test_the_day_on_which_a_toll_rose_or_a_report_came_is_not_that_of_the_deed(
    text: str, first: date, last: date
) -> None:
    (told,) = extract(text, published_at=PUBLISHED)
    assert (told.start_date, told.end_date) == (first, last)


def test_a_day_in_a_name_is_no_day() -> None:
    (incident,) = extract(
        "Gunmen shot dead a leader of the 19 April Movement, the police said.",
        published_at=datetime(2022, 5, 5, tzinfo=UTC),
    )
    assert incident.start_date == date(2022, 5, 5)
    assert incident.time_precision == 2


def test_a_day_told_aside_counts_where_it_is_the_news() -> None:
    aside = "Three people were killed during a feast that ended {}."
    (incident,) = extract(aside.format("last night"), published_at=datetime(2022, 5, 5, tzinfo=UTC))
    assert incident.start_date == date(2022, 5, 4)
    assert incident.time_precision == 2
    (incident,) = extract(aside.format("on 4 March"), published_at=datetime(2022, 5, 5, tzinfo=UTC))
    assert incident.start_date == date(2022, 5, 5)
