"""Turns of the writers of a lake, over all machines: an advisory lock of the Postgres that holds the catalog.

The lock belongs to a transaction of a connection of its own. Postgres lets go when that connection ends, however the
writer ended.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import duckdb

from warehouse.errors import TryAgain
from warehouse.extensions import quoted
from warehouse.lock import WAIT_S

#: The lock's number within its database. Any would do.
_LOCK: Final = 7_232_665

#: Seconds between two looks.
_LOOK_S: Final = 0.1

#: The server must not end the transaction for being idle: it is, while the load works.
_TRY: Final = (
    "SELECT set_config('idle_in_transaction_session_timeout', '0', true) AS unbounded,"
    f" pg_try_advisory_xact_lock({_LOCK}) AS mine"
)
_WHO: Final = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"  # noqa: S608 - a number of ours
    f" WHERE locktype = 'advisory' AND objid = {_LOCK} AND granted"
)


@contextmanager
def turn(connection: duckdb.DuckDBPyConnection, catalog: str, where: str) -> Iterator[None]:
    """Wait for the lock, and hold it on ``connection``.

    Args:
        connection: has Postgres's extension loaded, and is used for nothing else.
        catalog: libpq's connection string; no word in it may be ``application_name``.
        where: names the lake in the error.

    Raises:
        TryAgain: the writer before did not end within ``WAIT_S``.
    """
    me = f"{catalog} application_name='dateline on {socket.gethostname()}, process {os.getpid()}'"
    connection.execute(f"ATTACH {quoted(me)} AS turns (TYPE postgres, READ_ONLY)")
    connection.execute("BEGIN")
    try:
        began = time.monotonic()
        while not _ask(connection, _TRY)[-1]:
            if time.monotonic() - began > WAIT_S:
                raise TryAgain(
                    f"{_ask(connection, _WHO)[0]} is loading or keeping the lake in order",
                    culprit=where,
                    mend="Wait until it has finished, then run this again",
                )
            time.sleep(_LOOK_S)
        yield
    finally:
        with suppress(duckdb.Error):  # DuckDB 1.5.5 ends the process if it has to do this itself and Postgres is gone
            connection.execute("ROLLBACK")


def _ask(connection: duckdb.DuckDBPyConnection, question: str) -> tuple[object, ...]:
    row = connection.execute("FROM postgres_query('turns', ?)", [question]).fetchone()
    return row or ("another process",)
