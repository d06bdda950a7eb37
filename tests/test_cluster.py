"""Bulk extraction on a real Dask cluster over TCP: the same staged files as one process makes, whoever dies."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from distributed import Client

from pipelines.executors import WORKERS_VARIABLE, Cluster, configured, workers
from tests.processes import Command, gone, wait_for
from warehouse.errors import SettingError, TryAgain
from warehouse.layout import STAGING_VARIABLE, Layout

SPAN = ("reprocess", "--from", "2000-01-01", "--to", "today", "--no-load")

#: A day of the demo has few sources, so its pages are handed out; unless few are called many, and one of them large.
PAGES = "from pipelines.cli import main; main()"
SOURCES = f"from pipelines import reprocess; reprocess.WHOLE_FROM, reprocess.WHOLE_BYTES = 1, 60_000; {PAGES}"


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler of the test's own, without workers."""
    file = tmp_path / "scheduler.json"
    words = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    running = Command("--scheduler-file", str(file), data=tmp_path, words=words, log=tmp_path / "scheduler.log")
    try:
        wait_for(file.exists, 60, (tmp_path / "scheduler.log").read_text("utf-8"))
        with Client(scheduler_file=str(file), set_as_default=False) as client:
            yield client.scheduler.address
    finally:
        running.process.terminate()
        running.process.wait(30)


def staged(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in (data / "staging").rglob("*.parquet")}


@pytest.mark.slow
def test_a_killed_worker_and_a_second_command_change_no_byte(demo: Path, scheduler: str, tmp_path: Path) -> None:
    """Three workers, one killed with SIGKILL at its work; two commands at once, so that pieces are done twice. One
    hands out pages, the other whole sources, which the workers stage."""
    data = tmp_path / "shared"
    shutil.copytree(demo, data)
    alone = staged(data)  # as single-process runs made them
    for stage in ("articles", "verdicts", "profiles", "incidents"):
        shutil.rmtree(data / "staging" / stage)
    cluster = Command("worker", scheduler, "--processes", "3", data=data, log=tmp_path / "workers.log")
    commands = []
    try:
        with Client(scheduler, set_as_default=False) as client:
            client.wait_for_workers(3, timeout=60)
            pids = client.run(os.getpid)
            commands = [
                Command(*SPAN, "--workers", scheduler, data=data, words=["-c", code]) for code in (PAGES, SOURCES)
            ]
            busy: list[psutil.Process] = []

            def at_work() -> bool:
                at_it = [psutil.Process(pids[address]) for address, tasks in client.processing().items() if tasks]
                busy[:] = [process for process in at_it if process.children()]  # its page judge has begun
                return bool(busy) or any(command.process.poll() is not None for command in commands)

            wait_for(at_work, 60, "no worker was ever at work")
            assert busy, [command.end() for command in commands]
            below = busy[0].children(recursive=True)
            busy[0].kill()
        said = [command.end() for command in commands]
    finally:
        for command in (*commands, cluster):
            command.process.terminate()
            command.process.wait(30)
    assert [command.process.returncode for command in commands] == [0, 0], said
    assert all("read again" in told for told in said), said
    assert staged(data) == alone
    wait_for(lambda: all(gone(process) for process in below), 10, "the killed worker's page judge lives on")


def test_a_worker_of_another_data_directory_does_nothing(scheduler: str, tmp_path: Path, own_data: Path) -> None:
    other = tmp_path / "other"
    cluster = Command("worker", scheduler, "--processes", "1", data=other, log=tmp_path / "workers.log")
    try:
        with workers(scheduler) as pool, pytest.raises(SettingError, match=f"works on the data directory {other}"):
            list(pool.map(len, ["no work is done here"]))
    finally:
        cluster.process.terminate()
        cluster.process.wait(30)


def test_a_worker_that_would_stage_elsewhere_does_nothing(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadPoolExecutor(1) as threads:
        pool = Cluster(threads, Layout(own_data))
        monkeypatch.setenv(STAGING_VARIABLE, "/elsewhere")
        with pytest.raises(SettingError, match=r"staged files /elsewhere, the command on .*DATELINE_STAGING"):
            list(pool.map(len, ["no work is done here"]))


def test_a_setting_that_names_no_workers_is_told(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("0", "-1", "many", "http://scheduler:8786"):
        monkeypatch.setenv(WORKERS_VARIABLE, wrong)
        with pytest.raises(SettingError, match="names no workers"), configured():
            pass
    monkeypatch.delenv(WORKERS_VARIABLE)
    with configured() as pool:
        assert pool is None


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.executors.CLUSTER_WAIT_S", 1)
    with pytest.raises(TryAgain, match=r"tcp://127.0.0.1:9: no Dask scheduler answers"), workers("tcp://127.0.0.1:9"):
        pass


def test_without_dask_the_setting_says_how_to_get_it(own_data: Path) -> None:
    code = (
        "import sys; sys.modules['distributed'] = None; import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'distributed' else find(name, *a)\n"
        "from pipelines.cli import main; main()"
    )
    command = Command("worker", "tcp://127.0.0.1:9", data=own_data, words=["-c", code])
    assert "requirements-cluster.lock" in command.end()
    assert command.process.returncode == 1
