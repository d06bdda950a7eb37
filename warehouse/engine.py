"""Where the warehouse lies: in one DuckDB file (the default), or in a DuckLake that several machines share.

The one place that chooses. What the two do otherwise than each other stands in :mod:`warehouse.single_file` and
:mod:`warehouse.lake`; everything else in the warehouse uses nothing that DuckLake lacks (docs/decisions.md).
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import duckdb

from warehouse.errors import SettingError
from warehouse.lake import PREFIX, Lake
from warehouse.layout import WAREHOUSE_VARIABLE, Layout
from warehouse.single_file import SingleFile


@dataclass(frozen=True, slots=True)
class Published:
    """What readers see now: where it is, in words that may be shown, and its size in bytes."""

    where: str
    bytes: int


class Engine(Protocol):
    """What the loader and the readers need of a warehouse."""

    @property
    def where(self) -> str:
        """The file or the catalog, in words that may be shown; no password is among them."""

    @property
    def loaded(self) -> str:
        """Names the folder beside the warehouse's files that says what was loaded into it (:mod:`warehouse.stamps`)."""

    def exists(self) -> bool:
        """Whether something was ever loaded."""

    def published_at(self) -> datetime | None:
        """When what readers see was last changed; None where they see nothing yet."""

    def writing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Hold the warehouse open for writing: one writer at a time. The hold ends with its process, however it ends.

        Raises:
            TryAgain: another process held it for :data:`warehouse.lock.WAIT_S` seconds.
            WarehouseError: it cannot be opened; says why.
        """

    def read(self) -> duckdb.DuckDBPyConnection:
        """A read-only connection, whose answers all come from one state of the warehouse.

        Raises:
            WarehouseError: nothing is published yet, or it cannot be read.
        """

    def beside(
        self, connection: duckdb.DuckDBPyConnection, name: str, *, held: bool = True
    ) -> AbstractContextManager[None]:
        """Attach it, read only and in one state, to another warehouse's connection.

        Args:
            held: let nobody load into it meanwhile; where readers stop loads they are always stopped.

        Raises:
            TryAgain: another process held it for :data:`warehouse.lock.WAIT_S` seconds.
        """

    def publish(self) -> int:
        """Let readers see what has been loaded; its size in bytes."""

    def compact(self) -> tuple[int, int]:
        """Take the dead space out; the size before and after, in bytes."""


def engine_at(place: str, layout: Layout) -> Engine:
    """The warehouse at a DuckLake's address or at the path of a DuckDB file.

    Raises:
        SettingError: the address is of another kind, or incomplete.
    """
    if place.startswith(PREFIX):
        return Lake.of(place, layout.live.parent / "lake")
    if ":" in place:
        raise SettingError(
            "is no address of a warehouse",
            culprit=repr(place),
            mend=f'Give it as "{PREFIX}dbname=… host=… data_path=…", or the path of a DuckDB file',
        )
    return SingleFile(Path(place).absolute())


def engine(layout: Layout) -> Engine:
    """The warehouse of a data directory: what ``$DATELINE_WAREHOUSE`` names, else its own DuckDB file.

    Raises:
        SettingError: the variable is no address of a DuckLake.
    """
    place = os.environ.get(WAREHOUSE_VARIABLE)
    if not place:
        return SingleFile(layout.live, layout.published)
    if not place.startswith(PREFIX):
        raise SettingError(
            "is no address of a DuckLake",
            culprit=f"${WAREHOUSE_VARIABLE}",
            mend=f'Give it as "{PREFIX}dbname=… host=… data_path=…"; unset it for a DuckDB file in the data directory',
        )
    return engine_at(place, layout)
