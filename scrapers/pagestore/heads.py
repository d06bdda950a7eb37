"""What stands before the body of a WARC record: its own headers and those of HTTP, parsed without the body."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from fastwarc.warc import WarcRecord

#: Longest block of WARC headers (bytes); a target URI has 2 kB at most.
HEADERS: Final = 64 * 1024

#: Longest block of HTTP headers (bytes), as in a crawl; fastwarc's own bound is 32 KiB.
_HTTP_HEAD: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """A record with its HTTP headers parsed, the bytes that it was read from, and which of them are the body behind
    those headers: its own reader ends where they end."""

    record: WarcRecord
    data: bytes | bytearray
    behind: slice

    @property
    def body(self) -> bytes:
        """The body, of which fastwarc's own reader makes four copies."""
        with memoryview(self.data) as data:
            return bytes(data[self.behind])

    def taken(self) -> bytes | bytearray:
        """The body, copied only if it must be: the bytes of the record are cut to it, and are no record any more."""
        if not isinstance(self.data, bytearray):
            return self.body
        del self.data[self.behind.stop :]
        del self.data[: self.behind.start]
        return self.data


def opened(data: bytes | bytearray) -> Opened:
    """A record with its HTTP headers parsed.

    Raises:
        ValueError: WARC or HTTP headers cannot be read.
    """
    block = data.find(b"\r\n\r\n", 0, HEADERS) + 4
    if block < 4:
        raise ValueError("its headers have no end")
    http = data.find(b"\r\n\r\n", block, block + _HTTP_HEAD)
    try:
        # not from_bytes: it sets as much memory aside as the record says it has, and a lie ends the process; and the
        # heads alone: a reader copies 64 KB twice before it looks at a byte
        record = WarcRecord.from_reader(BytesIO(data[: http + 4] if http >= 0 else data))
        if not record.is_http and (record.headers.get("WARC-Type") or "").strip().lower() in ("response", "revisit"):
            # fastwarc goes by the media type alone, which WARC/1.1 lets writers leave out, and by its lower case
            record.is_http = data.startswith(b"HTTP/", block)
        size = record.content_length
        record.parse_http(quirks_mode=True, max_header_len=_HTTP_HEAD)
    except OSError as error:
        raise ValueError(str(error)) from error
    body_at = block + size - record.content_length  # what is left of the length that the record tells
    return Opened(record, data, slice(body_at, body_at + record.content_length))
