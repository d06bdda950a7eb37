"""Copies among articles: what is one, what only looks like one, and that order plays no part."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.duplicates.corpus import COPIES, START, Sample, labelled, stories
from pipelines.duplicates import find_copies
from pipelines.duplicates.pairs import STANDING
from pipelines.duplicates.words import RUN, WINDOW, fingerprints, words
from tests.warehouse_records import article
from warehouse.layout import PROJECT
from warehouse.records import Article, Copy, content_id
from warehouse.window import COPY_DAYS

WIRE = list(stories()[0].paragraphs)
OTHER = list(stories()[1].paragraphs)
THIRD = list(stories()[2].paragraphs)


def told(name: str, paragraphs: list[str], outlet: str, hours: float = 0, **changes: object) -> Article:
    when = START + timedelta(hours=hours)
    text = "\n\n".join(paragraphs)
    known = {"article_id": name, "published_at": when, "published_precision": "time", "first_seen": when}
    return replace(article(1, source=outlet, text=text), **{**known, **changes})  # type: ignore[arg-type]


def of(sample: Sample) -> Article:
    return told(sample.name, [sample.text], sample.outlet, (sample.told_at - START) / timedelta(hours=1))


def copies(*articles: Article) -> dict[str, Copy]:
    return {copy.article_id: copy for copy in find_copies(articles)}


@pytest.mark.parametrize("edit", COPIES, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("number", range(5))
def test_what_newsrooms_do_to_an_agency_s_text_leaves_it_a_copy(edit: object, number: int) -> None:
    text = list(stories()[number].paragraphs)
    made = edit(list(text), random.Random(number))  # type: ignore[operator]
    found = copies(told("a", text, "agency"), told("b", made, "herald", 2))
    assert {copy.cluster_id for copy in found.values()} == {"a"}
    assert found["a"].kind == "first"
    assert found["b"].model_id == "a"
    assert (found["b"].kind == "exact") == (made == text)


def test_the_shares_tell_how_much_was_taken_and_how_much_is_new() -> None:
    found = copies(told("a", WIRE, "agency"), told("b", OTHER + WIRE[:6], "herald", 2), told("c", WIRE[:3], "post", 4))
    assert found["b"].kind == "part"
    assert found["b"].share is not None
    assert found["b"].share_of_model is not None
    assert 0.35 < found["b"].share < 0.5
    assert 0.55 < found["b"].share_of_model < 0.8
    # both texts that stood before hold all of it; it is more of the agency's, which is the shorter
    assert (found["c"].model_id, found["c"].kind, found["c"].share) == ("a", "part", 1.0)


def test_typography_makes_no_difference_to_an_exact_copy() -> None:
    set_otherwise = [text.replace('"', "”").replace("'", "’").replace(" - ", " — ").upper() for text in WIRE]
    assert copies(told("a", WIRE, "agency"), told("b", set_otherwise, "herald", 1))["b"].kind == "exact"


def test_who_published_first_names_the_cluster_whatever_the_ids_say() -> None:
    found = copies(told("a", WIRE, "herald", 5), told("z", WIRE, "agency"), told("m", WIRE[:6], "post", 9))
    assert {copy.cluster_id for copy in found.values()} == {"z"}


def test_a_date_without_time_of_day_does_not_come_first_by_its_midnight() -> None:
    day_only = told("d", WIRE, "herald", -6, published_precision="day", first_seen=START + timedelta(hours=9))
    assert copies(day_only, told("a", WIRE, "agency"))["d"].cluster_id == "a"


def test_times_are_compared_as_moments_not_as_written() -> None:
    # 14:30 in India is before 10:00 in London
    early = told("z", WIRE, "herald", published_at=datetime.fromisoformat("2026-11-16T14:30:00+05:30"))
    late = told("a", WIRE, "agency", published_at=datetime.fromisoformat("2026-11-16T10:00:00+00:00"))
    assert copies(early, late)["a"].cluster_id == "z"


def test_a_follow_up_that_quotes_yesterday_s_background_is_no_copy() -> None:
    new = list(stories()[0].paragraphs), list(stories()[0].next_day)
    assert copies(told("a", new[0], "agency"), told("b", new[1] + WIRE[-3:], "herald", 24)) == {}


def test_a_text_that_holds_several_stories_does_not_make_one_of_them() -> None:
    brief = told("r", WIRE[:6] + OTHER[:6] + THIRD[:6], "post", 30)
    singles = [told("a", WIRE, "agency"), told("b", OTHER, "agency", 1), told("c", THIRD, "agency", 2)]
    assert copies(brief, *singles) == {}
    # not even when each story has copies of its own, and another outlet prints the same brief
    found = copies(brief, *singles, told("a2", WIRE, "herald", 3), told("b2", OTHER[:5], "herald", 4))
    assert {copy.cluster_id for copy in found.values()} == {"a", "b"}
    assert "r" not in found
    twice = copies(brief, replace(brief, article_id="r2", source_id="herald"), *singles)
    assert {name: copy.cluster_id for name, copy in twice.items()} == {"r": "r", "r2": "r"}


def test_a_story_with_another_one_appended_does_not_draw_that_one_in() -> None:
    found = copies(
        told("a", WIRE, "agency"),
        told("x", WIRE + OTHER[:3], "herald", 1),
        told("b", OTHER[:3], "post", 2),
        told("b2", OTHER[:3], "echo", 3),
    )
    assert {name: copy.cluster_id for name, copy in found.items()} == {"a": "a", "x": "a", "b": "b", "b2": "b"}


def test_a_brief_its_story_and_a_report_that_holds_both_are_one() -> None:
    found = copies(told("a", WIRE, "agency"), told("b", WIRE[:3], "herald", 1), told("c", OTHER + WIRE, "post", 2))
    assert {copy.cluster_id for copy in found.values()} == {"a"}


SERIES = ("weather", "markets", "football", "lottery", "earthquake", "count", "police log", "column", "live blog")


@pytest.mark.parametrize("series", SERIES)
def test_instalments_of_a_series_are_no_copies_of_each_other(series: str) -> None:
    instalments = [of(sample) for sample in labelled(3) if sample.kind == series]
    assert len(instalments) >= 8
    assert copies(*instalments) == {}


@pytest.mark.parametrize("series", SERIES)
def test_an_instalment_that_another_outlet_copied_is_found(series: str) -> None:
    instalments = [sample for sample in labelled(3) if sample.kind == series]
    copied = instalments[-1]
    copy = told("copy", [*copied.text.split("\n\n")[:-1], "Our own last line stands here."], "elsewhere", 24 * 12)
    found = copies(copy, *map(of, instalments))
    assert set(found) == {"copy", copied.name}


def test_standing_text_is_what_one_outlet_repeats_not_what_many_carry() -> None:
    carried = [told(f"a{number}", WIRE, f"outlet-{number}", number) for number in range(STANDING + 4)]
    assert len(copies(*carried)) == STANDING + 4


def test_within_an_outlet_only_one_story_at_two_addresses_is_a_copy() -> None:
    updated = list(stories()[0].next_day)[:2] + WIRE[:-3]
    assert set(copies(told("a", WIRE, "agency"), told("b", WIRE[:-1], "agency", 1))) == {"a", "b"}
    assert copies(told("a", WIRE, "agency"), told("b", updated, "agency", 6)) == {}
    assert set(copies(told("a", WIRE, "agency"), told("b", updated, "herald", 6))) == {"a", "b"}


def test_copies_are_looked_for_within_the_window() -> None:
    first, hours = told("a", WIRE, "agency"), COPY_DAYS * 24
    assert set(copies(first, told("b", WIRE, "herald", hours))) == {"a", "b"}
    assert copies(first, told("b", WIRE, "herald", hours + 24)) == {}


@pytest.mark.parametrize("text", ["", "?", "Watch the video above.", "Sign in to read the rest of this story today."])
def test_texts_too_short_to_tell_anything_are_nobody_s_copies(text: str) -> None:
    assert copies(told("a", [text], "agency"), told("b", [text], "herald", 1)) == {}


def test_texts_of_scripts_without_spaces_are_compared_too() -> None:
    text = ["洪水で橋が流され、二つの村が孤立した。救助隊は夜明けまでに四十人を小舟で運び出したと県の担当者が述べた。"]
    assert copies(told("a", text, "agency"), told("b", [*text, "地元の学校は休校。"], "herald", 1))["b"].kind == "near"


def test_fingerprints_are_the_same_in_every_process() -> None:
    code = (
        "from pipelines.duplicates.words import fingerprints; print(fingerprints('one two three four five six seven'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(fingerprints("One two three – four five six seven!"))


WORDS = st.lists(st.sampled_from([content_id(n)[:6] for n in range(40)]), min_size=1, max_size=80)


@given(WORDS, WORDS, WORDS, st.lists(st.uuids().map(str), min_size=RUN + WINDOW - 1, max_size=40))
def test_two_texts_that_share_a_run_long_enough_share_a_fingerprint(
    before: list[str], after: list[str], other: list[str], shared: list[str]
) -> None:
    run = words(" ".join(shared))
    one, two = " ".join([*before, *run, *after]), " ".join([*other, *run])
    assert set(fingerprints(one)) & set(fingerprints(two))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 50), st.randoms())
def test_the_order_of_articles_plays_no_part(seed: int, chance: random.Random) -> None:
    samples = labelled(seed, stories()[:6], series=seed % 5 == 0)
    expected = find_copies(map(of, samples))
    assert expected
    chance.shuffle(samples)
    assert find_copies(map(of, samples)) == expected


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 50))
def test_a_cluster_is_named_after_its_earliest_member_and_every_model_is_a_member(seed: int) -> None:
    articles = {sample.name: of(sample) for sample in labelled(seed, stories()[:6], series=False)}
    found = {copy.article_id: copy for copy in find_copies(articles.values())}
    for copy in found.values():
        assert found[copy.cluster_id].kind == "first"
        first, own = articles[copy.cluster_id].published_at, articles[copy.article_id].published_at
        assert first is not None
        assert own is not None
        assert first <= own
        if copy.kind != "first":
            assert copy.model_id is not None
            assert found[copy.model_id].cluster_id == copy.cluster_id
            assert 0 < (copy.share or 0) <= 1
