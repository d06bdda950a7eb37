"""Where the work on pages and articles is done: processes of this machine, or a Dask cluster's.

One setting chooses, ``$DATELINE_WORKERS``: a number of processes (``8``) or the address of a scheduler
(``tcp://scheduler:8786``). Everything that maps over pages or articles takes the executor that comes of it.

A cluster's workers read the page store; what they write are whole staged files, whose names and bytes hang on
nothing but what they are made from. So one that is lost takes no work with it, and what is done twice is the same.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Final, TypeVar

from pipelines.code import CLEANING, EXTRACTION, code_of
from warehouse.errors import SettingError, TryAgain
from warehouse.layout import PROJECT, Layout, sources_directory
from warehouse.records import content_id

T = TypeVar("T")

WORKERS_VARIABLE: Final = "DATELINE_WORKERS"

#: Seconds until a scheduler must have answered, and have a worker.
CLUSTER_WAIT_S: Final = 30

#: What the processes of this machine are forked with, so that they need not each load it.
_WARM: Final = ["pipelines.workers", "pipelines.incidents.warm"]

_ADDRESSES: Final = ("tcp://", "tls://")


@contextmanager
def configured() -> Iterator[Executor | None]:
    """The executor that ``$DATELINE_WORKERS`` names; None where it is not set: the stages then work in the process
    that calls them.

    Raises:
        SettingError, TryAgain: see :func:`workers`.
    """
    if named := os.environ.get(WORKERS_VARIABLE):
        with workers(named) as executor:
            yield executor
    else:
        yield None


@contextmanager
def workers(named: str) -> Iterator[Executor]:
    """The executor that a setting names.

    Raises:
        SettingError: the setting is neither a number nor an address, or Dask is not installed.
        TryAgain: no scheduler answers there, or it has no worker.
    """
    if named.startswith(_ADDRESSES):
        with _cluster(named) as executor:
            yield executor
    elif named.isdecimal() and int(named) > 0:
        context = multiprocessing.get_context("forkserver")  # a fork of a threaded process can deadlock
        context.set_forkserver_preload(_WARM)
        with ProcessPoolExecutor(int(named), context) as executor:
            yield executor
    else:
        raise SettingError(
            f"{named!r} names no workers",
            culprit=f"--workers or ${WORKERS_VARIABLE}",
            mend="Give a number of processes such as 8, or a Dask scheduler's address such as tcp://scheduler:8786",
        )


class Here(Executor):
    """Works in the process that calls it, when the result is asked for."""

    def map(self, fn: Callable[..., T], *iterables: Iterable[Any], **options: Any) -> Iterator[T]:
        return map(fn, *iterables)


def require_dask(culprit: str) -> None:
    """Complain, in the name of a setting, if Dask is not installed.

    Raises:
        SettingError: it is not.
    """
    if importlib.util.find_spec("distributed") is None:
        raise SettingError(
            "a cluster needs Dask, which is not installed",
            culprit=culprit,
            mend="Install it with: pip install --no-deps --require-hashes -r requirements-cluster.lock",
        )


def each(pool: Executor, function: Callable[..., T], pieces: Iterable[Any]) -> Iterator[T]:
    """``pool.map``, with the loss of workers told as what it is.

    Raises:
        TryAgain: the workers were lost: killed for their memory, or with their machine or scheduler.
    """
    try:
        yield from pool.map(function, pieces)
    except Exception as error:
        if not isinstance(error, (BrokenExecutor, CancelledError, *_cluster_errors())):
            raise
        raise TryAgain(
            f"the workers were lost ({type(error).__name__}: {error})",
            culprit=type(pool).__name__,
            mend="See their logs and their memory, then run this again; what is done is done",
        ) from error


def _cluster_errors() -> tuple[type[Exception], ...]:
    """What Dask raises when work is lost for good; nothing where Dask is not in use."""
    if "distributed" not in sys.modules:
        return ()
    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    return KilledWorker, CommClosedError


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    require_dask(address)
    from distributed import Client

    try:
        # results come from the workers, not by way of the scheduler, which all commands share
        client = Client(  # type: ignore[no-untyped-call]
            address, timeout=CLUSTER_WAIT_S, set_as_default=False, direct_to_workers=True
        )
    except (OSError, ValueError) as error:
        raise TryAgain(
            f"no Dask scheduler answers ({error})", culprit=address, mend="Start it with: dask scheduler"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=CLUSTER_WAIT_S)
        except TimeoutError as error:
            raise TryAgain(
                "the scheduler has no worker", culprit=address, mend=f"Start some with: dateline worker {address}"
            ) from error
        executor = client.get_executor()  # type: ignore[no-untyped-call]
        with Cluster(executor, Layout.from_environment()) as ours:
            yield ours


class Cluster(Executor):
    """Dask's executor; each piece of work first sees that the worker is one of ours: of the same release, with the
    same folders."""

    def __init__(self, executor: Executor, layout: Layout) -> None:
        self._executor = executor
        self._ours = partial(_at_home, release(), folders(layout))

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        return self._executor.submit(self._ours, function, *args, **kwargs)

    def map(self, fn: Callable[..., T], *iterables: Iterable[Any], **options: Any) -> Iterator[T]:
        lists = map(list, iterables)  # of iterators Dask maps over none
        return self._executor.map(partial(self._ours, fn), *lists, **options)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._executor.shutdown(wait=wait and not cancel_futures)  # without waiting, Dask drops what waits


@cache
def release() -> str:
    """Names the code, its data files and the libraries that the outcome of a stage hangs on."""
    ours = (code_of(package) for package in ("scrapers", "warehouse"))
    return content_id(code_of("pipelines", *CLEANING, *EXTRACTION), *ours)


def folders(layout: Layout) -> dict[str, str]:
    """What a worker must have in common with the command: name -> where it lies."""
    declared = sources_directory()
    return {
        "data directory": str(layout.data),
        "staged files": str(layout.staging),
        "declarations": "of the release" if PROJECT in declared.parents else str(declared),
    }


def _at_home(expected: str, shared: dict[str, str], function: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
    """In a worker of a cluster: do the work, unless it would come out otherwise here.

    Raises:
        SettingError: another release is installed here, or the worker was started with other folders.
    """
    here = f"worker on {socket.gethostname()}"
    if release() != expected:
        raise SettingError(
            "another release of Dateline, or of a library of its, than the command has",
            culprit=here,
            mend="Install the same requirements.lock and the same code on every machine, then start the workers again",
        )
    for name, mine in folders(Layout.from_environment()).items():
        if mine != shared[name]:
            raise SettingError(
                f"works on the {name} {mine}, the command on {shared[name]}",
                culprit=here,
                mend=f"Start it with: dateline --data {shared['data directory']} worker ADDRESS, and with the same "
                "DATELINE_STAGING and DATELINE_SOURCES as the command",
            )
    return function(*args, **kwargs)
