"""What a WARC record holds as the answer of its site: body whole and free of chunks, or told to be less."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Final

from fastwarc.warc import WarcRecord
from warcio.bufferedreaders import ChunkedDataReader

from scrapers.archives.records import Gap, Stored, announced
from scrapers.archives.route import Answer, Missed
from scrapers.pagestore import Packed
from scrapers.pagestore.heads import Opened, opened

#: How chunks begin and end, and the bytes that may stand behind the last (trailers).
_CHUNK: Final = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n")
_LAST_CHUNK: Final = re.compile(rb"(?:^|\r\n)0+[ \t]*(?:;[^\r\n]*)?\r\n")
_TRAILERS: Final = 8192


def answer(stored: Stored, revisit: Stored | None = None, *, page: Opened | None = None) -> Answer:
    """A record as the response it keeps; of a revisit, its own headers with the body it repeats.

    Args:
        page: the record, where it has been opened already.

    Raises:
        Missed: ``error:corrupt``.
    """
    try:
        page = page or opened(stored.data)
        record = page.record
        own = opened(revisit.data).record if revisit else record
    except ValueError as error:
        raise Missed("error:corrupt", f"its headers cannot be read: {error}"[:300]) from error
    # an uncompressed record has no checksum but this one
    if stored.whole and not stored.proven and not _matches_digest(stored.data):
        raise Missed("error:corrupt", "its bytes are not those of its WARC-Block-Digest")
    body = page.body
    cut: str | None = None
    # of a WARC that was cut off, warcio recompress makes a whole gzip member of the last record, as long as it says
    if stored.whole and len(stored.data) < (said := announced(stored.data) or 0):
        cut = f"its record has {len(stored.data)} bytes of the {said} that it says"
    if why := record.headers.get("WARC-Truncated"):
        cut = f"the archive cut it off: {why}"
    elif record.headers.get("WARC-Segment-Number"):
        cut = "the archive went on with it in another record"
    if record.http_headers is None:
        media = [("Content-Type", record.headers.get("Content-Type", ""))]
        return Answer(status=200, headers=media, body=body, truncated=cut)
    held = own.http_headers if own.http_headers is not None else record.http_headers
    told = {name.lower(): value for name, value in record.http_headers.to_tuples()}
    if "chunked" in told.get("transfer-encoding", "").lower():
        if _CHUNK.match(body) and not _LAST_CHUNK.search(body[-_TRAILERS:]):
            cut = cut or "its last chunk was not captured"
        body = _whole(ChunkedDataReader(BytesIO(body)))  # many archives undo it and leave the header
    elif told.get("content-length", "").isdigit() and len(body) < int(told["content-length"]):
        cut = cut or f"{len(body)} bytes were captured of {told['content-length']}"
    return Answer(
        status=held.status_code or record.http_headers.status_code or 0,
        headers=list(held.to_tuples()),
        body=body,
        truncated=cut,
        record=Packed(stored.packed, stored.data) if stored.packed and revisit is None else None,
    )


def cut_answer(gap: Gap) -> Answer:
    """What came of a response (:func:`scrapers.archives.headers.begun`) before the file ended.

    Raises:
        Missed: ``error:corrupt``.
    """
    came = answer(Stored(gap.offset, gap.length, gap.data, whole=False, proven=False))
    return replace(came, truncated=f"{gap.why}, behind {len(came.body)} bytes of the body")


def _matches_digest(data: bytes) -> bool:
    """Whether a record's bytes are those of its block digest; where there is none of a known kind, they may be."""
    record = WarcRecord.from_reader(BytesIO(data))
    algorithm = (record.headers.get("WARC-Block-Digest") or "").partition(":")[0].lower()
    return algorithm not in ("sha1", "md5", "sha256") or bool(record.verify_block_digest(consume=True))


def _whole(reader: ChunkedDataReader) -> bytes:
    return b"".join(iter(lambda: reader.read(64 * 1024), b""))
