"""Blocks of text for a terminal: a heading, then labelled lines that wrap under themselves at any width.

Most of what is shown is text from the web, so all of it goes through :func:`safe`: as
``rich.text.Text`` (no markup) and :func:`warehouse.text.printable` (no control or bidi characters).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from warehouse.text import printable

#: Columns of the labels: the longest, "displaced", and a space.
LABEL = 10

#: A column of a table may be folded to so many cells, and a value over so many lines, before rows read
#: better as records.
NARROWEST = 24
MOST_LINES = 4


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


def answer(columns: Sequence[str], rows: Sequence[Sequence[object]], width: int) -> RenderableType:
    """The answer of a query: a table where it fits ``width`` cells, else records, a column a line."""
    names = [safe(column) for column in columns]
    cells = [[_cell(value) for value in row] for row in rows]
    natural = [max(text.cell_len for text in column) for column in zip(names, *cells, strict=True)]
    needed = sum(min(size, max(NARROWEST, -(-size // MOST_LINES))) for size in natural) + 3 * (len(names) - 1)
    return _table(names, cells) if needed <= width or not rows else _records(names, cells)


def _cell(value: object) -> Text:
    """A value with its own line breaks; what is missing told from empty text."""
    return Text("NULL", style="dim") if value is None else Text(printable(str(value)))


def _table(names: Sequence[Text], rows: Sequence[Sequence[Text]]) -> Table:
    table = Table(show_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _records(names: Sequence[Text], rows: Sequence[Sequence[Text]]) -> RenderableType:
    label = max(cell_len(name.plain) for name in names)
    parts: list[RenderableType] = []
    for number, row in enumerate(rows, start=1):
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=min(label, 30), overflow="fold", style="bold")
        grid.add_column(overflow="fold")
        for name, cell in zip(names, row, strict=True):
            grid.add_row(name, cell)
        parts += [Text(f"── {number} ──", style="dim"), grid]
    return Group(*parts)
