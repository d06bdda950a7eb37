"""``python -m benchmarks causes``: each filler falls under one cause, and the figures follow from the causes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from benchmarks.role_causes import Text, tally

SLOTS = ("attackers", "victims", "weapons")
FIGHT = "Rebels attacked a hotel in Gao with rockets on Monday. Three clerks were killed. The mayor of Kidal wept."


def heads(wordings: Iterable[str]) -> set[str]:
    return {wording.lower().split()[-1].rstrip("s") for wording in wordings}


def a_text(text: str = FIGHT, **answers: Sequence[str]) -> Text:
    def fillers(flat: Sequence[dict[str, Any]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        return {slot: [each["text"] for one in flat for each in one[slot]] for slot in SLOTS}, {}

    return Text(text, None, {slot: [[each] for each in answers.get(slot, ())] for slot in SLOTS}, {}, fillers)


def test_fillers_by_cause() -> None:
    found = tally([a_text(attackers=["rebels", "mayor"], victims=["rockets", "they", "clerks"])], heads)
    assert found["attackers"].causes == {"right": 1, "missed: not in a sentence near a deed": 1}
    victims = found["victims"].causes
    assert victims == {"right": 1, "missed: in another slot": 1, "missed: a pronoun": 1}
    assert found["weapons"].causes == {"wrong: it has none of that kind": 1}


def test_a_text_without_answers_and_one_without_incidents() -> None:
    found = tally([a_text(), a_text("The mayor opened a school.", victims=["mayor"])], heads)
    assert found["weapons"].causes == {"wrong: the text has no answer of any kind": 1}
    assert found["victims"].causes["missed: no incident found in the text"] == 1


def test_figures_follow_from_the_causes() -> None:
    found = tally([a_text(attackers=["rebels", "mayor"], weapons=["knife"]), a_text()], heads)
    f1, known, oracle = found["attackers"].figures()
    assert f1 == pytest.approx(2 / 4)  # one right, one missed, one wrong in the text without answers
    assert known == oracle == pytest.approx(2 / 3)
