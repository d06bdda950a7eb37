"""What a robots.txt means (RFC 9309): the same for a crawl and for a single visit."""

from __future__ import annotations

from typing import Final

#: No rules: everything may be fetched.
ALL: Final = b""

#: What holds where the rules could not be had: nothing may be fetched.
NOTHING: Final = b"User-agent: *\nDisallow: /\n"

#: Bytes of a robots.txt that are read: RFC 9309 asks for at least 500 KiB.
MOST: Final = 512 * 1024


def unanswered(status: int) -> bool:
    """Whether a status means that the rules could not be had: 5xx, and 429, which says nothing of them either."""
    return status >= 500 or status == 429


def rules(status: int, body: bytes) -> bytes:
    """The text of the rules in force: what was answered with 2xx, nothing allowed after 5xx, all after 4xx."""
    if unanswered(status):
        return NOTHING
    return body[:MOST] if 200 <= status < 300 else ALL
