"""Make the role model's weights (``pipelines/incidents/data/role_weights.csv``) from MUC-4's texts and answer keys.

    python -m benchmarks.train_roles ../shared/eval/data/muc4.jsonl              # all 1,300 texts of dev
    python -m benchmarks.train_roles ../shared/eval/data/muc4.jsonl --half even  # leaves the odd texts to be scored on

A logistic regression a slot over the features of ``pipelines.incidents.roles.features``, one row a noun phrase near an
incident; a phrase is right where its head is the head of an answer. Optional answers count neither way. One more tells
from the slots' scores whether a group of deeds is an incident of the key. The
same input gives the same file. Takes about a minute of CPU; docs/role_model.md is the model's card.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from pipelines.incidents import types
from pipelines.incidents.data import DATA
from pipelines.incidents.extract import read
from pipelines.incidents.groups import Group
from pipelines.incidents.roles import features as role_features
from pipelines.incidents.roles import rescoring
from pipelines.incidents.roles.rescoring import SLOTS, Slot

#: The key's slots that a slot of ours stands for.
_ANSWERS: dict[Slot, tuple[str, ...]] = {
    "actor": ("perp_ind", "perp_org"),
    "target": ("target",),
    "victim": ("victim",),
    "weapon": ("weapon",),
}
#: A feature seen less often says nothing that holds elsewhere.
_LEAST = 3
#: Strength of the penalty on large weights; 1, 4 and 12 were tried, 4 was best on the half held out.
_PENALTY = 4.0
#: The same for whole incidents, of which there are far fewer, and with all words of their texts.
_PENALTY_INCIDENT = 16.0
#: Smaller weights are left out of the file: a third of it, and no score changes in the second place.
_SMALL = 0.03

_STOPS = re.compile(r",| (?:of|in|on|at|by|for|from|with|who|which|that|to|against|near|inside|and) ")


@dataclass(frozen=True, slots=True)
class Case:
    """The deeds the rules put together in one text, with the phrases near them. ``clash``: a fight of armed sides;
    ``words``: the text's."""

    group: Group
    found: list[role_features.Mention]
    rows: list[Row]
    clash: bool
    words: frozenset[str]

    @property
    def right(self) -> bool:
        return any(answer != 0 for row in self.rows for answer in row.answers.values())


@dataclass(frozen=True, slots=True)
class Row:
    """A noun phrase: its features, and for each slot 1 (an answer), 0 (none) or None (optional)."""

    features: tuple[str, ...]
    answers: dict[Slot, int | None]


def head(phrase: str) -> str:
    """The last word before the first preposition or comma, without a plural's ending."""
    words = re.findall(r"[a-z0-9']+", _STOPS.split(phrase.lower())[0])
    last = words[-1] if words else ""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("men", "man"), ("es", "e"), ("s", "")):
        if last.endswith(ending) and len(last) > len(ending) + 2:
            return last[: -len(ending)] + instead
    return last


def cases_of(document: dict[str, Any]) -> Iterator[Case]:
    """What the rules read in a text of the collection, with the answers."""
    place = f"{document['place']} -- " if document["place"] else ""
    published = datetime.fromisoformat(document["date"]).replace(tzinfo=UTC) if document["date"] else None
    reading = read(place + document["text"], published)
    if reading is None:
        return
    heads: dict[Slot, dict[str, bool]] = {slot: {} for slot in SLOTS}
    for template in document["templates"]:
        for slot, names in _ANSWERS.items():
            for filler in (filler for name in names for filler in template[name]):
                optional = bool(filler["optional"] or template["optional"])
                for words in filler["alts"]:
                    heads[slot][head(words)] = heads[slot].get(head(words), True) and optional
    words = frozenset(role_features.words(reading.doc, 0, len(reading.doc)))
    for group in reading.groups:
        found = role_features.mentions(reading.doc, group, reading.known, reading.weapons, reading.groups, wordy=True)
        rows = [Row(each.features, _answers(head(reading.text[each.start : each.end]), heads)) for each in found]
        yield Case(group, found, rows, types.sub_event_type(group.deeds) == "Armed clash", words)


def phrases(cases: Iterable[Case]) -> list[Row]:
    """The rows to learn the slots from: the keys leave out fights between armed sides, so that what they do not answer
    there is not wrong."""
    told = (case for case in cases if not case.clash or any(a == 1 for r in case.rows for a in r.answers.values()))
    return [row for case in told for row in case.rows]


def _answers(word: str, heads: dict[Slot, dict[str, bool]]) -> dict[Slot, int | None]:
    return {slot: (None if heads[slot][word] else 1) if word in heads[slot] else 0 for slot in SLOTS}


def _matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> csr_matrix:
    indices: list[int] = []
    starts = [0]
    for features in rows:
        indices += sorted({columns[feature] for feature in features if feature in columns})
        starts.append(len(indices))
    return csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(columns)))


def _columns(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    seen = Counter(feature for features in rows for feature in set(features))
    return {feature: n for n, feature in enumerate(sorted(f for f, times in seen.items() if times >= _LEAST))}


def _fit(
    matrix: csr_matrix, right: np.ndarray[Any, Any], counts: np.ndarray[Any, Any], penalty: float
) -> np.ndarray[Any, Any]:
    turned = matrix.T.tocsr()

    def loss(weights: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        scores = matrix @ weights
        slope = counts * (1 / (1 + np.exp(-scores)) - right)
        value = (counts * (np.logaddexp(0, scores) - right * scores)).sum() + penalty / 2 * (weights @ weights)
        return float(value), turned @ slope + penalty * weights

    start = np.zeros(matrix.shape[1])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x)


Table = dict[str, tuple[float, ...]]


def train(rows: Sequence[Row], *, wordy: bool) -> Table:
    """Each feature's weight a slot, in the order of ``SLOTS``; ``wordy``: with the words of a phrase's sentence."""
    told = [row.features if wordy else [f for f in row.features if not f.startswith("word=")] for row in rows]
    columns = _columns(told)
    matrix = _matrix(told, columns)
    fitted = []
    for slot in SLOTS:
        right = np.array([float(row.answers[slot] == 1) for row in rows])
        counts = np.array([float(row.answers[slot] is not None) for row in rows])
        fitted.append(_fit(matrix, right, counts, _PENALTY))
    return {feature: tuple(round(float(weights[n]), 2) for weights in fitted) for feature, n in columns.items()}


def train_incidents(scored: Sequence[tuple[Case, Table]]) -> dict[str, float]:
    """Each feature's weight for a group of deeds being an incident. With each case the slots' weights learnt from
    other texts: on texts they were learnt from they are surer than they will ever be again."""
    told = []
    for case, table in scored:
        near = rescoring.score(case.found, table)
        told.append(rescoring.incident_features(case.group, near, case.words))
    columns = _columns(told)
    right = np.array([float(case.right) for case, _ in scored])
    weights = _fit(_matrix(told, columns), right, np.ones(len(told)), _PENALTY_INCIDENT)
    return {feature: round(float(weights[n]), 2) for feature, n in columns.items()}


def documents(path: Path, half: str | None) -> Iterable[dict[str, Any]]:
    """The texts of the collection's ``dev`` split, in order of their names; ``half``: "even" or "odd" ones of them."""
    with path.open(encoding="utf-8") as file:
        found = [row for row in map(json.loads, file) if row["split"] == "dev"]
    found.sort(key=lambda row: str(row["doc"]))
    return found if half is None else found[half == "odd" :: 2]


def main() -> None:
    """Read the collection, fit, write the weights."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_roles", description=__doc__)
    parser.add_argument("collection", type=Path, help="muc4.jsonl")
    parser.add_argument("--half", choices=("even", "odd"), help="learn from every other text only")
    parser.add_argument("--out", type=Path, default=DATA, help="folder for the tables")
    options = parser.parse_args()
    texts = [list(cases_of(document)) for document in documents(options.collection, options.half)]
    for name, table in tables(texts).items():
        write(options.out / name, table)


def tables(texts: Sequence[Sequence[Case]]) -> dict[str, Table]:
    """The weights of each of ``rescoring.TABLES``, learnt from the cases of each text."""
    halves = [[case for text in texts[n::2] for case in text] for n in range(2)]
    crossed = [
        (case, table) for n in range(2) for table in [train(phrases(halves[1 - n]), wordy=True)] for case in halves[n]
    ]
    incident = train_incidents([(case, table) for case, table in crossed if not case.clash])
    rows = phrases(case for half in halves for case in half)
    slots = train(rows, wordy=True)
    nothing = (0.0,) * len(SLOTS)
    wire = {f: (*slots.get(f, nothing), incident.get(f, 0.0)) for f in sorted(slots.keys() | incident.keys())}
    return {rescoring.NEWS.table: train(rows, wordy=False), rescoring.WIRE.table: wire}


def write(path: Path, table: Table) -> None:
    """The table as CSV, one line a feature, without those that say next to nothing."""
    kept = {feature: weights for feature, weights in table.items() if max(map(abs, weights)) >= _SMALL}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["feature", *rescoring.TABLES[path.name]])
        writer.writerows([feature, *weights] for feature, weights in kept.items())
    print(f"{len(kept)} features, {path.stat().st_size // 1000} kB in {path}")


if __name__ == "__main__":
    main()
