"""``dateline worker``: work for a cluster, on this machine."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pipelines.cli import app
from warehouse.layout import DATA_VARIABLE, Layout


@app.command()
def worker(
    scheduler: Annotated[str, typer.Argument(help="The Dask scheduler's address: tcp://HOST:PORT.")],
    processes: Annotated[int, typer.Option(min=1, help="Workers on this machine.")] = os.cpu_count() or 1,
) -> None:
    """Clean and extract what runs and commands elsewhere send ($DATELINE_WORKERS, --workers), until it is stopped.

    The data directory must be the same shared folder on every machine. A worker that dies is started again.
    """
    from pipelines.executors import require_dask

    require_dask(scheduler)
    # a worker has a process below it, which is killed at a page's time limit: Dask forbids that unless told otherwise
    os.environ |= {DATA_VARIABLE: str(Layout.from_environment().data), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    os.environ["DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED"] = (
        "False"  # a look at the stack every 10 ms, for a dashboard
    )
    words = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--nworkers", str(processes)]
    words += ["--nthreads", "1", "--no-dashboard"]  # one thread a process: extraction holds the interpreter's lock
    os.execv(sys.executable, words)  # noqa: S606 - our own interpreter; exec, so that signals reach Dask itself
