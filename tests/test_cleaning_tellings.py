"""How publishers tell when a story was published, who wrote it and what it is called: one case for each way.

The kinds were gathered from what some two hundred publishers of forty countries are known to write; the pages are
our own.
"""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipelines.cleaning import metadata
from pipelines.cleaning.metadata import Metadata, dates, shown_dates
from pipelines.cleaning.parse import parse

NOW = datetime(2026, 11, 29, tzinfo=UTC)
URL = "https://www.gazette.example/world/convoy-reaches-valley"
DAY = "2026-03-04"


def read(head: str = "", body: str = "", *, url: str = URL, lang: str = "en") -> Metadata:
    page = parse(
        f"<html lang='{lang}'><head><title>Convoy reaches valley</title>{head}</head><body>{body}"
        "<p>The convoy reached the valley town before dawn, after nine days on the road.</p></body></html>"
    )
    assert page is not None
    return metadata.read(page, url, now=NOW)


def script(text: str) -> str:
    return f"<script type='application/ld+json'>{text}</script>"


def ld(**fields: object) -> str:
    return script(json.dumps({"@type": "NewsArticle", "headline": "Convoy reaches valley", **fields}))


def meta(name: str, content: str = DAY, key: str = "name") -> str:
    return f"<meta {key}='{name}' content='{content}'>"


def day(told: Metadata) -> str | None:
    return told.published_at.date().isoformat() if told.published_at else None


@pytest.mark.parametrize(
    "told",
    [
        "2026-03-04", "2026-3-4", "2026/03/04 05:06", "2026.03.04. 05:06", "20260304", "20260304T050607Z",
        "2026-03-04T05:06:07+02:00", "2026-03-04T05:06:07.123+0200", "2026-03-04T05:06:07 +02:00",
        "2026-03-04 05:06:07 UTC", "2026-03-04T5:06:07", "2026-03-04T05:06:07+02:00[Europe/Berlin]",
        "2026-03-04 오전 5:06", "2026年3月4日 05:06", "Wed, 04 Mar 2026 05:06:07 +0200", "Wed Mar 04 2026 05:06:07 GMT+0200 (CET)",
        "04 Mar 2026 05:06", "04-Mar-2026", "4/Mar/2026", "2026-Mar-04", "March 4, 2026, 5:06 pm", "March 4th, 2026",
        "Wednesday, 4th of March, 2026", "04.03.2026 05:06 Uhr", "04.03.2026", "13 March to 4 March 2026", "4.März 2026",
        1772600767, "1772600767", "1772600767000", ["2026-03-04"], {"@type": "Date", "@value": "2026-03-04"},
    ],
)  # fmt: skip
def test_the_forms_in_which_machines_are_told(told: object) -> None:
    assert day(read(ld(datePublished=told))) == DAY


@pytest.mark.parametrize(
    ("told", "lang", "when"),
    [
        ("04/03/2026 05:06", "de", DAY),
        ("04/03/2026", "en-GB", DAY),
        ("03/04/2026", "en-US", DAY),
        ("04-03-2026 05:06", "nl", DAY),
        ("25/12/2025", "en-US", "2025-12-25"),
    ],
)
def test_figures_are_read_as_the_language_has_them(told: str, lang: str, when: str) -> None:
    assert day(read(ld(datePublished=told), lang=lang)) == when


@pytest.mark.parametrize(
    "block",
    [
        '{"@type": "WebPage", "datePublished": "2026-03-04"}',
        '{"@type": "ItemPage", "datePublished": "2026-03-04"}',
        '{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": "WebPage", "datePublished": "2026-03-04"}]}',
        '{"@type": "ClaimReview", "itemReviewed": {"@type": "Claim", "datePublished": "2026-01-01"}, "datePublished": "2026-03-04"}',
        '{"@type": "schema:NewsArticle", "datePublished": "2026-03-04"}',
        '{"@type": ["http://schema.org/NewsArticle"], "datePublished": "2026-03-04"}',
        '{"@type": "NewsArticle", "headline": "x", "dateCreated": "2026-03-04", "dateModified": "2026-03-09"}',
        '{"@type": "LiveBlogPosting", "headline": "x", "coverageStartTime": "2026-03-04T08:00:00Z"}',
        '{"datePublished": "2026-03-04", "headline": "x"}',
        '{"@type": "NewsArticle", "headline": "x", "datePublished": "", "dateCreated": "2026-03-04"}',
        # not quite JSON
        '{"@type": "NewsArticle", "datePublished": "2026-03-04",}',
        '{"@type": "NewsArticle", "datePublished": "2026-03-04", "wordCount": undefined}',
        '{"@type": "NewsArticle", "description": "a "b" c", "datePublished": "2026-03-04"}',
        '{"@type": "WebSite"}{"@type": "NewsArticle", "datePublished": "2026-03-04"}',
        '{"@type": "WebSite"},{"@type": "NewsArticle", "datePublished": "2026-03-04"}',
        "{\"@type\": \"NewsArticle\", \"description\": \"it\\'s\", \"datePublished\": \"2026-03-04\"}",
        '{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;datePublished&quot;: &quot;2026-03-04&quot;}',
        '<!-- {"@type": "NewsArticle", "datePublished": "2026-03-04"} -->',
        '/*<![CDATA[*/ {"@type": "NewsArticle", "datePublished": "2026-03-04"} /*]]>*/',
        '//<![CDATA[\n{"@type": "NewsArticle", "datePublished": "2026-03-04"}\n//]]>',
        '{"@type": "NewsArticle", "datePublished": "2026-03-04"',
    ],
)  # fmt: skip
def test_where_json_ld_tells_the_date(block: str) -> None:
    assert day(read(script(block), "<div>Seen on 1 January 2020</div>")) == DAY


@pytest.mark.parametrize(
    "others",
    [
        '{"@type": "NewsArticle", "headline": "Snow closes the pass", "url": "https://www.gazette.example/world/snow", "datePublished": "2025-01-01"}',
        '{"@type": "NewsArticle", "headline": "Snow closes the pass", "datePublished": "2025-01-01"}',
        '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Snow", "datePublished": "2025-01-01"}]}',
        '{"@type": "WebPage", "datePublished": "2025-01-01"}',
        '{"@type": "VideoObject", "uploadDate": "2025-01-01", "datePublished": "2025-01-01"}',
        '{"@type": "Organization", "foundingDate": "1995-01-01"}',
        '{"@type": "NewsArticle", "url": "https://www.gazette.example/world/convoy-reaches-valley-again", "headline": "More", "datePublished": "2025-01-01"}',
    ],
)
def test_the_date_is_the_own_storys(others: str) -> None:
    assert day(read(script(others) + ld(datePublished=DAY, url=URL))) == DAY
    assert day(read(script(others) + ld(datePublished=DAY))) == DAY
    assert day(read(ld(datePublished=DAY) + script(others))) == DAY


@pytest.mark.parametrize(
    "name",
    """article:published_time og:article:published_time article:published:time article:published og:published_time
    og:pubdate og:publish_date article_published_time datePublished dc.date.issued DC.date dcterms.created DC.date.created
    dcterms.date dcterms.issued pubdate pub_date publishdate publish-date publish_date published-date published_at
    publication_date publication-date PublicationDate date date.available date.created dateCreated parsely-pub-date
    sailthru.date cXenseParse:recs:publishtime cXenseParse:publishtime DCSext.articleFirstPublished bt:pubDate
    shareaholic:article_published_time vr:published_time rnews:datePublished prism.publicationDate citation_publication_date
    originalPublicationDate displaydate article:create_at weibo:article:create_at awa-publishedDate date-pub
    ya:ovs:upload_date published_time_telegram created article.created""".split(),  # noqa: SIM905
)
def test_the_names_under_which_meta_tells_the_date(name: str) -> None:
    assert day(read(meta(name, key="property") + meta("article:modified_time", "2026-03-09"))) == DAY


@pytest.mark.parametrize(
    "name",
    ["article:expiration_time", "article:publisher", "render_timestamp", "article:modified_time", "og:updated_time",
     "date.updated", "date.modified", "last_updated_date", "birthdate", "sailthru.expire_date", "event_date"],
)  # fmt: skip
def test_other_dates_in_meta_are_none_of_publication(name: str) -> None:
    assert day(read(meta(name, "2025-01-01") + ld(dateCreated=DAY))) == DAY


def test_of_dates_under_further_names_the_earliest_counts() -> None:
    head = (
        meta("published-time", "2026-03-09T08:45:32Z")
        + meta("published-date")
        + meta("first-published", "2026-03-04T08:00Z")
    )
    told = read(head)
    assert (day(told), told.published_precision) == (DAY, "time")


def test_a_meta_of_two_names_has_both() -> None:
    told = read(
        "<meta property='og:x' name='publish-date' content='2026-03-04'><meta itemprop='author' name='x' content='Ada Berg'>"
    )
    assert (day(told), told.authors) == (DAY, ("Ada Berg",))


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Convoy reaches valley</h1><time datetime='2026-03-04T05:06Z'>Wednesday</time>",
        "<nav><time datetime='2025-01-01'>old</time></nav><h1>Convoy reaches valley</h1><time datetime='2026-03-04'>x</time>",
        "<h1>Convoy reaches valley</h1><time datetime='PT3M'>3 minutes</time><time datetime='2026-03-04'>x</time>",
        "<h1>Convoy reaches valley</h1><time class='updated' datetime='2026-03-09'>x</time><time class='entry-date published' datetime='2026-03-04'>x</time>",
        "<h1>Convoy reaches valley</h1><time itemprop='dateModified' datetime='2026-03-09'>x</time><time datetime='2026-03-04'>x</time>",
        "<h1>Convoy reaches valley</h1>Updated <time datetime='2026-03-09'>x</time> Published <time datetime='2026-03-04'>x</time>",
        "<h1>Convoy reaches valley</h1><time datetime=''>4 March 2026</time>",
        "<h1>Convoy reaches valley</h1><span itemprop='datePublished'>4 March 2026</span>",
        "<h1>Convoy reaches valley</h1><span itemprop='datePublished' content='2026-03-04'>yesterday</span>",
        "<h1>Convoy reaches valley</h1><time itemprop='datePublished dateModified' datetime='2026-03-04'>yesterday</time>",
        "<h1>Convoy reaches valley</h1><abbr class='published' title='2026-03-04T05:06:07+02:00'>yesterday</abbr>",
        "<h1>Convoy reaches valley</h1><span property='dc:date dc:created' content='2026-03-04T05:06:07+02:00'>yesterday</span>",
        "<div class='date'>4 March 2026</div><h1>Convoy reaches valley</h1>",
        "<h1>Convoy reaches valley</h1><p>04.03.26 | 05:06 Uhr</p>",
        "<h1>Convoy reaches valley</h1><p>Version 05.12.1</p><p>Last stand of 4 March 2026</p><p>Data from 9 May 2025</p>",
        "<h1>Convoy reaches valley</h1><p>Stand: 09.03.2026</p><p>Erstellt: 04.03.2026</p>",
    ],
)
def test_where_the_body_tells_the_date(body: str) -> None:
    assert day(read("", body)) == DAY


@pytest.mark.parametrize(
    "line",
    [
        "4 Mac 2026", "4 Maret 2026", "4 Machi 2026", "4. března 2026", "2026 m. kovo 4 d.", "4. mars 2026", "4 במרץ 2026",
        "4 آذار 2026", "4 آذار/مارس 2026", "٤ مارس ٢٠٢٦", "Ngày 4 tháng 3 năm 2026", "Thứ tư, 4/3/2026, 10:12 (GMT+7)",
        "2026. március 4.", "2026. 03. 04. 10:12", "2026. gada 4. marts", "4 martie 2026", "4. maaliskuuta 2026",
        "4 Μαρτίου 2026", "4 березня 2026", "4 март 2026", "4 मार्च 2026", "4. ožujka 2026", "4 MART 2026", "4 Mart 2026 Çarşamba",
        "4. marec 2026", "4. mart 2026", "4 марта 2026 г., 10:12", "2026年03月04日 05:06", "2026년 3월 4일", "4 de marzo de 2026",
        "Marzo 4, 2026", "4 março 2026", "4 stycznia 2026 → 4 marca 2026", "4 mars 2026", "le 04/03/2026 à 10h12", "4 març 2026",
    ],
)  # fmt: skip
def test_months_in_the_languages_of_the_world(line: str) -> None:
    found = shown_dates.read(line)
    assert found is not None
    assert (found.year, found.day) == (2026, 4)


@pytest.mark.parametrize(
    ("url", "when"),
    [
        ("https://www.gazette.example/world/2026/mar/04/convoy", DAY),
        ("https://www.gazette.example/2026/march/4/convoy", DAY),
        ("https://www.gazette.example/2026/3/4/convoy", DAY),
        ("https://www.gazette.example/20260304/convoy", DAY),
        ("https://www.gazette.example/world/convoy-2026-03-04", DAY),
        ("https://www.gazette.example/world/convoy-2026-03-04.html", DAY),
        ("https://www.gazette.example/n1/2026/0304/c1001-40223222.html", DAY),
        ("https://www.gazette.example/news/202603041234567", None),
    ],
)
def test_days_in_addresses(url: str, when: str | None) -> None:
    assert day(read("", "<h1>Convoy reaches valley</h1>", url=url)) == when


@pytest.mark.parametrize(
    ("head", "body", "url", "when"),
    [
        (ld(datePublished="2026-03-05T03:05:00Z"), "<time datetime='2026-03-04T22:05:00-05:00'>x</time>", URL, "2026-03-04T22:05:00-05:00"),
        (ld(datePublished="2026-03-05T03:05:00Z"), "", "https://www.gazette.example/2026/03/04/convoy", "2026-03-04T23:05:00-04:00"),
        ("", "<h1>Convoy reaches valley</h1><time datetime='2026-03-05T03:05:00Z'>March 4, 2026</time>", URL, "2026-03-04T23:05:00-04:00"),
        (ld(datePublished="2026-03-03T16:30:00Z"), "", "https://www.gazette.example/2026/03/04/convoy", "2026-03-04T00:30:00+08:00"),
        (ld(datePublished="2026-03-05T03:05:00Z"), "", "https://www.gazette.example/2026/03/02/convoy", "2026-03-05T03:05:00+00:00"),
        (ld(datePublished="2026-03-05T03:05:00+01:00"), "", "https://www.gazette.example/2026/03/04/convoy", "2026-03-05T03:05:00+01:00"),
    ],
)  # fmt: skip
def test_the_publishers_day_of_a_moment_told_in_utc(head: str, body: str, url: str, when: str) -> None:
    found = read(head, body, url=url).published_at
    assert found is not None
    assert found.isoformat() == when


@pytest.mark.parametrize(
    ("told", "when"),
    [
        ("1970-01-01T00:00:00Z", None), ("1969-12-31T19:00:00-05:00", None), ("0001-01-01T00:00:00Z", None),
        ("1900-01-01", None), ("0", None), ("2031-01-01", None), ("1987-05-12", "1987-05-12"), ("1923-05-12", "1923-05-12"),
    ],
)  # fmt: skip
def test_defaults_of_software_are_no_dates_and_archives_are_old(told: str, when: str | None) -> None:
    assert day(read(ld(datePublished=told))) == when


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        ("<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Ada Berg'>", "", ("Ada Berg",)),
        ("<meta name='twitter:label1' content='Verfasst von'><meta name='twitter:data1' content='Ada Berg'>", "", ("Ada Berg",)),
        ("<meta name='twitter:label1' content='Est. reading time'><meta name='twitter:data1' content='Three minutes'>", "", ()),
        ("<meta name='articleAuthor' content='Ada Berg, Ilya Sand'>", "", ("Ada Berg", "Ilya Sand")),
        ("<meta name='mrf:authors' content='Ada Berg;Ilya Sand'>", "", ("Ada Berg", "Ilya Sand")),
        ("<meta name='DCSext.author' content='Ada Berg'>", "", ("Ada Berg",)),
        (ld(author={"@type": "Person", "givenName": "Ada", "additionalName": "Maria", "familyName": "Berg"}), "", ("Ada Maria Berg",)),
        (ld(author={"@type": "Person", "name": ["Ada Berg", "Ilya Sand"]}), "", ("Ada Berg", "Ilya Sand")),
        (ld(author="Ada Berg und Ilya Sand"), "", ("Ada Berg", "Ilya Sand")),
        (ld(author="Ada Berg og Ilya Sand"), "", ("Ada Berg", "Ilya Sand")),
        (ld(author={"@type": "Person", "name": "by Ada Berg"}), "", ("Ada Berg",)),
        (ld(author={"@type": "Person", "name": "Ada Berg | Gazette"}, publisher={"name": "Gazette"}), "", ("Ada Berg",)),
        (ld(author={"@list": [{"name": "Ada Berg"}]}), "", ("Ada Berg",)),
        ('<script type="application/ld+json">{"@type": "WebPage", "author": {"@type": "Person", "name": "Ada Berg"}}</script>', "", ("Ada Berg",)),
        ("", "<li><strong>Autorin/Autor</strong> Ada Berg</li>", ("Ada Berg",)),
        ("", "<p>Oleh Ada Berg</p>", ("Ada Berg",)),
        ("", "<p>Autor: Ada Berg</p>", ("Ada Berg",)),
        ("", "<p>Tekst: Ada Berg</p>", ("Ada Berg",)),
    ],
)  # fmt: skip
def test_where_authors_are_named(head: str, body: str, names: tuple[str, ...]) -> None:
    assert read(head, body).authors == names


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Convoy reaches valley - Gazette", ""),
        ("Convoy reaches valley - gazette.example", ""),
        ("Convoy reaches valley | The Gazette", ""),
        (
            "Convoy reaches valley - Evening Post",
            ld(headline=None, publisher={"name": "Evening Post"}, datePublished=DAY),
        ),
        ("Convoy reaches valley &gt; Gazette", ""),
        ("Gazette - Convoy reaches valley", ""),
    ],
)
def test_the_site_is_told_from_the_title(title: str, head: str) -> None:
    page = parse(f"<html><head><title>{title}</title>{head}</head><body><p>The convoy reached it.</p></body></html>")
    assert page is not None
    assert metadata.read(page, URL, now=NOW).title == "Convoy reaches valley"


def test_epochs_tell_the_moment() -> None:
    assert (
        dates.parse("1772600767") == dates.parse("1772600767000") == (datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), "time")
    )
