"""Text from the web made safe to show: no terminal control, no reordering, no spreadsheet formula."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Terminal escape sequences, whole: CSI, then OSC/DCS/APC/PM/SOS with their payload, then two-character ones.
_ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)

#: Characters that steer a terminal and that JSON leaves as they are: C1 controls, bidi marks.
_STEERING: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

#: Format characters that spelling needs: zero-width (non-)joiner in Persian, Indic scripts and emoji.
_KEPT: Final = frozenset("\n\t\u200c\u200d")

#: What spreadsheets take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def printable(text: str) -> str:
    """``text`` without escape sequences, control, bidi and other invisible characters.

    Line ends become ``\\n``; tabs stay. Use it wherever crawled text meets a terminal.
    """
    text = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return "".join(
        character
        for character in text
        if character in _KEPT or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
    )


def plain_json(text: str) -> str:
    """JSON with what steers a terminal written as escapes: it reads back just the same."""
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def inert(cell: str) -> str:
    """``cell`` so that no spreadsheet runs it: a quote mark before what would begin a formula.

    Carriage returns become line feeds: Python's csv writer leaves a lone one unquoted, and what stands
    behind it would begin a cell.
    """
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + cell if cell.lstrip(" \n\u00a0\ufeff\0").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
