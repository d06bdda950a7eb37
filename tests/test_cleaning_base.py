"""Which part of the page is the article: by its names, or by where the prose stands."""

from __future__ import annotations

import pytest

from pipelines.cleaning import base
from pipelines.cleaning.parse import parse

SENTENCE = "The convoy reached the valley town before dawn, and nobody was hurt on the way there"
STORY = [f"{SENTENCE}, said driver number {n} of the forty who had been on the road for a week." for n in range(8)]
OTHER = [f"Snow has closed the pass again, and the {n} villages behind it wait for flour and fuel." for n in range(4)]


def paragraphs(texts: list[str], tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


def lines(body: str) -> list[str]:
    page = parse(f"<html><head><title>Convoy</title></head><body>{body}</body></html>")
    assert page is not None
    return base.lines(page.tree)


@pytest.mark.parametrize(
    "body",
    [
        f"<div class='x1'><div class='x2'>{paragraphs(STORY)}</div></div>",
        f"<div class='x1'><h1>Convoy</h1>{paragraphs(STORY)}</div><div class='x3'>{paragraphs(OTHER)}</div>",
        f"<div class='article-body'><p>{OTHER[0]}</p><p>Read on.</p></div><div class='x2'>{paragraphs(STORY)}</div>",
        f"<article><div class='widget-area'>{paragraphs(STORY)}</div></article>",
        f"<article><div class='expand'>{paragraphs(STORY)}</div><p>{OTHER[0]}</p><p>{OTHER[1]}</p></article>",
        f"<div class='x1'><div class='x2'>{paragraphs(STORY, 'div')}</div></div>",
    ],
    ids=["no name", "no name, another story", "a name elsewhere", "a name misleads", "a name hides it", "in divs"],
)
def test_the_article_is_where_the_prose_is(body: str) -> None:
    assert [line for line in lines(body) if line in STORY] == STORY


def test_a_short_story_beside_long_ones_stays_the_story() -> None:
    body = f"<article class='article-body'>{paragraphs(OTHER)}</article><section>{paragraphs(STORY)}</section>"
    assert lines(body) == OTHER


def test_prose_in_navigation_and_comments_makes_no_article() -> None:
    body = (
        f"<nav>{paragraphs(STORY)}</nav><aside>{paragraphs(STORY)}</aside>"
        f"<div class='x'>{paragraphs(OTHER)}</div><div id='comments'>{paragraphs(STORY)}</div>"
    )
    assert lines(body) == OTHER
