"""The labelled stories of benchmarks/events: well formed, and merged no worse than the docs say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.clustering import Tally
from benchmarks.events import corpus, score
from benchmarks.events.scale import incidents
from pipelines.events import merge


def test_both_halves_tell_every_kind_and_no_mark_is_left_in_a_text() -> None:
    halves = [corpus.told(half) for half in corpus.HALVES]
    one, two = ({each.kind for each in half} for half in halves)
    assert one == two
    assert len({each.article.article_id for half in halves for each in half}) == sum(map(len, halves)) >= 150
    assert not [each for half in halves for each in half if re.search(r"\[[a-z-]\]|\n(?!\n)\S*\[", each.article.text)]


def test_merging_beats_one_event_a_place_and_day_on_the_half_it_was_made_on() -> None:
    articles = corpus.told("development")
    found = [sample for sample in corpus.samples(articles) if sample.incident.status in score.TOOK_PLACE]
    ours, naive = Tally(), Tally()
    ours.add(found, score.ours(found, articles))
    naive.add(found, score.place_and_day(found, articles))
    pairs, cubed = (float(ours.figures().split()[at]) for at in (2, 5))
    assert pairs > 0.85
    assert cubed > 0.91
    assert pairs > float(naive.figures().split()[2]) + 0.08


def test_an_article_without_a_mark_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "development"
    folder.mkdir()
    (folder / "a.toml").write_text(
        '[[story]]\nname = "s"\nkind = "k"\n[[story.told]]\nby = "Herald"\nat = 2031-03-04T09:10:00Z\n'
        'text = """\nTitle\n\nNo mark."""\n'
    )
    monkeypatch.setattr(corpus, "STORIES", tmp_path)
    with pytest.raises(ValueError, match=r"a\.toml: s: Herald has no mark\. Put \[a\]"):
        corpus.told("development")


def test_the_synthetic_window_is_the_same_each_time_and_merges() -> None:
    given = list(incidents(300))
    assert given == list(incidents(300))
    assert 40 < len(merge(given)) < 300
