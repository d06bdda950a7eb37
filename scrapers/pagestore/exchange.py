"""One request and what came of it, as a spider hands it to the page store; made safe to write.

Crawled pages are hostile: a header value may carry a line break that would forge a record, a URL
may carry a password. All of that is neutralised here, before a Page or a record is made of it,
so the index, the WARC and the frontier agree on every string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from scrapers.codings import undone
from scrapers.urls import USERINFO, without_secrets
from warehouse.errors import PageStoreError
from warehouse.vocabulary import Purpose, Via

Headers = Sequence[tuple[str, str]]

#: Longest URL kept (characters); longer ones are spider traps, and pywb refuses them anyway.
URL_CAP: Final = 8_192
#: Longest header value kept, most headers, and their sum (characters): ten times what news sites send.
VALUE_CAP: Final = 8_192
HEADERS_CAP: Final = 200
HEADERS_SIZE_CAP: Final = 65_536
#: Longest error text kept (characters).
ERROR_CAP: Final = 1_000
#: Largest body (bytes) undone from its Content-Encoding here; eight times the spiders' own cap.
DECODED_CAP: Final = 64 * 1024 * 1024

#: Headers that let someone in; a WARC file may be handed on. Lower case.
SECRETS: Final = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "cookie2",
        "set-cookie",
        "set-cookie2",
        "x-api-key",
        "api-key",
        "apikey",
        "x-auth-token",
        "x-access-token",
        "x-amz-security-token",
        "x-csrf-token",
        "x-xsrf-token",
    }
)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FOREIGN = re.compile(r"[^\x20-\x7e]")
_UNSAFE = re.compile(r"[^\x21-\x7e]")
#: A URL in which nothing is to be cleaned: no blank, and no "@" behind which a password could stand.
_CLEAN_URL = re.compile(r"[\x21-\x3f\x41-\x7e]*")


@dataclass(frozen=True, slots=True)
class Packed:
    """A WARC record of another archive: its gzip member, whose checksum held, and what that unpacks to."""

    member: bytes
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer, or the reason there is none.

    ``url`` is what was asked for, ``final_url`` what answered after redirects. ``body`` holds the
    bytes as fetched; if they are still content-encoded, ``response_headers`` must say so, and the
    store undoes gzip and deflate. ``moved_to`` and ``stories`` as in
    :class:`~warehouse.records.Page`. ``status`` None: nothing came back. ``outcome`` is one of
    :data:`warehouse.vocabulary.OUTCOMES` or ``error:<kind>``. ``fetched_at`` carries a time zone.
    ``record``: the record of another archive that all of this was read from; the store takes it as it is where it says
    the same as one of the store's own would.
    """

    url: str
    canonical_url: str
    final_url: str | None = None
    purpose: Purpose
    via: Via = "live"
    fetched_at: datetime
    method: str = "GET"
    request_headers: Headers = ()
    status: int | None = None
    response_headers: Headers = ()
    body: bytes = b""
    outcome: str
    error: str | None = None
    discovered_from: str | None = None
    listed_published_at: datetime | None = None
    reservations: Sequence[str] = field(default=())
    moved_to: str | None = None
    stories: int | None = None
    record: Packed | None = None

    @property
    def target(self) -> str:
        """The URL whose answer this is: WARC-Target-URI."""
        return self.final_url or self.url

    def header(self, name: str) -> str | None:
        """The first response header of that name, or None."""
        wanted = name.lower()
        return next((value for key, value in self.response_headers if key.lower() == wanted), None)


def clean_text(text: str, cap: int = VALUE_CAP) -> str:
    """One line of text: control characters and line breaks become spaces, blanks at the ends go."""
    text = text[:cap]
    return (text if text.isprintable() else _CONTROL.sub(" ", text)).strip()


def clean_url(url: str) -> str:
    """A URL that is safe in a header line: no user name or password, printable ASCII only
    (the rest percent-encoded as UTF-8), tabs and line breaks dropped as browsers do, capped.

    Idempotent; URLs as Scrapy makes them pass unchanged, except for credentials.
    """
    if _CLEAN_URL.fullmatch(url):
        return url[:URL_CAP]
    text = re.sub(r"[\t\r\n]", "", url).strip()
    if match := USERINFO.match(text):
        text = match[1] + text[match.end() :]
    return _UNSAFE.sub(_percent, text)[:URL_CAP]


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace"))


def clean_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers without secrets, without names that are no tokens, each value on one line, capped; addresses
    in them (``Location``, ``Link``) without user names and passwords, letters that are not ASCII percent-encoded."""
    kept: list[tuple[str, str]] = []
    size = 0
    for name, value in headers:
        name = name.strip()
        if not _TOKEN.fullmatch(name) or name.lower() in SECRETS:
            continue
        value = clean_text(value)
        if "@" in value:
            value = USERINFO.sub(r"\1", value)
        if not value.isascii():  # warcio refuses such letters in most places of a header
            value = _FOREIGN.sub(_percent, value)[:VALUE_CAP]
        size += len(name) + len(value) + 4
        if len(kept) >= HEADERS_CAP or size > HEADERS_SIZE_CAP:
            break
        kept.append((name, value))
    return kept


def cleaned(exchange: Exchange) -> Exchange:
    """The exchange as the store writes it: safe strings, UTC time, body free of content-encoding.

    Raises:
        PageStoreError: ``fetched_at`` or ``listed_published_at`` carries no time zone.
    """
    headers, body = _plain(clean_headers(exchange.response_headers), exchange.body)
    return replace(
        exchange,
        url=clean_url(exchange.url),
        canonical_url=clean_url(exchange.canonical_url),
        final_url=clean_url(exchange.final_url) if exchange.final_url else None,
        fetched_at=_utc(exchange.fetched_at, exchange.url),
        method=exchange.method if _TOKEN.fullmatch(exchange.method) else "GET",
        request_headers=clean_headers(exchange.request_headers),
        response_headers=headers,
        body=body,
        outcome=clean_text(exchange.outcome),
        error=without_secrets(clean_text(exchange.error, ERROR_CAP)) if exchange.error else None,
        discovered_from=clean_url(exchange.discovered_from) if exchange.discovered_from else None,
        listed_published_at=_utc(exchange.listed_published_at, exchange.url) if exchange.listed_published_at else None,
        reservations=tuple(clean_text(reservation) for reservation in exchange.reservations),
        moved_to=clean_url(exchange.moved_to) if exchange.moved_to else None,
    )


def _utc(moment: datetime, url: str) -> datetime:
    if moment.tzinfo is None:
        raise PageStoreError(
            f"the time {moment.isoformat()} names no time zone", culprit=url, mend="Pass a datetime in UTC"
        )
    return moment.astimezone(UTC)


def _plain(headers: list[tuple[str, str]], body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body that agree: the body plain, its length stated, what the headers said before
    kept as ``X-Archive-Orig-*``, as web archives do."""
    original = [(name, value) for name, value in headers if name.lower() in ("content-encoding", "transfer-encoding")]
    coding = " ".join(value for name, value in original if name.lower() == "content-encoding").strip().lower()
    stays_encoded = False
    if body and coding in ("gzip", "x-gzip", "deflate"):
        try:
            plain = undone(body, coding, DECODED_CAP)
        except ValueError:  # most often the crawler has undone it already and left the header
            plain = None
        if plain is not None and not plain.cut:
            body = plain.body
        else:
            stays_encoded = body[:2] == b"\x1f\x8b"
    elif body and coding not in ("", "identity"):
        stays_encoded = True  # br, zstd ...: replay tools undo these by the header
    out = []
    for name, value in headers:
        low = name.lower()
        if low == "content-length" or low == "transfer-encoding" or (low == "content-encoding" and not stays_encoded):
            out.append((f"X-Archive-Orig-{name}", value))
        else:
            out.append((name, value))
    out.append(("Content-Length", str(len(body))))
    return out, body
