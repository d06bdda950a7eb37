"""Many pages, each within limits that hold: worker processes that are killed past their time.

A time limit inside the process cannot stop C code (libxml2, regular expressions); killing the process can.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import resource
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as Late
from datetime import datetime
from itertools import islice

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from pipelines.cleaning.judge import Cleaned, judge
from warehouse.records import Page

#: Seconds of wall clock a page may take; the slowest of 756 evaluation pages takes about one.
TIMEOUT_S = 10.0

#: MiB a worker may allocate over what it holds once its libraries are loaded; of the largest evaluation pages and
#: the hostile ones none took more than 110, loading the language model included.
MEMORY_MIB = 300

#: Pages that travel to a worker together: the way there and back costs about as much for one as for a dozen: for one
#: alone, a twentieth of what judging it takes.
TOGETHER = 16

#: Pieces of so many pages sent ahead to each worker.
AHEAD = 2

#: Pieces after which a worker is replaced: libxml2's dictionaries and trafilatura's caches only grow.
TASKS = 125

#: Loads it all as it is imported.
_WARM = "pipelines.cleaning.warm"

_PROSE = "".join(
    f"<div><p>Le paragraphe {n} de la page est assez long pour compter, et il finit comme une phrase en juin.</p></div>"
    for n in range(9)
)

#: Lines as most sites have one below their stories: the commonest rules are compiled for them.
_BELOW = (
    "More news: Snow closes the pass", "Read more: Snow closes the pass", "Recommended stories", "Related articles",
    "More on this story", "Watch: Snow closes the pass", "Follow us on Facebook", "Share this article", "Comments",
    "Sign up for our newsletter", "Report a typo", "Join the conversation", "Letters to the editor", "1 of 2",
    "Please keep your comments on the topic.", "We want to hear what you think about this article.",
)  # fmt: skip

_WELSH = "".join(
    f"<p>Mae paragraff rhif {n} o'r dudalen hon yn ddigon hir, ac mae'n gorffen fel brawddeg ym mis Mehefin.</p>"
    for n in range(9)
)

#: A page whose language is told by the model alone (py3langid): it is not in the table of languages. No worker is
#: warmed up with it: one page in two hundred needs the model, and loading it takes as long as all else together.
TOLD_BY_MODEL = f"<html><head><title>Cynhesu</title></head><body><article>{_WELSH}</article></body></html>"

#: Pages that need every other library once: no date (htmldate), prose where no article is looked for (trafilatura's own
#: pass, readability), what stands around a story.
WARM_UP = (
    f"<html><head><title>Mise en train</title></head><body>{_PROSE}</body></html>",
    f"<html><head><title>Mise en train</title></head><body><article><p>Bref.</p></article>"
    f"<aside>{_PROSE}</aside></body></html>",
    *(
        f"<html><head><title>Mise en train</title></head><body><article><p class='post-author'>Ada Berg</p>{_PROSE}"
        f"<p>{line}</p></article></body></html>"
        for line in _BELOW
    ),
)


def judge_many(
    pages: Iterable[tuple[Page, bytes | Callable[[], bytes | bytearray]]],
    *,
    workers: int = 1,
    timeout_s: float = TIMEOUT_S,
    memory_mib: int = MEMORY_MIB,
    pool: ProcessPool | None = None,
) -> Iterator[tuple[Page, Cleaned]]:
    """:func:`judge`, places included, over captures, in their order, in ``workers`` processes of their own.

    A page past its time ends as ``error:clean_timeout``, past its memory as ``error:clean_memory``; one
    that kills its worker as ``error:clean_crash``. The run goes on with the next. Pages travel some together, and the
    company of one that breaks a limit is judged again, one by one, so that it takes no other with it.

    Args:
        pages: captures with their bodies, or with what reads them in the worker (an error it raises is raised here);
            only a few are asked for ahead.
        timeout_s: wall-clock seconds a page.
        memory_mib: MiB a page may make a worker grow by.
        pool: a pool of :func:`judges` to use and leave open, instead of one for this call; ``workers`` is its size.
    """
    if pool is None:
        with judges(workers, memory_mib) as pool:
            yield from _judge_in(pool, pages, workers, timeout_s)
    else:
        yield from _judge_in(pool, pages, workers, timeout_s)


def judges(workers: int = 1, memory_mib: int = MEMORY_MIB) -> ProcessPool:
    """The worker processes of :func:`judge_many`, to be kept over many calls: the first takes a second to start."""
    context = multiprocessing.get_context("forkserver")  # a fork of a threaded process can deadlock
    context.set_forkserver_preload([_WARM])
    return ProcessPool(
        max_workers=workers, max_tasks=TASKS, initializer=_start, initargs=(memory_mib,), context=context
    )


#: A capture and its body, or what reads it.
_Sent = tuple[Page, bytes | Callable[[], bytes | bytearray]]


def _judge_in(
    pool: ProcessPool, pages: Iterable[_Sent], workers: int, timeout_s: float
) -> Iterator[tuple[Page, Cleaned]]:
    waiting: deque[tuple[list[_Sent], ProcessFuture[list[Cleaned]]]] = deque()
    coming = iter(pages)
    try:
        while piece := list(islice(coming, TOGETHER)):
            waiting.append((piece, _send(pool, piece, timeout_s)))
            if len(waiting) >= AHEAD * workers:
                yield from _results(pool, *waiting.popleft(), timeout_s)
        while waiting:
            yield from _results(pool, *waiting.popleft(), timeout_s)
    finally:
        for _, future in waiting:  # the reader has stopped early
            future.cancel()  # type: ignore[no-untyped-call]


def _send(pool: ProcessPool, piece: Sequence[_Sent], timeout_s: float) -> ProcessFuture[list[Cleaned]]:
    # no longer for all of them than for one: together they take some tenths of a second
    sent = [(html, page.url, page.fetched_at) for page, html in piece]
    return pool.schedule(_judge_each, args=(sent,), timeout=timeout_s)


def _results(
    pool: ProcessPool, piece: Sequence[_Sent], future: ProcessFuture[list[Cleaned]], timeout_s: float
) -> Iterator[tuple[Page, Cleaned]]:
    try:
        judged = future.result()
    except Exception:  # by one of them; which, it tells by itself
        for one in piece:
            yield one[0], _result(_send(pool, [one], timeout_s), timeout_s)
    else:
        for (page, _), cleaned in zip(piece, judged, strict=True):
            yield page, cleaned


def _result(future: ProcessFuture[list[Cleaned]], timeout_s: float) -> Cleaned:
    try:
        return future.result()[0]
    except Late:
        return Cleaned("error:clean_timeout", f"took more than {timeout_s:g} s")
    except ProcessExpired as error:
        return Cleaned("error:clean_crash", f"the worker ended with code {error.exitcode}")
    except MemoryError:
        return Cleaned("error:clean_memory", "out of memory")


def _start(memory_mib: int) -> None:
    """In a new worker: load what every page needs, outside any page's time, then set the memory limit."""
    importlib.import_module(_WARM)  # done where it was forked, unless others had started that process
    with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123
        held = int(sizes.read().split()[0]) * resource.getpagesize()
    most = held + memory_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _judge_each(sent: Sequence[tuple[bytes | Callable[[], bytes | bytearray], str, datetime | None]]) -> list[Cleaned]:
    judged = [
        judge(body if isinstance(body, bytes) else body(), url, fetched_at=fetched_at, with_places=True)
        for body, url, fetched_at in sent
    ]
    gc.collect(1)  # hardly a page leaves anything, but it must not pile up
    return judged
