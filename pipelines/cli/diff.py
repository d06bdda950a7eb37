"""``dateline diff``: what a publisher changed in an article since we first saw it, and in the incidents it tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Annotated

import duckdb
import typer
from rich.console import Console, RenderableType
from rich.text import Text

from pipelines.cli import app
from pipelines.revisions import Paragraph, compare
from pipelines.show import safe
from scrapers.urls import spellings
from warehouse import stored
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.records import Article
from warehouse.text import printable

#: How a change reads without colour (as git's word diff has it), and its style.
MARKS = {"removed": ("[-", "-]", "red strike"), "added": ("{+", "+}", "green"), "same": ("", "", "")}

_CHANGES = """
SELECT change, field, before, after FROM incident_changes
WHERE article_id = ? AND cause = 'correction' AND changed_at = ?
ORDER BY change, coalesce(incident_after, incident_before), field
"""

_LEFT = "SELECT state, since, moved_to FROM availability WHERE article_id = ? AND state <> 'there'"


@app.command()
def diff(
    article: Annotated[
        str, typer.Argument(help="An article of the warehouse: its id, the beginning of it, or its URL.")
    ],
    every: Annotated[
        bool, typer.Option("--all", help="Every change since the first revision, not only the last.")
    ] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Show the paragraphs that stayed too.")] = False,
) -> None:
    """Show what a correction changed in an article, word by word, and in the incidents it tells."""
    console = Console()
    with connect(Layout.from_environment()) as connection:
        article_id = stored.find_article(connection, article, *spellings(article))
        if article_id is None:
            raise SettingError(
                "no such article in the warehouse",
                culprit=article,
                mend="See them with: dateline query corrected_articles",
            )
        revisions = stored.revisions(connection, article_id)
        if len(revisions) == 1:
            console.print(f"one revision only, first seen {revisions[0].first_seen:%Y-%m-%d %H:%M} UTC")
        for number, (old, new) in enumerate(pairwise(revisions), 2):
            if every or number == len(revisions):
                for part in shown(connection, old, new, number, whole=whole):
                    console.print(part)
        if (left := left_since(connection, article_id)) is not None:
            console.print(left)


def left_since(connection: duckdb.DuckDBPyConnection, article_id: str) -> Text | None:
    """Since when an article is gone from its site, or has moved and where to; None where it is there."""
    told = connection.execute(_LEFT, [article_id]).fetchone()
    if told is None:
        return None
    state, since, moved_to = told
    where = f" to {printable(moved_to)}" if moved_to else ""
    return Text(f"{state} since {since:%Y-%m-%d %H:%M} UTC{where}", style="bold")


def shown(
    connection: duckdb.DuckDBPyConnection, old: Article, new: Article, number: int, *, whole: bool
) -> Iterator[RenderableType]:
    """One change: when it was seen, the texts word by word, the incidents field by field."""
    yield Text(f"Revision {number}, first seen {new.first_seen:%Y-%m-%d %H:%M} UTC", style="bold")
    yield safe(new.url, style="dim")
    for label, before, after in (("title", old.title, new.title), ("lead", old.lead, new.lead)):
        if before != after:
            yield Text("")
            yield Text.assemble((f"{label}  ", "dim"), *_lines(compare(before or "", after or "")))
    for same, paragraphs in groupby(compare(old.text, new.text), key=lambda one: all(p.change == "same" for p in one)):
        found = list(paragraphs)
        if same and not whole:
            yield Text("")
            yield Text(f"… {len(found)} paragraph{'s' if len(found) > 1 else ''} unchanged", style="dim")
            continue
        for paragraph in found:
            yield Text("")
            yield Text.assemble(*_lines([paragraph]))
    seen = new.first_seen.replace(tzinfo=None) if new.first_seen else None  # stored as UTC without a zone
    changes = connection.execute(_CHANGES, [new.article_id, seen]).fetchall()
    yield Text("")
    yield Text("Incidents", style="bold")
    for change, field, before, after in changes:
        if change == "changed":
            both = _piece(before, "removed") + [(" ", "")] * bool(before and after) + _piece(after, "added")
            yield Text.assemble(f"  {field}: ", *both)
        else:
            yield Text.assemble(f"  {change}: ", *_piece(before or after, "added" if change == "added" else "removed"))
    if not changes:
        yield Text("  tell the same as before", style="dim")


def _lines(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, str]]:
    for paragraph in paragraphs:
        for piece in paragraph:
            yield from _piece(piece.text, piece.change)


def _piece(text: str | None, change: str) -> list[tuple[str, str]]:
    opening, closing, style = MARKS[change]
    return [(f"{opening}{printable(text)}{closing}", style)] if text else []
