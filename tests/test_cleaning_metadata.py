"""Who wrote it, when, under what title, at what address."""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from pipelines.cleaning import clean
from pipelines.cleaning.metadata import authors, dates, urls

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


def test_the_wording_most_tellings_agree_on_is_the_title() -> None:
    """The ``<h1>`` alone against three others loses; with the JSON-LD headline it wins."""
    rest = "<meta property='og:title' content='Forty lorries: convoy reaches valley'><title>Forty lorries: convoy reaches valley</title><meta name='twitter:title' content='Forty lorries: convoy reaches valley'>"
    article = clean(page(rest, "<h1>Convoy reaches valley</h1>"), URL)
    assert article is not None
    assert article.title == "Forty lorries: convoy reaches valley"
    article = clean(page(rest + ld(headline="Convoy reaches valley"), "<h1>Convoy reaches valley</h1>"), URL)
    assert article is not None
    assert article.title == "Convoy reaches valley"


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("<span>Storm in the hills</span> <b>: convoy</b> reaches valley", "Storm in the hills: convoy reaches valley"),
        ("<span>Storm</span><span>Convoy reaches valley</span>", "Storm Convoy reaches valley"),
        ("Con\u00advoy reaches the val\u200bley", "Convoy reaches the valley"),
    ],
)
def test_the_parts_of_a_heading_are_joined_as_a_reader_sees_them(heading: str, title: str) -> None:
    article = clean(page(f"<title>{title}</title>", f"<h1>{heading}</h1>"), URL)
    assert article is not None
    assert article.title == title


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ([{"@type": "Person", "givenName": "Ada", "familyName": "Berg"}], ("Ada Berg",)),
        ([{"@type": "Person", "name": "Ada Berg und Ilya Sand, nwa"}], ("Ada Berg", "Ilya Sand", "nwa")),
        ([{"@type": "Person", "name": "Gazette et NWA"}], ("Gazette et NWA",)),
        ([{"@type": "Person", "name": "Channel 24"}], ("Channel 24",)),
        ([{"@type": "Person", "name": "Gazette staff reporter"}], ("Gazette staff reporter",)),
        ([{"@type": "Organization", "name": "The Gazette"}, {"@type": "Person", "name": "Ada Berg"}], ("Ada Berg",)),
        ({"@type": "Organization", "name": "The Gazette"}, ("The Gazette",)),
        ({"@id": "#ada"}, ("Ada Berg",)),
        (["", None, 7, {"name": []}], ()),
    ],
)
def test_the_authors_of_json_ld(author: object, names: tuple[str, ...]) -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": "Convoy", "author": author},
            {"@type": "Person", "@id": "#ada", "name": "Ada Berg"},
        ]
    }
    article = clean(page(f"<script type='application/ld+json'>{json.dumps(graph)}</script>"), URL)
    assert article is not None
    assert article.authors == names


@pytest.mark.parametrize(
    "byline",
    [
        "<div itemprop='author' itemscope><meta itemprop='name' content='Ada Berg'></div>",
        "<p>By <a href='/staff/7' rel='author'>Ada Berg</a></p>",
        "<p>von <a href='/personen/7'>Dr. Ada Berg</a></p>",
        "<ul><li><strong>Autorin/Autor</strong> Ada Berg</li></ul>",
        "<a rel='author' href='/staff/7'>ByAda Berg</a>",
    ],
)
def test_a_house_that_signs_in_meta_gives_way_to_the_byline(byline: str) -> None:
    head = "<meta name='author' content='Gazette'><meta name='publisher' content='Gazette'>"
    article = clean(page(head, byline), URL)
    assert article is not None
    assert [name.removeprefix("Dr. ") for name in article.authors] == ["Ada Berg"]


def test_the_day_is_the_publishers_where_a_page_tells_the_moment_twice() -> None:
    head = (
        ld(headline="x", datePublished="2026-03-05T00:41:13Z")
        + "<meta property='article:published_time' content='2026-03-04 19:41:13 -0500'>"
    )
    article = clean(page(head), URL)
    assert article is not None
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-03-04T19:41:13-05:00"
    assert article.published_day == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("lang", "line", "day"),
    [
        ("de", "<li><strong>Datum</strong> 28.04.2023</li>", (2023, 4, 28)),
        ("de", "<p>Veröffentlicht am 3. März 2024, 18:40 Uhr</p>", (2024, 3, 3)),
        ("fr", "<p>Publié le 1er février 2024 à 10h12</p>", (2024, 2, 1)),
        ("es", "<span>4 de mayo de 2025</span>", (2025, 5, 4)),
        ("ru", "<span>7 июля 2025, 12:00</span>", (2025, 7, 7)),
        ("ar", "<span>7 يوليو 2025</span>", (2025, 7, 7)),
        ("zh", "<span>2025年7月9日 12:00</span>", (2025, 7, 9)),
        ("en", "<p>Posted 3/4/2025 by Ada Berg</p>", (2025, 3, 4)),
        ("en-GB", "<p>Posted 3/4/2025 by Ada Berg</p>", (2025, 4, 3)),
        ("en", "<p>Posted 3/4/2025</p><small>Site since 25/12/2009</small>", (2025, 4, 3)),
        ("en", "<p>Updated: March 9, 2025</p><p>Published: March 4, 2025</p>", (2025, 3, 4)),
        ("en", "<p>Updated March 9, 2025 | Published March 4, 2025</p>", (2025, 3, 4)),
    ],
)
def test_a_date_only_readers_see(lang: str, line: str, day: tuple[int, int, int]) -> None:
    html = f"<html lang='{lang}'><head><title>Convoy reaches valley</title></head><body><div>1 January 2020</div><article><h1>Convoy reaches valley</h1>{line}{STORY}</article></body></html>"
    article = clean(html, "https://www.gazette.example/world/convoy")
    assert article is not None
    assert article.published_at == datetime(*day, tzinfo=UTC)
    assert article.published_precision == "day"


def test_the_day_in_the_address_comes_before_any_shown() -> None:
    article = clean(
        page("", "<h1>Convoy</h1><p>Posted March 9, 2025</p>"), "https://www.gazette.example/2025/03/04/convoy"
    )
    assert article is not None
    assert article.published_at == datetime(2025, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "twin",
    [
        "https://www.gazette.example/world/convoy/amp",
        "https://www.gazette.example/world/convoy/amp/",
        "https://www.gazette.example/world/convoy/amp.html",
        "https://www.gazette.example/world/convoy.amp",
        "https://www.gazette.example/amp/world/convoy",
        "https://www.gazette.example/world/convoy?amp=1",
        "https://www.gazette.example/world/convoy?amp",
        "https://www.gazette.example/world/convoy?outputType=amp&utm_source=x",
        "https://amp.gazette.example/world/convoy",
        "https://m.gazette.example/world/convoy/",
        "http://gazette.example/world/convoy",
        "https://www.gazette.example/world/convoy?print=1",
        "https://www.gazette.example/world/convoy?view=print",
        "https://www.gazette.example/world/convoy/print",
        "https://www.gazette.example/print/world/convoy",
        "https://www-gazette-example.cdn.ampproject.org/c/s/www.gazette.example/world/convoy?amp=1",
        "https://www.google.com/amp/s/www.gazette.example/world/convoy/amp",
    ],
)
def test_amp_and_print_twins_are_one_article(twin: str) -> None:
    """With no canonical link, by the address alone; a link to it says the same."""
    home = clean(page(), "https://www.gazette.example/world/convoy")
    alone, linked = (
        clean(page(head), twin)
        for head in ("", "<link rel='canonical' href='https://www.gazette.example/world/convoy'>")
    )
    assert home is not None
    assert alone is not None
    assert linked is not None
    assert linked.canonical_url == "https://www.gazette.example/world/convoy"
    assert home.article_id == alone.article_id == linked.article_id


@pytest.mark.parametrize("suffix", ["/amp", "?amp=1", ".amp.html", "/print"])
def test_a_twin_that_names_itself_canonical_is_still_a_twin(suffix: str) -> None:
    base = "https://www.gazette.example/world/convoy"
    twin = clean(page(f"<link rel='canonical' href='{base}{suffix}'>"), base + suffix)
    home = clean(page(), base + (".html" if "html" in suffix else ""))
    assert twin is not None
    assert home is not None
    assert twin.article_id == home.article_id


@pytest.mark.parametrize(
    "other",
    [
        "https://www.gazette.example/world/convoy-two",
        "https://www.gazette.example/world/convoy?id=7",
        "https://www.gazette.example/world/convoy?format=video",
        "https://www.gazette.example/tech/fingerprint",
        "https://www.gazette.example/amp",
        "https://www.gazette.example/world/convoy/camp",
        "https://blog.gazette.example/world/convoy",
        "https://www.gazette.example.rival.example/world/convoy/amp",
        "https://cdn.ampproject.org.rival.example/c/s/www.gazette.example/world/convoy",
        "https://rival.example/amp/s/www.gazette.example/world/convoy",
    ],
)
def test_other_pages_are_no_twins(other: str) -> None:
    home = clean(page(), "https://www.gazette.example/world/convoy")
    article = clean(
        page("<link rel='canonical' href='https://www.gazette.example/world/convoy'>" if "rival" in other else ""),
        other,
    )
    assert home is not None
    assert article is not None
    assert article.article_id != home.article_id


@pytest.mark.parametrize(
    ("description", "lead"),
    [
        ("Forty lorries, nine days late.", "Forty lorries, nine days late."),
        ("Forty lorries, nine days late …", "Forty lorries, nine days late …"),
        ("Convoy reaches valley", None),
        ("Paragraph 0 tells at some length how the convoy reached ...", None),
        ("Paragraph 0 tells at some length how the convoy reached the valley […]", None),
    ],
)
def test_the_lead_is_a_standfirst_not_the_title_or_the_text_cut_off(description: str, lead: str | None) -> None:
    head = f"<title>Convoy reaches valley</title><meta property='og:description' content='{description}'>"
    article = clean(page(head), URL)
    assert article is not None
    assert article.lead == lead


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Convoy reaches valley - The Gazette", "<h1>The Gazette</h1><h2>Convoy reaches valley</h2>"),
        ("The Gazette | Convoy reaches valley", "<h1>The Gazette</h1><h2>Convoy reaches valley</h2>"),
        ("The Gazette - Convoy reaches valley", "<h1>Convoy reaches valley</h1><h2>The Gazette</h2>"),
        ("Convoy reaches valley - The Gazette", "<h1>Convoy reaches valley</h1><h2>Aid at last</h2>"),
    ],
)
def test_a_logo_set_as_h1_is_no_title(title: str, heading: str) -> None:
    article = clean(f"<html><head><title>{title}</title></head><body>{heading}{STORY}</body></html>", URL)
    assert article is not None
    assert article.title == "Convoy reaches valley"


@pytest.mark.parametrize(
    "byline",
    ["By Ada Berg in Narn", "By Ada Berg, Middle East correspondent", "Ada Berg reporting from Narn", "By Ada Berg"],
)
def test_where_and_for_what_somebody_reports_is_no_name(byline: str) -> None:
    assert authors.split(byline) == ["Ada Berg"]


@pytest.mark.parametrize(
    ("told", "when", "precision"),
    [
        ("Tue, 03 Mar 2026 23:00:00 +0300", "2026-03-03T23:00:00+03:00", "time"),
        ("Tue, 03 Mar 2026 10:00:00 -0000", "2026-03-03T10:00:00+00:00", "time"),
        ("Tue, 03 Mar 2026 10:00:00 GMT", "2026-03-03T10:00:00+00:00", "time"),
        ("Fri Apr 28 19:20:36 CEST 2023", "2023-04-28T00:00:00+00:00", "day"),
        ("March 3, 2026 1:00 pm", "2026-03-03T00:00:00+00:00", "day"),
        ("3 mars 2026", "2026-03-03T00:00:00+00:00", "day"),
    ],
)
def test_a_date_told_to_machines_in_words(told: str, when: str, precision: str) -> None:
    found, how = dates.parse(told)
    assert found is not None
    assert (found.isoformat(), how) == (when, precision)


@pytest.mark.parametrize("told", ["3/4/2026", "Tue, 99 Mar 2026 10:00:00 GMT", "soon", "99 Mar 2026"])
def test_what_is_no_date_is_not_made_one(told: str) -> None:
    assert dates.parse(told) == (None, None)


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("/world/other", True),
        ("https://gazette.example/world/other", True),
        ("?page=2", True),
        ("#answer-3", False),
        ("", False),
        ("http://m.gazette.example/world/convoy-reaches-valley/", False),
        ("https://shop.example/world/other", False),
        ("mailto:desk@gazette.example", False),
        ("https://[broken", False),
    ],
)
def test_which_links_lead_to_another_page_of_the_site(link: str, leads: bool) -> None:
    assert urls.leads_on(link, URL) is leads
