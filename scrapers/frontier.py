"""Which URLs of a source are to be fetched, being fetched, or done: SQLite, one file a source.

An entry is a (canonical URL, crawl day). ``pending`` -> ``leased`` -> ``done``, or ``failed``
(tried again by the next run of that day, a few times) and then ``dead``. What a killed run had
leased is pending again. Beside the entries stands, for each canonical URL ever captured, what a
conditional GET needs and when an article is to be looked at again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

from scrapers.database import connected, reading
from scrapers.pagestore.exchange import clean_url
from scrapers.pagestore.lock import Lock
from scrapers.rechecks import may_change, next_check
from warehouse.errors import DatelineError, SetAside
from warehouse.records import Page
from warehouse.vocabulary import Purpose

_VERSION: Final = 1

#: A page that failed this often on one day is dead for that day: a first try, one by the retried
#: step and one by hand or backfill.
MAX_ATTEMPTS: Final = 3

#: How long a lease lasts: longer than a page's 30 s time-out with its retries and a long Crawl-delay.
LEASE: Final = timedelta(minutes=15)

_SCHEMA: Final = f"""
CREATE TABLE runs (run INTEGER PRIMARY KEY, day TEXT NOT NULL, started TEXT NOT NULL);
CREATE TABLE entries (
    canonical TEXT NOT NULL, day TEXT NOT NULL, url TEXT NOT NULL, purpose TEXT NOT NULL,
    found TEXT, listed TEXT, priority INTEGER NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, outcome TEXT, queued TEXT NOT NULL, expires TEXT,
    run INTEGER NOT NULL,
    PRIMARY KEY (day, canonical)
) WITHOUT ROWID;
CREATE INDEX entries_by_url ON entries (day, url);
CREATE INDEX entries_by_state ON entries (day, state, priority DESC, queued);
CREATE TABLE captures (
    canonical TEXT PRIMARY KEY, url TEXT NOT NULL, purpose TEXT NOT NULL, found TEXT, listed TEXT,
    etag TEXT, modified TEXT, digest TEXT, body_at TEXT,
    first TEXT NOT NULL, last TEXT NOT NULL, due TEXT
) WITHOUT ROWID;
CREATE INDEX captures_by_due ON captures (due) WHERE due IS NOT NULL;
PRAGMA user_version = {_VERSION};
"""

STATES: Final = ("pending", "leased", "done", "failed", "dead")

#: Outcomes after which a page need not be fetched again that day. The others (a robots.txt that
#: could not be read, a block, an error) may pass: whether to try again is the spider's to say.
SETTLED: Final = ("ok", "not_modified")


_MEND: Final = "Delete it: the next crawl rebuilds it from the page store and the site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A URL to fetch. ``attempts``: how often it failed before, on this day."""

    url: str
    canonical_url: str
    purpose: Purpose
    discovered_from: str | None = None
    listed_published_at: datetime | None = None
    priority: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """What the last capture with a body gives a conditional GET."""

    etag: str | None
    last_modified: str | None
    digest: str | None
    fetched_at: datetime


def now_utc() -> datetime:
    return datetime.now(UTC)


def waiting(path: Path) -> int:
    """How many URLs of a frontier, over all its days, are still to be fetched; 0 if there is no such
    file. Only reads, so it may run beside a crawl."""
    if not path.exists():
        return 0
    db = reading(path)
    try:
        found = db.execute("SELECT count(*) FROM entries WHERE state IN ('pending', 'leased', 'failed')").fetchone()
    except sqlite3.DatabaseError as error:
        raise SetAside(f"cannot be read ({error})", culprit=str(path), mend=_MEND) from error
    finally:
        db.close()
    return int(found[0])


class Frontier:
    """The frontier of one source; one crawl at a time holds it.

    Raises:
        TryAgain: another crawl of the source runs; the message names its process.
        TryAgain, SettingError: the disk is full, or read-only; every method raises these, too.
        SetAside: the file is no frontier, or of a later version of Dateline.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = now_utc) -> None:
        self._path = path
        self._clock = clock
        self._day: date | None = None
        self._run = 0
        self._lock = Lock(path.with_suffix(".lock"), what=path.stem)
        try:
            self._db = self._open(path)
        except BaseException:
            self._lock.release()
            raise

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        db: sqlite3.Connection | None = None
        try:
            db = connected(path)
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        except sqlite3.DatabaseError as error:
            if db is not None:
                db.close()
            raise SetAside(
                f"is no readable frontier ({error})",
                culprit=str(path),
                mend=_MEND,
            ) from error
        if version > _VERSION:
            db.close()
            raise SetAside(f"has version {version}", culprit=str(path), mend=f"This Dateline knows {_VERSION}: upgrade")
        return db

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, day: date) -> None:
        """Begin a run for a day: leases a dead process held are pending again, and so are failures
        that have attempts left."""
        self._day = day
        started = self._clock().isoformat()
        with self._transaction():
            cursor = self._db.execute("INSERT INTO runs (day, started) VALUES (?, ?)", (day.isoformat(), started))
            self._run = cursor.lastrowid or 0
            self._db.execute(
                "UPDATE entries SET state = 'pending', expires = NULL WHERE day = ? AND state IN ('leased', 'failed')",
                (day.isoformat(),),
            )

    def add(
        self,
        url: str,
        *,
        canonical_url: str,
        day: date,
        purpose: Purpose,
        discovered_from: str | None = None,
        listed_published_at: datetime | None = None,
        priority: int = 0,
    ) -> bool:
        """Queue a URL. False: it is known for this day, or an article captured before and not due.

        A discovery page (feed, sitemap, section) is fetched once by every run; an article once a
        day at most, and on later days only when its re-check is due (:mod:`scrapers.rechecks`).
        """
        canonical, now = clean_url(canonical_url), self._clock()
        known = self._db.execute(
            "SELECT state, run FROM entries WHERE day = ? AND canonical = ?", (day.isoformat(), canonical)
        ).fetchone()
        if known is not None:
            state, run = known
            if state != "done" or (purpose == "discovery" and run == self._run):
                return False
        if purpose == "article":
            captured = self._db.execute("SELECT due FROM captures WHERE canonical = ?", (canonical,)).fetchone()
            if captured is None:
                if known is not None:
                    return False
            elif captured[0] is None or captured[0] > now.isoformat():
                return False
        listed = listed_published_at.astimezone(UTC).isoformat() if listed_published_at else None
        self._db.execute(
            "INSERT OR REPLACE INTO entries"
            " (canonical, day, url, purpose, found, listed, priority, state, queued, run)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)",
            (
                canonical,
                day.isoformat(),
                clean_url(url),
                purpose,
                clean_url(discovered_from) if discovered_from else None,
                listed,
                priority,
                now.isoformat(),
                self._run,
            ),
        )
        return True

    def lease(self, limit: int) -> list[Entry]:
        """Take up to ``limit`` pending URLs of the started day, the highest priority first, then the
        oldest; those whose lease ran out count as pending.

        Raises:
            DatelineError: :meth:`start` was not called.
        """
        day, now = self._started().isoformat(), self._clock()
        with self._transaction():
            # asked for apart and by this index: SQLite would walk the whole day, at each lease
            self._db.execute(
                "UPDATE entries SET state = 'pending' WHERE day = ? AND canonical IN"
                " (SELECT canonical FROM entries INDEXED BY entries_by_state"
                "  WHERE day = ? AND state = 'leased' AND expires <= ?)",
                (day, day, now.isoformat()),
            )
            rows = self._db.execute(
                "SELECT url, canonical, purpose, found, listed, priority, attempts FROM entries"
                " WHERE day = ? AND state = 'pending' ORDER BY priority DESC, queued LIMIT ?",
                (day, limit),
            ).fetchall()
            self._db.executemany(
                "UPDATE entries SET state = 'leased', expires = ? WHERE day = ? AND canonical = ?",
                [((now + LEASE).isoformat(), day, row[1]) for row in rows],
            )
        return [_entry(*row) for row in rows]

    def done(self, entry_url: str, page: Page) -> None:
        """Mark a URL fetched; only after :meth:`PageWriter.flush`, so that a page marked is a page kept."""
        with self._transaction():
            self._db.execute(
                "UPDATE entries SET state = 'done', outcome = ?, expires = NULL, run = ? WHERE day = ? AND url = ?",
                (page.outcome, self._run, page.crawl_day.isoformat(), clean_url(entry_url)),
            )
            self._note(page)

    def failed(self, entry_url: str, outcome: str, *, retry: bool) -> None:
        """Mark a URL failed. With ``retry`` the next run of the day tries it again, until it has
        failed :data:`MAX_ATTEMPTS` times; without, it is dead for the day.

        Raises:
            DatelineError: :meth:`start` was not called.
        """
        self._db.execute(
            "UPDATE entries SET attempts = attempts + 1, outcome = ?, expires = NULL, run = ?,"
            " state = CASE WHEN ? AND attempts + 1 < ? THEN 'failed' ELSE 'dead' END"
            " WHERE day = ? AND url = ?",
            (outcome, self._run, retry, MAX_ATTEMPTS, self._started().isoformat(), clean_url(entry_url)),
        )

    def gone(self, page: Page) -> None:
        """A known article is no longer there: look again on its schedule, in case it returns, not every night."""
        with self._transaction():
            row = self._db.execute(
                "SELECT first, last FROM captures WHERE canonical = ?", (page.canonical_url,)
            ).fetchone()
            if row is None:
                return
            last = max(datetime.fromisoformat(row[1]), page.fetched_at.astimezone(UTC))
            due = next_check(datetime.fromisoformat(row[0]), last)
            self._db.execute(
                "UPDATE captures SET last = ?, due = ? WHERE canonical = ?",
                (last.isoformat(), due.isoformat() if due else None, page.canonical_url),
            )

    def reconcile(self, pages: Iterable[Page]) -> int:
        """Mark done what the page store holds though the frontier missed it (a kill between index
        and done, or a frontier lost); call it after :meth:`start`, with :func:`captures`. Returns
        how many. Captures with another outcome than :data:`SETTLED` are left to be tried again."""
        marked = 0
        with self._transaction():
            for page in pages:
                if page.outcome not in SETTLED:
                    continue
                day, fetched = page.crawl_day.isoformat(), page.fetched_at.isoformat()
                # queued after this fetch: it waits for a later one (a re-check)
                marked += self._db.execute(
                    "UPDATE entries SET state = 'done', outcome = ?, expires = NULL"
                    " WHERE day = ? AND canonical = ? AND state IN ('pending', 'leased') AND queued <= ?",
                    (page.outcome, day, page.canonical_url, fetched),
                ).rowcount
                marked += self._db.execute(
                    "INSERT OR IGNORE INTO entries"
                    " (canonical, day, url, purpose, found, priority, state, outcome, queued, run)"
                    " VALUES (?, ?, ?, ?, ?, 0, 'done', ?, ?, 0)",
                    (page.canonical_url, day, page.url, page.purpose, page.discovered_from, page.outcome, fetched),
                ).rowcount
                self._note(page)
        return marked

    def conditional(self, canonical_url: str) -> Conditional | None:
        """Validators of the URL's last capture with a body; None if there is none."""
        row = self._db.execute(
            "SELECT etag, modified, digest, body_at FROM captures WHERE canonical = ? AND body_at IS NOT NULL",
            (clean_url(canonical_url),),
        ).fetchone()
        if row is None:
            return None
        return Conditional(etag=row[0], last_modified=row[1], digest=row[2], fetched_at=datetime.fromisoformat(row[3]))

    def due(self, now: datetime) -> list[Entry]:
        """The recent articles to look at again by ``now``, the longest due first. Hand them to
        :meth:`add`, which queues them."""
        rows = self._db.execute(
            "SELECT url, canonical, purpose, found, listed, 0, 0 FROM captures WHERE due <= ? ORDER BY due",
            (now.astimezone(UTC).isoformat(),),
        )
        return [_entry(*row) for row in rows]

    def counts(self, day: date) -> dict[str, int]:
        """How many URLs of a day are in each of the five states."""
        counted = dict.fromkeys(STATES, 0)
        rows = self._db.execute("SELECT state, count(*) FROM entries WHERE day = ? GROUP BY state", (day.isoformat(),))
        counted.update(dict(rows.fetchall()))
        return counted

    def close(self) -> None:
        """Close the file and let the source go; a second call does nothing."""
        self._db.close()
        self._lock.release()

    def _note(self, page: Page) -> None:
        """Remember what a capture gives the next conditional GET, and when to come again."""
        if page.outcome not in SETTLED:
            return
        fetched = page.fetched_at.astimezone(UTC)
        row = self._db.execute("SELECT first, last FROM captures WHERE canonical = ?", (page.canonical_url,)).fetchone()
        first = min(datetime.fromisoformat(row[0]), fetched) if row else fetched
        last = max(datetime.fromisoformat(row[1]), fetched) if row else fetched
        due = next_check(first, last) if may_change(page) else None
        self._db.execute(
            "INSERT INTO captures (canonical, url, purpose, found, listed, first, last, due)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET url = excluded.url, first = excluded.first, last = excluded.last,"
            " due = excluded.due",
            (
                page.canonical_url,
                page.url,
                page.purpose,
                page.discovered_from,
                page.listed_published_at.isoformat() if page.listed_published_at else None,
                first.isoformat(),
                last.isoformat(),
                due.isoformat() if due else None,
            ),
        )
        if page.outcome == "ok" and page.payload_digest is not None:
            self._db.execute(
                "UPDATE captures SET etag = ?, modified = ?, digest = ?, body_at = ?"
                " WHERE canonical = ? AND (body_at IS NULL OR body_at <= ?)",
                (
                    page.etag,
                    page.last_modified,
                    page.payload_digest,
                    fetched.isoformat(),
                    page.canonical_url,
                    fetched.isoformat(),
                ),
            )

    def _started(self) -> date:
        if self._day is None:
            raise DatelineError(
                "the frontier was not started", culprit=str(self._path), mend="Call start(day) before anything else"
            )
        return self._day

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    """BEGIN ... COMMIT, or ROLLBACK if it raises."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                self._db.execute("COMMIT")
                return
            except BaseException:
                self._undo()
                raise
        self._undo()

    def _undo(self) -> None:
        if self._db.in_transaction:  # some errors (a full disk) have ended it already
            self._db.execute("ROLLBACK")


def _entry(
    url: str, canonical: str, purpose: str, found: Any, listed: str | None, priority: int, attempts: int
) -> Entry:
    return Entry(
        url=url,
        canonical_url=canonical,
        purpose=cast(Purpose, purpose),
        discovered_from=found,
        listed_published_at=datetime.fromisoformat(listed) if listed else None,
        priority=priority,
        attempts=attempts,
    )
