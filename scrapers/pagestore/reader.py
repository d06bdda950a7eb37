"""Reads payloads back from the page store, following revisit records to the bytes they repeat."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from fastwarc.warc import WarcRecord, WarcRecordType

from scrapers.pagestore.exchange import DECODED_CAP
from scrapers.pagestore.heads import Opened, opened
from scrapers.pagestore.index import CDXJ, OPEN, rows_of
from scrapers.pagestore.records import REFERS_FILE, REFERS_OFFSET
from scrapers.pagestore.recover import GZIP, member_at, member_of
from warehouse.errors import PageStoreError
from warehouse.layout import Layout
from warehouse.records import Page

#: Bytes read of a record whose length is not known: most pages are smaller.
_AHEAD: Final = 256 * 1024

#: The mend for all faults of this module.
_MEND: Final = "Run `dateline doctor` to see what is damaged, then crawl the source again for that day"


class _File:
    """A file read in slices: mapped whole, it would count against the memory of a process that may have little."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._size = os.fstat(self._handle).st_size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, span: slice) -> bytes:
        return os.pread(self._handle, span.stop - span.start, span.start)

    def close(self) -> None:
        os.close(self._handle)


class _Files:
    """The WARC file being read; pages come in WARC order, so one at a time is enough."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._name: str | None = None
        self._data: _File | None = None

    def record(self, name: str, offset: int, length: int | None = None) -> Opened:
        """The record that begins at ``offset`` of a WARC file; ``length``: how many bytes of it, if it is known."""
        path = self._layout.pages / name
        if name != self._name:
            self.close()
            try:
                try:
                    self._data = _File(path)
                except FileNotFoundError:  # a crawl may be writing it at this moment
                    path = path.with_name(path.name + OPEN)
                    self._data = _File(path)
            except OSError as error:
                raise PageStoreError(f"cannot be read ({error})", culprit=str(path), mend=_MEND) from error
            self._name = name
        try:
            data = self._unpacked(offset, length)
            if data is None:
                raise PageStoreError(f"no whole record begins at byte {offset}", culprit=str(path), mend=_MEND)
            return opened(data)
        except (OSError, ValueError) as error:
            raise PageStoreError(
                f"the record at byte {offset} cannot be read ({error})", culprit=str(path), mend=_MEND
            ) from error

    def _unpacked(self, offset: int, length: int | None) -> bytes | bytearray | None:
        """What the gzip member at ``offset`` unpacks to; None if there is none, or it is not whole."""
        file = self._data
        if file is None or not 0 <= offset < len(file):
            return None
        piece = file[offset : offset + min(length or _AHEAD, DECODED_CAP)]
        if not length:  # what a revisit refers to: nearly always as far as where the next member begins
            piece = piece[: max(0, piece.find(GZIP, len(GZIP)))]
        if (data := member_of(piece, DECODED_CAP)) is not None:
            return data
        member = member_at(file, offset)  # its place was told otherwise
        return None if member is None else member.data

    def close(self) -> None:
        if self._data is not None:
            self._data.close()
        self._data = self._name = None


def read_payload(layout: Layout, page: Page) -> bytes:
    """The body of a capture, free of content-encoding; of a revisit, the body it repeats.

    Raises:
        PageStoreError: the capture has no payload (nothing came back, or a 304 whose original is
            not in the store), or the WARC is missing, cut short or damaged.
    """
    for _, payload in iter_payloads(layout, [page]):
        return payload
    raise PageStoreError(
        f"no payload is stored for this capture (outcome {page.outcome})",
        culprit=page.url,
        mend="Only pages with a payload_digest have one",
    )


def iter_payloads(layout: Layout, pages: Iterable[Page]) -> Iterator[tuple[Page, bytes]]:
    """The pages that have a payload, each with it, in WARC order; one payload in memory at a time.

    Pages without one (nothing came back, an empty body) are passed over.

    Raises:
        PageStoreError: as :func:`read_payload`, at the page in question.
    """
    for page, payload in _payloads(layout, _held(pages)):
        yield page, bytes(payload)


def payloads_elsewhere(layout: Layout, pages: Iterable[Page]) -> Iterator[tuple[Page, Callable[[], bytes | bytearray]]]:
    """As :func:`iter_payloads`, with what reads a payload in its place: for other processes, to which that travels in a
    hundredth of the bytes."""
    for page in _held(pages):
        yield page, partial(_read, layout, page)


def _held(pages: Iterable[Page]) -> list[Page]:
    """Those that have a payload, in WARC order."""
    held = [page for page in pages if page.payload_digest and page.warc_file and page.warc_offset is not None]
    return sorted(held, key=lambda page: (page.warc_file, page.warc_offset))


def _read(layout: Layout, page: Page) -> bytes | bytearray:
    ((_, payload),) = _payloads(layout, [page])
    return payload


def _payloads(layout: Layout, held: Sequence[Page]) -> Iterator[tuple[Page, bytes | bytearray]]:
    files, originals = _Files(layout), _Files(layout)
    try:
        for page in held:
            yield page, _payload(layout, files, originals, page)
    finally:
        files.close()
        originals.close()


def _payload(layout: Layout, files: _Files, originals: _Files, page: Page) -> bytes | bytearray:
    found = files.record(page.warc_file or "", page.warc_offset or 0, page.warc_length)
    if found.record.record_type != WarcRecordType.revisit:
        body = _body(found, page.payload_digest)
    else:
        body = _original(layout, originals, found.record, page)
    if body is None:
        raise PageStoreError(
            f"the payload of {page.url} at byte {page.warc_offset} is not the one indexed",
            culprit=str(layout.pages / (page.warc_file or "")),
            mend=_MEND,
        )
    return body


def _original(layout: Layout, originals: _Files, record: WarcRecord, page: Page) -> bytes | bytearray | None:
    """The payload a revisit repeats: where the record says, else wherever the source's index has it."""
    name, offset = record.headers.get(REFERS_FILE), record.headers.get(REFERS_OFFSET)
    if name and offset and offset.isdigit() and name.startswith(f"{page.source_id}/") and ".." not in name:
        try:
            body = _body(originals.record(name, int(offset)), page.payload_digest)
        except PageStoreError:
            body = None  # the file was recovered or replaced since; look further
        if body is not None:
            return body
    for index in sorted((layout.pages / page.source_id).glob(f"*/*{CDXJ}")):
        for row in rows_of(index, page.source_id, date.fromisoformat(index.parent.name)):
            found = row.page
            if not row.revisit and found.payload_digest == page.payload_digest and found.warc_file:
                original = originals.record(found.warc_file, found.warc_offset or 0, found.warc_length)
                return _body(original, page.payload_digest)
    return None


def _body(found: Opened, digest: str | None) -> bytes | bytearray | None:
    """The decoded body of a response record; None if it is not the payload of that digest.

    Damage cannot hide here: the gzip member's checksum was right, and the digest is the one indexed.
    """
    record = found.record
    if record.record_type != WarcRecordType.response or record.headers.get("WARC-Payload-Digest") != digest:
        return None
    if record.http_headers is None or "Content-Encoding" not in record.http_headers:
        return found.taken()
    try:
        record = WarcRecord.from_bytes(bytes(found.data))
        record.parse_http(auto_decode="content")
        return bytes(record.reader.read(DECODED_CAP))
    except OSError:
        # an encoding that is none ("utf-8" is often met), or not the body's: one page must not cost a partition
        return found.body
