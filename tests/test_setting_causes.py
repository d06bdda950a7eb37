"""``python -m benchmarks causes setting``: each incident falls where its text names the right country and day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from benchmarks.setting_causes import FROM, STANDS, Told, oracle, tally
from pipelines.incidents.extract import incidents_of, read

PUBLISHED = datetime(2022, 5, 5, tzinfo=UTC)
TEXT = "Gunmen killed two farmers in Bamako, Mali, on Monday. The minister of Peru had left Lima on 3 March."


def _told(countries: str, day: date) -> Told:
    reading = read(TEXT, PUBLISHED)
    assert reading is not None
    (incident,) = incidents_of(reading, PUBLISHED)
    return Told(incident, reading, frozenset({countries}), lambda each: each == day)


@pytest.mark.parametrize(
    ("country", "day", "stands"),
    [
        ("ML", date(2022, 5, 2), (STANDS[0], STANDS[0])),
        ("PE", date(2022, 3, 3), (STANDS[1], STANDS[1])),
        ("CL", date(2022, 5, 5), (STANDS[3], STANDS[2])),
        ("CL", date(2022, 4, 1), (STANDS[3], STANDS[3])),
    ],
)
def test_where_the_right_one_stands(country: str, day: date, stands: tuple[str, str]) -> None:
    countries, days = tally([_told(country, day)])
    assert countries == {(stands[0], FROM[0], country == "ML"): 1}
    assert days == {(stands[1], FROM[0], day == date(2022, 5, 2)): 1}


def test_the_oracle_is_right_wherever_the_text_names_it() -> None:
    countries, _ = tally([_told("ML", date(2022, 5, 2)), _told("PE", date(2022, 5, 2)), _told("CL", date(2022, 5, 2))])
    assert oracle(countries) == pytest.approx(2 / 3)
