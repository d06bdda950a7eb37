"""WARC/1.1 records as gzip members: built by warcio (the commonest here), compressed by libdeflate.

The order within a capture is metadata, request, response. The metadata record holds everything
the index says, so wherever a kill cuts the file, a response that is whole has its verdict before
it and can be indexed from the WARC alone.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit

import deflate
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scrapers.pagestore.exchange import Exchange

#: libdeflate's level 1 takes half the time of zlib-ng's 5 for 8.8% more bytes, and a quarter of zlib's 6 for 10.2% more
#: (293 news pages; docs/decisions.md).
LEVEL: Final = 1

IDENTICAL: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

#: Where a revisit's original lies, so that following it needs no index (as Wget-AT and others write it).
REFERS_FILE: Final = "WARC-Refers-To-Filename"
REFERS_OFFSET: Final = "WARC-Refers-To-File-Offset"


def digest_of(body: bytes) -> str:
    """``sha1:`` and base32, the form every WARC tool knows. It finds repeats; it proves nothing."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def warc_date(moment: datetime) -> str:
    """A UTC time as WARC/1.1 writes it, with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id() -> str:
    """A fresh WARC-Record-ID."""
    return f"<urn:uuid:{uuid.uuid4()}>"


class Builder:
    """Turns an exchange into gzip members, one a record."""

    def __init__(self) -> None:
        self._out = BytesIO()
        self._warcio = WARCWriter(self._out, gzip=False, warc_version="1.1")
        # only responses have a payload worth a digest of its own; warcio would add one to each record
        self._warcio.NO_PAYLOAD_DIGEST_TYPES = ("warcinfo", "revisit", "metadata", "request")

    def _member(self, record: Any) -> bytes:
        try:
            self._warcio.write_record(record)
            data = self._out.getvalue()
        finally:  # half a record must not stand before the next
            self._out.seek(0)
            self._out.truncate()
        return bytes(deflate.gzip_compress(data, LEVEL))

    def warcinfo(self, filename: str, info: Mapping[str, str]) -> bytes:
        """The record that opens a file and says who wrote it."""
        return self._member(self._warcio.create_warcinfo_record(filename, info))

    def metadata(self, exchange: Exchange, fields: Mapping[str, str], concurrent_to: str | None) -> bytes:
        """Our verdict as ``application/warc-fields``; the values must be single lines."""
        body = _lines(fields)
        headers = {
            "WARC-Date": warc_date(exchange.fetched_at),
            **({"WARC-Concurrent-To": concurrent_to} if concurrent_to else {}),
            "WARC-Type": "metadata",
            "WARC-Record-ID": new_id(),
            "WARC-Target-URI": exchange.target,
            "WARC-Block-Digest": digest_of(body),
            "Content-Type": "application/warc-fields",
            "Content-Length": str(len(body)),
        }
        # as warcio writes it, in half the time: there is one for each capture
        data = b"".join((b"WARC/1.1\r\n", _lines(headers), b"\r\n", body, b"\r\n\r\n"))
        return bytes(deflate.gzip_compress(data, LEVEL))

    def request(self, exchange: Exchange, concurrent_to: str) -> bytes:
        """What we sent, less its secrets."""
        parts = urlsplit(exchange.target)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = list(exchange.request_headers)
        if not any(name.lower() == "host" for name, _ in headers):
            headers.insert(0, ("Host", parts.netloc))
        http = StatusAndHeaders(f"{exchange.method} {path} HTTP/1.1", headers, is_http_request=True)
        return self._member(
            self._warcio.create_warc_record(
                exchange.target,
                "request",
                http_headers=http,
                warc_headers_dict={"WARC-Date": warc_date(exchange.fetched_at), "WARC-Concurrent-To": concurrent_to},
            )
        )

    def response(self, exchange: Exchange, record_id: str, digest: str) -> bytes:
        """What came back, whole."""
        headers = {
            "WARC-Date": warc_date(exchange.fetched_at),
            "WARC-Record-ID": record_id,
            "WARC-Payload-Digest": digest,
        }
        if exchange.outcome == "too_large":
            headers["WARC-Truncated"] = "length"
        elif exchange.outcome == "truncated":
            headers["WARC-Truncated"] = "disconnect"
        return self._member(
            self._warcio.create_warc_record(
                exchange.target,
                "response",
                payload=BytesIO(exchange.body),
                length=len(exchange.body),
                http_headers=_answer(exchange),
                warc_headers_dict=headers,
            )
        )

    def revisit(self, exchange: Exchange, record_id: str, profile: str, refers: Mapping[str, str]) -> bytes:
        """What came back, less a payload that is stored already: ``refers`` names it in WARC headers."""
        headers = {
            "WARC-Date": warc_date(exchange.fetched_at),
            "WARC-Record-ID": record_id,
            "WARC-Profile": profile,
            **refers,
        }
        return self._member(
            self._warcio.create_warc_record(
                exchange.target, "revisit", http_headers=_answer(exchange), warc_headers_dict=headers
            )
        )


def _lines(fields: Mapping[str, str]) -> bytes:
    return "".join([f"{name}: {value}\r\n" for name, value in fields.items()]).encode("utf-8")


def _answer(exchange: Exchange) -> StatusAndHeaders:
    status = exchange.status or 0
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = "Unknown"
    return StatusAndHeaders(f"{status} {reason}", list(exchange.response_headers), protocol="HTTP/1.1")
