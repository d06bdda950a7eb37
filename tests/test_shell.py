"""The prompt of ``dateline sql``, typed at through a real pseudo-terminal, and what it shows."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from pipelines.events import merge
from pipelines.shell import SqlCompleter, is_whole
from tests.conftest import PROJECT
from tests.warehouse_records import DAY, stage_day
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(tmp_path_factory.mktemp("shell"))
    stage_day(layout)
    load_day(layout, DAY, merge=merge)
    publish(layout)
    return layout


class Terminal:
    """``dateline sql`` on a pseudo-terminal of 80 columns."""

    def __init__(self, data: Path) -> None:
        self.pid, self._side = pty.fork()
        if self.pid == 0:
            os.chdir(PROJECT)
            os.environ.update(DATELINE_DATA=str(data), TERM="xterm", COLUMNS="80", LINES="24", NO_COLOR="1")
            os.execv(sys.executable, [sys.executable, "-c", "from pipelines.cli import main; main()", "sql"])

    def type(self, keys: str) -> None:
        os.write(self._side, keys.encode())

    def read_until(self, words: str, *, pressing: str = "", seconds: float = 60) -> str:
        """What is shown up to ``words``; ``pressing`` is pressed whenever nothing comes for a while."""
        shown = b""
        end = time.monotonic() + seconds
        while words.encode() not in shown and time.monotonic() < end:
            if select.select([self._side], [], [], 0.5)[0]:
                try:
                    came = os.read(self._side, 65536)
                except OSError:  # the other side has ended
                    break
                shown += came
                if b"\x1b[6n" in came:  # asked where the cursor is, as every terminal is
                    os.write(self._side, b"\x1b[1;1R")
            else:
                self.type(pressing)
        text = shown.decode(errors="replace")
        assert words in text, text
        return text

    def ended_with(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def terminal(layout: Layout) -> Iterator[Terminal]:
    terminal = Terminal(layout.data)
    yield terminal
    os.close(terminal._side)


@pytest.mark.slow
def test_a_session_from_prompt_to_quit(layout: Layout, terminal: Terminal) -> None:
    terminal.read_until("dateline>")
    terminal.type("SELECT 1 AS a,\r'x;' AS b; SELECT chr(27) || '[2Jhostile' AS c;\r")
    shown = terminal.read_until(" hostile ")
    assert " 1 │ x; " in shown
    assert "\x1b[2Jhostile" not in shown
    terminal.type("SELECT no_such_column FROM incidents;\r")
    terminal.read_until("docs/tables.md")
    terminal.type("SELECT count(*) FROM range(900000000000);\r")
    terminal.read_until("stopped", pressing="\x03")
    terminal.type("SELECT 40 + 2 AS after;\r")
    terminal.read_until(" 42 ")
    terminal.type(".tables\r")
    terminal.read_until("review_queue")
    terminal.type(".quit\r")
    assert terminal.ended_with() == 0
    assert "+SELECT 40 + 2 AS after;" in layout.sql_history.read_text("utf-8").splitlines()


@pytest.mark.parametrize("text", ["SELECT 1;", "SELECT 1; -- and so on", ".help", "", "SELECT 'é';", ";"])
def test_enter_runs_what_is_whole(text: str) -> None:
    assert is_whole(text)


@pytest.mark.parametrize(
    "text", ["SELECT 1", "SELECT ';", "SELECT 'a;'", "SELECT 1 -- ;", "SELECT 1 /* ;", "SELECT $$;"]
)
def test_enter_goes_on_with_what_is_not(text: str) -> None:
    assert not is_whole(text)


def completions(layout: Layout, before: str, after: str = "") -> dict[str, str]:
    with connect(layout) as connection:
        found = SqlCompleter(connection).get_completions(
            Document(before + after, len(before)), CompleteEvent(completion_requested=True)
        )
        return {one.text: one.display_meta_text for one in found}


def test_completion_offers_columns_of_the_views_named_with_their_meaning(layout: Layout) -> None:
    found = completions(layout, "SELECT kil", " FROM incidents")
    assert found["killed_min"].startswith("Least number of killed")
    assert completions(layout, "SELECT median_h", " FROM incidents") == {}
    assert set(completions(layout, "SELECT lag.med")) == {"median_hours"}


def test_completion_offers_views_and_keywords(layout: Layout) -> None:
    assert {"syndication"} == set(completions(layout, "FROM synd"))
    assert "SELECT" in completions(layout, "sel")
