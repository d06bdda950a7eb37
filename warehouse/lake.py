"""The warehouse as a DuckLake: rows in Parquet files that every machine sees, the catalog of them in Postgres.

The address is ``ducklake:postgres:`` and what libpq calls a connection string, with one word of ours:
``data_path``, the folder of the Parquet files, or their place in an object store (``s3://bucket/folder``). It is needed
once, when the lake is made; the catalog keeps it.

A lake has no primary keys, and two writers that merge the same new key both add it. DuckLake's own check for that does
not see all of it (docs/decisions.md), so writers take turns: a load holds an advisory lock of the catalog's Postgres,
which goes when its connection does. Readers need no lock; each sees the snapshot that was newest when it came.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import duckdb

from warehouse.address import parsed
from warehouse.errors import DatelineError, SettingError, TryAgain, WarehouseError, disk_error
from warehouse.extensions import S3, load_extensions, quoted, reach_s3
from warehouse.migrate import keys, migrate
from warehouse.tables import refuse_twice
from warehouse.turns import turn

PREFIX: Final = "ducklake:postgres:"

#: Names the lake in a connection.
_NAME: Final = "lake"

#: The extensions in the order they are loaded.
EXTENSIONS: Final = ("postgres_scanner", "ducklake")

#: Asked of the catalog's Postgres: whether it holds a lake, and where the lake's files lie.
_MADE: Final = "SELECT tablename FROM pg_tables WHERE tablename = 'ducklake_metadata'"
_PLACE: Final = "SELECT value FROM ducklake_metadata WHERE key = 'data_path'"

#: Snapshots are kept this long: nobody reads one answer for longer. Files that a killed writer left go after a day.
KEPT: Final = timedelta(days=7)
ORPHANED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lake:
    """A DuckLake.

    Args:
        catalog: libpq's connection string of the catalog's database, without a password.
        data_path: where the Parquet files lie, as the address gives it; None leaves it to the catalog.
        local: a folder of this machine: for the Parquet files of a new lake whose address names none.
    """

    catalog: str
    data_path: str | None
    local: Path

    @classmethod
    def of(cls, address: str, local: Path) -> Lake:
        """The lake at an address.

        Raises:
            SettingError: the address is malformed, holds a password or names a data path that is neither a folder nor
                in an object store.
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
        with (
            self._errors(),
            self._connection() as connection,
            connection.cursor() as holder,
            turn(holder, self.catalog, self.where),
        ):
            self._open(connection)
            yield connection

    def read(self) -> duckdb.DuckDBPyConnection:
        connection = self._connection()
        try:
            with self._errors():
                self._place(connection)
                self._attach_newest(connection, _NAME)
                connection.execute(f"USE {_NAME}")
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
    def beside(self, connection: duckdb.DuckDBPyConnection, name: str, *, held: bool = True) -> Iterator[None]:
        load_extensions(connection, self.where, *EXTENSIONS)
        with (
            self._errors(),
            connection.cursor() as holder,
            turn(holder, self.catalog, self.where) if held else nullcontext(),
        ):
            self._place(connection)
            self._attach_newest(connection, name)
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
        place = self._place(connection)
        if place is None:
            self._make(connection, self.data_path or str(self.local))
        elif self.data_path is not None and _plain(place) != _plain(self.data_path):
            raise SettingError(
                f"the lake's files lie in {place}",
                culprit=f"data_path={self.data_path}",
                mend="Take data_path out of the address, or name that folder",
            )
        else:
            self._attach(connection)

    def _make(self, connection: duckdb.DuckDBPyConnection, place: str) -> None:
        """Attach a new lake.

        Raises:
            SettingError: there is something already where its files would lie.
        """
        if place.startswith(S3):
            reach_s3(connection, self.where)
            free = connection.execute("FROM glob(?) LIMIT 1", [f"{_plain(place)}/**"]).fetchone() is None
        else:
            folder = Path(place)
            free = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
        if not free:
            raise SettingError(
                "is no empty folder, as the files of a new lake need: upkeep deletes what the lake does not know",
                culprit=f"data_path={place}",
                mend="Name an empty one",
            )
        self._attach(connection, f"DATA_PATH {quoted(place)}")

    def _place(self, connection: duckdb.DuckDBPyConnection) -> str | None:
        """Where the files lie, as the catalog says; None where no lake was made yet. The connection can reach them from
        here on: it must before the lake is attached."""
        connection.execute(f"ATTACH {quoted(self.catalog)} AS catalog (TYPE postgres, READ_ONLY)")
        there = connection.execute("FROM postgres_query('catalog', ?)", [_MADE]).fetchone()
        place = there and connection.execute("FROM postgres_query('catalog', ?)", [_PLACE]).fetchone()
        connection.execute("DETACH catalog")
        if not place:
            return None
        if place[0].startswith(S3):
            reach_s3(connection, self.where)
        return str(place[0])

    def _attach(self, connection: duckdb.DuckDBPyConnection, *options: str) -> None:
        # rows inlined in the catalog were seen to come back after a delete (duckdb/ducklake#1215): none are
        chosen = ", ".join(("DATA_INLINING_ROW_LIMIT 0", *options))
        connection.execute(f"ATTACH {quoted(self.where)} AS {_NAME} ({chosen}); USE {_NAME}")

    def _attach_newest(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Attach the newest snapshot, read only: it stays the one that is seen, whatever is loaded meanwhile."""
        connection.execute(f"ATTACH {quoted(self.where)} AS {name} (READ_ONLY)")
        ((snapshot,),) = connection.execute(f"FROM {name}.current_snapshot()").fetchall()
        connection.execute(f"DETACH {name}")
        connection.execute(f"ATTACH {quoted(self.where)} AS {name} (READ_ONLY, SNAPSHOT_VERSION {snapshot})")

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB in memory with the extensions loaded.

        Raises:
            SettingError: they are not installed.
        """
        connection = duckdb.connect(config={"autoinstall_known_extensions": False})
        load_extensions(connection, self.where, *EXTENSIONS)
        # what does not fit the memory: beside the data, a folder a process (DuckDB makes it when it is needed)
        spill = self.local.with_name(f"spill-{socket.gethostname()}-{os.getpid()}")
        connection.execute(f"SET temp_directory = {quoted(str(spill))}")
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
        if isinstance(error, duckdb.HTTPException) or (isinstance(error, duckdb.IOException) and "HTTP" in said):
            return TryAgain(
                f"the object store does not do what it is asked ({said})",
                culprit=self.where,
                mend="See that it runs, that the bucket exists, and that AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY are right",
            )
        if isinstance(error, duckdb.IOException):
            return disk_error(error, Path(self.data_path or self.local)) or WarehouseError(
                said, culprit=self.where, mend="See that the folder of its files is mounted here, under the same path"
            )
        return WarehouseError(said, culprit=self.where, mend="If a newer Dateline or DuckDB wrote it, update this one")


def _plain(place: str) -> str:
    """A folder's name without what makes no difference; the catalog's ends in a slash."""
    return place.rstrip("/") if place.startswith(S3) else str(Path(place))


def _size(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes of the files that make the newest snapshot."""
    row = connection.execute("SELECT sum(file_size_bytes)::BIGINT FROM ducklake_table_info(?)", [_NAME]).fetchone()
    return int(row[0] or 0) if row else 0
