"""The words that lines, titles and names are compared by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning.text import ends_sentence, key, length, words

#: Kana and Han characters, which are words of their own.
SIGN = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
ASCII = st.text(st.characters(max_codepoint=0x7F))
WESTERN = st.text(st.characters(max_codepoint=0xFF))


@given(st.one_of(ASCII, WESTERN, st.text()))
def test_words_are_what_the_expression_for_words_finds(text: str) -> None:
    parted = re.sub(SIGN, lambda sign: f" {sign[0]} " if sign[0].isalnum() else " ", text.casefold())
    assert words(text) == re.findall(r"\w+", parted)


def test_chinese_and_japanese_are_measured_by_their_signs() -> None:
    assert words("首都市场爆炸，10人死亡") == [*"首都市场爆炸", "10", *"人死亡"]
    assert length("市場で 10") == 3 * 3 + 3
    assert length("Zürich") == 6
    assert length("항구 10") == 2 * 2 + 3


@pytest.mark.parametrize("line", ["It is over.", "“It is over!”", "Is it over?)", "已经结束。", "انتهى؟"])
def test_sentences_end_in_every_script(line: str) -> None:
    assert ends_sentence(line)
    assert not ends_sentence(line.rstrip(".!?)。؟”"))


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
