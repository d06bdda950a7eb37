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

#: What holds no text and no elements: most of a page's bytes, which then need not be decoded and parsed.
_RAW = re.compile(rb"<([sS][cC][rR][iI][pP][tT]|[sS][tT][yY][lL][eE]|[sS][vV][gG])(?=[\s/>])")
_ENDS_A_NAME = tuple(b" \t\r\n\f/>")
#: Bytes of a script within which it says that it is data.
_START_TAG = 1024


def without_raw(page: bytes) -> bytes:
    """The page without the scripts, styles and drawings that a parser would find and drop; JSON-LD stays.

    Where a second one begins before the first ends, or a comment ends that did not begin there, the first may be no tag
    at all (in a comment, a title, an attribute), or the end no end (in a string of a script): the parser is left to
    tell.
    """
    kept: list[bytes] = []
    at, found = 0, _RAW.search(page)
    while found:
        start, inside, name = found.start(), found.end(), found[1]
        last = page.find(b"</" + name, inside)  # found much faster than an end in any spelling would be
        end = page.find(b">", last) + 1
        if last < 0 or not end:
            break
        data = b"+json" in page[start : min(start + _START_TAG, last)].lower()
        again = page.find(b"<" + name, inside, last) >= 0
        comment = page.find(b"-->", inside, last)
        within = comment >= 0 and page.find(b"<!--", inside, comment) < 0
        if not (data or again or within) and page[last + len(name) + 2] in _ENDS_A_NAME:
            kept.append(page[at:start])
            at = end
        found = _RAW.search(page, end)
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
