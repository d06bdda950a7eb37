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
from itertools import combinations
from typing import Any, Final

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


def overlaps(stories: Iterable[Story]) -> list[Overlap]:
    """Every two stories told at most COPY_DAYS apart that share enough to be copies, by ids.

    Whether two are is decided by themselves and by what their own outlets told within COPY_DAYS of
    each; nothing hangs on the order in which stories come.
    """
    given = sorted({story.article_id: story for story in stories}.values(), key=lambda story: story.article_id)
    if not given:
        return []
    days = np.array([story.told_at.toordinal() for story in given], dtype=np.int64)
    marks = np.concatenate([np.array(story.fingerprints, dtype=np.int64) for story in given])
    owners = np.repeat(np.arange(len(given)), [len(story.fingerprints) for story in given])
    standing = _standing(given, marks, owners, days)
    own = [frozenset(part.tolist()) for part in _by_owner(marks[~standing], owners[~standing], len(given))]
    stand = [frozenset(part.tolist()) for part in _by_owner(marks[standing], owners[standing], len(given))]
    found = dict.fromkeys(_same_text(given, days), (1.0, 1.0))
    for one, two, shared in _sharing(marks[~standing], owners[~standing], days):
        if (one, two) in found:
            continue
        shares = (
            shared / (len(own[one]) - len(own[one] & stand[two])),
            shared / (len(own[two]) - len(own[two] & stand[one])),
        )
        inside = given[one].source_id == given[two].source_id
        if min(shares) >= SAME_OUTLET if inside else max(shares) >= LEAST_SHARE:
            found[one, two] = shares
    return [
        Overlap(
            one_id=given[one].article_id,
            two_id=given[two].article_id,
            share_of_one=round(shares[0], 4),
            share_of_two=round(shares[1], 4),
            same_text=given[one].text_id == given[two].text_id,
        )
        for (one, two), shares in sorted(found.items())
    ]


def _standing(stories: Sequence[Story], marks: Integers, owners: Integers, days: Integers) -> npt.NDArray[np.bool_]:
    """Which marks are standing text of their story's outlet at the time."""
    outlets = {name: number for number, name in enumerate(sorted({story.source_id for story in stories}))}
    outlet = np.array([outlets[story.source_id] for story in stories], dtype=np.int64)[owners]
    order = np.lexsort((days[owners], outlet, marks))
    first = np.ones(len(marks), dtype=bool)
    first[1:] = (marks[order][1:] != marks[order][:-1]) | (outlet[order][1:] != outlet[order][:-1])
    # one number line for all: groups lie further apart than the window is wide
    width = int(days.max() - days.min()) + 2 * COPY_DAYS + 2 if len(days) else 1
    line = np.cumsum(first) * width + (days[owners][order] - days.min())
    near = np.searchsorted(line, line + COPY_DAYS, "right") - np.searchsorted(line, line - COPY_DAYS, "left")
    standing = np.zeros(len(marks), dtype=bool)
    standing[order] = near >= STANDING
    return standing


def _by_owner(marks: Integers, owners: Integers, count: int) -> list[npt.NDArray[Any]]:
    return np.split(marks, np.searchsorted(owners, np.arange(1, count)))


def _same_text(stories: Sequence[Story], days: Integers) -> Iterator[tuple[int, int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, story in enumerate(stories):
        if len(story.fingerprints) >= LEAST_SHARED:
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
