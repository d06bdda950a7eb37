"""Why roles are missed or wrong: ``python -m benchmarks causes [wikievents-train wikievents-dev muc-dev setting]``.

For each collection and slot: the F1 there is, what it would be were every phrase near a deed given its right role
(oracle) or were it known which texts have an answer at all, and each filler by cause. Fillers are compared by head,
once a text; a head is a word of the scorer's making. ``setting``: country and day (``setting_causes.py``). Needs the
scoring kit: ``PYTHONPATH=../shared/eval:.``
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import setting_causes
from benchmarks.adapters import _flat
from pipelines.incidents.extract import incidents_of, read
from pipelines.incidents.roles import features

_PRONOUNS = frozenset(
    ("he", "she", "it", "they", "him", "her", "them", "we", "us", "i", "you", "who", "whom", "which", "that", "one")
)
#: Causes in the order in which they are looked for: the first that holds is the one counted.
CAUSES = (
    "right",
    "missed: a pronoun",
    "missed: no incident found in the text",
    "missed: not in a sentence near a deed",
    "missed: told in what we call a clash",
    "missed: in another slot",
    "missed: not chosen",
    "wrong: the text has no answer of any kind",
    "wrong: it has none of that kind",
    "wrong: an answer of another slot",
    "wrong: shares a word with an answer",
    "wrong: chosen beside answers",
)

Fillers = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its answers. ``answers``: slot -> the wordings of each; ``free``: wordings that count neither way;
    ``fillers``: the slots of our flat incidents, and of those among them that the scorer leaves out."""

    text: str
    published_at: datetime | None
    answers: Mapping[str, Sequence[Iterable[str]]]
    free: Fillers
    fillers: Callable[[Sequence[dict[str, Any]]], tuple[Fillers, Fillers]]
    shift: int = 0


@dataclass(slots=True)
class Tally:
    """A slot's counts. ``reached``: answers that a phrase near a deed holds."""

    causes: Counter[str] = field(default_factory=Counter)
    reached: int = 0

    def figures(self) -> tuple[float, float, float]:
        """F1; F1 were it known which texts have an answer of the kind; F1 of the oracle."""
        right = self.causes["right"]
        missed, wrong = (sum(n for c, n in self.causes.items() if c.startswith(kind)) for kind in ("missed", "wrong"))
        known = wrong - self.causes[CAUSES[7]] - self.causes[CAUSES[8]]
        return _f1(right, wrong, missed), _f1(right, known, missed), _f1(self.reached, 0, right + missed - self.reached)


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def scorer_heads(wordings: Iterable[str]) -> set[str]:
    """The heads of phrases as the scoring kit reads them."""
    from ieval.common import head, stem

    return {stem(head(wording)) for wording in wordings} - {""}


def tally(texts: Iterable[Text], heads: Callable[[Iterable[str]], set[str]] = scorer_heads) -> dict[str, Tally]:
    """Each slot's causes over the texts."""
    found: dict[str, Tally] = defaultdict(Tally)
    for each in texts:
        reading = read(each.text, each.published_at)
        incidents = [] if reading is None else incidents_of(reading, each.published_at)
        counted, clashes = each.fillers([_flat(one, each.shift, each.text) for one in incidents])
        ours = {slot: heads(wordings) for slot, wordings in counted.items()}
        clash = heads(wording for wordings in clashes.values() for wording in wordings)
        near: set[str] = set()
        for group in () if reading is None else reading.groups:
            near |= heads(
                each.text[mention.start : mention.end]
                for mention in features.mentions(reading.doc, group, reading.known, reading.weapons, far=0)  # type: ignore[union-attr]
            )
        gold = {slot: {frozenset(heads(wordings)) for wordings in listed} for slot, listed in each.answers.items()}
        every = set().union(*(answer for listed in gold.values() for answer in listed))
        for slot, answers in gold.items():
            kept = found[slot]
            others = set().union(*(ours[other] for other in ours if other != slot))
            answered = set().union(*answers)
            for answer in answers:
                kept.reached += bool(answer & near)
                kept.causes[
                    "right" if answer & ours[slot]
                    else CAUSES[1] if answer <= _PRONOUNS
                    else CAUSES[2] if not incidents
                    else CAUSES[3] if not answer & near
                    else CAUSES[4] if answer & clash
                    else CAUSES[5] if answer & others
                    else CAUSES[6]
                ] += 1  # fmt: skip
            words = {
                word for wordings in each.answers[slot] for wording in wordings for word in wording.lower().split()
            }
            said = {word: wording for wording in counted[slot] for word in heads([wording])}
            for ours_alone in ours[slot] - answered - heads(each.free.get(slot, ())):
                kept.causes[
                    CAUSES[7] if not every
                    else CAUSES[8] if not answered
                    else CAUSES[9] if ours_alone in every
                    else CAUSES[10] if words & set(said[ours_alone].lower().split())
                    else CAUSES[11]
                ] += 1  # fmt: skip
    return found


# the collections


def wikievents(split: str) -> Iterator[Text]:
    """Modern news. ``train`` gives tokens only, which are put together to a text."""
    from ieval.common import ROOT
    from ieval.score_wikievents import MAP

    def fillers(flat: Sequence[dict[str, Any]]) -> tuple[Fillers, Fillers]:
        slots = {
            "attackers": ("attackers", "orgs"), "targets": ("targets", "victims"),
            "victims": ("victims",), "weapons": ("weapons",),
        }  # fmt: skip
        return {
            slot: [each["text"] for one in flat for part in parts for each in one[part]]
            for slot, parts in slots.items()
        }, {}

    for line in (Path(ROOT) / "data" / f"wikievents-{split}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        answers: dict[str, set[str]] = {slot: set() for slot in ("attackers", "targets", "victims", "weapons")}
        for event in row["event_mentions"]:
            for argument in event["arguments"]:
                slot = MAP.get((".".join(event["event_type"].split(".")[:2]), argument["role"]))
                if slot in answers:
                    answers[slot].add(_together(argument["text"]))
        free = {"targets": answers["victims"], "victims": answers["targets"]}
        text = row.get("text") or _together(" ".join(row["tokens"]))
        yield Text(text, None, {slot: [[each] for each in told] for slot, told in answers.items()}, free, fillers)


def _together(tokens: str) -> str:
    """Words parted by blanks as they are printed: "( 1 , 200 )" to "(1,200)", "Chan - ocha" to "Chan-ocha"."""
    text = re.sub(r"(\d) ([.,]) (?=\d)", r"\1\2", tokens)
    text = re.sub(r"(\w) ([-–/’']) ?(?=\w)", r"\1\2", text)
    text = re.sub(r" (?=[.,;:!?%)\]’”])", "", text)
    return re.sub(r"([(\[$£€“]) ", r"\1", text)


def muc() -> Iterator[Text]:
    """MUC-4's ``dev``: wire copy. An answer that is optional counts neither way."""
    from ieval import muc_data
    from ieval.score_muc4 import ROLES, from_incident

    def fillers(flat: Sequence[dict[str, Any]]) -> tuple[Fillers, Fillers]:
        told = [each for one in flat if (each := from_incident(one))]
        clashes = [from_incident(one | {"event_type": "attack"}) for one in flat if one["event_type"] == "armed_clash"]
        return tuple({slot: [w for one in ones for w in one[slot]] for slot in ROLES} for ones in (told, clashes))  # type: ignore[return-value]

    keys = muc_data.load_keys("dev")
    for name, row in muc_data.load_texts("dev").items():
        answers: dict[str, list[list[str]]] = {slot: [] for slot in ROLES}
        free: dict[str, list[str]] = {slot: [] for slot in ROLES}
        for template in keys[name]:
            for slot in ROLES:
                for each in template[slot]:
                    if each["optional"] or template["optional"]:
                        free[slot] += each["alts"]
                    elif each["alts"] not in answers[slot]:
                        answers[slot].append(each["alts"])
        opening = f"{row['place']} -- " if row["place"] else ""
        day = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if row["date"] else None
        yield Text(opening + row["text"], day, answers, free, fillers, len(opening))


SETS: dict[str, Callable[[], Iterator[Text]]] = {
    "wikievents-train": lambda: wikievents("train"),
    "wikievents-dev": lambda: wikievents("dev"),
    "muc-dev": muc,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table a collection."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks causes", description=__doc__)
    names = (*SETS, "setting")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(names)}; all without")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every so manieth text")
    options = parser.parse_args(arguments)
    if unknown := set(options.sets) - set(names):
        parser.error(f"no set called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    for name in options.sets or names:
        if name == "setting":
            setting_causes.main(options.every)
            continue
        found = tally(text for number, text in enumerate(SETS[name]()) if number % options.every == 0)
        print(f"| {name} | " + " | ".join(found) + " |\n|" + "---|" * (len(found) + 1))
        figures = [kept.figures() for kept in found.values()]
        for row, label in enumerate(("F1", "F1, known which texts have an answer of the kind", "F1, oracle")):
            print(f"| {label} | " + " | ".join(f"{each[row]:.3f}".removeprefix("0") for each in figures) + " |")
        for cause in CAUSES:
            print(f"| {cause} | " + " | ".join(str(kept.causes[cause]) for kept in found.values()) + " |")
        print(flush=True)


if __name__ == "__main__":
    main()
