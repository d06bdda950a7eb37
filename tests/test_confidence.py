"""Confidence of fields: the table that was learnt, how it is read, and how it is learnt."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.calibration import LEAST, Judged, gap, learn, steps
from pipelines.incidents import confidence, extract
from pipelines.incidents.confidence import Score, probability
from pipelines.incidents.data import read_csv
from pipelines.incidents.extract import uncalibrated

TEXT = (
    "A suicide bomber blew himself up at a market in Maiduguri on Tuesday, killing at least 12 people and wounding "
    "30 others, the police said."
)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """A table of our own in the place of the one that was learnt."""
    steps = {
        ("actor", ""): [(0.5, 0.2), (0.9, 0.6)],
        ("date", "words"): [(1.0, 0.8)],
        ("date", ""): [(1.0, 0.5)],
    }
    monkeypatch.setattr(confidence, "_table", lambda: steps)
    return steps


def test_a_score_is_read_as_the_share_of_its_step(table: object) -> None:
    found = [probability(Score("actor", "", value)) for value in (0.0, 0.5, 0.51, 0.9, 1.0)]
    assert found == [0.2, 0.2, 0.6, 0.6, 0.6]


def test_a_group_without_steps_is_read_as_its_field_and_a_field_without_any_keeps_its_score(table: object) -> None:
    assert probability(Score("date", "words", 0.3)) == 0.8
    assert probability(Score("date", "publication", 0.3)) == 0.5
    assert probability(Score("missing", "exact", 0.37)) == 0.37


def test_calibration_touches_nothing_but_confidence() -> None:
    (raw,), (told,) = uncalibrated(TEXT), extract(TEXT)
    assert 0 < told.type_confidence < 1
    assert told.place is not None
    assert raw.place is not None
    kept = ("incident_id", "confidence", "event_type", "start_date", "weapons", "evidence", "summary", "status")
    assert [getattr(told, name) for name in kept] == [getattr(raw, name) for name in kept]
    assert (told.place.name, told.place.start) == (raw.place.name, raw.place.start)
    assert [(claim.count_min, claim.quote) for claim in told.claims] == [
        (claim.count_min, claim.quote) for claim in raw.claims
    ]
    assert [(actor.name, actor.role) for actor in told.actors] == [(actor.name, actor.role) for actor in raw.actors]


def test_the_table_is_whole_and_rises_with_the_score() -> None:
    rows = read_csv("confidence.csv")
    assert {row["field"] for row in rows} >= {"type", "actor", "target"}
    for field, group in {(row["field"], row["group"]) for row in rows}:
        found = [row for row in rows if (row["field"], row["group"]) == (field, group)]
        uptos, shares = ([float(row[name]) for row in found] for name in ("upto", "share"))
        assert uptos == sorted(set(uptos))
        assert shares == sorted(shares)
        assert all(0 < share < 1 for share in shares)
        for row in found:
            right, judged = int(row["right"]), int(row["judged"])
            assert 0 <= right <= judged >= LEAST
            assert float(row["share"]) == pytest.approx((right + 1) / (judged + 2), abs=0.001)


scored = st.lists(
    st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.booleans()), min_size=LEAST, max_size=6 * LEAST
)


@given(scored)
def test_steps_rise_are_large_enough_and_lose_nothing(pairs: list[tuple[float, bool]]) -> None:
    found = steps([Judged(Score("actor", "", value), right) for value, right in pairs])
    assert sum(count for _, _, count in found) == len(pairs)
    assert sum(right for _, right, _ in found) == sum(right for _, right in pairs)
    shares = [right / count for _, right, count in found]
    assert shares == sorted(shares)
    assert all(count >= LEAST for _, _, count in found)
    assert [upto for upto, _, _ in found] == sorted({upto for upto, _, _ in found})
    assert found[-1][0] == max(value for value, _ in pairs)


def test_what_is_learnt_closes_the_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # scores of 0.9 that are right half of the time, scores of 0.4 that nearly always are wrong
    judged = [Judged(Score("actor", "", 0.9), n % 2 == 0) for n in range(200)]
    judged += [Judged(Score("actor", "", 0.4), n % 20 == 0) for n in range(200)]
    path = tmp_path / "confidence.csv"
    learn(judged, path)
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert [(row["upto"], row["right"], row["judged"]) for row in rows] == [("0.4", "10", "200"), ("0.9", "100", "200")]
    monkeypatch.setattr(
        confidence, "_table", lambda: {("actor", ""): [(float(row["upto"]), float(row["share"])) for row in rows]}
    )
    before = gap([(one.score.value, one.right) for one in judged])
    after = gap([(probability(one.score), one.right) for one in judged])
    assert before == pytest.approx(0.375)
    assert after < 0.01


def test_the_gap_of_a_confidence_that_is_right_is_nought() -> None:
    assert gap([(0.75, n % 4 != 0) for n in range(40)]) == pytest.approx(0)
    assert gap([(0.9, False)] * 10) == pytest.approx(0.9)
