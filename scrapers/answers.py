"""What answers and their headers mean, in a crawl or from an archive. Every process of Dagster imports this: Scrapy and
Twisted are not loaded for it."""

from __future__ import annotations

import re
from datetime import datetime

from scrapers.discovery.listing import parse_date

#: Outcomes that may well differ at the next try; the others are settled.
PASSING = (
    "error:dns",
    "error:timeout",
    "error:connection",
    "error:http_5",
    "error:http_408",
    "error:host_resting",
    "error:malformed",
    "error:spider",
    "error:other",
    "error:tls",
    "blocked",
    "truncated",
    "robots_denied",
)

#: Outcomes that say of an article captured before that it was deleted.
GONE = ("error:http_404", "error:http_410")

_RANGE = re.compile(r"(?i)bytes[ =]+([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})$")


def may_pass(outcome: str) -> bool:
    """Whether the same request is worth making again on another run."""
    return outcome.startswith(PASSING)


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for (a number or a date), or None when it says nothing."""
    text = (value or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    moment = parse_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def in_part(status: int, content_range: str) -> bool:
    """Whether an answer holds a part of a body alone: 206, and not from its first byte (``bytes 0-99/100``) to its
    last."""
    if status != 206:
        return False
    span = _RANGE.match(content_range.strip())
    return span is None or int(span[1]) > 0 or int(span[2]) + 1 != int(span[3])
