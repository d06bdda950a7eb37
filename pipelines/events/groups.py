"""Which tellings are of one event.

Three steps, each of which looks only a day or two to either side, so that a night's load can merge
again a window of days and get what a merge of everything would give (:mod:`warehouse.window`):

1. copies (the same words in other articles) stand together, under the day of the earlier;
2. within a day and country, each telling joins the group that most speaks for it, if nothing in
   that group speaks against it (complete linkage), the fullest tellings first;
3. groups of neighbouring days join where each is the other's best match: an attack around midnight.

The order in which incidents come plays no part: everything is sorted by content first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from pipelines.events.compare import over_midnight, support
from pipelines.events.telling import Cell, Telling

Copies = list[Telling]  # never empty, sorted; tellings in the same words
Group = list[Copies]

_AROUND = tuple(product((-1, 0, 1), repeat=3))


def _key(telling: Telling) -> tuple[int, str]:
    return -telling.known, telling.incident.incident_id


def _first(group: Group) -> tuple[int, str]:
    return min(_key(copies[0]) for copies in group)


def copies(tellings: Iterable[Telling]) -> Iterator[tuple[int, Copies]]:
    """Tellings in the same words, under the day they are merged on. Those of the day after join the
    ones of a first day; words that come back day after day are not drawn into one."""
    days: dict[str, dict[int, Copies]] = defaultdict(lambda: defaultdict(list))
    for telling in tellings:
        days[telling.words][telling.day].append(telling)
    for by_day in days.values():
        for day in sorted(by_day):
            if day - 1 in by_day and day - 2 not in by_day:
                continue  # joined the day before
            together = by_day[day] + (by_day.get(day + 1, []) if day - 1 not in by_day else [])
            yield day, sorted(together, key=_key)


def _country(group: Copies) -> str | None:
    """Copies may be resolved to different countries (the outlet's own is a hint): the commonest."""
    counts = Counter(telling.country for telling in group if telling.country is not None)
    return min(counts, key=lambda country: (-counts[country], country)) if counts else None


class _Block:
    """The groups of one day, country and family, found by place."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._by_cell: dict[Cell, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._vague: list[int] = []

    def _candidates(self, telling: Telling) -> Iterable[int]:
        cell = telling.cell
        if cell is None and telling.name is None:
            return range(len(self.groups))
        found = set(self._vague)
        if telling.name is not None:
            found.update(self._by_name[telling.name])
        if cell is not None:
            for dx, dy, dz in _AROUND:
                found.update(self._by_cell.get((cell[0] + dx, cell[1] + dy, cell[2] + dz), ()))
        return sorted(found)

    def best(self, newcomer: Copies) -> int | None:
        """The group that most speaks for the newcomer; of equals the one begun first."""
        best, most = None, -1
        for number in self._candidates(newcomer[0]):
            found = linkage(newcomer, self.groups[number])
            if found is not None and found > most:
                best, most = number, found
        return best

    def add(self, newcomer: Copies) -> None:
        number = self.best(newcomer)
        if number is None:
            number = len(self.groups)
            self.groups.append([])
        self.groups[number].append(newcomer)
        head = newcomer[0]
        if head.cell is not None:
            self._by_cell[head.cell].append(number)
        if head.name is not None:
            self._by_name[head.name].append(number)
        if head.cell is None and head.name is None:
            self._vague.append(number)


def linkage(newcomer: Copies, group: Group) -> int | None:
    """The most that speaks for a newcomer among the members; None when any speaks against it."""
    most = -1
    for member in group:
        # copies say the same, so the first speaks for all; but each is of an article of its own
        found = support(newcomer[0], member[0])
        if found is None or _clash(newcomer, member):
            return None
        most = max(most, found)
    return most


def _clash(one: Copies, two: Copies) -> bool:
    if len(one) == len(two) == 1:
        return False  # the heads have been compared
    of = {telling.incident.article_id: telling for telling in one}
    return any(
        telling.incident.article_id is not None
        and (other := of.get(telling.incident.article_id)) is not None
        and support(telling, other) is None
        for telling in two
    )


def group(tellings: Iterable[Telling]) -> list[list[Telling]]:
    """The tellings, grouped by event."""
    blocks: dict[tuple[str, str], dict[int, _Block]] = defaultdict(lambda: defaultdict(_Block))
    for day, together in sorted(copies(tellings), key=lambda item: _key(item[1][0])):
        blocks[_country(together) or "", together[0].family][day].add(together)
    return [
        [telling for together in joined for telling in together]
        for by_day in blocks.values()
        for joined in _join_days({day: block.groups for day, block in by_day.items()})
    ]


def _join_days(by_day: dict[int, list[Group]]) -> Iterator[Group]:
    """Join groups of neighbouring days that are each other's best match."""
    best: dict[int, tuple[int, tuple[int, str], Group]] = {}

    def consider(group: Group, other: Group, found: int) -> None:
        offer = (-found, _first(other), other)
        if id(group) not in best or offer[:2] < best[id(group)][:2]:
            best[id(group)] = offer

    for day, groups in by_day.items():
        for later in by_day.get(day + 1, ()):
            for earlier in groups:
                found = _over_midnight(earlier, later)
                if found is not None:
                    consider(earlier, later, found)
                    consider(later, earlier, found)
    done: set[int] = set()
    for groups in by_day.values():
        for one in groups:
            if id(one) in done:
                continue
            done.add(id(one))
            match = best.get(id(one))
            if match is not None and best[id(match[2])][2] is one:
                done.add(id(match[2]))
                yield one + match[2]
            else:
                yield one


def _over_midnight(earlier: Group, later: Group) -> int | None:
    most = -1
    for one in earlier:
        for two in later:
            found = over_midnight(one[0], two[0])
            if found is None or _share_article(one, two):
                return None
            most = max(most, found)
    return most


def _share_article(one: Copies, two: Copies) -> bool:
    articles = {telling.incident.article_id for telling in one} - {None}
    return any(telling.incident.article_id in articles for telling in two)
