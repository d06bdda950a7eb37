"""Where Dagster keeps its runs, events and schedules: SQLite in the data directory, or the Postgres that
``$DATELINE_DAGSTER_STORAGE`` names. ``dagster.yaml`` leads here, so that one variable is all there is to change."""

import os
from typing import Any
from urllib.parse import urlsplit

from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from warehouse.errors import SettingError, TryAgain

#: A Postgres as ``postgresql://user:password@host:5432/database``; libpq takes the password from elsewhere, too.
POSTGRES_VARIABLE = "DATELINE_DAGSTER_STORAGE"


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
        return _postgres(url, inst_data) if url else DagsterSqliteStorage(inst_data=inst_data, **config_value)


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
        psycopg2.connect(url, connect_timeout=10).close()
    except psycopg2.OperationalError as error:
        said = " ".join(str(error).split())
        if "FATAL" in said:  # it answers, and refuses: the password, the database
            raise SettingError(f"Postgres refuses: {said}", culprit=culprit, mend="Mend the address") from None
        raise TryAgain(f"Postgres does not answer: {said}", culprit=culprit, mend="See that it runs") from None
    # dagster-postgres brings psycopg2; SQLAlchemy 2.1 looks for another driver unless it is named
    return DagsterPostgresStorage("postgresql+psycopg2" + url.removeprefix("postgresql"), inst_data=inst_data)
