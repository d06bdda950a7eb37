"""Writes captures of one source and day: WARC record first, index row after, each when it is safe."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Final, Self

from scrapers.pagestore import records, verbatim
from scrapers.pagestore.catalogue import Catalogue, Original
from scrapers.pagestore.exchange import Exchange, cleaned
from scrapers.pagestore.index import CDXJ, OPEN, WARC, Row, page_id, to_fields, to_line
from scrapers.pagestore.lock import LOCK_NAME, Lock
from scrapers.pagestore.recover import finish, recover, sync_folder
from warehouse.errors import TryAgain, disk_error, disk_errors
from warehouse.layout import Layout
from warehouse.records import Page, content_id

#: A WARC file is closed and another begun past this many bytes: what web archives usually take is
#: 1 GB; half of it keeps the sort of its index within about 60 MB of memory.
FILE_SIZE: Final = 512 * 1024 * 1024
#: Rows that may wait for a flush; past it the writer flushes by itself, so that memory stays bounded.
WAITING: Final = 256


class PageWriter:
    """Appends captures to the partition (source, crawl day); a context manager.

    Opening it first mends what a killed run left. A file is made at the first write, so a run that
    fetches nothing leaves nothing.

    Raises:
        TryAgain: another process writes this partition, or the disk is full.
        SettingError: the disk is read-only.
        PageStoreError: files on disk are damaged beyond mending.
    """

    def __init__(self, layout: Layout, source_id: str, crawl_day: date) -> None:
        self._layout = layout
        self._source = source_id
        self._day = crawl_day
        self._folder = layout.pages_of(source_id, crawl_day)
        self._lock = Lock(self._folder / LOCK_NAME, what=f"{source_id} for {crawl_day}")
        try:
            with disk_errors(self._folder):
                recover(layout, source_id, crawl_day)
            self._catalogue = Catalogue(layout, source_id)
        except BaseException:
            self._lock.release()
            raise
        self._builder = records.Builder()
        self._warc = -1
        self._index = -1
        self._path = self._folder
        self._size = 0
        self._waiting: list[str] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, exchange: Exchange) -> Page:
        """Append one capture and return its Page.

        The bytes have reached the system when this returns (a kill cannot lose them); they have
        reached the disk after :meth:`flush`. An answer whose payload the source's WARC files hold
        already becomes a revisit record, so does a 304; no answer at all is a metadata record alone.

        Raises:
            TryAgain: the disk is full; the file is left whole.
        """
        exchange = cleaned(exchange)
        if self._size >= FILE_SIZE:
            self._close_file()
        if self._warc < 0:
            self._open_file()
        row, members, place = self._prepare(exchange)
        offset = self._append(b"".join(members))
        if place is not None:
            before = sum(len(member) for member in members[:place])
            page = replace(row.page, warc_file=self._name, warc_offset=offset + before, warc_length=len(members[place]))
            row = replace(row, page=page)
        self._waiting.append(to_line(row))  # before anything else can fail: what stands in the WARC is indexed
        if place is not None:
            self._catalogue.note(row)
        if len(self._waiting) >= WAITING:
            self.flush()
        return row.page

    def flush(self) -> None:
        """Make all that was written safe: the WARC to disk, then its index rows.

        Raises:
            TryAgain: the disk is full; both files are left whole, and the rows wait for another flush.
        """
        if not self._waiting:
            return
        with disk_errors(self._path):
            os.fsync(self._warc)
            listed = os.fstat(self._index).st_size
            try:
                _write_all(self._index, "".join(self._waiting).encode("utf-8"))
            except OSError:
                os.ftruncate(self._index, listed)  # no torn row before those of the next try
                raise
            os.fsync(self._index)
        self._waiting.clear()

    def close(self) -> None:
        """Flush, give the file its final name and let the partition go. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        with ExitStack() as stack:  # whatever fails, nothing stays open
            stack.callback(self._lock.release)
            stack.callback(self._catalogue.close)
            stack.callback(self._let_go)
            with disk_errors(self._path):
                self._close_file()

    # one capture

    def _prepare(self, exchange: Exchange) -> tuple[Row, list[bytes], int | None]:
        """The row (its place still unknown), the gzip members, and which of them the row points at."""
        if exchange.status is None:
            row = self._row(exchange, None, revisit=False)
            return row, [self._builder.metadata(exchange, to_fields(row), None)], None
        record_id = records.new_id()
        digest = records.digest_of(exchange.body)
        if exchange.status == 304:
            original = self._catalogue.by_url(exchange.canonical_url)
            row = self._row(exchange, original.digest if original else None, revisit=True)
            answer = self._builder.revisit(exchange, record_id, records.NOT_MODIFIED, _refers(original))
        elif exchange.body and (original := self._catalogue.by_digest(digest)) is not None:
            row = self._row(exchange, digest, revisit=True)
            answer = self._builder.revisit(exchange, record_id, records.IDENTICAL, _refers(original))
        else:
            row = self._row(exchange, digest if exchange.body else None, revisit=False)
            if exchange.record is not None and (as_packed := verbatim.identity(exchange, digest)):
                record_id, answer = as_packed, exchange.record.member
            else:
                answer = self._builder.response(exchange, record_id, digest)
        before = [self._builder.metadata(exchange, to_fields(row), record_id)]
        if exchange.request_headers:  # an archive's captures were asked for by somebody else
            before.append(self._builder.request(exchange, record_id))
        return row, [*before, answer], len(before)

    def _row(self, exchange: Exchange, digest: str | None, *, revisit: bool) -> Row:
        page = Page(
            page_id=page_id(exchange.canonical_url, exchange.fetched_at, digest, exchange.outcome),
            source_id=self._source,
            crawl_day=self._day,
            url=exchange.url,
            canonical_url=exchange.canonical_url,
            purpose=exchange.purpose,
            via=exchange.via,
            fetched_at=exchange.fetched_at,
            outcome=exchange.outcome,
            status=exchange.status,
            error=exchange.error,
            content_type=exchange.header("Content-Type"),
            etag=exchange.header("ETag"),
            last_modified=exchange.header("Last-Modified"),
            payload_digest=digest,
            discovered_from=exchange.discovered_from,
            listed_published_at=exchange.listed_published_at,
            reservations=tuple(exchange.reservations),
            moved_to=exchange.moved_to,
            stories=exchange.stories,
        )
        return Row(page, exchange.target, revisit)

    # files

    @property
    def _name(self) -> str:
        """The open WARC's final name, relative to the page store."""
        return f"{self._source}/{self._day.isoformat()}/{self._path.name.removesuffix(OPEN)}"

    def _open_file(self) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
        stem = f"{stamp}-{content_id(self._source, self._day, stamp)[:12]}"
        self._path = self._folder / f"{stem}{WARC}{OPEN}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        index = self._folder / f"{stem}{CDXJ}{OPEN}"
        info = {"software": "Dateline", "format": "WARC File Format 1.1", "isPartOf": self._source}
        self._size = 0
        try:
            with disk_errors(self._path):
                self._warc = os.open(self._path, flags, 0o644)
                self._index = os.open(index, flags, 0o644)
                sync_folder(self._folder)
                self._append(self._builder.warcinfo(f"{stem}{WARC}", info))
        except BaseException:
            self._let_go()
            self._path.unlink(missing_ok=True)
            index.unlink(missing_ok=True)
            raise

    def _append(self, data: bytes) -> int:
        """Append to the WARC; the offset it begins at."""
        offset = self._size
        try:
            _write_all(self._warc, data)
        except OSError as error:
            os.ftruncate(self._warc, offset)  # no half capture stays behind
            raise disk_error(error, self._path) or TryAgain(
                f"cannot write ({error.strerror})", culprit=str(self._path), mend="Look after the disk"
            ) from error
        self._size += len(data)
        return offset

    def _close_file(self) -> None:
        if self._warc < 0:
            return
        self.flush()
        os.fsync(self._warc)
        self._let_go()
        finish(self._path)
        self._catalogue.mark_closed(self._name)
        self._size = 0

    def _let_go(self) -> None:
        for handle in (self._warc, self._index):
            if handle >= 0:
                os.close(handle)
        self._warc = self._index = -1


def _refers(original: Original | None) -> Mapping[str, str]:
    if original is None:
        return {}
    return {
        "WARC-Payload-Digest": original.digest,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": records.warc_date(datetime.fromisoformat(original.fetched)),
        records.REFERS_FILE: original.file,
        records.REFERS_OFFSET: str(original.offset),
    }


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
