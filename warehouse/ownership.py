"""Who may load a source: one writer each, so that no two put what they staged in the place of the other's.

A writer is a data directory, named by the file ``warehouse/writer`` in it, whichever machines work on it. The first
load of a source makes its writer the owner, in the same transaction as the rows (``load/source_owners.sql``); a load
of another writer leaves that source out, and what was staged of it waits (:mod:`warehouse.stamps`). Handing a source
over is somebody's decision (:func:`take`), and ``store.source_owners`` keeps who owned it before.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import duckdb

from warehouse.engine import engine
from warehouse.errors import SettingError, WarehouseError, disk_errors
from warehouse.layout import Layout
from warehouse.migrate import migrate
from warehouse.staging import replace_durably
from warehouse.stamps import Owner, forget_refused, refused

#: Refused sources that an error names; ``dateline status`` names all.
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """A source that was handed over: who owned it before, and the days that had been refused and are loaded next."""

    source_id: str
    before: Owner
    waiting: tuple[date, ...]


def writer_of(layout: Layout) -> str:
    """The name of a data directory as a writer: made once, and kept in it, so that it moves and is restored with it.

    Raises:
        SettingError: the file that holds it is empty or damaged.
    """
    path = layout.writer
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".writer.{secrets.token_hex(4)}.tmp")
        temporary.write_text(f"{secrets.token_hex(6)}\n", "utf-8")
        replace_durably(temporary, path)  # only whoever has the turn to write comes here
    name = path.read_text("utf-8", errors="replace").strip()
    if not (name.isalnum() and name.isascii()):
        raise SettingError(
            "does not hold the name of this data directory as a writer",
            culprit=str(path),
            mend="Put it back from a backup; else delete it, and take its sources over: dateline warehouse take",
        )
    return name


def owners(connection: duckdb.DuckDBPyConnection, source_ids: Iterable[str]) -> dict[str, Owner]:
    """Who owns these sources; one that nobody has loaded yet is left out."""
    found = connection.execute(
        "SELECT source_id, writer, host, since FROM store.source_owners"
        " WHERE source_id IN (SELECT unnest(?::VARCHAR[])) QUALIFY number = max(number) OVER (PARTITION BY source_id)",
        [sorted(source_ids)],
    ).fetchall()
    return {source: Owner(writer, host, f"{since:%Y-%m-%d %H:%M} UTC") for source, writer, host, since in found}


def fence(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a DuckLake commit this transaction only if no other that was fenced is committed meanwhile."""
    connection.execute("UPDATE store.fence SET turns = turns + 1")


def refuse(layout: Layout, first: date, last: date, source_ids: Collection[str] | None = None) -> None:
    """Tell of sources that loads of a span of days left out, because another writer owns them.

    Args:
        source_ids: only these sources; all when left out.

    Raises:
        WarehouseError: there are some; names them, their owners and the mend.
    """
    found = {
        one.source_id: one.owner
        for one in refused(layout)
        if first <= one.day <= last and (source_ids is None or one.source_id in source_ids)
    }
    if not found:
        return
    told = [f"{source} belongs to {owner}" for source, owner in list(found.items())[:_NAMED]]
    if len(found) > _NAMED:
        told.append(f"{len(found) - _NAMED} more belong to others")
    raise WarehouseError(
        f"not loaded: {'; '.join(told)}",
        culprit=str(layout.staging),
        mend="The rest is loaded, and what is staged of these stays. Leave them to their writers (dateline sources "
        "disable SOURCE), or hand them over to this data directory: dateline warehouse take SOURCE --from WRITER",
    )


def take(layout: Layout, source_ids: Collection[str], *, owner: str) -> list[Taken]:
    """Make this data directory the owner of sources, all or none; what was refused of them waits for the next load.

    Args:
        owner: the writer who owns them now: nobody takes a source from another one than they think.

    Raises:
        WarehouseError: nobody owns one of them, or not ``owner``.
        TryAgain: another process is loading.
        SettingError: ``owner`` is this data directory.
    """
    warehouse = engine(layout)
    with disk_errors(layout.live), warehouse.writing() as connection:
        migrate(connection)
        me, now = writer_of(layout), datetime.now(UTC).replace(tzinfo=None)
        if owner == me:
            raise SettingError("is this data directory itself", culprit=f"--from {owner}", mend="Name another writer")
        before = owners(connection, source_ids)
        for source in source_ids:
            if source not in before:
                raise WarehouseError(
                    "belongs to nobody yet", culprit=source, mend="Load it: the first who does will own it"
                )
            if before[source].writer not in (owner, me):  # ours already: a run that was broken off goes on
                raise WarehouseError(
                    f"belongs to {before[source]}, not to {owner}", culprit=source, mend="Name that one after --from"
                )
        new = [source for source in source_ids if before[source].writer != me]
        connection.execute("BEGIN")
        try:
            connection.execute(
                "INSERT INTO store.source_owners SELECT source_id, max(number) + 1, ?, ?, ? FROM store.source_owners"
                " WHERE source_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY source_id",
                [me, socket.gethostname(), now, new],
            )
            fence(connection)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):  # a commit that failed has ended the transaction
                connection.execute("ROLLBACK")
            raise
        waiting = forget_refused(layout, source_ids)
    return [Taken(source, before[source], tuple(waiting.get(source, ()))) for source in source_ids]
