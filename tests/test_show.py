"""What the terminal shows of crawled text: harmless, and readable at any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console, RenderableType

from pipelines.explain import incident_block
from pipelines.show import answer, block, figure, safe, told
from tests.warehouse_records import claim, incident, place

HOSTILE = "[bold]x[/bold] \x1b[2J\x1b]0;title\x07 \u202eabc\n[link=file:///etc/passwd]y[/link]"
HARMLESS = "[bold]x[/bold] abc [link=file:///etc/passwd]y[/link]"


def printed(what: RenderableType, width: int = 200) -> list[str]:
    """The lines a terminal of a width gets; colour systems off, so that markup alone could add escapes."""
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system=None).print(what)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_hostile_text_is_shown_as_text() -> None:
    assert printed(safe(HOSTILE)) == [HARMLESS]
    assert printed(block([safe(HOSTILE)], [(HOSTILE, told(safe(HOSTILE), HOSTILE, HOSTILE))])) == [
        HARMLESS,
        f"  [bold]x[/…{HARMLESS}: “{HARMLESS}” – {HARMLESS}",
    ]


def test_a_long_text_is_cut() -> None:
    assert safe("one two three", 8).plain == "one two…"
    assert safe("one two", 7).plain == "one two"


@pytest.mark.parametrize(
    ("least", "most", "shown"), [(None, None, ""), (12, None, "12+"), (3, 3, "3"), (3, 9, "3–9"), (0, 0, "0")]
)
def test_a_figure_is_shown_as_it_was_claimed(least: int | None, most: int | None, shown: str) -> None:
    assert figure(least, most) == shown


@pytest.mark.parametrize("width", [70, 80, 160])
def test_an_incident_tells_each_value_beside_its_words(width: int) -> None:
    found = incident(
        place=place(HOSTILE), claims=(claim(12, count_max=None, attributed_to="the governor of the province"),)
    )
    lines = printed(incident_block(found), width)
    assert max(map(len, lines)) <= width
    assert "\x1b" not in "".join(lines)
    assert lines[0] == "Explosions/Remote violence / Shelling/artillery/missile attack"
    assert "  status    happened: “Shelling”" in lines
    flat = " ".join(" ".join(lines).split())
    assert "killed 12+ people: “killed 12 people” – the governor of the province" in flat


def test_what_wraps_stands_under_itself() -> None:
    lines = printed(block([safe("day")], [("killed", safe("one two three four five six seven eight"))]), 32)
    assert lines == ["day", "  killed    one two three four", "            five six seven eight"]


def lines_of(columns: list[str], rows: list[tuple[object, ...]], width: int) -> list[str]:
    return printed(answer(columns, rows, width), width)


def test_an_answer_that_fits_is_a_table() -> None:
    assert lines_of(["place", "killed"], [("Harran", 12), ("Idlib", None)], 40) == [
        " place  ┃ killed",
        "━━━━━━━━╇━━━━━━━━",
        " Harran │ 12",
        " Idlib  │ NULL",
    ]


def test_an_answer_too_wide_is_told_a_column_a_line() -> None:
    rows = [tuple(f"value {number}" for number in range(10)), tuple("x" * 32 for _ in range(10))]
    lines = lines_of([f"column_{number}" for number in range(10)], rows, 40)
    assert lines[:2] == ["── 1 ──", "column_0  value 0"]
    assert lines[11:14] == ["── 2 ──", "column_0  " + "x" * 30, "          xx"]
    assert max(map(len, lines)) <= 40


def test_a_long_text_is_no_narrow_column() -> None:
    assert lines_of(["n", "text"], [(1, "word " * 400)], 80)[0] == "── 1 ──"


def test_names_and_values_of_an_answer_are_shown_as_text() -> None:
    shown = "\n".join(lines_of(["[red]a\x1b[2J"], [("[bold]\x1b]0;owned\x07b",)], 40))
    assert "[red]a" in shown
    assert "[bold]b" in shown
    assert "\x1b" not in shown


def test_an_answer_without_rows_names_its_columns() -> None:
    assert lines_of(["a" * 30, "b" * 30], [], 40)[0].startswith(" aaa")
