"""Blocks of text for a terminal: a heading, then labelled lines that wrap under themselves at any width.

Most of what is shown is text from the web, so all of it goes through :func:`safe`: as
``rich.text.Text`` (no markup) and :func:`warehouse.text.printable` (no control or bidi characters).
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from warehouse.text import printable

#: Columns of the labels: the longest, "displaced", and a space.
LABEL = 10


def safe(value: object, limit: int | None = None, *, style: str = "") -> Text:
    """A value as plain text: no markup, no control characters, one line, cut to ``limit`` characters."""
    text = "" if value is None else " ".join(printable(str(value)).split())
    return Text(text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…", style=style)


def quoted(words: object, limit: int | None = None) -> Text:
    """Words of an article in quotation marks."""
    return Text.assemble("“", safe(words, limit), "”", style="italic")


def block(heading: Iterable[Text], lines: Iterable[tuple[str, Text]]) -> RenderableType:
    """A heading, its parts in one line where they fit, and labelled lines below it."""
    head = Text("  ").join(part for part in heading if part)
    head.stylize("bold")
    grid = Table.grid(padding=0)
    grid.add_column(width=LABEL, no_wrap=True, overflow="ellipsis")
    grid.add_column(overflow="fold")
    for label, text in lines:
        grid.add_row(safe(label, style="dim"), text)
    return Group(head, Padding(grid, (0, 0, 0, 2))) if grid.row_count else head


def figure(least: int | None, most: int | None) -> str:
    """A number as claimed: ``12``, ``20–48``, ``12+`` where it is open, nothing where there is none."""
    if least is None:
        return ""
    if most is None:
        return f"{least}+"
    return str(least) if most == least else f"{least}–{most}"


def told(value: Text, words: str | None, speaker: str | None = None, limit: int | None = None) -> Text:
    """A value beside the words that it was read from, and who said them."""
    told = Text.assemble(value, ": " if value else "", quoted(words, limit)) if words else value.copy()
    if speaker:
        told.append_text(Text.assemble(" – ", safe(speaker)))
    return told
