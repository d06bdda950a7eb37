"""What a verb that takes an article is given: a URL, a file, standard input; a page or plain text."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import SetAside, SettingError
from warehouse.records import Article

#: Stands in for the address of a page that came from a file or a pipe.
NO_URL = "http://localhost/page"  # not a bare host: that would be a home page


def read(what: str) -> tuple[bytes, str]:
    """The bytes of a URL, a file or ``-`` (standard input), and their address.

    Raises:
        SetAside: the URL answered with something other than a page.
        SettingError: there is no such file.
    """
    if what == "-":
        return sys.stdin.buffer.read(), NO_URL
    if what.startswith(("http://", "https://")):
        from scrapers.fetch import fetch

        got = fetch(what)
        if got.status != 200:
            raise SetAside(f"answered HTTP {got.status}", culprit=what, mend="Look at it in a browser")
        return got.body, got.url
    try:
        return Path(what).read_bytes(), NO_URL
    except OSError as error:
        raise SettingError(
            str(error.strerror), culprit=what, mend="Give a URL, a readable file, or - for stdin"
        ) from error


def is_page(data: bytes) -> bool:
    """Whether bytes are HTML rather than plain text."""
    return b"<" in data[:2000] and (b"</p>" in data or b"<html" in data[:2000].lower())


def plain_text(data: bytes, culprit: str) -> str:
    """Bytes that are no page as text; what is not UTF-8 in them reads as U+FFFD.

    Raises:
        SettingError: they are no text (a PDF, a picture, UTF-16), or there is nothing in them.
    """
    if b"\0" in data:
        raise SettingError("this is no text", culprit=culprit, mend="Give a page, or text in UTF-8")
    if not data.strip():
        raise SettingError("there is no text in it", culprit=culprit, mend="Give a page, or text in UTF-8")
    return data.decode("utf-8", "replace")


def article_of(data: bytes, address: str, culprit: str) -> Article:
    """The article of a page.

    Raises:
        SetAside: the page is no article; says what it is.
    """
    from pipelines.cleaning import judge

    cleaned = judge(data, address, fetched_at=datetime.now(UTC))
    if cleaned.article is None:
        raise SetAside(f"no article here ({cleaned.outcome})", culprit=culprit, mend=cleaned.detail)
    return cleaned.article


def publication(text: str | None) -> datetime | None:
    """A publication date as typed.

    Raises:
        SettingError: it is none.
    """
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError as error:
        raise SettingError(f"{text!r} is no date", culprit="--published", mend="Write it as 2018-02-08") from error
