"""The groups of one day and country, and how a telling finds those it may be of without looking at all of them.

Work grows with the number of tellings and not with its square: only groups near in place, or that share something
told, are compared, and members of a group that tell the same in all that is compared are compared once. Where a day
has so many that even these would grow without end (a battle of a thousand reports from one town), the groups are looked
at that share most, and the fullest members speak for a group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import chain, combinations, product
from typing import Final

from pipelines.events.compare import near, support
from pipelines.events.telling import OPEN, Range, Telling, order

#: Groups that a telling is compared with at most, and how many groups a key may lead to before it is split.
LOOKED_AT: Final = 24
#: Members, each telling something else, that speak for a group: the first, which are the fullest, and those with the
#: lowest and the highest toll, so that no toll that contradicts another is overlooked.
SPEAKERS: Final = 32

#: The lowest upper and the highest lower end of no toll.
_NONE: Final[Range] = (OPEN, -1)

_AROUND: Final = tuple(away for away in product((-1, 0, 1), repeat=3) if any(away))


class Group:
    """Tellings of one event so far: copies in the same words are added together, and the first speaks for them."""

    def __init__(self) -> None:
        self.tellings: list[Telling] = []
        self.first: tuple[bool, int, str] = (True, 1, "")
        self._heads: dict[Hashable, list[Telling]] = {}  # by all that is compared; two at most
        self._of: dict[str, list[Telling]] = defaultdict(list)  # by article
        self._extremes = {"killed": _NONE, "injured": _NONE}

    def add(self, copies: list[Telling]) -> None:
        """Take in tellings in the same words."""
        head = copies[0]
        self.first = min(self.first, order(head)) if self.tellings else order(head)
        self.tellings += copies
        for telling in copies:
            if telling.incident.article_id is not None:
                self._of[telling.incident.article_id].append(telling)
        profile = head.profile
        alike = self._heads.get(profile)
        if alike is None:
            if not self._speaks(head):
                return
            alike = self._heads[profile] = []
        if len(alike) < 2 and all(one.incident.article_id != head.incident.article_id for one in alike):
            alike.append(head)  # a second one for tellings of the first's own article

    def _speaks(self, head: Telling) -> bool:
        """Whether one that tells something else is to be compared: one of the first, or of a toll beyond theirs."""
        beyond = False
        for outcome, told in (("killed", head.killed), ("injured", head.injured)):
            if told is not None:
                least, most = self._extremes[outcome]
                beyond = beyond or told[1] < least or told[0] > most
                self._extremes[outcome] = min(least, told[1]), max(most, told[0])
        return beyond or len(self._heads) < SPEAKERS

    @property
    def head(self) -> Telling:
        """The fullest, which speaks for all where a look is enough."""
        return self.tellings[0]

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


class Drawers:
    """Groups by what is told in them. A key that too many have is split: its groups are put under what else is told."""

    def __init__(self, groups: list[Group]) -> None:
        self._groups = groups
        self._under: dict[Hashable, list[int]] = {}
        self._split: set[Hashable] = set()

    def put(self, key: Hashable, telling: Telling, number: int) -> None:
        """A group has a telling with this key."""
        if self._held(key, number):
            return
        if key not in self._split:
            self._split.add(key)
            for earlier in self._under[key]:
                for head in self._groups[earlier].heads():
                    self._put_finer(key, head, earlier)
        self._put_finer(key, telling, number)

    def find(self, key: Hashable, telling: Telling) -> Iterable[int]:
        """The groups under a key; if they are too many, first those that share with the telling what fewest do."""
        found = self._under.get(key, ())
        if key not in self._split:
            return found
        finer = [self._under.get(under, []) for under in _finer(key, telling)]
        return chain(*sorted(finer, key=len), found)

    def _put_finer(self, key: Hashable, telling: Telling, number: int) -> None:
        for under in _finer(key, telling):
            self._held(under, number)

    def _held(self, key: Hashable, number: int) -> bool:
        groups = self._under.setdefault(key, [])
        if key in self._split or len(groups) == LOOKED_AT:
            return False
        if number not in groups:
            groups.append(number)
        return True


def _finer(key: Hashable, telling: Telling) -> list[Hashable]:
    """The key with one thing more that is told, or two."""
    told = telling.particulars
    return [(key, one) for one in told] + [(key, *pair) for pair in combinations(told, 2)]


class Block:
    """The groups of one day and country."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._by_place = Drawers(self.groups)
        self._by_detail = Drawers(self.groups)
        self._vague_by_detail = Drawers(self.groups)

    def add(self, copies: list[Telling]) -> None:
        """Put tellings in the same words into the group that most speaks for them, else into one of their own."""
        head = copies[0]
        number = self._best(copies)
        if number is None:
            number = len(self.groups)
            self.groups.append(Group())
        self.groups[number].add(copies)
        places: list[Hashable] = [key for key in (head.name, head.cell) if key is not None]
        for key in places:
            self._by_place.put(key, head, number)
        for key in head.details:
            self._by_detail.put(key, head, number)
            if not places:
                self._vague_by_detail.put(key, head, number)

    def beside(self, group: Group) -> list[Group]:
        """The groups that may be of the same event as one of another day."""
        found: dict[int, None] = {}
        for head in group.heads():
            found.update(dict.fromkeys(self._candidates(head)))
            if len(found) >= LOOKED_AT:
                break
        return [self.groups[number] for number in sorted(found)]

    def _candidates(self, telling: Telling) -> list[int]:
        """Groups near it, or named like its place; those told of no town must share something else that is told.

        No more than are to be looked at: in its very place first, then those told of no town, then those around.
        """
        found: dict[int, None] = {}
        for number in self._reachable(telling):
            found[number] = None
            if len(found) == LOOKED_AT:
                break
        return sorted(found)

    def _reachable(self, telling: Telling) -> Iterator[int]:
        cell, name = telling.cell, telling.name
        if name is not None:
            yield from self._by_place.find(name, telling)
        if cell is not None:
            yield from self._by_place.find(cell, telling)
        details = self._by_detail if cell is None and name is None else self._vague_by_detail
        for key in telling.details:
            yield from details.find(key, telling)
        if cell is not None:
            for dx, dy, dz in _AROUND:
                for number in self._by_place.find((cell[0] + dx, cell[1] + dy, cell[2] + dz), telling):
                    if near(telling, self.groups[number].head):
                        yield number

    def _best(self, newcomers: list[Telling]) -> int | None:
        """The group that most speaks for the newcomers; of equals the one begun first."""
        best, most = None, -1
        for number in self._candidates(newcomers[0]):
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
