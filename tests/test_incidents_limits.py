"""What holds for any text, however long or odd: no error, and an end within bounded time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.incidents import extract
from pipelines.incidents.numbers import MOST

#: CPU seconds for a text of a million characters.
BOUND_S = 60.0

PIECES = st.sampled_from(
    ["gunmen killed 12", " bomb", "(", '"', "\n", "\x00", "\u200b", ", ", "– ", "GAO, Mali – ",
     "attack of the attack by ",
     "on Thursday ", "of them", "Kabul", "1,000,000 ", "...", "’s ", "İ", "ß", "\ud7ff"]
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40))
def test_no_text_raises(pieces: list[str]) -> None:
    text = "".join(pieces)
    for incident in extract(text):
        assert all(text[item.start : item.end] == item.quote for item in incident.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "GUNMEN KILLED FIVE PEOPLE IN WEISSENBURG ß, ßEN, ﬁRST AND ŉORTH.",  # capitals of these are longer
        "Gunmen killed five people in Kabul \ud800 on Monday.",  # half a surrogate pair
    ],
)
def test_letters_that_change_their_length(text: str) -> None:
    (incident,) = extract(text)
    assert all(text[item.start : item.end] == item.quote for item in incident.evidence)
    assert [claim.count_min for claim in incident.claims] == [5]


@pytest.mark.parametrize("figure", ["999,999,999,999,999,999,999", "999999999 billion", "900 thousand billion billion"])
def test_no_figure_is_larger_than_the_warehouse_can_add_up(figure: str) -> None:
    (incident,) = extract(f"Gunmen killed {figure} people in Kabul.")
    assert all((claim.count_max or claim.count_min) <= MOST for claim in incident.claims)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"text": b"Gunmen killed five."}, "text must be str, not bytes"),
        ({"text": "", "published_at": "2024-05-06"}, "published_at must be"),
        ({"text": "", "language": None}, "language must be str"),
    ],
)
def test_a_wrong_type_is_named(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(TypeError, match=named):
        extract(**arguments)


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["Gunmen killed 12 people in Kabul. ", "two soldiers killed, "])
def test_a_megabyte_ends(piece: str) -> None:
    started = time.process_time()
    extract(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < BOUND_S
