"""What all tests share: no test touches the real data directory, and the demo is built once for all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from hypothesis import settings

from tests.postgres import postgres  # noqa: F401 - a fixture for all
from warehouse.migrate import migrate
from warehouse.single_file import SingleFile

PROJECT = Path(__file__).resolve().parent.parent

# The gate draws the same examples every time, so that it fails for a change and never by chance or for a slow machine;
# `pytest --hypothesis-profile=search` looks for new ones.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("gate")

# a shell starts what it runs in the background deaf to Ctrl-C, and every process of a test would inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)

# where an environment says to keep no compiled modules, each of the hundreds of processes would compile ours anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# the demo newspaper stands on fixed ports: each test process gets its own
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
os.environ["DATELINE_DEMO_PORT"] = str(18500 + 10 * _WORKER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that at the end no process is left alone with one."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own, in force for everything the test starts."""
    data = tmp_path / "data"
    monkeypatch.setenv("DATELINE_DATA", str(data))
    monkeypatch.delenv("DATELINE_SOURCES", raising=False)
    monkeypatch.delenv("DATELINE_ALERT", raising=False)
    monkeypatch.delenv("DATELINE_WAREHOUSE", raising=False)
    return data


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse file of today's schema, nothing in it, as a first load makes it before it merges."""
    path = tmp_path_factory.mktemp("empty") / "live.duckdb"
    with duckdb.connect(str(path)) as connection:
        migrate(connection)
    return path


@pytest.fixture(autouse=True)
def begins_with_tables(empty_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first load in the test's own process finds its empty tables made: making them takes half a second, and hundreds
    of tests begin with one. Commands make theirs, and so do the tests of making them (tests/test_migrations.py)."""
    opened = SingleFile._open

    def with_tables(self: SingleFile) -> duckdb.DuckDBPyConnection:
        if self.live.parent.is_dir() and not self.live.exists():
            try:
                shutil.copyfile(empty_warehouse, self.live)
            except OSError:  # a full disk: DuckDB shall meet it
                self.live.unlink(missing_ok=True)
        return opened(self)

    monkeypatch.setattr(SingleFile, "_open", with_tables)


def dateline(*arguments: str, data: Path, check: bool = True, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the real ``dateline`` command on a data directory; ``extra`` adds environment variables."""
    environment = {**os.environ, "DATELINE_DATA": str(data), "COLUMNS": "200", **extra}
    done = subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"dateline {' '.join(arguments)} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data directory of one real ``dateline demo`` run: crawled, loaded and published.

    Built by the first test process that asks; the others wait and share it. Read only.
    """
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":  # pytest-xdist: the workers' folders have one parent
        shared = shared.parent
    data = shared / "demo"
    with FileLock(shared / "demo.lock"):
        if not (data / "report.txt").exists():
            done = dateline("demo", data=data)
            (data / "report.txt").write_text(done.stdout, "utf-8")
    return data / "demo"
