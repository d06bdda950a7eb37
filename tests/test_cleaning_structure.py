"""What the page's structure tells: cards, author boxes, captions by name; posts of a live blog."""

from __future__ import annotations

import pytest

from pipelines.cleaning import clean
from pipelines.cleaning.containers import rule_of
from warehouse.records import Article

HEADLINE = "Two convoys turned back at the Sarn crossing"
STORY = [
    "Two convoys of lorries were turned back at the Sarn crossing on Monday, the border guard said, after shots were "
    "fired at the first of them from the far bank.",
    "One driver was taken to hospital in Belt with a wound to the arm, and three lorries were left on the road.",
    "The crossing had been open for nine days, under an agreement that both governments have called a trial.",
    "A spokesman for the haulage firm said its drivers would wait in Belt until the road had been cleared.",
]
SUMMARY = "Growers in the north expect half of last year's harvest, and the ministry has promised them loans."
URL = "https://gazette.example/2026/sarn-crossing"


def read(*between: str, above: str = "", below: str = "") -> Article:
    paragraphs = [f"<p>{line}</p>" for line in STORY]
    inner = "".join([*paragraphs[:2], *between, *paragraphs[2:]])
    page = (
        f"<html><head><title>{HEADLINE}</title></head><body><main><article><h1>{HEADLINE}</h1>{above}"
        f"<div class='story-text'>{inner}</div>{below}</article></main></body></html>"
    )
    article = clean(page, URL)
    assert article is not None
    return article


@pytest.mark.parametrize(
    "block",
    [
        f"<div class='enhancement'><div class='promo promo-small'><p>{SUMMARY}</p></div></div>",
        f"<div class='layout-promoBox_x7'><p>{SUMMARY}</p></div>",
        f"<section class='collections'><div class='collections__card'><p>{SUMMARY}</p></div></section>",
    ],
)
def test_the_text_of_a_card_that_leads_elsewhere_goes(block: str) -> None:
    article = read(block)
    assert article.text.split("\n\n") == STORY
    assert {line.rule for line in article.removed if line.text == SUMMARY} <= {"promo"}


def test_a_link_around_headline_and_summary_is_another_story() -> None:
    article = read(f"<div><a href='/2026/harvest'><h3>A thin harvest in the north</h3><p>{SUMMARY}</p></a></div>")
    assert article.text.split("\n\n") == STORY


def test_a_block_that_holds_most_of_the_story_is_no_furniture_whatever_its_name() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in STORY)
    page = (
        f"<html><head><title>{HEADLINE}</title></head><body><article class='post'><h1>{HEADLINE}</h1>"
        f"<div class='entry-content read-more'>{paragraphs}</div></article></body></html>"
    )
    article = clean(page, URL)
    assert article is not None
    assert article.text.split("\n\n") == STORY


def test_the_storys_own_description_stays_wherever_it_stands() -> None:
    lead = STORY[0]
    page = (
        f"<html><head><title>{HEADLINE}</title><meta name='description' content='{lead}'></head><body><article>"
        f"<h1>{HEADLINE}</h1><div class='card-content'><p>{lead}</p></div>"
        + "".join(f"<p>{line}</p>" for line in STORY[1:])
        + "</article></body></html>"
    )
    article = clean(page, URL)
    assert article is not None
    assert article.text.split("\n\n") == STORY


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("author-bio", "author-bio"),
        ("Post__authorBio--wide", "author-bio"),
        ("ArticlePromo", "promo"),
        ("wp-caption-text", "caption"),
        ("has-caption", None),
        ("biology-section", None),
        ("captioned", None),
        ("story-body", None),
        ("what-share-of-young-people-say-they-are-well", None),
    ],
)
def test_names_count_by_whole_words(name: str, rule: str | None) -> None:
    assert rule_of(name) == rule


POSTS = [
    ("The last lorry is back in Belt", "All drivers of the second convoy have returned, the haulage firm says."),
    ("Shots from the far bank", "The border guard reports three shots at a lorry. Nobody knows yet who fired them."),
    ("A quiet morning", "The crossing has opened on time for the ninth day in a row, and forty lorries are waiting."),
    ("Good morning", "We follow the trial opening of the Sarn crossing through the day, with our reporter in Belt."),
]


def live_blog(name: str) -> str:
    posts = "".join(
        f"<div class='{name} {name}--text'><div class='{name}__inner'><h3>{head}</h3><p>{text}</p></div></div>"
        for head, text in POSTS
    )
    introduction = "".join(f"<p>{line}</p>" for line in STORY)
    return (
        f"<html><head><title>{HEADLINE}</title></head><body><main><div class='article-body'>{introduction}</div>"
        f"<div class='stream'>{posts}</div></main></body></html>"
    )


@pytest.mark.parametrize("name", ["live-post", "liveblog-entry", "live-event-item"])
def test_the_posts_of_a_live_blog_are_kept_with_their_headings_in_their_order(name: str) -> None:
    article = clean(live_blog(name), URL)
    assert article is not None
    lines = article.text.split("\n\n")
    assert lines[: len(STORY)] == STORY
    assert lines[len(STORY) :] == [part for post in POSTS for part in post]


def test_two_posts_in_a_box_are_no_live_blog() -> None:
    box = "".join(f"<div class='live-post'><p>{text}</p></div>" for _, text in POSTS[:2])
    article = read(below=f"<aside>{box}</aside>")
    assert article.text.split("\n\n") == STORY
