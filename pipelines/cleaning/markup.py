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

#: Where begins what holds no text and no elements (most of a page's bytes, which then need not be decoded and parsed),
#: or a comment. No group: with one, the expression turns each other tag away only after two steps more.
_BEGIN = re.compile(rb"<(?:!--|[sS](?:[cC][rR][iI][pP][tT]|[tT][yY][lL][eE]|[vV][gG])(?=[\s/>]))")
#: Behind a ``<``: another such tag, or its end.
_NAMED = {name: re.compile(rb"(/?)" + name + rb"(?=[\s/>])", re.I) for name in (b"script", b"style", b"svg")}
#: Says of a script that it is data, within so many of its bytes.
_DATA = re.compile(rb"\+json", re.I)
_START_TAG = 1024


def without_raw(page: bytes | bytearray) -> bytes:
    """The page without the scripts, styles and drawings that a parser would find and drop; JSON-LD stays.

    Where a second one begins before the first ends, the first may be no tag at all (in a title, an attribute), or the
    end no end (in a string of a script): the parser is left to tell.
    """
    kept: list[bytes | bytearray] = []
    at = passed = 0
    while opened := _BEGIN.search(page, passed):
        begin, name = opened.start(), opened[0][1:].lower()
        if name == b"!--":
            passed = page.find(b"-->", begin + 2) + 3
            if passed < 3:
                break
            continue
        end, again = _end(page, name, opened.end())
        passed = page.find(b">", end) + 1 if end else 0
        if not passed:
            break
        data = name == b"script" and _DATA.search(page, begin, min(begin + _START_TAG, end)) is not None
        if not (data or again):
            kept.append(page[at:begin])
            at = passed
    return b"".join((*kept, page[at:])) if kept else bytes(page)


def _end(page: bytes | bytearray, name: bytes, at: int) -> tuple[int, bool]:
    """Where the element's end tag stands, 0 if nowhere; and whether another of the name begins before it."""
    again = False
    while at := page.find(b"<", at) + 1:  # few in a script, and one byte is found much faster than an expression
        if tag := _NAMED[name].match(page, at):
            if tag[1]:
                break
            again = True
    return at, again


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
