"""A page's bytes before they are parsed: without what holds no text, in UTF-8.

The charset comes from the bytes, because headers and ``<meta>`` are often wrong.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

#: Bytes decoded at once where nothing is asked of them but whether they can be.
_PIECE = 16_384

#: What holds no text and no elements: most of a page's bytes, which then need not be decoded and parsed. Its tags, and
#: where comments begin; one pass over the page finds them all.
_TAG = re.compile(rb"<(?:!--|(/?)([sS](?:[cC][rR][iI][pP][tT]|[tT][yY][lL][eE]|[vV][gG]))(?=[\s/>]))")
#: Bytes of a script within which it says that it is data.
_START_TAG = 1024


def without_raw(page: bytes) -> bytes:
    """The page without the scripts, styles and drawings that a parser would find and drop; JSON-LD stays.

    Where a second one begins before the first ends, the first may be no tag at all (in a title, an attribute), or the
    end no end (in a string of a script): the parser is left to tell.
    """
    kept: list[bytes] = []
    at = passed = 0
    opened: re.Match[bytes] | None = None
    name, again = b"", False
    for tag in _TAG.finditer(page):
        start = tag.start()
        if opened is not None:
            if tag[2] is None or tag[2].lower() != name:
                continue
            if not tag[1]:
                again = True
                continue
            begin, opened = opened.start(), None
            data = name == b"script" and b"+json" in page[begin : min(begin + _START_TAG, start)].lower()
            passed = page.find(b">", start) + 1
            if passed and not (data or again):
                kept.append(page[at:begin])
                at = passed
        elif start < passed:
            continue
        elif tag[2] is None:
            passed = page.find(b"-->", start + 2) + 3
            if passed < 3:
                break
        elif not tag[1]:
            opened, name, again = tag, tag[2].lower(), False
    return b"".join((*kept, page[at:])) if kept else page


def decode(data: bytes) -> str:
    """The text of ``data``: byte-order mark, then UTF-8 if it is valid, then what the page declares if that
    fits, then a guess from the bytes, then Windows-1252 with replacement marks. Never raises."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > 0.99 * len(data) or _mostly_utf8(data):  # cut inside a character, or one bad byte
            return data.decode("utf-8", "replace")
    declared = _DECLARED.search(data, 0, 4096)
    if declared:
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
            if not name.startswith("utf"):  # a browser reads these as Windows-1252
                return data.decode("cp1252" if name in {"iso8859-1", "ascii"} else name, "replace")
        except (LookupError, ValueError):
            pass
    middle = len(data) // 2
    guess = from_bytes(data[:6000] + data[middle : middle + 6000]).best()
    if guess is not None:
        try:
            return data.decode(guess.encoding, "replace")
        except LookupError:
            pass
    return data.decode("cp1252", "replace")


def _mostly_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few broken characters."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return 0 < bad <= 5 and sum(c > "\x7f" for c in text) > 10 * bad


def utf8(page: bytes) -> bytes:
    """A page in UTF-8: as it is, if it is that already."""
    if not page.startswith(tuple(mark for mark, _ in _BOMS)) and _is_utf8(page):
        return page
    return decode(page).encode("utf-8", "replace")


def _is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8, read piece by piece: in one, a sign past Europe's letters doubles the whole text."""
    at = 0
    try:
        while at < len(data):
            at += codecs.utf_8_decode(data[at : at + _PIECE], "strict", at + _PIECE >= len(data))[1]
    except UnicodeDecodeError:
        return False
    return True
