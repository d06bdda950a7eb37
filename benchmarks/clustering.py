"""A clustering against its gold: over pairs, and B-cubed (Bagga and Baldwin 1998)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol


class Labelled(Protocol):
    """``gold``: what those that belong together share; ``kind``: what counts of errors are told by."""

    @property
    def gold(self) -> str: ...

    @property
    def kind(self) -> str: ...


class Tally:
    """Pairs and B-cubed, summed over sets."""

    def __init__(self) -> None:
        self.right = self.wrong = self.missed = 0
        self.precision = self.recall = 0.0
        self.samples = 0
        self.wrongly: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()

    def add(self, samples: Sequence[Labelled], found: Sequence[str]) -> None:
        """Score one set."""
        by_gold: dict[str, set[int]] = defaultdict(set)
        by_found: dict[str, set[int]] = defaultdict(set)
        for number, (sample, name) in enumerate(zip(samples, found, strict=True)):
            by_gold[sample.gold].add(number)
            by_found[name].add(number)
        for number, (sample, name) in enumerate(zip(samples, found, strict=True)):
            both = len(by_gold[sample.gold] & by_found[name])
            self.precision += both / len(by_found[name])
            self.recall += both / len(by_gold[sample.gold])
            self.samples += 1
            wrong = [samples[other] for other in by_found[name] - by_gold[sample.gold] if other > number]
            self.right += both - 1  # and from the other end again, as what was missed
            self.wrong += len(wrong)
            missed = by_gold[sample.gold] - by_found[name]
            self.missed += len(missed)
            self.missing[sample.kind] += sum(other > number for other in missed)
            self.wrongly.update(" + ".join(sorted((sample.kind, other.kind))) for other in wrong)

    def figures(self) -> str:
        """One line: pairs, then B-cubed."""
        right, missed = self.right / 2, self.missed / 2
        pairwise = _f1(right / max(1, right + self.wrong), right / max(1, right + missed))
        cubed = _f1(self.precision / self.samples, self.recall / self.samples)
        return f"{pairwise}   {cubed}"


def _f1(precision: float, recall: float) -> str:
    both = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"{precision:.3f} {recall:.3f} {both:.3f}"
