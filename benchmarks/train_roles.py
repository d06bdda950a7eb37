"""Make the role model's weights (``pipelines/incidents/data/role_weights.csv``) from MUC-4's texts and answer keys.

    python -m benchmarks.train_roles ../shared/eval/data/muc4.jsonl              # all 1,300 texts of dev
    python -m benchmarks.train_roles ../shared/eval/data/muc4.jsonl --half even  # leaves the odd texts to be scored on

A logistic regression a slot over the features of ``pipelines.incidents.rescoring``, one row a noun phrase near an
incident; a phrase is right where its head is the head of an answer. Optional answers count neither way. The same input
gives the same file. Takes about three minutes and 1 GB. docs/role_model.md is the model's card.
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

from pipelines.incidents import rescoring, types
from pipelines.incidents.data import DATA
from pipelines.incidents.extract import read
from pipelines.incidents.rescoring import SLOTS, Slot

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
#: Smaller weights are left out of the file: a third of it, and no score changes in the second place.
_SMALL = 0.03

_STOPS = re.compile(r",| (?:of|in|on|at|by|for|from|with|who|which|that|to|against|near|inside|and) ")


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


def rows_of(document: dict[str, Any]) -> Iterator[Row]:
    """The noun phrases near the incidents that the rules find in a text of the collection."""
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
    for group in reading.groups:
        found = [
            Row(mention.features, _answers(head(reading.text[mention.start : mention.end]), heads))
            for mention in rescoring.mentions(reading.doc, group, reading.known, reading.weapons, reading.groups)
        ]
        right = any(answer == 1 for row in found for answer in row.answers.values())
        # the keys leave out fights between armed sides: what they do not answer there is not wrong
        if right or types.sub_event_type(group.deeds) != "Armed clash":
            yield from found


def _answers(word: str, heads: dict[Slot, dict[str, bool]]) -> dict[Slot, int | None]:
    return {slot: (None if heads[slot][word] else 1) if word in heads[slot] else 0 for slot in SLOTS}


def _matrix(rows: Sequence[Row], columns: dict[str, int]) -> csr_matrix:
    indices: list[int] = []
    starts = [0]
    for row in rows:
        indices += sorted({columns[feature] for feature in row.features if feature in columns})
        starts.append(len(indices))
    return csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(columns)))


def _fit(matrix: csr_matrix, right: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    turned = matrix.T.tocsr()

    def loss(weights: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        scores = matrix @ weights
        slope = counts * (1 / (1 + np.exp(-scores)) - right)
        value = (counts * (np.logaddexp(0, scores) - right * scores)).sum() + _PENALTY / 2 * (weights @ weights)
        return float(value), turned @ slope + _PENALTY * weights

    start = np.zeros(matrix.shape[1])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x)


def train(rows: Sequence[Row]) -> dict[str, tuple[float, ...]]:
    """Each feature's weight a slot, in the order of ``SLOTS``; features that say next to nothing are left out."""
    seen = Counter(feature for row in rows for feature in set(row.features))
    columns = {feature: n for n, feature in enumerate(sorted(f for f, times in seen.items() if times >= _LEAST))}
    matrix = _matrix(rows, columns)
    fitted = []
    for slot in SLOTS:
        right = np.array([float(row.answers[slot] == 1) for row in rows])
        counts = np.array([float(row.answers[slot] is not None) for row in rows])
        fitted.append(_fit(matrix, right, counts))
    table = {feature: tuple(round(float(weights[n]), 2) for weights in fitted) for feature, n in columns.items()}
    return {feature: weights for feature, weights in table.items() if max(map(abs, weights)) >= _SMALL}


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
    parser.add_argument("--out", type=Path, default=DATA / "role_weights.csv")
    options = parser.parse_args()
    rows = [row for document in documents(options.collection, options.half) for row in rows_of(document)]
    table = train(rows)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["feature", *SLOTS])
        writer.writerows([feature, *weights] for feature, weights in table.items())
    print(f"{len(rows)} phrases, {len(table)} features, {options.out.stat().st_size // 1000} kB in {options.out}")


if __name__ == "__main__":
    main()
