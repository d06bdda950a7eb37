"""What a run of the demo brought in, read from the published warehouse, for a terminal of 80 columns or more."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.show import block, figure, safe, told
from warehouse.engine import engine
from warehouse.layout import Layout
from warehouse.query import connect

#: How much is shown, so that the report is read: boilerplate lines of a rule, events, figures of an incident.
LINES = 2
EVENTS = 7
FIGURES = 3

#: Characters of a removed line, a quote, a list of names.
LINE = 74
QUOTE = 110
NAMES = 60

#: What to ask next; each runs as it stands on the published file.
TRY = (
    "SELECT start_date, sub_event_type, place_name, killed_min, killed_max, outlets FROM events ORDER BY start_date",
    "SELECT place_name, outcome, quantifier, attributed_to, claims.quote FROM claims "
    "JOIN incidents USING (incident_id) WHERE NOT background",
    "SELECT title, revision_number, first_seen, is_latest FROM article_revisions "
    "QUALIFY count(*) OVER (PARTITION BY article_id) > 1",
)


def print_report(layout: Layout, console: Console, *, loads_before: int | None = None) -> None:
    """Print pages by outcome, articles, removed boilerplate, incidents with their quotes, and SQL to try.

    ``loads_before``: :func:`loads` before the run; with it, the report ends with the rows that the run changed.

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
        if loads_before is not None:
            console.print()
            console.print(Text(changes(connection, loads_before), style="bold"))


def loads(layout: Layout) -> int:
    """The number of the last load that changed something in the published warehouse; 0 before the first."""
    if engine(layout).published_at() is None:
        return 0
    with connect(layout) as connection:
        ((last,),) = _rows(connection, "SELECT coalesce(max(load_id), 0) FROM store.load_history")
    return int(last)


def changes(connection: duckdb.DuckDBPyConnection, before: int) -> str:
    """In one sentence, what the loads after number ``before`` did to the rows of the warehouse."""
    ((added, changed, removed),) = connection.execute(
        "SELECT coalesce(sum(added), 0), coalesce(sum(changed), 0), coalesce(sum(removed), 0) "
        "FROM store.load_history WHERE load_id > ?",
        [before],
    ).fetchall()
    if not added + changed + removed:
        return "This run changed nothing in the warehouse: no row added, changed or removed."
    return f"This run added {added}, changed {changed} and removed {removed} rows of the warehouse."


def _rows(connection: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[Any, ...]]:
    return connection.execute(statement).fetchall()


def _heading(console: Console, title: str, note: str = "") -> None:
    console.print()
    console.print(Text.assemble((title, "bold underline"), (f"  {note}" if note else "", "dim")))


def _table(columns: list[str], rows: list[tuple[object, ...]], *, numbers: int) -> Table:
    """A table without frame; its last ``numbers`` columns hold numbers."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for at, column in enumerate(columns):
        table.add_column(column, justify="right" if at >= len(columns) - numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(safe(cell) for cell in row))
    return table


def _pages(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    rows = _rows(
        connection, "SELECT pages, outcome, meaning FROM outcomes WHERE pages > 0 ORDER BY pages DESC, outcome"
    )
    _heading(console, "Pages by outcome", "everything that was asked for, with what became of it")
    table = _table(["pages", "outcome", "meaning"], rows, numbers=0)
    table.columns[0].justify = "right"
    console.print(table)


def _articles(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    _heading(console, "Articles", "taken out of those pages")
    rows = _rows(
        connection,
        """
        SELECT outlet, count(*), sum(revisions - 1), sum(len(string_split_regex("text", '\\s+'))), sum(removed_lines)
        FROM articles GROUP BY outlet ORDER BY outlet
        """,
    )
    console.print(_table(["outlet", "articles", "corrected", "words kept", "lines removed"], rows, numbers=4))
    for title, outlets in _rows(
        connection,
        """
        SELECT any_value(title) FILTER (WHERE first), string_agg(outlet, ', then ' ORDER BY place_in_line)
        FROM syndication GROUP BY cluster_id HAVING count(DISTINCT outlet) > 1 ORDER BY cluster_id
        """,
    ):
        console.print(block([], [("one text", told(safe(outlets), title))]))


def _boilerplate(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    ruled: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for rule, outlet, articles, text in _rows(
        connection,
        """
        SELECT rule, outlet, articles, "text" FROM boilerplate
        -- each outlet's in turn: its manners differ
        ORDER BY rule, row_number() OVER (PARTITION BY rule, outlet ORDER BY articles DESC, "text"), outlet
        """,
    ):
        ruled[rule].append((outlet, text, articles))
    _heading(console, "Boilerplate removed", "by the rule that took it out; nothing is dropped silently")
    for rule, lines in ruled.items():
        console.print(safe(f"{rule} ({len(lines)} {'line' if len(lines) == 1 else 'lines'})"))
        for _, text, articles in lines[:LINES]:
            times = f" ×{articles}" if articles > 1 else ""
            console.print(Text.assemble("  - ", safe(text, LINE - len(times)), (times, "dim")))
    if any(len(lines) > LINES for lines in ruled.values()):
        console.print(Text("All of them: SELECT rule, outlet, articles, text FROM boilerplate", style="dim"))


def _incidents(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    rows = _rows(
        connection,
        """
        WITH told AS (
            SELECT *, coalesce(event_id, incident_id) AS event,
                len(list_filter([actor, target, weapons, place_name, killed_min::VARCHAR, injured_min::VARCHAR],
                    field -> field IS NOT NULL)) AS fields
            FROM incidents
        )
        SELECT incident_id, start_date, status, sub_event_type, place_name, country, actor, target, weapons,
            summary, outlet, (SELECT string_agg(DISTINCT other.outlet, ', ' ORDER BY other.outlet) FROM told AS other
                WHERE other.event = told.event AND other.outlet <> told.outlet)
        FROM told QUALIFY row_number() OVER (PARTITION BY event ORDER BY fields DESC, confidence DESC, incident_id) = 1
        ORDER BY fields DESC, confidence DESC, incident_id
        """,
    )
    shown = sorted(rows[:EVENTS], key=lambda row: (str(row[1]), row[0]))
    less = f"the {len(shown)} told most fully of {len(rows)}; " if len(rows) > len(shown) else ""
    _heading(console, "Incidents", less + "each figure with its words and speaker")
    figures: dict[str, list[tuple[str, Text]]] = defaultdict(list)
    for incident, outcome, least, most, party, quote, speaker in _rows(
        connection,
        """
        SELECT incident_id, outcome, count_min, count_max, party, quote, attributed_to
        FROM claims WHERE NOT background AND part_of IS NULL ORDER BY position
        """,
    ):
        number = safe(f"{figure(least, most)} {party or ''}")
        figures[incident].append((outcome, told(number, quote, speaker, QUOTE)))
    for incident, day, status, kind, place, country, actor, target, weapons, summary, outlet, others in shown:
        who = Text.assemble(safe(actor or "?", NAMES), " → ", safe(target or "?", NAMES))
        if weapons:
            who.append_text(Text.assemble(", with ", safe(weapons, NAMES)))
        lines = [("who", who), *figures[incident][:FIGURES]]
        if (more := len(figures[incident]) - FIGURES) > 0:
            lines.append(("", Text(f"and {more} more", style="dim")))
        outlets = f"{outlet}; {others}" if others else outlet
        lines.append(("told", told(Text(), summary, outlets, QUOTE)))
        where = ", ".join(part for part in (place, country) if part)
        standing = "" if status == "happened" else f"({status})"
        console.print()
        console.print(block([safe(day or "no date"), safe(kind), safe(where or "no place"), safe(standing)], lines))


def _disagreements(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    events: dict[str, dict[str, list[Text]]] = defaultdict(lambda: defaultdict(list))
    heads: dict[str, list[Text]] = {}
    for event, day, place, field, value, outlets in _rows(
        connection,
        """
        SELECT event_id, events.start_date, events.place_name, differ.field, differ."value", differ.outlets
        FROM event_disagreements AS differ JOIN events USING (event_id)
        ORDER BY events.start_date, event_id, differ.field, try_cast(differ."value" AS INTEGER), differ."value"
        """,
    ):
        heads[event] = [safe(day), safe(place)]
        events[event][field].append(Text.assemble(safe(value, NAMES), (" – ", "dim"), safe(outlets, style="dim")))
    if not events:
        return
    _heading(console, "Where outlets differ on one event", "each value is kept, with who says so")
    for event, fields in events.items():
        console.print(block(heads[event], [(field, Text("; ").join(values)) for field, values in fields.items()]))


def _next(layout: Layout, console: Console) -> None:
    _heading(console, "Try")
    dateline = f"{_command()} --data {shlex.quote(near(layout.data))}"
    for statement in TRY:
        # soft_wrap: the terminal breaks the line, so that it is copied in one piece
        console.print(Text(f"{dateline} sql {shlex.quote(statement)}"), soft_wrap=True)
    console.print(Text(f"On a map, in the browser: {dateline} serve"), soft_wrap=True)
    console.print(Text(f"The whole warehouse is one DuckDB file: {near(layout.published)}"), soft_wrap=True)


def _command() -> str:
    """How the reader calls this very ``dateline``."""
    own = Path(sys.executable).parent / "dateline"
    found = shutil.which("dateline")
    return "dateline" if found and Path(found).samefile(own) else shlex.quote(near(own))


def near(path: Path) -> str:
    """A path as typed from here: relative if it lies below the current directory, else absolute."""
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
