"""Which of a text's dates is the day of an incident."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.incidents import extract

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
