"""What a run of the demo brought in, read from the published warehouse.

All of it is text from the web, so it goes to the terminal as ``rich.text.Text`` (no markup) and
through :func:`warehouse.text.printable` (no control or bidi characters).
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.text import printable

#: Characters of a removed line or a quote that the tables show.
LINE = 110
QUOTE = 160

#: What to ask next; each runs as it stands on the published file.
TRY = (
    "SELECT start_date, sub_event_type, place_name, killed_min, killed_max, outlets FROM events ORDER BY start_date",
    "SELECT place_name, claims.outcome, quantifier, attributed_to, claims.quote FROM claims "
    "JOIN incidents USING (incident_id) WHERE NOT background",
    "SELECT title, revision_number, first_seen, is_latest FROM article_revisions "
    "QUALIFY count(*) OVER (PARTITION BY article_id) > 1",
)


def print_report(layout: Layout, console: Console) -> None:
    """Print pages by outcome, articles, removed boilerplate, incidents with their quotes, and SQL to try.

    Raises:
        WarehouseError: nothing is published in ``layout``.
    """
    with connect(layout) as connection:
        _pages(connection, console)
        _articles(connection, console)
        _boilerplate(connection, console)
        _incidents(connection, console)
        _disagreements(connection, console)
    _next(layout, console)


def safe(value: object, limit: int | None = None) -> Text:
    """A value as plain text: no markup, no control characters, one line, cut to ``limit`` characters."""
    text = "" if value is None else " ".join(printable(str(value)).split())
    return Text(text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…")


def _rows(connection: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[Any, ...]]:
    return connection.execute(statement).fetchall()


def _table(console: Console, title: str, columns: list[str], rows: list[tuple[object, ...]], **options: Any) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, padding=(0, 1), **options)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else safe(cell) for cell in row))
    console.print()
    console.print(table)


def _pages(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    counted = _rows(connection, "SELECT outlet, outcome, count(*) FROM pages GROUP BY ALL ORDER BY outlet, outcome")
    for outlet, outcome, number in counted:
        counts[outlet][outcome] = number
    outcomes = sorted({outcome for _, outcome, _ in counted}, key=lambda name: (name != "ok", name))
    rows: list[tuple[object, ...]] = [
        (outlet, *(tally[name] or "" for name in outcomes), tally.total()) for outlet, tally in counts.items()
    ]
    _table(console, "Pages by outcome", ["outlet", *map(printable, outcomes), "all"], rows)


def _articles(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    rows = _rows(
        connection,
        """
        SELECT outlet, count(*), sum(revisions - 1), sum(len(string_split_regex("text", '\\s+'))), sum(removed_lines)
        FROM articles GROUP BY outlet ORDER BY outlet
        """,
    )
    _table(console, "Articles", ["outlet", "articles", "corrected", "words", "lines removed"], rows)
    for cluster, outlets in _rows(
        connection,
        """
        SELECT any_value(title), string_agg(DISTINCT outlet, ', ' ORDER BY outlet)
        FROM articles GROUP BY cluster_id HAVING count(DISTINCT outlet) > 1
        """,
    ):
        console.print(Text.assemble("syndicated: ", safe(cluster), " — ", safe(outlets)))


def _boilerplate(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    rows = _rows(
        connection,
        'SELECT rule, outlet, articles, "text" FROM boilerplate ORDER BY articles DESC, rule, outlet, "text"',
    )
    shown: list[tuple[object, ...]] = [
        (rule, outlet, articles, safe(text, LINE)) for rule, outlet, articles, text in rows
    ]
    _table(console, "Boilerplate removed", ["rule", "outlet", "articles", "line"], shown)


def _incidents(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    said: dict[str, list[Text]] = defaultdict(list)
    for incident, outcome, quote, speaker, background in _rows(
        connection, "SELECT incident_id, outcome, quote, attributed_to, background FROM claims ORDER BY position"
    ):
        kind = f"{outcome}, background: " if background else f"{outcome}: "
        words = Text.assemble((kind, "dim"), "“", safe(quote, QUOTE), "”")
        said[incident].append(Text.assemble(words, " – ", safe(speaker)) if speaker else words)
    rows: list[tuple[object, ...]] = []
    for incident, day, kind, place, country, actor, target, weapons, *toll, outlet, summary in _rows(
        connection,
        """
        SELECT incident_id, start_date, sub_event_type, place_name, country, actor, target, weapons,
            killed_min, killed_max, injured_min, injured_max, outlet, summary
        FROM incidents ORDER BY start_date, place_name, outlet, incident_id
        """,
    ):
        what = Text("\n").join([safe(day), safe(kind), Text(safe(outlet).plain, style="dim")])
        where = safe(", ".join(part for part in (place, country) if part) or "?")
        who = Text.assemble(safe(actor or "?"), " → ", safe(target or "?"))
        if weapons:
            who = Text.assemble(who, ("\nwith ", "dim"), safe(weapons))
        words = Text("\n").join([Text.assemble("“", safe(summary, QUOTE), "”"), *said[incident]])
        rows.append((what, where, who, span(*toll[:2]), span(*toll[2:]), words))
    columns = ["what", "where", "who → whom", "killed", "hurt", "in the article's words"]
    _table(console, "Incidents", columns, rows, show_lines=True)


def span(least: int | None, most: int | None) -> str:
    """A toll: ``12``, ``20–48``, or nothing where no figure is given."""
    if least is None:
        return ""
    return str(least) if most is None or most == least else f"{least}–{most}"


def _disagreements(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    rows = _rows(
        connection,
        """
        SELECT events.start_date, events.place_name, differ.field, differ."value", differ.outlets
        FROM event_disagreements AS differ JOIN events USING (event_id)
        ORDER BY events.start_date, events.event_id, differ.field, differ."value"
        """,
    )
    _table(console, "Where the outlets differ on one event", ["day", "place", "field", "value", "outlets"], rows)


def _next(layout: Layout, console: Console) -> None:
    data = os.path.relpath(layout.data, Path.cwd())
    command = os.path.relpath(Path(sys.executable).parent / "dateline", Path.cwd())
    console.print()
    console.print(Text(f"Published: {os.path.relpath(layout.published, Path.cwd())}. Try:", style="bold"))
    for statement in TRY:
        console.print(Text(f'  {command} --data {data} sql "{statement}"'), soft_wrap=True)
