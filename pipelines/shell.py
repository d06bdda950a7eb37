"""The prompt of ``dateline sql``: SQL typed, coloured, completed and remembered; answers that fit the terminal.

The line editor is prompt_toolkit's. A query runs in a thread beside it, so that Ctrl-C reaches DuckDB
(``interrupt``) and not the middle of a call: the connection is as good as before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer
from rich.console import Console
from rich.text import Text

from pipelines.show import answer, safe
from warehouse import query as ask
from warehouse.engine import engine
from warehouse.errors import DatelineError
from warehouse.layout import Layout
from warehouse.text import printable

#: Rows an answer shows before it says that there are more.
SHOWN: Final = 200

_HELP: Final = """A statement ends with a semicolon, and may take several lines.
Tab completes, the arrow keys bring back what was asked before.
.tables   the views, with what they hold
.help     this
.quit     end (so does Ctrl-D); Ctrl-C stops a query
Worked questions: dateline query. Every column: docs/tables.md."""

_TABLES: Final = (
    "SELECT view_name AS view, comment FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
    " AND database_name = current_database() ORDER BY 1"
)

#: The word being typed, with the view before its dot.
_WORD: Final = re.compile(r"(?:\b(\w+)\.)?(\w*)$")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement gave: ``columns`` is empty where it gives no rows; ``more`` where rows were left out."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    more: bool


def is_whole(text: str) -> bool:
    """Whether Enter should run ``text``: a dot command, nothing, or SQL whose last token is a semicolon (one within
    quotes or a comment is none)."""
    stripped = text.strip()
    if not stripped or stripped.startswith("."):
        return True
    tokens = duckdb.tokenize(text)
    return bool(tokens) and text.encode()[tokens[-1][0] :].lstrip().startswith(b";")


def answers(connection: duckdb.DuckDBPyConnection, text: str) -> Iterator[Answer]:
    """Run the statements one after the other; Ctrl-C stops the one that runs.

    Raises:
        WarehouseError: a statement is wrong; those before it have run.
        KeyboardInterrupt: it was stopped; the connection goes on.
    """
    with ThreadPoolExecutor(1) as beside:
        for statement in ask.statements(connection, text):
            running = beside.submit(_run, connection, statement)
            try:
                yield running.result()
            except KeyboardInterrupt:
                while not running.done():  # one that had not begun would not hear it the first time
                    connection.interrupt()
                    wait([running], timeout=0.1)
                raise


def _run(connection: duckdb.DuckDBPyConnection, statement: str | duckdb.Statement) -> Answer:
    cursor = ask.run(connection, statement)
    columns = [column[0] for column in cursor.description or ()]
    rows = ask.fetch(cursor, SHOWN + 1) if columns else []
    return Answer(columns, rows[:SHOWN], len(rows) > SHOWN)


def show(console: Console, given: Answer) -> None:
    """Print an answer: as a table, or as records where that is too wide."""
    if not given.columns:
        return
    console.print(answer(given.columns, given.rows, console.width))
    if given.more:
        console.print(f"… the first {SHOWN} rows; --csv or --json gives all", style="dim")


class SqlCompleter(Completer):
    """Views, their columns and keywords, each view and column with its comment."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._views: dict[str, str] = dict(connection.execute(_TABLES).fetchall())
        self._columns = ask.meanings(connection)
        words = connection.execute(
            "SELECT upper(keyword_name) FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
        )
        self._keywords = [word for (word,) in words.fetchall()]

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the word before the cursor may become; after ``view.`` only the view's columns."""
        matched = _WORD.search(document.text_before_cursor)
        view, word = (matched[1], matched[2]) if matched else (None, "")
        if not word and not view and not complete_event.completion_requested:
            return
        for name, comment in self._candidates(view, document.text):
            if name.lower().startswith(word.lower()):
                yield Completion(name, -len(word), display_meta=safe(comment, 80).plain)

    def _candidates(self, view: str | None, text: str) -> Iterator[tuple[str, str]]:
        if view is not None:
            yield from self._columns.get(view, {}).items()
            return
        named = [name for name in self._columns if re.search(rf"\b{re.escape(name)}\b", text)]
        columns: dict[str, str] = {}
        for name in named or self._columns:  # before a view is named, those of all
            columns = self._columns[name] | columns
        yield from columns.items()
        yield from self._views.items()
        yield from ((word, "") for word in self._keywords)


def _history(path: Path) -> History:
    """Kept in the data directory; in memory where that is another user's."""
    writable = os.access(path if path.exists() else path.parent, os.W_OK)
    return FileHistory(str(path)) if writable else InMemoryHistory()


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None  # Enter takes the completion
        elif is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys


def shell(layout: Layout) -> None:
    """Ask and answer until Ctrl-D or ``.quit``.

    Raises:
        WarehouseError: nothing is published yet, or the file cannot be read.
    """
    console = Console()
    with ask.connect(layout) as connection:
        session: PromptSession[str] = PromptSession(
            "dateline> ",
            multiline=True,
            prompt_continuation=lambda width, number, wrapped: "...".rjust(width - 1) + " ",
            lexer=PygmentsLexer(SqlLexer),
            completer=SqlCompleter(connection),
            complete_while_typing=False,
            auto_suggest=AutoSuggestFromHistory(),
            history=_history(layout.sql_history),
            key_bindings=_keys(),
        )
        console.print(Text(f"{engine(layout).where} (read only). .help tells what there is.", style="dim"))
        while True:
            try:
                text = session.prompt().strip()
            except KeyboardInterrupt:
                continue  # a line given up
            except EOFError:
                return
            if text in (".quit", ".exit"):
                return
            _do(console, connection, text)


def _do(console: Console, connection: duckdb.DuckDBPyConnection, text: str) -> None:
    if text.startswith(".") and text != ".tables":
        console.print(_HELP if text == ".help" else f"{text}: there are .tables, .help and .quit", markup=False)
        return
    try:
        for given in answers(connection, _TABLES if text == ".tables" else text):
            show(console, given)
    except KeyboardInterrupt:
        console.print("stopped", style="yellow")
    except DatelineError as error:
        console.print(Text(printable(str(error)), style="red"))
