"""Dagster's records in a real Postgres, by one variable; its password stands in no message and no file."""

from __future__ import annotations

import shutil
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from pipelines import runs
from pipelines.dagster_storage import Storage
from pipelines.definitions import defs
from tests.postgres import Postgres
from warehouse.errors import DatelineError, SettingError, TryAgain
from warehouse.layout import Layout

PASSWORD = "hunter2"


@pytest.fixture
def restored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "DATELINE_DAGSTER", "DATELINE_SOURCES"):
        monkeypatch.setenv(name, "")  # `opened` sets them; here they are taken back


@pytest.mark.usefixtures("restored")
def test_a_day_of_the_demo_is_loaded_with_its_run_kept_in_postgres(
    postgres: Postgres,
    demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("dagster_postgres", reason="to run this: pip install -r requirements-postgres.lock")
    postgres.database("dagster")
    data = Path(shutil.copytree(demo, tmp_path / "demo", ignore=shutil.ignore_patterns("dagster")))
    (day,) = {path.stem for path in data.glob("staging/pages/*/*.parquet")}
    monkeypatch.setenv("DATELINE_DATA", str(data))
    url = f"postgresql://{postgres.user}:{PASSWORD}@{postgres.host}:{postgres.port}/dagster"
    monkeypatch.setenv("DATELINE_DAGSTER_STORAGE", url)
    with runs.opened(Layout(data)) as instance:
        assert defs.resolve_job_def("load").execute_in_process(partition_key=day, instance=instance).success
    asked = "SELECT pipeline_name, status, partition FROM runs"
    where = ["-h", postgres.host, "-p", str(postgres.port), "-U", postgres.user, "-d", "dagster", "-At", "-c"]
    kept = subprocess.run([postgres.programs / "psql", *where, asked], check=True, capture_output=True, text=True)
    assert kept.stdout.splitlines() == [f"load|SUCCESS|{day}"]
    assert not list((data / "dagster").rglob("*.db")), "and nothing in SQLite"
    said = capfd.readouterr()
    files = [path.read_text("utf-8", "replace") for path in (data / "dagster").rglob("*") if path.is_file()]
    assert not [text for text in (*files, said.out, said.err) if PASSWORD in text]


AT_ONCE = 3


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_code_servers_that_start_at_once_find_a_storage_made_once(
    kind: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if kind == "postgres":
        pytest.importorskip("dagster_postgres", reason="to run this: pip install -r requirements-postgres.lock")
        server: Postgres = request.getfixturevalue("postgres")
        server.database("fresh")
        url = f"postgresql://{server.user}@{server.host}:{server.port}/fresh"
        monkeypatch.setenv("DATELINE_DAGSTER_STORAGE", url)
    together = Barrier(AT_ONCE)

    def opened(number: int) -> int:
        together.wait()
        storage = Storage.from_config_value(None, {"base_dir": str(tmp_path / "dagster")})
        return len(storage.run_storage.get_runs(limit=1)) + len(storage.schedule_storage.all_instigator_state())

    with ThreadPoolExecutor(AT_ONCE) as servers:
        assert list(servers.map(opened, range(AT_ONCE))) == [0] * AT_ONCE
    assert not caplog.records, "on Postgres Dagster tries a few times, and says so"


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    "url",
    [
        f"sqlite:///{PASSWORD}",
        f"postgresql://dateline:{PASSWORD}@localhost",  # no database
        f"postgresql://dateline:{PASSWORD}/x@localhost:5432/dagster",  # an unescaped slash in the password
        f"postgresql://dateline:{PASSWORD}@localhost:port/dagster",
        f"postgresql:dateline:{PASSWORD}",
    ],
)
def test_an_address_that_cannot_be_used_is_named_without_its_secret(
    url: str, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DAGSTER_STORAGE", url)
    with (
        pytest.raises(SettingError, match="DATELINE_DAGSTER_STORAGE: is no address") as caught,
        runs.opened(Layout(own_data)),
    ):
        pass
    assert PASSWORD not in told(caught.value)


@pytest.mark.usefixtures("restored")
def test_a_postgres_that_is_not_there_is_worth_another_try(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dagster_postgres", reason="to run this: pip install -r requirements-postgres.lock")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    monkeypatch.setenv("DATELINE_DAGSTER_STORAGE", f"postgresql://dateline:{PASSWORD}@127.0.0.1:{port}/dagster")
    with pytest.raises(TryAgain, match="Postgres does not answer") as caught, runs.opened(Layout(own_data)):
        pass
    assert PASSWORD not in told(caught.value)


@pytest.mark.usefixtures("restored")
def test_a_database_that_is_not_there_is_named(
    postgres: Postgres, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dagster_postgres", reason="to run this: pip install -r requirements-postgres.lock")
    url = f"postgresql://{postgres.user}:{PASSWORD}@{postgres.host}:{postgres.port}/nowhere"
    monkeypatch.setenv("DATELINE_DAGSTER_STORAGE", url)
    with pytest.raises(SettingError, match='"nowhere" does not exist') as caught, runs.opened(Layout(own_data)):
        pass
    assert PASSWORD not in told(caught.value)


def told(error: DatelineError) -> str:
    return f"{error} {error.__cause__} {'' if error.__suppress_context__ else error.__context__}"
