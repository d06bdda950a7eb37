"""Confidence of fields against the truth: ``python -m benchmarks calibration``, and with ``--learn`` the table anew.

The table (``pipelines/incidents/data/confidence.csv``) is learnt from MUC-4's dev texts alone. All other sets
only measure it: a field for which it widens the gap between confidence and truth on any of them is held back
and keeps the rules' own scores. Needs the scoring kit: ``PYTHONPATH=../shared/eval:.``
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.adapters import _flat
from pipelines.incidents import confidence
from pipelines.incidents.confidence import Score
from pipelines.incidents.extract import uncalibrated
from warehouse.layout import PROJECT
from warehouse.records import Claim, Incident

TABLE = PROJECT / "pipelines" / "incidents" / "data" / "confidence.csv"

#: A step of the table rests on so many judged fields at least.
LEAST = 50

#: A field is held back where the gap grows by more than this on a set; judged fields such a verdict needs.
WIDENED = 0.01
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class Judged:
    """A field's score and whether the field was right."""

    score: Score
    right: bool


def learn(judged: Iterable[Judged], path: Path = TABLE, *, without: Iterable[str] = ()) -> None:
    """Write the table: for each field and group, shares right that rise with the score (isotonic regression).
    ``without``: fields that are held back."""
    held_back = set(without)
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.score.field, one.score.group].append(one)
        if one.score.group:
            groups[one.score.field, ""].append(one)  # for groups too small for a table of their own
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["field", "group", "upto", "right", "judged", "share"])
        for (field, group), members in sorted(groups.items()):
            if len(members) < LEAST or field in held_back:
                continue
            for upto, right, count in steps(members):
                writer.writerow([field, group, f"{upto:g}", right, count, f"{(right + 1) / (count + 2):.3f}"])


def steps(judged: Sequence[Judged]) -> list[tuple[float, int, int]]:
    """(score up to which, right, judged) in rising order of score and share; pools adjacent violators, and steps
    of fewer than :data:`LEAST`."""
    counts: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for one in judged:
        counts[one.score.value][0] += one.right
        counts[one.score.value][1] += 1
    pooled: list[tuple[float, int, int]] = []
    for value in sorted(counts):
        right, count = counts[value]
        pooled.append((value, right, count))
        while len(pooled) > 1 and (
            pooled[-2][2] < LEAST or pooled[-2][1] * pooled[-1][2] >= pooled[-1][1] * pooled[-2][2]
        ):
            upto, right, count = pooled.pop()
            _, before, of = pooled.pop()
            pooled.append((upto, right + before, count + of))
    if len(pooled) > 1 and pooled[-1][2] < LEAST:
        upto, right, count = pooled.pop()
        _, before, of = pooled.pop()
        pooled.append((upto, right + before, count + of))
    return pooled


# what is right, set by set


def muc(*splits: str, limit: int = 0) -> Iterator[Judged]:
    """MUC-4: incidents aligned to templates as its scorer aligns them, their fields held to the slots."""
    import numpy
    from ieval import muc_data, score_muc4
    from scipy.optimize import linear_sum_assignment

    for split in splits:
        keys = muc_data.load_keys(split)
        for name, row in list(muc_data.load_texts(split).items())[: limit or None]:
            golds = keys[name]
            dateline = f"{row['place']} -- " if row["place"] else ""
            text = dateline + row["text"]
            flat = [
                (one, _flat(one, len(dateline), text)) for one in uncalibrated(text, published_at=_day(row["date"]))
            ]
            pairs = [(one, told) for one, each in flat if (told := score_muc4.from_incident(each))]
            if not golds or not pairs:
                continue
            kinds = {kind for gold in golds for kind in gold["type"]}
            for one, flat in pairs:
                if flat["type"]:
                    yield Judged(confidence.type_score(one), bool(flat["type"] & kinds))
            fit = numpy.array([[score_muc4.pair_score(flat, gold) for gold in golds] for _, flat in pairs])
            for i, j in zip(*linear_sum_assignment(-fit), strict=True):
                if fit[i, j] >= 2:
                    yield from _muc_fields(pairs[i][0], pairs[i][1], golds[j], score_muc4)


def _muc_fields(one: Incident, flat: dict[str, Any], gold: dict[str, Any], scorer: Any) -> Iterator[Judged]:
    country, named = scorer.loc_ok(flat, gold)
    where, right = confidence.place_score(one), country if named is None else named
    if where is not None and right is not None:
        yield Judged(where, right)
    if one.start_date is not None and (right := scorer.date_ok(flat, gold)) is not None:
        yield Judged(confidence.date_score(one), right)
    sides = {
        "actor": [name for slot in ("perp_ind", "perp_org") for entry in gold[slot] for name in entry["alts"]],
        "target": [name for slot in ("victim", "target") for entry in gold[slot] for name in entry["alts"]],
    }
    for actor, score in zip(one.actors, confidence.actor_scores(one), strict=True):
        if actor.role in sides:
            heads = sides[actor.role]
            yield Judged(score, scorer.head_match(actor.text, heads) or scorer.head_match(actor.name, heads))
    for claim, toll in _tolls(one):
        slot = gold[claim.outcome]
        true = slot if slot is not None and (slot["hi"] or 0) > 0 else None
        fits = [scorer.count_ok({"min": low, "max": high}, true) for low, high in toll] if true else [False]
        yield Judged(confidence.claim_score(claim), any(fits))


def _tolls(one: Incident) -> Iterator[tuple[Claim, list[tuple[int, int | None]]]]:
    """Each figure of killed and injured that stands for itself, with what may be held to the truth: the figure, and
    the incident's toll that it is part of."""
    whole = {toll.outcome: (toll.count_min, toll.count_max) for toll in one.tolls}
    for claim in one.claims:
        alone = not claim.background and claim.part_of is None and claim.adds_to is None
        if claim.outcome in ("killed", "injured") and alone and claim.count_max != 0:
            yield claim, [(claim.count_min, claim.count_max), whole.get(claim.outcome, (0, 0))]


def wikiterror(limit: int = 0) -> Iterator[Judged]:
    """Incident descriptions of Wikipedia: dead, injured, country, kind, perpetrator."""
    from ieval import wikiterror_data

    for row in wikiterror_data.load("dev")[: limit or None]:
        for one in uncalibrated(row["text"])[:1]:
            kind = _flat(one, 0, row["text"])["event_type"]
            yield Judged(confidence.type_score(one), kind in wikiterror_data.TYPES[row["category"]])
            where = confidence.place_score(one)
            if where is not None and one.place is not None and row["cc"]:
                yield Judged(where, one.place.country == row["cc"])
            if row["perp"] and wikiterror_data.mentioned(row["text"], row["perp"]):
                for actor, score in zip(one.actors, confidence.actor_scores(one), strict=True):
                    if actor.role == "actor":
                        names = (actor.name, actor.text)
                        yield Judged(score, any(wikiterror_data.perp_match(name, row["perp"]) for name in names))
            for claim, toll in _tolls(one):
                true = row["dead" if claim.outcome == "killed" else "injured"]
                yield Judged(confidence.claim_score(claim), any(true in figures for figures in toll))


def wikievents(limit: int = 0) -> Iterator[Judged]:
    """Modern news articles: attackers, and targets and victims, by head word."""
    from ieval import score_wikievents
    from ieval.common import head, stem

    for row in score_wikievents.load_docs("dev")[: limit or None]:
        heads: dict[str, set[str]] = {"actor": set(), "target": set()}
        for event in row["event_mentions"]:
            for argument in event["arguments"]:
                slot = score_wikievents.MAP.get((event["event_type"].rsplit(".", 1)[0], argument["role"]))
                side = {"attackers": "actor", "targets": "target", "victims": "target"}.get(slot or "")
                if side:
                    heads[side].add(stem(head(argument["text"])))
        for one in uncalibrated(row["text"]):
            for actor, score in zip(one.actors, confidence.actor_scores(one), strict=True):
                if actor.role in heads:
                    yield Judged(score, stem(head(actor.text)) in heads[actor.role])


def ceha(limit: int = 0) -> Iterator[Judged]:
    """ACLED notes and GDELT texts of the Horn of Africa: country, and the day where the note gives it."""
    from ieval import score_ceha

    for row in score_ceha.load_rows()[: limit or None]:
        if row["Is the event relevant?"] != "Yes":
            continue
        countries = {score_ceha.ISO.get(name) for name in row["Country"].split(";")} - {None}
        for one in uncalibrated(row["Event Description"], published_at=_day(row["Time"]))[:1]:
            where = confidence.place_score(one)
            if where is not None and one.place is not None:
                yield Judged(where, one.place.country in countries)
            date = confidence.date_score(one)
            # the note's day is given as the day of publication too, so only a date read from words is a test
            if row["ACLED/GDELT"] == "ACLED" and one.start_date is not None and date.group == "words":
                yield Judged(date, one.start_date.isoformat() == row["Time"])


def case2021(limit: int = 0) -> Iterator[Judged]:
    """Snippets with ACLED sub-event types; violent ones. Suicide bombings count as the bombings they are there."""
    from ieval import score_case2021

    for text, label in score_case2021.load_rows()[: limit or None]:
        group = score_case2021.GROUP.get(label, "other")
        if group in score_case2021.VIOLENT:
            for one in uncalibrated(text)[:1]:
                kind = _flat(one, 0, text)["event_type"].replace("suicide_bombing", "bombing")
                yield Judged(confidence.type_score(one), kind == group)


def _day(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


# the tables


def gap(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far confidence and share right lie apart, over ten equal steps."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for sure, right in judged:
        bins[min(9, int(sure * 10))].append((sure, right))
    return sum(abs(sum(s - r for s, r in found)) for found in bins.values()) / len(judged)


def report(name: str, judged: Sequence[Judged]) -> None:
    """A line a field: how many, share right, mean confidence, and the gap before and after."""
    fields: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        fields[one.score.field].append(one)
    for field, found in sorted(fields.items()):
        after = [(confidence.probability(one.score), one.right) for one in found]
        before = [(one.score.value, one.right) for one in found]
        right = sum(one.right for one in found) / len(found)
        mean = sum(sure for sure, _ in after) / len(after)
        print(f"| {name} | {field} | {len(found)} | {right:.2f} | {mean:.2f} | {gap(before):.3f} | {gap(after):.3f} |")


def reliability(judged: Sequence[Judged]) -> None:
    """A line a field and step of confidence: how many fields, and the share of them that was right."""
    bins: dict[tuple[str, int], list[tuple[float, bool]]] = defaultdict(list)
    for one in judged:
        sure = confidence.probability(one.score)
        bins[one.score.field, min(4, int(sure * 5))].append((sure, one.right))
    for (field, step), found in sorted(bins.items()):
        mean, right = (sum(pair[n] for pair in found) / len(found) for n in (0, 1))
        print(f"| {field} | {step / 5:.1f}–{(step + 1) / 5:.1f} | {len(found)} | {mean:.2f} | {right:.2f} |")


SETS: dict[str, Callable[[int], Iterator[Judged]]] = {
    "MUC-4 tst1, tst2": lambda limit: muc("tst1", "tst2", limit=limit),
    "wikiterror": wikiterror,
    "WikiEvents dev": wikievents,
    "CEHA": ceha,
    "CASE-2021": case2021,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables; with ``--learn`` write the product's table first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks calibration", description=__doc__)
    parser.add_argument("--learn", action="store_true", help="write pipelines/incidents/data/confidence.csv anew")
    parser.add_argument("--limit", type=int, default=0, help="texts of each set, to try things")
    options = parser.parse_args(arguments)
    learnt: list[Judged] = []
    if options.learn:
        learnt = list(muc("dev", limit=options.limit))
        learn(learnt)
        confidence.forget()
    found = {name: list(judge(options.limit)) for name, judge in SETS.items()}
    print("| set | field | judged | right | mean confidence | gap before | gap after |\n|---|---|---|---|---|---|---|")
    for name, judged in found.items():
        report(name, judged)
    if options.learn:
        back = {field for name, judged in found.items() if not name.startswith("MUC") for field in widened(judged)}
        learn(learnt, without=back)
        confidence.forget()
        print(f"\nheld back, with the rules' own scores: {', '.join(sorted(back)) or 'none'}")
    print("\n| field | confidence | fields | mean | right |\n|---|---|---|---|---|")
    reliability([one for judged in found.values() for one in judged])


def widened(judged: Sequence[Judged]) -> Iterator[str]:
    """Fields whose confidence lies further from the truth on this set with the table than without."""
    fields: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        fields[one.score.field].append(one)
    for field, members in fields.items():
        before = gap([(one.score.value, one.right) for one in members])
        after = gap([(confidence.probability(one.score), one.right) for one in members])
        if len(members) >= ENOUGH and after > before + WIDENED:
            yield field
