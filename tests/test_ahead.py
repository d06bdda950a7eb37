"""Captures read ahead of their walk: in its order, each once, with every error in its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.archives.ahead import ahead
from scrapers.archives.route import Answer, Found, Lost, Missed, Reached
from warehouse.errors import TryAgain

_KINDS = st.lists(st.sampled_from(["wanted", "held", "missed", "lost", "reached"]), max_size=30)


def walk(kinds: list[str], broken: bool) -> Iterator[Found | Lost | Reached]:
    for number, kind in enumerate(kinds):
        if kind == "lost":
            yield Lost(place="p", mark=str(number), why="damage")
        elif kind == "reached":
            yield Reached(mark=str(number))
        else:
            at = datetime(2018, 2, 8, tzinfo=UTC)
            yield Found(url=f"https://h.example/{kind}", captured_at=at, place="p", mark=str(number))
    if broken:
        raise TryAgain("the listing broke off")


@settings(deadline=None)
@given(kinds=_KINDS, at_once=st.integers(1, 8), broken=st.booleans())
def test_the_order_of_the_walk_is_kept_and_each_is_read_once(kinds: list[str], at_once: int, broken: bool) -> None:
    read: list[str] = []

    def reading(found: Found) -> Answer:
        read.append(found.mark)
        if "missed" in found.url:
            raise Missed("error:corrupt", found.mark)
        return Answer(status=200, headers=(), body=found.mark.encode())

    taken: list[str] = []
    listed = ahead(walk(kinds, broken), reading, lambda found: "held" not in found.url, at_once)
    try:
        for found, have in listed:
            taken.append(found.mark)
            if isinstance(found, Found) and "wanted" in found.url:
                assert have().body == found.mark.encode()
            elif isinstance(found, Found) and "missed" in found.url:
                with pytest.raises(Missed, match=found.mark):
                    have()
    except TryAgain:
        ended = "broken"
    else:
        ended = "whole"
    assert ended == ("broken" if broken else "whole")
    assert taken == [str(number) for number in range(len(kinds))], "what came before the break comes first"
    assert sorted(read, key=int) == [str(n) for n, kind in enumerate(kinds) if kind in ("wanted", "missed")]
