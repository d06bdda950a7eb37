"""Which tellings are of one event.

Three steps, each of which looks only a day or two to either side, so that a night's load can merge
again a window of days and get what a merge of everything would give (:mod:`warehouse.window`):

1. copies (the same words in other articles) stand together, under the day of the earlier;
2. within a day and country, each telling joins the group that most speaks for it, if nothing in
   that group speaks against it (complete linkage); first come the articles that tell several events
   of the day, since they say which are two, then the fullest tellings;
3. groups of neighbouring days join where each is the other's best match: an attack around midnight.

The order in which incidents come plays no part: everything is sorted by content first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from pipelines.events.blocks import Block, Group
from pipelines.events.compare import over_midnight
from pipelines.events.telling import Telling, order


def copies(tellings: Iterable[Telling]) -> Iterator[tuple[int, list[Telling]]]:
    """Tellings in the same words, under the day they are merged on. Those of the day after join the
    ones of a first day; words that come back day after day are not drawn into one."""
    same: dict[str, list[Telling]] = defaultdict(list)
    for telling in tellings:
        same[telling.words].append(telling)
    for alike in same.values():
        if len(alike) == 1:
            yield alike[0].day, alike
            continue
        by_day: dict[int, list[Telling]] = defaultdict(list)
        for telling in alike:
            by_day[telling.day].append(telling)
        for day in sorted(by_day):
            if day - 1 in by_day and day - 2 not in by_day:
                continue  # joined the day before
            together = by_day[day] + (by_day.get(day + 1, []) if day - 1 not in by_day else [])
            yield day, sorted(together, key=order)


def _country(copies: list[Telling]) -> str | None:
    """Copies may be resolved to different countries (the outlet's own is a hint): the commonest."""
    counts = Counter(telling.country for telling in copies if telling.country is not None)
    return min(counts, key=lambda country: (-counts[country], country)) if counts else None


def group(tellings: Iterable[Telling]) -> Iterator[list[Telling]]:
    """The tellings, grouped by event. A country after the other: what is compared lies close together."""
    countries: dict[str, dict[int, list[list[Telling]]]] = defaultdict(lambda: defaultdict(list))
    for day, together in copies(tellings):
        countries[_country(together) or ""][day].append(together)
    while countries:
        _, days = countries.popitem()
        for joined in _join({day: _block(told) for day, told in days.items()}):
            yield [telling for one in joined for telling in one.tellings]


def _block(told: list[list[Telling]]) -> Block:
    block = Block()
    for together in sorted(told, key=lambda copies: order(copies[0])):
        block.add(together)
    return block


def _join(by_day: dict[int, Block]) -> Iterator[tuple[Group, ...]]:
    """Join groups of neighbouring days that are each other's best match."""
    best: dict[int, tuple[int, tuple[bool, int, str], Group]] = {}

    def consider(group: Group, other: Group, found: int) -> None:
        offer = (-found, other.first, other)
        if id(group) not in best or offer[:2] < best[id(group)][:2]:
            best[id(group)] = offer

    for day, block in by_day.items():
        later = by_day.get(day + 1)
        if later is None:
            continue
        for earlier in block.groups:
            for other in later.beside(earlier):
                found = _over_midnight(earlier, other)
                if found is not None:
                    consider(earlier, other, found)
                    consider(other, earlier, found)
    done: set[int] = set()
    for block in by_day.values():
        for one in block.groups:
            if id(one) in done:
                continue
            match = best.get(id(one))
            if match is not None and best[id(match[2])][2] is one:
                done.add(id(match[2]))
                yield one, match[2]
            else:
                yield (one,)


def _over_midnight(earlier: Group, later: Group) -> int | None:
    """The most that speaks for joining; None where nothing says enough, or any two members cannot be of one event."""
    most, enough = -1, False
    for one, two in earlier.pairs(later):
        found = over_midnight(one, two)
        if found is None:
            return None
        most, enough = max(most, found[0]), enough or found[1]
    return most if enough else None
