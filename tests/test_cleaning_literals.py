"""A line turned away for want of a word is one that the regular expression would not have matched."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trafilatura import xpaths

from pipelines.cleaning import classify
from pipelines.cleaning.literals import Search, alternation, folded, may_match, needed
from pipelines.cleaning.rules import RULES

WALLS = [classify._CHALLENGE, classify._MISSING, classify._CONSENT, classify._PAYWALL]
PATTERNS = [
    *(
        re.compile(row["pattern"], re.I)
        for row in tomllib.loads((RULES / "patterns.toml").read_text("utf-8"))["pattern"]
    ),
    *(wall.pattern for wall in WALLS),
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


def test_all_that_matches_is_found_where_there_is_enough_of_it() -> None:
    told = Search.of(re.compile("cook(?:ie|y)s?|consent", re.I))
    assert told.all("Cookies: we ask for CONSENT to cookies", least=3) == ["Cookies", "CONSENT", "cookies"]
    assert told.all("Cookies: we ask for no more", least=3) == []
    assert Search.of(re.compile(r"\d+")).all("1 or 22", least=2) == ["1", "22"]


def test_letters_that_match_each_other_fold_alike() -> None:
    for text in ("İLGİLİ HABERLER", "ilgili haberler", "Ilgılı haberler"):
        assert re.compile("ilgili haberler", re.I).fullmatch(text)
        assert folded(text) == "ilgili haberler"


TOKENS = (*xpaths._OVERALL_DISCARD_CLASS_TOKENS, *xpaths._ARTICLE_CONTENT_CLASS_TOKENS, "a?b", "ab+", "b")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from((*"-_ ", "post", "content", "a", *TOKENS)), max_size=4).map("".join))
def test_what_begins_alike_stands_once_and_is_found_as_before(text: str) -> None:
    assert bool(re.search(alternation(TOKENS), text)) == bool(re.search("|".join(TOKENS), text))
