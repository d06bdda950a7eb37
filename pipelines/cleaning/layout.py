"""Tables that lay out the page, made the blocks they are; tables of figures stay.

A cell of a table becomes part of one line ("| Harad | 40 | 12 |"), and so would a whole story that stands in one.
"""

from __future__ import annotations

from lxml.etree import strip_tags
from lxml.html import HtmlElement

from pipelines.cleaning.parse import string

#: Characters that no cell of figures or notes holds (a timeline's stay below it).
STORY = 400

#: Characters of a cell that is a paragraph, in a table of one column.
PARAGRAPH = 80

_PARTS = ("table", "tbody", "thead", "tfoot", "tr", "td", "th")


def undo(tree: HtmlElement) -> None:
    """Make ``<div>`` of the tables that hold other tables, a story in a cell, or one column with a paragraph in it."""
    tables = {table for table in tree.iter("table") if _lays_out(table)}
    parts = [part for part in tree.iter(*_PARTS) if _table_of(part) in tables] if tables else []
    for part in parts:
        part.tag = "div"
    if tables:
        strip_tags(tree, "font")  # of the same years: a cell's text stands in it, and it is no block


def _table_of(part: HtmlElement) -> HtmlElement | None:
    return part if part.tag == "table" else next(part.iterancestors("table"), None)


def _lays_out(table: HtmlElement) -> bool:
    if next(table.iterdescendants("table"), None) is not None:
        return True
    rows = [[string(cell).strip() for cell in row.iter("td", "th")] for row in table.iter("tr")]
    sizes = [len(text) for row in rows for text in row]
    longest = max(sizes, default=0)
    return longest >= STORY or (longest >= PARAGRAPH and all(sum(map(bool, row)) < 2 for row in rows))
