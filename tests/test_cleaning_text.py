"""The words that lines, titles and names are compared by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning.text import key, words

ASCII = st.text(st.characters(max_codepoint=127))


@given(st.one_of(ASCII, st.text()))
def test_words_are_what_the_expression_for_words_finds(text: str) -> None:
    assert words(text) == re.findall(r"\w+", text.casefold())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Don’t go,” she said", "Don't go - she SAID"),
        ("Straße  gesperrt\u00a0…", "STRASSE gesperrt"),
        ("snake_case 3.5\tm", "snake_case 3 5 M!"),
    ],
)
def test_typography_hides_no_repeat(one: str, other: str) -> None:
    assert key(one) == key(other)
