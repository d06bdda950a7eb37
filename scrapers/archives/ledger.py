"""How far each archive has been read: one SQLite file, beside which the page store stays the truth.

A row a (route, part, source): where its walk goes on, what came of it, and whether it is done. Losing the
file costs walking again; no page is read twice for it, since what the store holds is passed over.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from scrapers.archives.route import Lost, Part
from scrapers.database import connected, reading
from scrapers.urls import without_secrets
from warehouse.errors import SetAside, disk_errors
from warehouse.layout import Layout
from warehouse.vocabulary import Via

_VERSION: Final = 1

_SCHEMA: Final = f"""
CREATE TABLE parts (
    via TEXT, name TEXT, source TEXT, first TEXT, last TEXT,
    version TEXT NOT NULL, size INTEGER, walked INTEGER NOT NULL DEFAULT 0, mark TEXT,
    walks INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{{}}', error TEXT, at TEXT NOT NULL,
    PRIMARY KEY (via, name, source, first, last)
) WITHOUT ROWID;
CREATE TABLE losses (
    via TEXT, name TEXT, place TEXT, version TEXT NOT NULL, records INTEGER, why TEXT NOT NULL,
    PRIMARY KEY (via, name, place)
) WITHOUT ROWID;
CREATE TABLE asked (
    via TEXT, source TEXT, first TEXT, last TEXT, parts INTEGER, left INTEGER, at TEXT NOT NULL,
    PRIMARY KEY (via, source, first, last)
) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""

#: Losses named one by one for a part; a file of rubbish must not fill the disk with its description.
LOSSES_NAMED: Final = 1_000

_MEND: Final = "Delete it: the next backfill walks its archives again and reads nothing that is stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is known of one part for one source.

    ``walked``: bytes of it dealt with. ``walks``: how often it was walked to its end. ``done``: whether there is
    nothing left to ask for. ``counts``: how many captures came to what. ``error``: what broke the last walk off.
    """

    via: str
    name: str
    source: str
    first: date | None
    last: date | None
    version: str
    size: int | None
    walked: int
    mark: str | None
    walks: int
    done: bool
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    at: datetime

    @property
    def broken(self) -> bool:
        """Whether its last walk broke off."""
        return self.error is not None and not self.done


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A span of days that was asked of an archive: in how many parts it lies there, and how many of them are left
    to be walked; None: nobody has begun."""

    via: str
    source: str
    first: date
    last: date
    parts: int | None
    left: int | None


class Ledger:
    """The ledger of one data directory; a context manager. Several processes may hold it. ``read_only``: nothing is
    written, nor made where there is none.

    Raises:
        TryAgain, SettingError: the disk is full, or read-only; every method raises these, too.
        SetAside: the file is no ledger, or of a later version of Dateline.
    """

    def __init__(self, layout: Layout, *, read_only: bool = False) -> None:
        path = layout.archives / "ledger.sqlite"
        self._path = path
        try:
            self._db = _to_read(path) if read_only else _to_write(path)
        except sqlite3.DatabaseError as error:
            raise SetAside(f"is no readable ledger ({error})", culprit=str(path), mend=_MEND) from error
        try:
            self._db.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
            self._db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise SetAside(f"is no readable ledger ({error})", culprit=str(path), mend=_MEND) from error
        if version > _VERSION:
            self._db.close()
            raise SetAside(f"has version {version}", culprit=str(path), mend=f"This Dateline knows {_VERSION}: upgrade")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def progress(self, via: Via, part: Part, source_id: str) -> Progress | None:
        """What is known of a part in the state it is in now; None if it was never walked in that state."""
        rows = self._rows(
            "WHERE via = ? AND name = ? AND source = ? AND first = ? AND last = ?", *_key(via, part, source_id)
        )
        found = next(rows, None)
        return found if found is not None and found.version == part.version else None

    def note(
        self,
        via: Via,
        part: Part,
        source_id: str,
        *,
        mark: str | None,
        walked: int,
        walks: int,
        counts: Counter[str],
        done: bool = False,
        error: str | None = None,
    ) -> None:
        """Write down how far a part was walked; only after what came was flushed to the page store."""
        self._db.execute(
            "INSERT OR REPLACE INTO parts (via, name, source, first, last, version, size, walked, mark, walks, done,"
            " counts, error, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *_key(via, part, source_id),
                part.version,
                part.size,
                walked,
                mark,
                walks,
                done,
                json.dumps(dict(sorted(counts.items()))),
                without_secrets(error) if error else error,
                datetime.now(UTC).isoformat(),
            ),
        )

    def reopen(self, row: Progress) -> None:
        """Have a part that is done walked once more by the next fill of its span."""
        key = row.via, row.source, *_days(row.first, row.last)
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(
            "UPDATE parts SET done = 0 WHERE via = ? AND source = ? AND first = ? AND last = ? AND name = ?",
            (*key, row.name),
        )
        self._db.execute(
            "UPDATE asked SET left = left + 1 WHERE via = ? AND source = ? AND first = ? AND last = ?", key
        )
        self._db.execute("COMMIT")

    def ask(self, via: Via, source_id: str, first: date, last: date) -> None:
        """Write down that a span is wanted, before anything of it is read."""
        self._db.execute(
            "INSERT OR IGNORE INTO asked (via, source, first, last, at) VALUES (?, ?, ?, ?, ?)",
            (via, source_id, first.isoformat(), last.isoformat(), datetime.now(UTC).isoformat()),
        )

    def answered(self, via: Via, source_id: str, first: date, last: date, *, parts: int, left: int) -> None:
        """Write down how many parts a span has and how many are left."""
        self._db.execute(
            "INSERT OR REPLACE INTO asked (via, source, first, last, parts, left, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (via, source_id, first.isoformat(), last.isoformat(), parts, left, datetime.now(UTC).isoformat()),
        )

    def spans(self) -> list[Asked]:
        """Every span ever asked for, by source, route and day."""
        order = "ORDER BY source, via, first, last"
        rows = self._db.execute(f"SELECT via, source, first, last, parts, left FROM asked {order}")  # noqa: S608 - it stands above
        return [
            Asked(
                via=via,
                source=source,
                first=date.fromisoformat(first),
                last=date.fromisoformat(last),
                parts=parts,
                left=left,
            )
            for via, source, first, last, parts, left in rows
        ]

    def lose(self, via: Via, part: Part, lost: Lost) -> None:
        """Name a stretch that could not be read; the same one again changes nothing."""
        self._db.execute(
            "DELETE FROM losses WHERE via = ? AND name = ? AND version != ?", (via, part.name, part.version)
        )
        known = self._db.execute("SELECT count(*) FROM losses WHERE via = ? AND name = ?", (via, part.name)).fetchone()
        if known[0] < LOSSES_NAMED:
            self._db.execute(
                "INSERT OR REPLACE INTO losses VALUES (?, ?, ?, ?, ?, ?)",
                (via, part.name, without_secrets(lost.place), part.version, lost.records, without_secrets(lost.why)),
            )

    def all(self) -> list[Progress]:
        """Every part ever walked, by route, source and name."""
        return list(self._rows("ORDER BY via, source, first, name"))

    def losses(self) -> list[dict[str, str]]:
        """Every stretch that could not be read: ``via``, ``part``, ``place``, ``why``."""
        rows = self._db.execute("SELECT via, name, place, why FROM losses ORDER BY via, name, place")
        return [dict(zip(("via", "part", "place", "why"), row, strict=True)) for row in rows]

    def _rows(self, where: str, *values: Any) -> Iterator[Progress]:
        rows = self._db.execute(
            "SELECT via, name, source, first, last, version, size, walked, mark, walks, done, counts, error, at"  # noqa: S608 - the conditions stand in this file
            f" FROM parts {where}",
            values,
        )
        for via, name, source, first, last, version, size, walked, mark, walks, done, counts, error, at in rows:
            yield Progress(
                via=via,
                name=name,
                source=source,
                first=date.fromisoformat(first) if first else None,
                last=date.fromisoformat(last) if last else None,
                version=version,
                size=size,
                walked=walked,
                mark=mark,
                walks=walks,
                done=bool(done),
                counts=json.loads(counts),
                error=error,
                at=datetime.fromisoformat(at),
            )


def _to_write(path: Path) -> sqlite3.Connection:
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    return connected(path, timeout=30)  # the fill of another source may be noting its progress


def _to_read(path: Path) -> sqlite3.Connection:
    if path.exists():
        db = reading(path, timeout=30)
        if db.execute("PRAGMA user_version").fetchone()[0]:  # else another process is making it at this moment
            return db
        db.close()
    return sqlite3.connect(":memory:", isolation_level=None)


def _key(via: Via, part: Part, source_id: str) -> tuple[str, str, str, str, str]:
    return via, part.name, source_id, *_days(part.first, part.last)


def _days(first: date | None, last: date | None) -> tuple[str, str]:
    return first.isoformat() if first else "", last.isoformat() if last else ""


def asked(layout: Layout) -> list[Asked]:
    """Every span ever asked of an archive; empty where there is no ledger. Nothing is written."""
    with Ledger(layout, read_only=True) as ledger:
        return ledger.spans()


def recorded(layout: Layout) -> list[Progress]:
    """Every part ever walked; empty where there is no ledger. Nothing is written."""
    with Ledger(layout, read_only=True) as ledger:
        return ledger.all()


def losses(layout: Layout) -> list[dict[str, str]]:
    """Every stretch of an archive that could not be read; empty where there is no ledger. Nothing is written."""
    with Ledger(layout, read_only=True) as ledger:
        return ledger.losses()
