"""DuckDB's extensions, loaded from the packages of requirements-lake.lock: nothing is downloaded at run time.

ducklake, postgres_scanner    a lake and its catalog
httpfs                        a lake's files in an object store
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import duckdb

from warehouse.errors import SettingError

S3: Final = "s3://"

#: What an S3 that has no regions takes for one.
_REGION: Final = "us-east-1"


def load_extensions(connection: duckdb.DuckDBPyConnection, where: str, *names: str) -> None:
    """Load extensions into a connection.

    Raises:
        SettingError: one is not installed; ``where`` names what needs it.
    """
    for name in names:
        package = importlib.util.find_spec(f"duckdb_extension_{name}")
        places = package.submodule_search_locations if package else None
        files = [path for place in places or () for path in Path(place).glob(f"**/{name}.duckdb_extension")]
        if not files:
            raise SettingError(
                f"DuckDB's extension {name} is not installed", culprit=where, mend="Run: pip install 'dateline[lake]'"
            )
        connection.execute(f"LOAD {quoted(str(files[0]))}")


def reach_s3(connection: duckdb.DuckDBPyConnection, where: str) -> None:
    """Let a connection read and write ``s3://`` addresses, with the keys that staged files take as well: the variables
    ``AWS_*`` of this process. DuckDB shows a secret to nobody who asks.

    Raises:
        SettingError: the extension is not installed, or there are no keys.
    """
    load_extensions(connection, where, "httpfs")
    key, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not key or not secret:
        raise SettingError(
            "its files lie in an object store, and there are no keys to one in the environment",
            culprit=where,
            mend="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_ENDPOINT_URL if it is not Amazon's",
        )
    options = {"TYPE": "s3", "KEY_ID": key, "SECRET": secret}
    options["REGION"] = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or _REGION
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        options["SESSION_TOKEN"] = token
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        address = urlsplit(endpoint)
        options["ENDPOINT"] = address.netloc + address.path.rstrip("/")
        options["URL_STYLE"] = "path"  # a bucket as a host name needs a name server of its own
        options["USE_SSL"] = "false" if address.scheme == "http" else "true"
    told = ", ".join(f"{name} {quoted(value)}" for name, value in options.items())
    connection.execute(f"CREATE OR REPLACE SECRET ({told})")


def quoted(text: str) -> str:
    """A string as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
