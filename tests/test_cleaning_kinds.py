"""What pages are taken for: every kind, in every language of the locale packs."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.page_kinds import SHAPES, TEXTS, LabelledPage, labelled_pages, told
from pipelines.cleaning import clean, metadata
from pipelines.cleaning.parse import parse
from warehouse.vocabulary import OUTCOMES

ALL = list(labelled_pages())
#: Each case in each language, in one of its shapes, another from language to language.
CASES = len(ALL) // (len(TEXTS) * len(SHAPES))
PAGES = [page for n, page in enumerate(ALL) if (n // 3 + n // 3 // CASES + n) % len(SHAPES) == 0]


@pytest.mark.parametrize("language", TEXTS)
def test_a_page_is_taken_for_what_it_is(language: str) -> None:
    wrong = [
        (page.kind, page.shape, page.url, found)
        for page in PAGES
        if page.language == language and (found := told(page.html, page.url)) != page.kind
    ]
    assert wrong == []


def test_the_set_holds_every_kind_in_every_language_and_shape() -> None:
    kinds = Counter(page.kind for page in labelled_pages())
    assert set(kinds) - {"article", "live_blog"} < set(OUTCOMES)
    for part in ("language", "shape"):
        assert {(page.kind, getattr(page, part)) for page in PAGES} == {
            (kind, name) for kind in kinds for name in {getattr(page, part) for page in labelled_pages()}
        }


def one(kind: str, language: str = "en") -> LabelledPage:
    return next(page for page in labelled_pages() if (page.kind, page.language) == (kind, language))


def test_the_kind_is_a_field_of_the_article() -> None:
    for kind in ("article", "live_blog"):
        page = one(kind)
        article = clean(page.html, page.url)
        assert article is not None
        assert article.kind == kind


def test_stories_that_a_listing_names_in_json_ld_are_not_the_listings_own() -> None:
    listed = "".join(
        f'{{"@type": "NewsArticle", "headline": "Ferry {n}", "url": "https://gazette.example/n/{n}"}},'
        for n in range(3)
    )
    ld = f'<script type="application/ld+json">{{"@type": "ItemList", "itemListElement": [{listed[:-1]}]}}</script>'
    body = "".join(f"<p>{line}</p>" for line in TEXTS["en"]["story"])
    html = f"<html><head><title>Ferry 2</title>{ld}</head><body><h1>Ferry 2</h1>{body}</body></html>"
    for url, kind in (("https://gazette.example/ferries", None), ("https://gazette.example/n/2", "newsarticle")):
        page = parse(html)
        assert page is not None
        assert metadata.read(page, url).kind == kind


def test_a_guide_whose_headings_lead_off_the_site_is_no_listing() -> None:
    story = TEXTS["en"]["story"]
    parts = "".join(
        f"<div><h2><a href='https://island{n}.example/'>Island number {n}</a></h2><p>{story[n % 3][:-1]} {n}.</p></div>"
        for n in range(9)
    )
    html = (
        f"<html><head><title>Nine islands to see</title></head><body><h1>Nine islands to see</h1>{parts}</body></html>"
    )
    assert told(html, "https://gazette.example/guides/islands") == "article"
    assert told(html.replace("https://island", "/island"), "https://gazette.example/guides/islands") == "index"


@pytest.mark.parametrize(
    ("title", "sentences"),
    [
        (
            "市场爆炸致十人死亡",
            [
                "一枚炸弹周二在首都北部的一个市场爆炸，至少十人死亡。",
                "目前没有人宣称对袭击负责。",
                "警方已封锁现场并展开调查。",
            ],
        ),
        (
            "市場で爆発、十人死亡",
            ["北部の町の市場で三日、爆発があり、十人が死亡した。", "犯行を認める声明は出ていない。"],
        ),
        ("Boy, 9, dies in fall", ["A boy of nine has died.", "He fell from a wall.", "Police are asking for help."]),
    ],
)
def test_a_brief_is_an_article_however_short_its_sentences(title: str, sentences: list[str]) -> None:
    def written(lines: list[str]) -> str:
        told = "".join(f"<p>{line}</p>" for line in lines)
        return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{told}</body></html>"

    article = clean(written(sentences), "https://gazette.example/n/1")
    assert article is not None
    assert article.text.split("\n\n") == sentences
    labels = [sentence.rstrip(".。") for sentence in sentences]
    assert clean(written(labels[:1]), "https://gazette.example/n/1") is None


def test_two_short_sentences_are_a_brief_where_a_date_stands_over_them() -> None:
    body = "<p>Two people were killed by a bomb on Tuesday.</p><p>Police blamed a gang.</p>"
    url = "https://gazette.example/n/1"
    for date, kind in (("<p>Published 3 March 2026</p>", "article"), ("", "not_article")):
        html = f"<html><head><title>Blast in Kano</title></head><body><h1>Blast in Kano</h1>{date}{body}</body></html>"
        assert told(html, url) == kind
