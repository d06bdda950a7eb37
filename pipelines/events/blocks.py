"""The groups of one day and country, and how a telling finds those it may be of without looking at all of them.

Work grows with the number of tellings and not with its square: only groups near in place, or that share something
told, are compared, and members of a group that tell the same in all that is compared are compared once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import product
from typing import Final

from pipelines.events.compare import support
from pipelines.events.telling import Telling, order

_AROUND: Final = tuple(product((-1, 0, 1), repeat=3))


class Group:
    """Tellings of one event so far: copies in the same words are added together, and the first speaks for them."""

    def __init__(self) -> None:
        self.tellings: list[Telling] = []
        self.first: tuple[bool, int, str] = (True, 1, "")
        self._heads: dict[Hashable, list[Telling]] = defaultdict(list)  # by all that is compared; two at most
        self._of: dict[str, list[Telling]] = defaultdict(list)  # by article

    def add(self, copies: list[Telling]) -> None:
        """Take in tellings in the same words."""
        head = copies[0]
        self.first = min(self.first, order(head)) if self.tellings else order(head)
        self.tellings += copies
        for telling in copies:
            if telling.incident.article_id is not None:
                self._of[telling.incident.article_id].append(telling)
        alike = self._heads[head.profile]
        if len(alike) < 2 and all(one.incident.article_id != head.incident.article_id for one in alike):
            alike.append(head)  # a second one for tellings of the first's own article

    def heads(self) -> Iterator[Telling]:
        """One for all that tell the same."""
        return (alike[0] for alike in self._heads.values())

    def compared(self, newcomers: list[Telling]) -> Iterator[tuple[Telling, Telling]]:
        """The pairs of a newcomer and a member that must not contradict each other."""
        head = newcomers[0]
        for alike in self._heads.values():
            # what an article says of itself is compared below
            yield head, next((one for one in alike if one.incident.article_id != head.incident.article_id), alike[0])
        for telling in newcomers:
            for other in self._of.get(telling.incident.article_id or "", ()):
                yield telling, other

    def pairs(self, later: Group) -> Iterator[tuple[Telling, Telling]]:
        """The pairs of a member here and one of a later day that must not contradict each other."""
        for head in self.heads():
            for alike in later._heads.values():
                other = next((one for one in alike if one.incident.article_id != head.incident.article_id), alike[0])
                yield head, other
        for article in self._of.keys() & later._of.keys():
            yield from product(self._of[article], later._of[article])


class Block:
    """The groups of one day and country."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._by_place: dict[Hashable, list[int]] = defaultdict(list)
        self._by_detail: dict[Hashable, list[int]] = defaultdict(list)
        self._vague_by_detail: dict[Hashable, list[int]] = defaultdict(list)

    def add(self, copies: list[Telling]) -> None:
        """Put tellings in the same words into the group that most speaks for them, else into one of their own."""
        head = copies[0]
        number = self._best(copies)
        if number is None:
            number = len(self.groups)
            self.groups.append(Group())
        self.groups[number].add(copies)
        vague = head.cell is None and head.name is None
        places = [key for key in (head.cell, head.name) if key is not None]
        for index, keys in (
            (self._by_place, places),
            (self._by_detail, head.details),
            (self._vague_by_detail, head.details if vague else ()),
        ):
            for key in keys:
                if not index[key] or index[key][-1] != number:
                    index[key].append(number)

    def beside(self, group: Group) -> list[Group]:
        """The groups that may be of the same event as one of another day."""
        found = {number for head in group.heads() for number in self._candidates(head)}
        return [self.groups[number] for number in sorted(found)]

    def _candidates(self, telling: Telling) -> set[int]:
        """Groups near it, or named like its place; those told of no town must share something else that is told."""
        cell, vague = telling.cell, telling.cell is None and telling.name is None
        details = self._by_detail if vague else self._vague_by_detail
        found = {number for key in telling.details for number in details.get(key, ())}
        if telling.name is not None:
            found.update(self._by_place.get(telling.name, ()))
        if cell is not None:
            for dx, dy, dz in _AROUND:
                found.update(self._by_place.get((cell[0] + dx, cell[1] + dy, cell[2] + dz), ()))
        return found

    def _best(self, newcomers: list[Telling]) -> int | None:
        """The group that most speaks for the newcomers; of equals the one begun first."""
        best, most = None, -1
        for number in sorted(self._candidates(newcomers[0])):
            found = _linkage(self.groups[number].compared(newcomers))
            if found is not None and found > most:
                best, most = number, found
        return best


def _linkage(pairs: Iterable[tuple[Telling, Telling]]) -> int | None:
    """The most that speaks for any pair; None when something speaks against one."""
    most = -1
    for one, two in pairs:
        found = support(one, two)
        if found is None:
            return None
        most = max(most, found)
    return most
