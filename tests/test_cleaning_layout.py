"""Pages laid out with tables, and tables that are the story's own."""

from __future__ import annotations

import time

import pytest

from pipelines.cleaning import clean
from warehouse.records import Article

TITLE = "Ferry sinks off Port Narn"
STORY = [
    "A ferry with two hundred people on board sank off Port Narn on Tuesday night, killing at least forty of them.",
    "Fishermen pulled most of the survivors out of the water before the coast guard came, the harbour master said.",
    "The ministry of transport said that the ship had been inspected in spring and had been found to be sound.",
    "It was the third such disaster on the river in a year, and the second on the same route to the islands.",
]
MENU = "<td width=150><a href='/'>Home</a><br><a href='/world'>World</a></td>"
FIGURES = "<tr><th>District</th><th>Dead</th></tr><tr><td>Narn</td><td>31</td></tr><tr><td>Ost</td><td>9</td></tr>"


def read(body: str) -> Article:
    article = clean(f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>", "https://gazette.example/f")
    assert article is not None
    return article


def text_of(body: str) -> list[str]:
    return read(body).text.split("\n\n")


@pytest.mark.parametrize(
    "body",
    [
        f"<table><tr>{MENU}<td><font size=5><b>{TITLE}</b></font><br><br>{'<br><br>'.join(STORY)}</td></tr></table>",
        f"<h1>{TITLE}</h1><table>{''.join(f'<tr><td>{line}</td></tr>' for line in STORY)}</table>",
        f"<table><tr>{MENU}<td><table><tr><td><font>{'<br><br>'.join(STORY)}</font></td></tr></table></td></tr></table>",
    ],
)
def test_a_story_in_a_table_that_lays_out_the_page_has_its_paragraphs(body: str) -> None:
    assert text_of(body) == STORY


def test_a_table_of_figures_in_a_page_laid_out_by_one_keeps_its_rows() -> None:
    told = "".join(f"<p>{line}</p>" for line in STORY)
    article = read(f"<table><tr>{MENU}<td><h1>{TITLE}</h1>{told}<table>{FIGURES}</table></td></tr></table>")
    assert article.text.split("\n\n") == [*STORY, "| District | Dead |", "| Narn | 31 |", "| Ost | 9 |"]
    assert [line.text for line in article.removed] == [TITLE]


def test_tables_in_tables_cost_no_more_than_their_parts() -> None:
    deep = "<table><tr><td>" * 30 + "x" + "</td></tr></table>" * 30
    begun = time.process_time()
    clean(f"<html><body>{deep * 60}</body></html>", "https://gazette.example/f")
    assert time.process_time() - begun < 5
