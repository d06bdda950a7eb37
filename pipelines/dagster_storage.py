"""Where Dagster keeps its runs, events and schedules: SQLite in the data directory, or the Postgres that
``$DATELINE_DAGSTER_STORAGE`` names. ``dagster.yaml`` leads here, so that one variable is all there is to change.

Every process opens the storage through here: code servers, webserver, daemon, runs, commands. Dagster makes its tables
at the first opening, without regard to another process that does; so they open it one after the other."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from filelock import FileLock

from warehouse.errors import SettingError, TryAgain

#: A Postgres as ``postgresql://user:password@host:5432/database``; libpq takes the password from elsewhere, too.
POSTGRES_VARIABLE = "DATELINE_DAGSTER_STORAGE"

#: The number of our advisory lock in that database; any would do that is not the one of :mod:`warehouse.turns`.
_LOCK: Final = 7_232_666


class Storage(DagsterSqliteStorage):
    """Dagster's storage, as the environment says."""

    @classmethod
    def from_config_value(  # type: ignore[override]  # Dagster asks for any storage
        cls, inst_data: ConfigurableClassData | None, config_value: dict[str, Any]
    ) -> DagsterStorage:
        """What ``dagster.yaml`` builds.

        Raises:
            SettingError: the variable is no address of a Postgres, the database refuses it, or the driver is missing.
            TryAgain: the Postgres does not answer.
        """
        url = os.environ.get(POSTGRES_VARIABLE)
        if url:
            return _postgres(url, inst_data)
        folder = Path(config_value["base_dir"])
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "storage.lock"):
            return DagsterSqliteStorage(str(folder), inst_data)


def _postgres(url: str, inst_data: ConfigurableClassData | None) -> DagsterStorage:
    """No message of this holds the address: there may be a password in it."""
    culprit = f"${POSTGRES_VARIABLE}"
    try:
        address = urlsplit(url)
        fine = address.scheme == "postgresql" and address.hostname and address.path.strip("/") and address.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise SettingError(
            "is no address of a Postgres database",
            culprit=culprit,
            mend="Write postgresql://user:password@host:5432/database, / and @ of a password as %2F and %40",
        )
    try:
        import psycopg2  # type: ignore[import-untyped]
        from dagster_postgres import DagsterPostgresStorage
    except ImportError as error:
        raise SettingError(
            f"needs a package that is not installed ({error})",
            culprit=culprit,
            mend="pip install --no-deps --require-hashes -r requirements-postgres.lock",
        ) from None
    try:  # Dagster would try for ten seconds, and then not say why
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.OperationalError as error:
        said = " ".join(str(error).split())
        if "FATAL" in said:  # it answers, and refuses: the password, the database
            raise SettingError(f"Postgres refuses: {said}", culprit=culprit, mend="Mend the address") from None
        raise TryAgain(f"Postgres does not answer: {said}", culprit=culprit, mend="See that it runs") from None
    with closing(connection), connection.cursor() as turn:  # the lock goes with the connection
        turn.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        # dagster-postgres brings psycopg2; SQLAlchemy 2.1 looks for another driver unless it is named
        return DagsterPostgresStorage("postgresql+psycopg2" + url.removeprefix("postgresql"), inst_data=inst_data)
