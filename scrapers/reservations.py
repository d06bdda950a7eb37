"""What a publisher reserves about a page: stored with each capture, so that users can honour it later."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Bytes of a page searched for its ``<meta>`` tags: heads are shorter, and the search must stay cheap.
HEAD = 65_536

#: Bytes of such a tag: one that is meant is far shorter.
TAG = 2000

_META = re.compile(rb"(?i)<meta[^>]*>?")  # one that never ends must not be looked for again from each that it holds
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)

#: Directives of X-Robots-Tag and of the robots meta tag that reserve a use.
_DIRECTIVES = ("noai", "noimageai", "noarchive", "nosnippet", "noindex", "none")


def _directives(text: str) -> set[str]:
    words = set(re.split(r"[\s,;:]+", text.lower()))
    return {word for word in _DIRECTIVES if word in words}


def _tags(page: bytes) -> Iterator[bytes]:
    """The ``<meta>`` tags that may reserve something."""
    for tag in _META.findall(page, 0, HEAD):
        lower = tag.lower()
        if b"robots" not in lower and b"tdm-reservation" not in lower:  # as of most of a page's dozens
            continue
        if len(tag) > TAG:  # one before it had no end
            tag = tag[lower.rfind(b"<meta") :]
        if tag.endswith(b">") and len(tag) <= TAG:
            yield tag


def reservations(headers: list[tuple[str, str]], body: bytes) -> tuple[str, ...]:
    """The reservations of one response, sorted: ``tdm-reservation`` (W3C TDMRep, value 1) and the
    directives ``noai``, ``noimageai``, ``noarchive`` … of ``X-Robots-Tag`` or the robots meta tag."""
    found: set[str] = set()
    for name, value in headers:
        lower = name.lower()
        if lower == "x-robots-tag":
            found |= _directives(value)
        elif lower == "tdm-reservation" and value.strip() == "1":
            found.add("tdm-reservation")
    for tag in _tags(body):
        values = {
            key.lower(): (double or single or bare).decode("latin-1").strip().lower()
            for key, double, single, bare in _ATTRIBUTE.findall(tag)
        }
        if values.get(b"name") == "robots":
            found |= _directives(values.get(b"content", ""))
        elif values.get(b"name") == "tdm-reservation" and values.get(b"content") == "1":
            found.add("tdm-reservation")
    return tuple(sorted(found))
