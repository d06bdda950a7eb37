"""The systemd units: no word of them is wrong, and what they start needs to write nothing but its own folders."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import PROJECT
from tests.processes import gone, wait_for
from tests.test_up import ASK_EVERY_S, free_port

UNITS = PROJECT / "deploy" / "systemd"
COMMAND = "/opt/dateline/.venv/bin/dateline"
#: As ProtectSystem=strict does: the program's own folder cannot be written.
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
HEALTH = """{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }
    repositoriesOrError { ... on RepositoryConnection { nodes { schedules { name scheduleState { status } } } } } }"""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="to run this: apt-get install systemd")
def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    """No unknown word, and little that a service could do beyond its work."""
    for path in UNITS.iterdir():
        text = path.read_text("utf-8").replace(COMMAND, sys.executable).replace("/opt/dateline", str(tmp_path))
        (tmp_path / path.name).write_text(text, "utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    verified = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    for unit in (unit for unit in units if unit.endswith(".service")):
        judged = ["systemd-analyze", "security", "--offline=true", "--threshold=25", unit]
        done = subprocess.run(judged, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:]


def unit(name: str, folder: Path) -> tuple[list[str], dict[str, str]]:
    """What a unit starts, and the environment it gives, its folders below ``folder``."""
    text = (UNITS / name).read_text("utf-8").replace("%S", str(folder / "state")).replace("%C", str(folder / "cache"))
    (command,) = re.findall(r"^ExecStart=(.+)$", text, re.M)
    pairs = [word.split("=", 1) for line in re.findall(r"^Environment=(.+)$", text, re.M) for word in line.split()]
    for kind in ("state", "cache"):
        for made in " ".join(re.findall(rf"^{kind.title()}Directory=(.+)$", text, re.M)).split():
            (folder / kind / made).mkdir(parents=True, exist_ok=True)
    return shlex.split(command), dict(pairs)


@contextmanager
def started(name: str, folder: Path, *more: str) -> Iterator[psutil.Process]:
    """A service as its unit starts it; ended as systemd ends it."""
    (program, *arguments), environment = unit(name, folder)
    assert program == COMMAND
    words = [sys.executable, "-c", "from pipelines.cli import main; main()", *arguments, *more]
    if os.geteuid() == 0 and shutil.which("unshare"):
        words = ["unshare", "--mount", "sh", "-c", READ_ONLY, str(PROJECT), *words]
    with (folder / f"{name}.log").open("wb") as log:
        process = psutil.Popen(
            words,
            cwd=PROJECT,
            env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        below = [process, *process.children(recursive=True)] if process.is_running() else []
        for each in below:  # the whole control group, as KillMode=control-group says
            each.terminate()
        _, left = psutil.wait_procs(below, 30)
        for each in left:
            each.kill()
        process.wait()
    assert all(map(gone, left)) or not left, f"{name} did not end within its TimeoutStopSec"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_two_services_start_find_each_other_and_end(tmp_path: Path) -> None:
    port = free_port()
    with (
        started("dateline-daemon.service", tmp_path) as daemon,
        started("dateline-webserver.service", tmp_path, "--port", str(port)) as webserver,
    ):

        def healthy() -> bool:
            for name, process in (("daemon", daemon), ("webserver", webserver)):
                assert not gone(process), (tmp_path / f"dateline-{name}.service.log").read_text("utf-8")
            told = ask(port)
            if told is None:
                return False
            nodes = told["repositoriesOrError"].get("nodes") or [{"schedules": []}]
            states = {each["name"]: each["scheduleState"]["status"] for each in nodes[0]["schedules"]}
            daemons = told["instance"]["daemonHealth"]["allDaemonStatuses"]
            well = {each["daemonType"]: each["healthy"] for each in daemons if each["required"]}
            return states.get("nightly_crawl") == "RUNNING" and bool(well) and all(well.values())

        wait_for(healthy, 240, "the page never told of a healthy daemon", ASK_EVERY_S)
    assert (tmp_path / "state" / "dateline" / "dagster").is_dir()


def ask(port: int) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql", json.dumps({"query": HEALTH}).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]
    except OSError:
        return None


def test_the_timer_starts_a_backup_of_the_services_data(tmp_path: Path) -> None:
    command, environment = unit("dateline-backup.service", tmp_path)
    assert command == [COMMAND, "backup", "/mnt/backup/dateline"]
    assert environment["DATELINE_DATA"] == unit("dateline-daemon.service", tmp_path)[1]["DATELINE_DATA"]
    assert (UNITS / "dateline-backup.timer").exists(), "a timer starts the service of its own name"
