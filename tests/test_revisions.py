"""Revisions of an article compared word by word, and ``dateline diff`` that shows it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pipelines.cli.diff import shown
from pipelines.events import merge
from pipelines.revisions import Piece, compare, words
from tests.attacks import STEERS
from tests.conftest import dateline
from tests.warehouse_records import DAY, TEXT, article, at, claim, incident, page, stage
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import content_id
from warehouse.stored import revisions

HOSTILE = "\x1b[2J\x1b]0;t\x07[red]x[/red]\u202e"


def told(old: str, new: str) -> str:
    """A comparison as git's word diff writes it."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "\n\n".join("".join(marks[p.change].format(p.text) for p in one) for one in compare(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shows"),
    [
        ("Shells killed 12 people.", "Shells killed 13 people.", "Shells killed [-12-]{+13+} people."),
        ("Shells killed 12.", "Shells killed 12 and hurt 3.", "Shells killed 12{+ and hurt 3+}."),
        ("One.\n\nTwo.", "One.\n\nNew here.\n\nTwo.", "One.\n\n{+New here.+}\n\nTwo."),
        ("One.\n\nGone now.\n\nTwo.", "One.\n\nTwo.", "One.\n\n[-Gone now.-]\n\nTwo."),
        ("", "Words.", "{+Words.+}"),
        (
            "The army said it had no news of it.",
            "Doctors spoke of many wounded at noon.",
            "[-The army said it had no news of it.-]\n\n{+Doctors spoke of many wounded at noon.+}",
        ),
        ("dead: 7, hurt: 9", "dead: 8, hurt: 9", "dead: [-7-]{+8+}, hurt: 9"),
    ],
)
def test_a_change_reads_as_phrases(old: str, new: str, shows: str) -> None:
    assert told(old, new) == shows
    assert_both(old, new)


def assert_both(old: str, new: str) -> None:
    """Nothing is lost: without what was added it is the old text, without what was removed the new one."""
    found = compare(old, new)
    for text, left_out in ((old, "added"), (new, "removed")):
        kept = [[piece for piece in one if piece.change != left_out] for one in found]
        paragraphs = ["".join(piece.text for piece in one) for one in kept if one]
        assert [part for part in paragraphs if part] == [part for part in text.split("\n\n") if part]


@given(st.text("ab .\n", max_size=40), st.text("ab .\n", max_size=40))
def test_a_comparison_holds_both_texts_whole(old: str, new: str) -> None:
    assert_both(old, new)


@given(st.text(max_size=30), st.text(max_size=30))
def test_words_hold_both_paragraphs_whole(old: str, new: str) -> None:
    pieces = list(words(old, new))
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new


def test_a_text_compared_with_itself_is_the_same() -> None:
    assert compare(TEXT, TEXT) == [(Piece(part, "same"),) for part in TEXT.split("\n\n")]


def test_long_hostile_paragraphs_are_not_compared_word_by_word() -> None:
    found = compare("a " * 20_000, "b " * 20_000)
    assert [[piece.change for piece in one] for one in found] == [["removed"], ["added"]]


@pytest.fixture
def corrected(own_data: Path) -> Layout:
    """An article seen three times: a figure is put right, then a hostile hand writes a paragraph."""
    layout = Layout(own_data)
    texts = [TEXT, TEXT.replace("12", "13"), TEXT.replace("12", "13") + f"\n\n{HOSTILE} More."]
    articles = [
        article(1, text=text, page_id=content_id(n), first_seen=at(hour=9 + n), last_seen=at(hour=9 + n))
        for n, text in enumerate(texts)
    ]
    incidents = [
        incident(1, text=one.text, revision=one.revision, claims=(claim(12 if n == 0 else 13),))
        for n, one in enumerate(articles)
    ]
    pages = [page(1, page_id=content_id(n), fetched_at=at(hour=9 + n)) for n in range(3)]
    stage(layout, pages=pages, articles=articles, incidents=incidents)
    load_day(layout, DAY, merge=merge)
    publish(layout)
    return layout


def lines(layout: Layout, number: int, width: int = 100, *, whole: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=None)
    with connect(layout) as connection:
        found = revisions(connection, article(1).article_id)
        for part in shown(connection, found[number - 2], found[number - 1], number, whole=whole):
            console.print(part)
    return out.getvalue()


def test_a_correction_shows_the_words_and_the_incident_fields(corrected: Layout) -> None:
    told = lines(corrected, 2)
    assert "Revision 2, first seen 2026-03-14 10:00 UTC" in told
    assert "Shelling killed [-12-]{+13+} people in Harran" in told
    assert "… 1 paragraph unchanged" in told
    assert "  killed: [-12-] {+13+}" in told
    assert "The rebels fired mortars." in lines(corrected, 2, whole=True)


def test_hostile_text_stays_text(corrected: Layout) -> None:
    told = lines(corrected, 3)
    assert not STEERS.search(told)
    assert "{+[red]x[/red] More.+}" in told
    assert "tell the same as before" in told


@pytest.mark.parametrize("width", [40, 80])
def test_it_wraps_at_the_terminals_width(corrected: Layout, width: int) -> None:
    assert max(map(len, lines(corrected, 2, width).splitlines())) <= width


@pytest.mark.slow
def test_the_command_shows_the_last_change_or_all(corrected: Layout) -> None:
    url = article(1).url
    last = dateline("diff", url, data=corrected.data).stdout
    assert ("Revision 3" in last, "Revision 2" in last) == (True, False)
    every = dateline("diff", article(1).article_id[:8], "--all", data=corrected.data).stdout
    assert every.index("Revision 2") < every.index("Revision 3")
    unknown = dateline("diff", "https://nowhere.example/", data=corrected.data, check=False)
    assert (unknown.returncode, "no such article" in unknown.stderr) == (1, True)
