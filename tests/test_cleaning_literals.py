"""A line turned away for want of a word is one that the regular expression would not have matched."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cleaning.literals import folded, may_match, needed
from pipelines.cleaning.rules import RULES

PATTERNS = [
    re.compile(row["pattern"], re.I) for row in tomllib.loads((RULES / "patterns.toml").read_text("utf-8"))["pattern"]
]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (r"\b(?:register|subscribe)\b[^.]{0,60}\bemails?\b", ("register", "subscribe")),
        (r"newsletter|our newsletters", ("newsletter",)),
        (r"(?:abc)?x+", ("x",)),
        (r"\|\s*(?:ap|afp)", ("|",)),
        (r"a|\d", ()),
        (r"[ab]c?", ()),
        (r"(?!no)Stop", ("stop",)),
    ],
)
def test_the_words_are_those_no_match_can_do_without(source: str, words: tuple[str, ...]) -> None:
    assert needed(re.compile(source, re.I)) == words


@pytest.mark.parametrize("pattern", PATTERNS, ids=range(len(PATTERNS)))
def test_no_rule_loses_a_match(pattern: re.Pattern[str]) -> None:
    words = needed(pattern)

    @settings(max_examples=25, deadline=None)
    @given(st.from_regex(pattern))
    def check(line: str) -> None:
        assert may_match(words, folded(line))

    check()


def test_letters_that_match_each_other_fold_alike() -> None:
    for text in ("İLGİLİ HABERLER", "ilgili haberler", "Ilgılı haberler"):
        assert re.compile("ilgili haberler", re.I).fullmatch(text)
        assert folded(text) == "ilgili haberler"
