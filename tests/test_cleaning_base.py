"""Which part of the page is the article: by its names, or by where the prose stands."""

from __future__ import annotations

import json

import pytest

from pipelines.cleaning import base, clean
from pipelines.cleaning.parse import parse

SENTENCE = "The convoy reached the valley town before dawn, and nobody was hurt on the way there"
STORY = [f"{SENTENCE}, said driver number {n} of the forty who had been on the road for a week." for n in range(8)]
OTHER = [f"Snow has closed the pass again, and the {n} villages behind it wait for flour and fuel." for n in range(4)]


def paragraphs(texts: list[str], tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


def lines(body: str) -> list[str]:
    page = parse(f"<html><head><title>Convoy</title></head><body>{body}</body></html>")
    assert page is not None
    return base.lines(page)


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


def test_lists_questions_embedded_posts_tables_and_folded_parts_are_kept() -> None:
    def prose(number: int) -> str:
        return (
            f"<p>The convoy reached town number {number} before dawn on Tuesday, and officials in the province "
            "said nobody was hurt on the way there.</p>"
        )

    kept = [
        "<h3>Who attacked the convoy?</h3>",
        "<ul><li>Twelve lorries left the depot at Karun on Monday night.</li><li>Nine arrived.</li></ul>",
        "<ol><li>The army closed the road.</li></ol>",
        '<blockquote class="twitter-tweet"><p>We saw that an aid convoy was attacked near Karun.</p></blockquote>',
        "<p><strong>Q: Was anybody hurt?</strong></p><p>A: No.</p>",
        "<table><tr><th>Town</th><th>Killed</th></tr><tr><td>Karun</td><td>3</td></tr></table>",
        "<details><summary>Who are the rebels?</summary><p>They hold the hills north of the road.</p></details>",
    ]
    body = "".join(prose(number) + part for number, part in enumerate(kept)) + prose(len(kept))
    html = f"<title>The convoy</title><main><article><h1>The convoy</h1>{body}</article></main>"
    article = clean(html, "https://gazette.example/world/convoy")
    assert article is not None
    told = " ".join(article.text.split())
    for words in (
        "Who attacked the convoy?",
        "Twelve lorries left the depot",
        "Nine arrived.",
        "The army closed the road.",
        "an aid convoy was attacked near Karun",
        "Q: Was anybody hurt?",
        "A: No.",
        "Karun | 3",
        "Who are the rebels?",
        "They hold the hills",
    ):
        assert words in told, words


@pytest.mark.parametrize("opening", ["<html><body>", "<body>", "", "<!doctype html><html>"])
def test_a_page_may_leave_out_the_tags_html_lets_it_leave_out(opening: str) -> None:
    html = f"{opening}<title>The convoy</title><main><article>{paragraphs(STORY)}</article></main>"
    article = clean(html, "https://gazette.example/world/convoy")
    assert article is not None
    assert article.text.split("\n\n") == STORY


@pytest.mark.parametrize("body", ["\n\n".join(STORY), "".join(f"<p>{line}</p>" for line in STORY)])
def test_a_story_that_only_json_ld_holds_has_its_paragraphs(body: str) -> None:
    told = json.dumps({"@type": "NewsArticle", "headline": "The convoy", "articleBody": body})
    head = f'<title>The convoy</title><script type="application/ld+json">{told}</script>'
    article = clean(f"<html><head>{head}</head><body><div id='root'></div></body></html>", "https://gazette.example/c")
    assert article is not None
    assert article.text.split("\n\n") == STORY
