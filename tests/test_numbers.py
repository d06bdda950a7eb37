"""The number grammar's specification: a phrase, and what it counts as (lowest, highest or None)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.incidents.numbers import QUALIFIERS, VAGUE, find_numbers, words_value

COUNTS = [
    ("12 people", "12", 12, 12),
    ("1,200 people", "1,200", 1200, 1200),
    ("forty-five people", "forty-five", 45, 45),
    ("Twenty five men", "Twenty five", 25, 25),
    ("TWELVE MEN", "TWELVE", 12, 12),
    ("one hundred and twenty-three thousand people", "one hundred and twenty-three thousand", 123_000, 123_000),
    ("a hundred people", "a hundred", 100, 100),
    ("two hundred and five soldiers", "two hundred and five", 205, 205),
    ("1.5 million people", "1.5 million", 1_500_000, 1_500_000),
    ("3 thousand people", "3 thousand", 3000, 3000),
    ("2000 people", "2000", 2000, 2000),
    ("a dozen men", "a dozen", 12, 12),
    ("half a dozen men", "half a dozen", 6, 6),
    ("two dozen men", "two dozen", 24, 24),
    ("a couple of men", "a couple of", 2, 2),
    ("both men", "both", 2, 2),
    ("a single man", "a single", 1, 1),
    ("a total of 78 men", "a total of 78", 78, 78),
    ("about 100 men", "about 100", 100, 100),
    ("around a dozen men", "around a dozen", 12, 12),
    ("some 30 men", "some 30", 30, 30),
    ("nearly forty men", "nearly forty", 40, 40),
    ("roughly 50 men", "roughly 50", 50, 50),
    ("at least 12 men", "at least 12", 12, None),
    ("At least a dozen men", "At least a dozen", 12, None),
    ("at least some 30 men", "at least some 30", 30, None),
    ("more than 30 men", "more than 30", 30, None),
    ("over 200 others", "over 200", 200, None),
    ("no fewer than 9 men", "no fewer than 9", 9, None),
    ("43+ people", "43+", 43, None),
    ("100 or more men", "100 or more", 100, None),
    ("up to 70 men", "up to 70", 1, 70),
    ("as many as thirty men", "as many as thirty", 1, 30),
    ("fewer than 10 men", "fewer than 10", 1, 10),
    ("no more than 3 men", "no more than 3", 1, 3),
    ("between 20 and 30 men", "between 20 and 30", 20, 30),
    ("from 20 to 30 men", "from 20 to 30", 20, 30),
    ("20 to 30 men", "20 to 30", 20, 30),
    ("20-30 men", "20-30", 20, 30),
    ("20–30 men", "20–30", 20, 30),
    ("two or three men", "two or three", 2, 3),
    ("dozens of men", "dozens", 12, None),
    ("several dozen men", "several dozen", 36, None),
    ("scores of men", "scores", 20, None),
    ("hundreds of men", "hundreds", 100, None),
    ("hundreds of thousands of people", "hundreds of thousands", 100_000, None),
    ("several men", "several", 3, None),
    ("a few men", "a few", 3, None),
    ("no men", "no", 0, 0),
    ("no one", "no one", 0, 0),
    ("nobody", "nobody", 0, 0),
    ("none of them", "none", 0, 0),
    ("not a single soldier", "not a single", 0, 0),
    ("another 5 men", "another 5", 5, 5),
    ("a further two men", "a further two", 2, 2),
    ("at least another 12 men", "at least another 12", 12, None),
]


@pytest.mark.parametrize(("phrase", "text", "low", "high"), COUNTS, ids=[case[0] for case in COUNTS])
@pytest.mark.parametrize("frame", ["{}", "The blast hurt {} there.", "({})"])
def test_counts(phrase: str, text: str, low: int, high: int | None, frame: str) -> None:
    assert [(n.text, n.min, n.max) for n in find_numbers(frame.format(phrase))] == [(text, low, high)]


@pytest.mark.parametrize(
    "text",
    [
        "The T-72 and the Su-25",
        "122mm shells from an M-16",
        "on 12 May",
        "on May 12, 2016",
        "the 12th brigade",
        "in 2014",
        "2014 was worse",
        "at 10:30",
        "at 10 am",
        "at 10p.m.",
        "about $5",
        "5 million euros",
        "5% of it",
        "five percent",
        "12 km away",
        "six kilometres north",
        "aged 12",
        "a 12-year-old boy",
        "an 18 year old man",
        "John Doe, 45, was there",
        "No. 4 and No.4",
        "No, he said.",
        "no longer",
        "Flight 370",
        "Brigade 93",
        "a five-day march",
        "two-thirds of it",
        "9/11",
        "for three hours",
        "how many came",
        "the 2018-2019 season",
        "2.5 times",
        "007",
    ],
)
def test_what_looks_like_a_count_and_is_none(text: str) -> None:
    assert find_numbers(text) == []


def test_on_top_of_another() -> None:
    assert [n.more for n in find_numbers("12 men, another 5 men and a further two")] == [False, True, True]


def test_numbers_beside_each_other_stay_apart() -> None:
    assert [n.min for n in find_numbers("hurting three and killing two hundred and five; seven and five")] == [
        3,
        205,
        7,
        5,
    ]


def test_every_word_of_the_tables_is_read() -> None:
    for word, low in VAGUE.items():
        assert [(n.min, n.max) for n in find_numbers(f"{word} of men")] == [(low, None)], word
    for word in QUALIFIERS:
        assert [n.text for n in find_numbers(f"killed {word} 50 men")] == [f"{word} 50"], word


@given(st.integers(min_value=1, max_value=999_999_999))
def test_digits_with_and_without_separators(value: int) -> None:
    assert [n.min for n in find_numbers(f"killed {value:,} people")] == [value]


@given(st.integers(min_value=1, max_value=99))
def test_words_and_digits_agree(value: int) -> None:
    ones = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    )
    tens = "twenty thirty forty fifty sixty seventy eighty ninety"
    small = ones.split()
    words = (
        small[value] if value < 20 else tens.split()[value // 10 - 2] + (f"-{small[value % 10]}" if value % 10 else "")
    )
    assert words_value(words) == value
    assert [n.min for n in find_numbers(f"killed {words} people")] == [value]


PIECES = st.sampled_from(
    [
        "12",
        "3,000",
        "twelve",
        "hundred",
        "and",
        "or",
        "to",
        "at",
        "least",
        "about",
        "-",
        "–",
        ",",
        ".",
        "%",
        "no",
        "dozens",
        "a",
        "between",
        "\n",
        "two-thirds",
        "2014",
        "5th",
        "9/11",
        "$",
        "million",
        "½",
        "٣",
        "İ",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_gives_numbers_in_order_with_their_words(text: str) -> None:
    position = 0
    for number in find_numbers(text):
        assert text[number.start : number.end] == number.text
        assert position <= number.start <= number.core_start < number.core_end <= number.end
        assert number.max is None or 0 <= number.min <= number.max
        position = number.end
