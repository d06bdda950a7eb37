"""Which records of other archives the page store takes as they are packed: those that say what its own would say.

Such a record keeps its identity (``WARC-Record-ID``), its address and its bytes, and need not be compressed anew. One
that holds a cookie, a password, an encoded body, or anything this module does not know, is written anew instead.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from scrapers.pagestore.exchange import Exchange, Packed, clean_headers

#: Fields of a WARC record that let nobody in and tell no reader anything else than the store's own records do
#: (WARC/1.1, section 5). Lower case.
_KNOWN: Final = frozenset(
    {
        "warc-type",
        "warc-record-id",
        "warc-date",
        "warc-target-uri",
        "warc-payload-digest",
        "warc-block-digest",
        "warc-ip-address",
        "warc-warcinfo-id",
        "warc-concurrent-to",
        "warc-identified-payload-type",
        "content-type",
        "content-length",
    }
)
#: HTTP headers after which the body that was captured is another than the one the store keeps.
_ENCODED: Final = frozenset({"content-encoding", "transfer-encoding"})
#: Most bytes of a record before its body: WARC fields and HTTP headers.
_HEAD: Final = 64 * 1024

_VERSION = re.compile(r"WARC/1\.[01]")
_STATUS = re.compile(r"HTTP/1\.[01] (\d{3})(?: [\x20-\x7e]*)?")
_RECORD_ID = re.compile(r"<urn:uuid:[0-9A-Fa-f-]{36}>")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*)")


def identity(exchange: Exchange, digest: str) -> str | None:
    """The ``WARC-Record-ID`` of the record that an exchange was read from, if the store may take that as it is packed.

    Args:
        exchange: as :func:`~scrapers.pagestore.exchange.cleaned` leaves it.
        digest: of its body (:func:`~scrapers.pagestore.records.digest_of`).
    """
    if exchange.record is None or exchange.outcome != "ok":
        return None
    parts = _parts(exchange.record)
    if parts is None:
        return None
    fields, status, headers, body_at = parts
    size = len(exchange.record.data)
    says_the_same = (
        fields.get("warc-type") == "response"
        and fields.get("warc-target-uri") == exchange.target
        and fields.get("warc-payload-digest") == digest
        and _moment(fields.get("warc-date", "")) == exchange.fetched_at
        and status == exchange.status
        and clean_headers(headers) == headers
        and _ENCODED.isdisjoint(name.lower() for name, _ in headers)
        and all(value == str(len(exchange.body)) for name, value in headers if name.lower() == "content-length")
        and size - 4 - body_at == len(exchange.body)
        and exchange.record.data.startswith(exchange.body, body_at)
    )
    name = fields.get("warc-record-id", "")
    return name if says_the_same and _RECORD_ID.fullmatch(name) else None


def _parts(record: Packed) -> tuple[dict[str, str], int, list[tuple[str, str]], int] | None:
    """WARC fields, status, HTTP headers, and where the body begins; None where any of it is not written to the letter
    of the standards, as damage, forgeries and old writers leave it."""
    data = record.data
    http_at = data.find(b"\r\n\r\n", 0, _HEAD) + 4
    body_at = data.find(b"\r\n\r\n", http_at, http_at + _HEAD) + 4
    if http_at < 4 or body_at < 4 or not data.endswith(b"\r\n\r\n"):
        return None
    version, warc = _lines(data[: http_at - 4])
    first, http = _lines(data[http_at : body_at - 4])
    answered = _STATUS.fullmatch(first)
    if _VERSION.fullmatch(version) is None or answered is None or warc is None or http is None:
        return None
    fields = {name.lower(): value for name, value in warc}
    if len(fields) < len(warc) or not fields.keys() <= _KNOWN:
        return None
    if fields.get("content-length") != str(len(data) - http_at - 4):
        return None
    return fields, int(answered[1]), http, body_at


def _lines(head: bytes) -> tuple[str, list[tuple[str, str]] | None]:
    """The first line, and the fields of the others; None where one is no field."""
    first, *others = head.decode("latin-1").split("\r\n")
    found = [_FIELD.fullmatch(line) for line in others]
    fields = [(match[1], match[2]) for match in found if match]
    return first, fields if len(fields) == len(others) else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
