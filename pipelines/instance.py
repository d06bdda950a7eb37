"""The Dagster instance of one data directory: its environment, its pools, its sources, its wounds."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from scrapers.source import survey
from warehouse.errors import SettingError, disk_errors
from warehouse.layout import DATA_VARIABLE, PROJECT, SOURCES_VARIABLE, Layout, sources_directory

if TYPE_CHECKING:  # importing Dagster takes a second, and a command that starts runs leaves Dagster to them
    import dagster as dg

#: What ``dagster.yaml`` reads its storage folder from.
STORAGE_VARIABLE = "DATELINE_DAGSTER"

#: Names a workspace file, where the definitions are served by other processes (``deploy/workspace.yaml``).
WORKSPACE_VARIABLE = "DATELINE_WORKSPACE"

#: The process that runs a command-line run, so that a later command can tell whether it lives.
PID_TAG = "dateline/pid"


#: Slots a pool: crawls mostly wait for the network, and four at once are polite to a small machine's
#: line; DuckDB has one writer. Archives are asked by one fill at a time: they are few, they limit their clients, and
#: one walk of CC-NEWS serves all sources. Extraction has no pool: a step that waits for a slot keeps its whole
#: process waiting, and runs are limited already (``dagster.yaml``).
POOLS = {"crawl": 4, "archive": 1, "warehouse": 1}


def environment(layout: Layout) -> dict[str, str]:
    """What every process of this data directory needs in its environment."""
    return {
        "DAGSTER_HOME": str(PROJECT),
        STORAGE_VARIABLE: str(layout.dagster),
        DATA_VARIABLE: str(layout.data),
        SOURCES_VARIABLE: str(sources_directory()),
    }


def definitions() -> list[str]:
    """Where Dagster's commands find the definitions, as their options: in this checkout, or where
    ``$DATELINE_WORKSPACE`` says.

    Raises:
        SettingError: there is no such file.
    """
    workspace = os.environ.get(WORKSPACE_VARIABLE)
    if not workspace:
        return ["-m", "pipelines.definitions"]
    if not Path(workspace).is_file():
        raise SettingError(
            f"{workspace} is no file", culprit=f"${WORKSPACE_VARIABLE}", mend="Name a workspace file of Dagster's"
        )
    return ["-w", workspace]


def prepare(layout: Layout) -> dg.DagsterInstance:
    """Open the instance, ready to run: environment set, pool limits and source partitions in step,
    runs of dead commands closed and their slots freed.

    Raises:
        TryAgain, SettingError: the disk is full, or read-only.
    """
    import dagster as dg

    os.environ.update(environment(layout))
    with disk_errors(layout.dagster):
        layout.dagster.mkdir(parents=True, exist_ok=True)
        # Dagster makes its tables and pools without regard to another process that does: two services that a
        # server starts at once would meet here
        with FileLock(layout.dagster / "prepare.lock"):
            instance = dg.DagsterInstance.get()
            for pool, limit in POOLS.items():
                instance.event_log_storage.set_concurrency_slots(pool, limit)
            declared = {source.id for source in survey()[0].values() if source.enabled}
            if new := declared - set(instance.get_dynamic_partitions("sources")):
                instance.add_dynamic_partitions("sources", sorted(new))
            close_dead_runs(instance)
    return instance


def close_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark command-line runs whose process is gone as failed and free their slots.

    Under ``dateline up`` the daemon does this; a killed ``dateline crawl`` has no daemon to do it,
    and its slot would block the next command for ever.
    """
    from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES, RunsFilter

    closed = []
    for run in instance.get_runs(RunsFilter(statuses=IN_PROGRESS_RUN_STATUSES)):
        pid = run.tags.get(PID_TAG)
        if pid is not None and not _lives(int(pid)):
            instance.report_run_failed(run, f"process {pid} that ran it is gone ({datetime.now(UTC):%F %T} UTC)")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            closed.append(run.run_id)
    return closed


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's: it lives
        return True
    try:  # a container without an init keeps the dead as zombies
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:  # gone meanwhile, or no Linux: the next command sees
        return not sys.platform.startswith("linux")
