"""Which two articles share so much text that one was made from the other, or both from a third.

What an outlet prints again and again is not counted: the fixed sentences of its weather report, the
paragraph of background under each story of a war, a columnist's standing note. A run of words that
three stories of one outlet hold within the window is such *standing text*; of two articles, neither
the one's nor the other's counts. What is left of two instalments of a series has little in common,
and what is left of two copies of one instalment still has everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from warehouse.records import Overlap, Story
from warehouse.window import COPY_DAYS

#: Stories of one outlet that hold a run before it is standing text. Two are common without: a story and
#: the brief of it, a story and the follow-up (tried: docs/duplicates.md).
STANDING: Final = 3

#: Of the shorter text, so much must stand in the other. Copies are trimmed from the end and given local
#: paragraphs, so that resemblance of the whole texts says little.
LEAST_SHARE: Final = 0.5

#: Within one outlet both texts must be so much alike: one story at two addresses is a copy, a follow-up or
#: a new instalment is none.
SAME_OUTLET: Final = 0.8

#: Fingerprints that two texts must share, about 20 words: less is a set phrase, a caption, a stub.
LEAST_SHARED: Final = 5

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Told:
    """A story with its fingerprints in a quarter of the memory: the window holds many."""

    article_id: str
    source_id: str
    day: int
    text_id: str
    marks: Integers


def overlaps(stories: Iterable[Story]) -> list[Overlap]:
    """Every two stories told at most COPY_DAYS apart that share enough to be copies, by ids.

    Whether two are is decided by themselves and by what their own outlets told within COPY_DAYS of
    each; nothing hangs on the order in which stories come.
    """
    distinct = {
        story.article_id: _Told(
            story.article_id,
            story.source_id,
            story.told_at.toordinal(),
            story.text_id,
            np.array(story.fingerprints, dtype=np.int64),
        )
        for story in stories
    }
    told = [distinct[name] for name in sorted(distinct)]
    if not told:
        return []
    days = np.array([story.day for story in told], dtype=np.int64)
    marks = np.concatenate([story.marks for story in told])
    owners = np.repeat(np.arange(len(told)), [len(story.marks) for story in told])
    standing = _standing(told, marks, owners, days)
    counts = np.bincount(owners[~standing], minlength=len(told))
    starts = np.searchsorted(owners, np.arange(len(told) + 1))

    def uncounted(number: int, other: int) -> int:
        """How many of a story's marks are no standing text of its own outlet, but of the other's."""
        here, there = slice(*starts[number : number + 2]), slice(*starts[other : other + 2])
        if not standing[there].any():
            return 0
        own = marks[here][~standing[here]]
        return len(np.intersect1d(own, marks[there][standing[there]], assume_unique=True))

    found = dict.fromkeys(_same_text(told, days), (1.0, 1.0))
    for one, two, shared in _sharing(marks[~standing], owners[~standing], days):
        if (one, two) in found:
            continue
        shares = (
            shared / int(counts[one] - uncounted(one, two)),
            shared / int(counts[two] - uncounted(two, one)),
        )
        inside = told[one].source_id == told[two].source_id
        if min(shares) >= SAME_OUTLET if inside else max(shares) >= LEAST_SHARE:
            found[one, two] = shares
    return [
        Overlap(
            one_id=told[one].article_id,
            two_id=told[two].article_id,
            share_of_one=round(shares[0], 4),
            share_of_two=round(shares[1], 4),
            same_text=told[one].text_id == told[two].text_id,
        )
        for (one, two), shares in sorted(found.items())
    ]


def _standing(told: Sequence[_Told], marks: Integers, owners: Integers, days: Integers) -> npt.NDArray[np.bool_]:
    """Which marks are standing text of their story's outlet at the time."""
    outlets = {name: number for number, name in enumerate(sorted({story.source_id for story in told}))}
    outlet = np.array([outlets[story.source_id] for story in told], dtype=np.int64)[owners]
    order = np.lexsort((days[owners], outlet, marks))
    first = np.ones(len(marks), dtype=bool)
    first[1:] = (marks[order][1:] != marks[order][:-1]) | (outlet[order][1:] != outlet[order][:-1])
    # one number line for all: groups lie further apart than the window is wide
    width = int(days.max() - days.min()) + 2 * COPY_DAYS + 2
    line = np.cumsum(first) * width + (days[owners][order] - days.min())
    near = np.searchsorted(line, line + COPY_DAYS, "right") - np.searchsorted(line, line - COPY_DAYS, "left")
    standing = np.zeros(len(marks), dtype=bool)
    standing[order] = near >= STANDING
    return standing


def _same_text(told: Sequence[_Told], days: Integers) -> Iterator[tuple[int, int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, story in enumerate(told):
        if len(story.marks) >= LEAST_SHARED:
            groups[story.text_id].append(number)
    for group in groups.values():
        yield from ((one, two) for one, two in combinations(group, 2) if abs(days[one] - days[two]) <= COPY_DAYS)


def _sharing(marks: Integers, owners: Integers, days: Integers) -> Iterator[tuple[int, int, int]]:
    """Pairs of stories near in time with how many marks they share, where it is LEAST_SHARED at least."""
    order = np.argsort(marks, kind="stable")
    owners = owners[order]
    bounds = np.flatnonzero(np.diff(marks[order])) + 1
    starts = np.concatenate(([0], bounds))
    sizes = np.diff(np.concatenate((starts, [len(owners)])))
    count = len(days)
    pairs: list[Integers] = []
    for size in np.unique(sizes[sizes > 1]):
        members = owners[starts[sizes == size][:, None] + np.arange(size)]
        one, two = np.triu_indices(size, 1)
        near = np.abs(days[members[:, one]] - days[members[:, two]]) <= COPY_DAYS
        pairs.append((members[:, one] * count + members[:, two])[near])
    if not pairs:
        return
    keys, shared = np.unique(np.concatenate(pairs), return_counts=True)
    enough = shared >= LEAST_SHARED
    for key, number in zip(keys[enough].tolist(), shared[enough].tolist(), strict=True):
        yield key // count, key % count, number
