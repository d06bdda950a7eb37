"""What a publisher reserves about a page: stored with each capture, so that users can honour it later."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Bytes of a page searched for its ``<meta>`` tags: heads are shorter, and the search must stay cheap.
HEAD = 65_536

#: Bytes of such a tag: one that is meant is far shorter.
TAG = 1000

#: The tags of a page, in a third of the time that looking for what they say takes in all of its head.
_META = re.compile(rb"(?i)<meta[^>]*>?")
#: What a tag that is meant says; a page has dozens of others.
_TOLD = (b"robots", b"tdm-reservation")
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)

#: Directives of X-Robots-Tag and of the robots meta tag that reserve a use.
_DIRECTIVES = ("noai", "noimageai", "noarchive", "nosnippet", "noindex", "none")


def _directives(text: str) -> set[str]:
    words = set(re.split(r"[\s,;:]+", text.lower()))
    return {word for word in _DIRECTIVES if word in words}


def _tags(tags: bytes) -> Iterator[bytes]:
    """The ``<meta>`` tags that may reserve something, found by what they say, among others."""
    lower = tags.lower()
    for word in _TOLD:
        at = lower.find(word)
        while at >= 0:
            start, end = lower.rfind(b"<meta", max(0, at - TAG), at), lower.find(b">", at, at + TAG)
            if start >= 0 and end >= 0 and lower.find(b">", start, at) < 0:
                yield tags[start : end + 1]
            at = lower.find(word, at + len(word))


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
    for tag in _tags(b"".join(_META.findall(body, 0, HEAD))):
        values = {
            key.lower(): (double or single or bare).decode("latin-1").strip().lower()
            for key, double, single, bare in _ATTRIBUTE.findall(tag)
        }
        if values.get(b"name") == "robots":
            found |= _directives(values.get(b"content", ""))
        elif values.get(b"name") == "tdm-reservation" and values.get(b"content") == "1":
            found.add("tdm-reservation")
    return tuple(sorted(found))
