"""Captures read ahead of the walk that lists them: an archive on the web is waited for by several threads at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from scrapers.archives.route import Answer, Found, Lost, Reached
from warehouse.errors import DatelineError

#: What a walk tells, and how to have the capture: waits for it, or reads it now.
Listed = tuple[Found | Lost | Reached, Callable[[], Answer]]


def _nothing() -> Answer:
    raise AssertionError("only captures are read")


def ahead(
    walk: Iterator[Found | Lost | Reached],
    read: Callable[[Found], Answer],
    wanted: Callable[[Found], bool],
    at_once: int,
) -> Generator[Listed]:
    """A walk in its order, those of the next captures that are wanted being read meanwhile.

    What ``read`` raises is raised where its capture is taken; where the walk breaks off, what it told before comes
    first.

    Args:
        wanted: whether a capture is worth reading before anybody asks.
        at_once: how many are read at the same time; 1: each when it is taken.
    """
    if at_once <= 1:
        for found in walk:
            yield found, partial(read, found) if isinstance(found, Found) else _nothing
        return
    readers = ThreadPoolExecutor(at_once, thread_name_prefix="archive")
    try:
        listed: deque[Listed] = deque()
        broken: DatelineError | None = None
        while broken is None:
            try:
                found = next(walk)
            except StopIteration:
                break
            except DatelineError as error:
                broken = error
                break
            if not isinstance(found, Found):
                listed.append((found, _nothing))
            elif wanted(found):
                listed.append((found, readers.submit(read, found).result))
            else:
                listed.append((found, partial(read, found)))
            if len(listed) > at_once:
                yield listed.popleft()
        yield from listed
        if broken is not None:
            raise broken
    finally:
        # what is under way ends by itself: nobody waits for an archive at rest
        readers.shutdown(wait=False, cancel_futures=True)
