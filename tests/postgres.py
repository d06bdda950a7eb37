"""A real Postgres on loopback for the tests that need one, once a test process; skipped where none is installed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

#: Who it runs as when the tests run as root, which Postgres refuses.
_SPARE = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server that trusts everyone on loopback."""

    programs: Path
    port: int
    host: str = "127.0.0.1"
    user: str = "dateline"

    def database(self, name: str) -> str:
        """Make an empty database; its connection string in libpq's words."""
        for program, options in (("dropdb", ["--if-exists", "--force"]), ("createdb", [])):
            where = ["--host", self.host, "--port", str(self.port), "--username", self.user]
            subprocess.run([self.programs / program, *where, *options, name], check=True, capture_output=True)
        return f"dbname={name} host={self.host} port={self.port} user={self.user}"

    def ask(self, name: str, question: str) -> None:
        """Run a statement in a database."""
        where = ["--host", self.host, "--port", str(self.port), "--username", self.user]
        subprocess.run([self.programs / "psql", *where, "-c", question, name], check=True, capture_output=True)


def _programs() -> Path | None:
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _as_other_user() -> list[str]:
    """What to put before a command so that it does not run as root."""
    if os.geteuid() != 0:
        return []
    known = Path("/etc/passwd").read_text("utf-8")
    user = next((name for name in _SPARE if known.startswith(f"{name}:") or f"\n{name}:" in known), None)
    if user is None or shutil.which("setpriv") is None:
        pytest.skip("Postgres does not run as root; there is no user postgres or nobody, or no setpriv")
    return ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"]


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a server with an empty cluster; it and its files go at the end."""
    programs = _programs()
    if programs is None:
        pytest.skip("no Postgres is installed; to run this: apt-get install postgresql")
    other = _as_other_user()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    # not in pytest's folder, which is closed to other users
    with tempfile.TemporaryDirectory(prefix="dateline-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if other:
            shutil.chown(folder, other[2], other[4])
        data = folder / "data"
        initdb = [str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "dateline", "-E", "UTF8", "--no-sync"]
        subprocess.run([*other, *initdb], check=True, capture_output=True, cwd=folder)
        settings = ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off"]
        command = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
        command += [word for setting in settings for word in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([*other, *command], stdout=log, stderr=log, cwd=folder)
        try:
            until = time.monotonic() + 30
            ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
            while subprocess.run(ready, check=False).returncode != 0:
                if server.poll() is not None or time.monotonic() > until:
                    raise AssertionError((folder / "log").read_text("utf-8"))
                time.sleep(0.05)
            yield Postgres(programs, port)
        finally:
            server.send_signal(signal.SIGINT)  # not SIGTERM, which waits for clients to leave
            server.wait(20)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of this test process's own."""
    with running() as server:
        yield server
