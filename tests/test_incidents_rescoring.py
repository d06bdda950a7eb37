"""The role model: what its scores add and take out, and the script that makes its weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import train_roles
from pipelines.incidents import extract
from pipelines.incidents.data import DATA
from pipelines.incidents.extract import uncalibrated
from pipelines.incidents.roles import rescoring
from warehouse.records import Incident

#: The rules see who acts here and nobody else: the pharmacy stands under "in front of", the gunmen in another sentence.
TEXT = "A bomb exploded in front of a pharmacy in Lima on Monday. Two gunmen fled in a taxi. A clerk wept."


def weighted(monkeypatch: pytest.MonkeyPatch, text: str = TEXT, **table: tuple[float, ...]) -> Incident:
    """The incident of the text with a bias against everything and the given weights for phrases' heads."""
    told = {"bias": (-4.0,) * 4 + (4.0,)} | {f"head={head}": (*weights, 0.0) for head, weights in table.items()}
    monkeypatch.setattr(rescoring, "weights", lambda _: told)
    (found,) = uncalibrated(text)
    return found


def test_a_sure_phrase_is_added_with_its_score_as_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    found = weighted(monkeypatch, gunman=(6.0, 0.0, 0.0, 0.0), bomb=(0.0, 0.0, 0.0, 9.0))
    (actor,) = [a for a in found.actors if a.role == "actor"]
    assert TEXT[actor.start : actor.end] == actor.text == "Two gunmen"
    assert actor.confidence == pytest.approx(0.881, abs=0.001)  # 1 / (1 + e^-2)


def test_a_phrase_scored_for_two_slots_takes_the_likelier(monkeypatch: pytest.MonkeyPatch) -> None:
    found = weighted(monkeypatch, TEXT.upper(), gunman=(6.0, 0.0, 8.0, 0.0))
    assert [a.role for a in found.actors if a.text == "TWO GUNMEN"] == ["target"]


def test_in_other_news_nobody_is_added_as_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    found = weighted(monkeypatch, gunman=(0.0, 0.0, 8.0, 0.0))
    assert [a for a in found.actors if a.text == "Two gunmen"] == []


def test_a_rash_filler_of_the_rules_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Rebels attacked the barracks."
    assert {a.text for a in extract(text)[0].actors} == {"Rebels", "barracks"}
    monkeypatch.setattr(rescoring, "weights", lambda _: {"head=rebel": (-9.0, 0.0, 0.0, 0.0, 0.0)})
    assert {a.text for a in extract(text)[0].actors} == {"barracks"}


def test_weapons_that_one_sentence_names_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Rebels attacked the barracks with rifles and machetes."
    known = {"head=rifle": (0.0,) * 5, "head=machete": (0.0,) * 5}
    doubt = known | {"bias": (0.0, 0.0, 0.0, -9.0, 0.0)}
    monkeypatch.setattr(rescoring, "weights", lambda _: doubt)
    assert extract(text)[0].weapons == ()
    monkeypatch.setattr(rescoring, "weights", lambda _: doubt | {"head=rifle": (0.0, 0.0, 0.0, 12.0, 0.0)})
    assert {w.text for w in extract(text)[0].weapons} == {"rifles", "machetes"}


def test_of_a_weapon_it_never_read_of_the_model_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "weights", lambda _: {"bias": (0.0, 0.0, 0.0, -9.0, 0.0)})
    assert {w.text for w in extract("Rebels attacked the barracks with drones.")[0].weapons} == {"drones"}


def test_an_unlikely_incident_goes_in_wire_copy_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "weights", lambda _: {"bias": (0.0, 0.0, 0.0, 0.0, -1.0)})
    text = "Gunmen shot a judge in Lima on Monday and fled."
    assert extract(text) != []
    assert extract(text.upper()) == []


def test_a_fight_of_armed_sides_is_not_the_models_to_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "weights", lambda _: {"bias": (0.0, 0.0, 0.0, 0.0, -1.0)})
    (clash,) = extract("SOLDIERS CLASHED WITH GUERRILLAS NEAR AYACUCHO ON MONDAY.")
    assert clash.sub_event_type == "Armed clash"


def test_the_weights_are_small_and_name_nobody() -> None:
    assert sum((DATA / name).stat().st_size for name in rescoring.TABLES) < 3_000_000
    heads = {feature for name in rescoring.TABLES for feature in rescoring.weights(name) if feature.startswith("head=")}
    assert {"head=NAME", "head=ACTOR", "head=bomb"} <= heads
    assert all(feature == feature.lower() for feature in heads - {"head=NAME", "head=ACTOR"})


@pytest.mark.parametrize(
    ("phrase", "head"),
    [
        ("TWO MEMBERS OF THE FMLN", "member"),
        ("GUERRILLAS", "guerrilla"),
        ("A BUS, PARKED", "bus"),
        ("GUNMEN", "gunman"),
    ],
)
def test_an_answer_is_known_by_its_head(phrase: str, head: str) -> None:
    assert train_roles.head(phrase) == head


def test_what_the_answers_name_gets_weight(tmp_path: Path) -> None:
    def text(number: int, weapon: str) -> dict[str, object]:
        return {
            "doc": f"own-{number}",
            "split": "dev",
            "place": None,
            "date": "1990-03-05",
            "text": f"REBELS ATTACKED THE TOWN HALL OF VILLA NUEVA WITH {weapon} ON SUNDAY. A CLERK WAS KILLED.",
            "templates": [
                {
                    "optional": False,
                    "perp_ind": [{"alts": ["REBELS"], "optional": False}],
                    "perp_org": [],
                    "target": [{"alts": ["TOWN HALL"], "optional": False}],
                    "victim": [{"alts": ["A CLERK"], "optional": False}],
                    "weapon": [{"alts": [weapon], "optional": False}],
                }
            ],
        }

    path = tmp_path / "collection.jsonl"
    weapons = ["ROCKETS", "GRENADES"] * 6
    path.write_text("".join(json.dumps(text(n, weapon)) + "\n" for n, weapon in enumerate(weapons)), encoding="utf-8")
    cases = [case for document in train_roles.documents(path, None) for case in train_roles.cases_of(document)]
    table = train_roles.train(train_roles.phrases(cases), wordy=False)
    actor, target, victim, weapon = range(4)
    assert table["head=rebel"][actor] > 0 > table["head=rebel"][victim]
    assert table["head=rocket"][weapon] > 0 > table["head=rocket"][target]
    assert len(list(train_roles.documents(path, "even"))) == 6


def test_words_of_the_sentence_weigh_in_wire_copy_only(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"bias": (-4.0, -4.0, 3.0, -4.0, 9.0), "word=wound": (0.0, 0.0, -9.0, 0.0, 0.0)}
    monkeypatch.setattr(rescoring, "weights", lambda _: told)
    text = "Gunmen shot and wounded a judge in Lima on Monday."
    assert "judge" in {a.name for a in extract(text)[0].actors}
    assert "JUDGE" not in {a.name for a in extract(text.upper())[0].actors}


def test_a_weapon_before_a_noun_is_weighed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "A dynamite attack damaged the town hall of Lima on Monday."
    assert {w.name for w in extract(text)[0].weapons} == {"dynamite"}
    monkeypatch.setattr(rescoring, "weights", lambda _: {"bias": (0.0, 0.0, 0.0, -9.0, 0.0)})
    assert extract(text)[0].weapons == ()
