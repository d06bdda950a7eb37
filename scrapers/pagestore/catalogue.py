"""Which payloads a source's WARC files hold already: what makes a repeat a revisit record.

A table derived from the CDXJ files, in SQLite so that years of captures take no memory. Losing it
loses nothing: it is made again from the index files, and files that came or went since are folded
in or out at the next start.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from scrapers.database import connected
from scrapers.pagestore.index import CDXJ, WARC, Row, rows_of
from warehouse.layout import Layout

_VERSION: Final = 1

_SCHEMA: Final = f"""
CREATE TABLE files (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE payloads (
    canonical TEXT, digest TEXT, url TEXT, fetched TEXT, file TEXT, offset INTEGER, seen TEXT,
    PRIMARY KEY (canonical, digest)
) WITHOUT ROWID;
CREATE INDEX by_digest ON payloads (digest);
CREATE INDEX by_file ON payloads (file);
PRAGMA user_version = {_VERSION};
"""


@dataclass(frozen=True, slots=True)
class Original:
    """The capture that holds a payload: what a revisit record refers to. ``fetched`` is ISO 8601, UTC."""

    digest: str
    url: str
    fetched: str
    file: str
    offset: int


class Catalogue:
    """The payloads of one source over all its days."""

    def __init__(self, layout: Layout, source_id: str) -> None:
        self._layout = layout
        self._source = source_id
        folder = layout.pages / source_id
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "payloads.sqlite"
        try:
            self._db = self._open(path)
        except sqlite3.DatabaseError:
            # damaged: it is only derived, so start again
            for name in (path.name, path.name + "-wal", path.name + "-shm"):
                (folder / name).unlink(missing_ok=True)
            self._db = self._open(path)
        self._fold()

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        db = connected(path, timeout=30)  # another day of the same source may be folding in its files
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            for table in ("files", "payloads"):
                db.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
        db.execute("COMMIT")
        return db

    def _fold(self) -> None:
        """Bring the table up to the closed files on disk."""
        there = {
            f"{self._source}/{path.parent.name}/{path.name.removesuffix(CDXJ)}{WARC}": path
            for path in (self._layout.pages / self._source).glob(f"*/*{CDXJ}")
        }
        self._db.execute("BEGIN IMMEDIATE")
        known = {name for (name,) in self._db.execute("SELECT name FROM files")}
        for gone in known - there.keys():
            self._db.execute("DELETE FROM payloads WHERE file = ?", (gone,))
            self._db.execute("DELETE FROM files WHERE name = ?", (gone,))
        new = sorted(there.keys() - known)
        for name in new:
            # what a killed run noted may have moved when its file was recovered
            self._db.execute("DELETE FROM payloads WHERE file = ?", (name,))
        for revisits in (False, True):  # originals first, whatever the order of the days
            for name in new:
                path = there[name]
                for row in rows_of(path, self._source, date.fromisoformat(path.parent.name)):
                    if row.revisit == revisits:
                        self.note(row)
        self._db.executemany("INSERT INTO files VALUES (?)", [(name,) for name in new])
        self._db.execute("COMMIT")

    def note(self, row: Row) -> None:
        """Take a capture in: a body with its place, a revisit as a fresh sighting of its original."""
        page = row.page
        if page.payload_digest is None:
            return
        fetched = page.fetched_at.isoformat()
        origin: Original | None
        if row.revisit:
            origin = self.by_digest(page.payload_digest)
        else:
            origin = Original(page.payload_digest, row.target, fetched, page.warc_file or "", page.warc_offset or 0)
        if origin is not None:
            self._db.execute(
                "INSERT INTO payloads VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET seen = max(seen, excluded.seen)",
                (page.canonical_url, origin.digest, origin.url, origin.fetched, origin.file, origin.offset, fetched),
            )

    def mark_closed(self, name: str) -> None:
        """Say that a WARC file's rows are all in."""
        self._db.execute("INSERT OR IGNORE INTO files VALUES (?)", (name,))

    def by_digest(self, digest: str) -> Original | None:
        """The earliest capture that holds this payload, under whatever URL."""
        return self._one("digest = ? ORDER BY fetched LIMIT 1", digest)

    def by_url(self, canonical_url: str) -> Original | None:
        """What the URL answered when last seen: the payload a 304 speaks of."""
        return self._one("canonical = ? ORDER BY seen DESC LIMIT 1", canonical_url)

    def _one(self, where: str, value: str) -> Original | None:
        row = self._db.execute(f"SELECT digest, url, fetched, file, offset FROM payloads WHERE {where}", (value,))  # noqa: S608  # both conditions stand above
        found = row.fetchone()
        return None if found is None else Original(*found)

    def close(self) -> None:
        """Close the database."""
        self._db.close()
