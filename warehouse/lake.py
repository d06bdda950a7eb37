"""The warehouse as a DuckLake: rows in Parquet files that every machine sees, the catalog of them in Postgres.

The address is ``ducklake:postgres:`` and what libpq calls a connection string, with one word of ours:
``data_path``, the folder of the Parquet files. It is needed once, when the lake is made; the catalog keeps it.

A lake has no primary keys, and two writers that merge the same new key both add it. DuckLake's own check for that does
not see all of it (docs/decisions.md), so writers take turns: a load holds an advisory lock of the catalog's Postgres,
which goes when its connection does. Readers need no lock; each sees the snapshot that was newest when it came.
"""

from __future__ import annotations

import importlib.util
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import duckdb

from warehouse.address import parsed
from warehouse.errors import DatelineError, SettingError, TryAgain, WarehouseError, disk_error
from warehouse.migrate import keys, migrate
from warehouse.tables import refuse_twice
from warehouse.turns import wait_for_turn

PREFIX: Final = "ducklake:postgres:"

#: Names the lake in a connection.
_NAME: Final = "lake"

#: The extensions in the order they are loaded, from packages: nothing is downloaded at run time.
_EXTENSIONS: Final = ("postgres_scanner", "ducklake")

#: Snapshots are kept this long: nobody reads one answer for longer. Files that a killed writer left go after a day.
KEPT: Final = timedelta(days=7)
ORPHANED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lake:
    """A DuckLake.

    Args:
        catalog: libpq's connection string of the catalog's database, without a password.
        data_path: the folder of the Parquet files as the address gives it; None leaves it to the catalog.
        local: a folder of this machine: for the Parquet files of a new lake whose address names none.
    """

    catalog: str
    data_path: str | None
    local: Path

    @classmethod
    def of(cls, address: str, local: Path) -> Lake:
        """The lake at an address.

        Raises:
            SettingError: the address is malformed, holds a password or names a data path that is no folder.
        """
        catalog, data_path = parsed(address.removeprefix(PREFIX))
        return cls(catalog, data_path, local)

    @property
    def where(self) -> str:
        return PREFIX + self.catalog

    @property
    def loaded(self) -> str:
        return f"loaded-{sha256(self.catalog.encode()).hexdigest()[:12]}"

    def exists(self) -> bool:
        try:
            with self.read():
                return True
        except WarehouseError:
            return False

    def published_at(self) -> datetime | None:
        try:
            with self.read() as connection:
                row = connection.execute(f"SELECT max(snapshot_time) FROM {_NAME}.snapshots()").fetchone()  # noqa: S608
        except WarehouseError:
            return None
        return None if row is None else row[0].astimezone(UTC)

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Wait for the turn to write, and hold it.

        Raises:
            TryAgain: another writer did not end in time; Postgres does not answer.
            SettingError: Postgres refuses.
        """
        with self._errors(), self._connection() as connection, connection.cursor() as turn:
            wait_for_turn(turn, self.catalog, self.where)
            self._open(connection)
            yield connection

    def read(self) -> duckdb.DuckDBPyConnection:
        connection = self._connection()
        try:
            with self._errors():
                self._attach(connection, "READ_ONLY")
                ((snapshot,),) = connection.execute(f"FROM {_NAME}.current_snapshot()").fetchall()
                connection.execute(f"USE memory; DETACH {_NAME}")
                self._attach(connection, "READ_ONLY", f"SNAPSHOT_VERSION {snapshot}")
                built = connection.execute("SELECT count(*) FROM store.view_files WHERE sha256 <> ''").fetchone()
                if built is None or not built[0]:
                    raise WarehouseError("its views are being built")
        except WarehouseError as error:
            connection.close()
            raise WarehouseError(
                f"nothing is published yet, or it cannot be read ({error.problem})",
                culprit=self.where,
                mend="Run: dateline crawl SOURCE, or dateline load",
            ) from error
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def beside(self, connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[None]:
        load_extensions(connection, self.where)
        with self._errors(), connection.cursor() as turn:
            wait_for_turn(turn, self.catalog, self.where)
            connection.execute(f"ATTACH {_quoted(self.where)} AS {name} (READ_ONLY)")
            yield

    def publish(self) -> int:
        """Nothing but the views of today: a load is seen as soon as it is committed."""
        if not self.exists():
            raise WarehouseError(
                "there is no warehouse yet", culprit=self.where, mend="Load a day first: dateline crawl"
            )
        with self.writing() as connection:
            migrate(connection)
            return _size(connection)

    def compact(self) -> tuple[int, int]:
        """Make few files of many, forget snapshots older than ``KEPT`` and delete what nothing refers to any more.

        Raises:
            WarehouseError: a table has two rows of one key; nothing was done.
        """
        now = datetime.now(UTC)
        with self.writing() as connection:
            for table in keys():
                refuse_twice(connection, table.removeprefix("store."))
            before = _size(connection)
            connection.execute(f"CALL ducklake_rewrite_data_files('{_NAME}')")
            connection.execute(f"CALL ducklake_merge_adjacent_files('{_NAME}')")
            connection.execute(f"CALL ducklake_expire_snapshots('{_NAME}', older_than => ?)", [now - KEPT])
            connection.execute(f"CALL ducklake_cleanup_old_files('{_NAME}', older_than => ?)", [now - KEPT])
            connection.execute(f"CALL ducklake_delete_orphaned_files('{_NAME}', older_than => ?)", [now - ORPHANED])
            return before, _size(connection)

    def _open(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Attach the lake for writing; make it where there is none.

        Raises:
            SettingError: its files lie elsewhere than the address says, or would be made among others.
        """
        try:
            self._attach(connection)
        except duckdb.Error as error:
            if "data_path is not set" not in str(error):
                raise
            folder = Path(self.data_path or self.local)  # it is new
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise SettingError(
                    "is no empty folder, as the files of a new lake need: upkeep deletes what the lake does not know",
                    culprit=f"data_path={folder}",
                    mend="Name an empty one",
                ) from error
            self._attach(connection, f"DATA_PATH {_quoted(str(folder))}")
            return
        stored = connection.execute(f"SELECT value FROM {_NAME}.options() WHERE option_name = 'data_path'").fetchone()  # noqa: S608
        if self.data_path is not None and stored is not None and Path(stored[0]) != Path(self.data_path):
            raise SettingError(
                f"the lake's files lie in {stored[0]}",
                culprit=f"data_path={self.data_path}",
                mend="Take data_path out of the address, or name that folder",
            )

    def _attach(self, connection: duckdb.DuckDBPyConnection, *options: str) -> None:
        # rows inlined in the catalog were seen to come back after a delete (duckdb/ducklake#1215): none are
        chosen = options if "READ_ONLY" in options else ("DATA_INLINING_ROW_LIMIT 0", *options)
        connection.execute(f"ATTACH {_quoted(self.where)} AS {_NAME} ({', '.join(chosen)})")
        connection.execute(f"USE {_NAME}")

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB in memory with the extensions loaded.

        Raises:
            SettingError: they are not installed.
        """
        connection = duckdb.connect(config={"autoinstall_known_extensions": False})
        load_extensions(connection, self.where)
        # what does not fit the memory: beside the data, a folder a process (DuckDB makes it when it is needed)
        spill = self.local.with_name(f"spill-{socket.gethostname()}-{os.getpid()}")
        connection.execute(f"SET temp_directory = {_quoted(str(spill))}")
        return connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """What DuckDB says of Postgres and of the lake, as an error of ours."""
        try:
            yield
        except duckdb.Error as error:
            raise self._told(error) from error

    def _told(self, error: duckdb.Error) -> DatelineError:
        said = str(error).splitlines()[0]
        if "FATAL:" in str(error):
            cause = str(error).split("FATAL:", 1)[1].strip()
            return SettingError(
                f"Postgres says: {cause}",
                culprit=self.where,
                mend="Make the database and the user, or mend the address; a password stands in ~/.pgpass",
            )
        if "Unable to connect to Postgres" in said or "connection to server" in str(error):
            return TryAgain(
                "Postgres does not answer", culprit=self.where, mend="See that it runs and can be reached from here"
            )
        if isinstance(error, duckdb.TransactionException):
            return TryAgain(
                f"another writer came between ({said})",
                culprit=self.where,
                mend="Run this again; nothing of it was kept",
            )
        if isinstance(error, duckdb.IOException):
            return disk_error(error, Path(self.data_path or self.local)) or WarehouseError(
                said, culprit=self.where, mend="See that the folder of its files is mounted here, under the same path"
            )
        return WarehouseError(said, culprit=self.where, mend="If a newer Dateline or DuckDB wrote it, update this one")


def load_extensions(connection: duckdb.DuckDBPyConnection, where: str) -> None:
    """Load what a lake needs into a connection, from the packages.

    Raises:
        SettingError: they are not installed; ``where`` names the lake.
    """
    for name in _EXTENSIONS:
        package = importlib.util.find_spec(f"duckdb_extension_{name}")
        places = package.submodule_search_locations if package else None
        files = [path for place in places or () for path in Path(place).glob(f"**/{name}.duckdb_extension")]
        if not files:
            raise SettingError(
                f"DuckDB's extension {name} is not installed", culprit=where, mend="Run: pip install 'dateline[lake]'"
            )
        connection.execute(f"LOAD {_quoted(str(files[0]))}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _size(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes of the files that make the newest snapshot."""
    row = connection.execute("SELECT sum(file_size_bytes)::BIGINT FROM ducklake_table_info(?)", [_NAME]).fetchone()
    return int(row[0] or 0) if row else 0
