"""Who wrote it, when, under what title, at what address."""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipelines.cleaning import clean

STORY = "".join(
    f"<p>Paragraph {n} tells at some length how the convoy reached the valley town before dawn on that day.</p>"
    for n in range(5)
)
URL = "https://www.gazette.example/world/convoy-reaches-valley"


def page(head: str = "", body: str = "") -> str:
    return f"<html lang='en'><head>{head}</head><body><article>{body}{STORY}</article></body></html>"


def ld(**fields: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


def test_json_ld_comes_first() -> None:
    article = clean(
        page(
            ld(
                headline="Convoy reaches valley",
                datePublished="2026-03-04T05:06:07+02:00",
                dateModified="2026-03-05",
                author=[{"@type": "Person", "name": "Ada Berg"}, {"@type": "Person", "name": "Ilya Sand"}],
                articleSection="World",
                keywords=["convoy", "valley"],
                description="A convoy of forty lorries arrived.",
            )
            + "<meta property='article:published_time' content='2020-01-01'><meta name='author' content='Somebody Else'>"
        ),
        URL,
    )
    assert article is not None
    assert article.title == "Convoy reaches valley"
    assert article.published_at == datetime(2026, 3, 4, 3, 6, 7, tzinfo=UTC)
    assert article.published_precision == "time"
    assert article.modified_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert article.authors == ("Ada Berg", "Ilya Sand")
    assert (article.section, article.tags) == ("World", ("convoy", "valley"))
    assert article.lead == "A convoy of forty lorries arrived."
    assert article.language == "en"


def test_the_h1_that_resembles_the_title_is_the_title() -> None:
    head = "<meta property='og:title' content='Convoy reaches valley | The Gazette'><meta property='og:site_name' content='The Gazette'>"
    article = clean(page(head, "<h1>The Gazette</h1><h1>Convoy reaches the valley after storm</h1>"), URL)
    assert article is not None
    assert article.title == "Convoy reaches the valley after storm"


@pytest.mark.parametrize("ending", [" | The Gazette", " - The Gazette", " – The Gazette", " — The Gazette"])
def test_the_site_is_no_part_of_the_title(ending: str) -> None:
    head = f"<title>Convoy reaches valley - day two{ending}</title><meta property='og:site_name' content='The Gazette'>"
    article = clean(page(head), URL)
    assert article is not None
    assert article.title == "Convoy reaches valley - day two"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ada Berg and Ilya Sand", ("Ada Berg", "Ilya Sand")),
        ("Von Jörg Müller", ("Jörg Müller",)),
        ("https://social.example/ada", ()),
        ("Ada Berg, Staff Writer", ("Ada Berg",)),
        ("admin", ()),
    ],
)
def test_authors_are_names(byline: str, names: tuple[str, ...]) -> None:
    article = clean(page(f"<meta name='author' content='{byline}'>"), URL)
    assert article is not None
    assert article.authors == names


def test_a_date_after_the_fetch_is_not_believed() -> None:
    fetched = datetime(2026, 3, 4, tzinfo=UTC)
    article = clean(
        page(ld(headline="x", datePublished="2031-01-01") + "<meta name='pubdate' content='2026-03-03'>"),
        URL,
        fetched_at=fetched,
    )
    assert article is not None
    assert article.published_at == datetime(2026, 3, 3, tzinfo=UTC)
    assert article.published_precision == "day"
    assert article.first_seen == fetched


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.gazette.example/world/convoy", "https://www.gazette.example/world/convoy"),
        ("/world/convoy", "https://www.gazette.example/world/convoy"),
        ("https://amp.gazette.example/world/convoy?utm_source=x", "https://amp.gazette.example/world/convoy"),
        ("https://rival.example/world/convoy", URL),
        ("https://www.gazette.example.rival.example/convoy", URL),
        ("https://www.gazette.example/", URL),
        ("javascript:alert(1)", URL),
        ("http://[bad", URL),
    ],
)
def test_a_canonical_link_stays_on_its_site(link: str, expected: str) -> None:
    article = clean(page(f"<link rel='canonical' href='{link}'>"), URL + "?utm_medium=feed#top")
    assert article is not None
    assert article.canonical_url == expected


def test_ids_depend_on_content_alone() -> None:
    one, again = clean(page("<title>Convoy</title>"), URL), clean(page("<title>Convoy</title>").encode(), URL)
    elsewhere = clean(page("<title>Convoy</title>"), "https://other.example/copy")
    changed = clean(page("<title>Convoy</title>").replace("before dawn", "after dawn"), URL)
    assert one is not None
    assert again is not None
    assert elsewhere is not None
    assert changed is not None
    assert (one.article_id, one.revision, one.cluster_id) == (again.article_id, again.revision, again.cluster_id)
    assert one.article_id != elsewhere.article_id
    assert one.cluster_id == elsewhere.cluster_id
    assert one.article_id == changed.article_id
    assert one.revision != changed.revision
