"""What a page is: an article, or one of the things that must never become one."""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

import pytest

from pipelines.cleaning import clean, judge

URL = "https://gazette.example/world/convoy"


def page(title: str, *paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{body}</main></body></html>"


STORY = [
    "The convoy reached the valley town before dawn on Tuesday, officials said, two days later than had been planned.",
    "Forty lorries carried flour and fuel over the pass, where snow had closed the road for the better part of a week.",
    "Nobody was hurt on the way, a driver told reporters, though two lorries had to be left behind near the summit.",
]

PAGES = {
    "soft_404": [
        page(
            "Page not found",
            "Sorry, the page you are looking for does not exist or has been moved.",
            "Try our search instead.",
        ),
        page("404", "We can't find that page."),
        page("Gazette", "Oops! This article is no longer available on our site.", "Go back to the front page."),
        page("Seite nicht gefunden", "Die angeforderte Seite existiert nicht."),
    ],
    "consent_wall": [
        page(
            "Before you continue",
            "We and our partners use cookies to store and access information on your device and to show personalised ads.",
            "You can accept all cookies or manage your choices in the privacy settings at any time. See our privacy policy.",
        ),
        page(
            "Gazette",
            "Mit Ihrer Einwilligung verwenden wir Cookies, um Werbung zu zeigen. Bitte zustimmen. Mehr zum Datenschutz in den Einstellungen.",
        ),
    ],
    "blocked": [
        page(
            "Just a moment...",
            "Checking your browser before accessing the site.",
            "Enable JavaScript and cookies to continue.",
        ),
        page("Access Denied", "You don't have permission to access this server."),
        page("Gazette", "Please verify you are a human to go on.", "Solve the captcha below."),
    ],
    "paywall": [
        page(
            "Convoy reaches valley",
            STORY[0],
            "Subscribe now to continue reading this article. Already a subscriber? Log in to read on.",
            head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"Convoy reaches valley","isAccessibleForFree":false}</script>',
        ),
    ],
    "not_article": [
        "<html><head><title>Gazette</title></head><body></body></html>",
    ],
    "index": [page("Latest", *(f"Headline number {n} of the day" for n in range(20)))],
}


@pytest.mark.parametrize(("outcome", "html"), [(o, html) for o, pages in PAGES.items() for html in pages])
def test_what_is_no_article_has_its_own_outcome(outcome: str, html: str) -> None:
    cleaned = judge(html, URL)
    assert (cleaned.outcome, cleaned.article) == (outcome, None), cleaned.detail
    assert cleaned.detail
    assert clean(html, URL) is None


ABOUT = [
    ("Court finds cookie walls unlawful", "The court said a wall that asks visitors to accept all cookies breaks privacy law, and fined our partners in the case."),
    ("Newspaper raises its paywall", "Readers will have to subscribe to continue reading after three free articles this month, the publisher said on Monday."),
    ("Plane wreck not found after search", "The aircraft could not be found in three weeks of searching, and the page of history stays open, the ministry said."),
    ("Robots guard the harbour", "Are you a robot, a child asked one of the machines, which denied access to the quay with a polite sign."),
]  # fmt: skip


@pytest.mark.parametrize(("title", "paragraph"), ABOUT)
def test_an_article_about_walls_and_errors_is_an_article(title: str, paragraph: str) -> None:
    article = clean(page(title, paragraph, *STORY * 5), URL)
    assert article is not None
    assert paragraph in article.text


def test_a_short_story_is_an_article() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Convoy reaches valley"}</script>'
    assert clean(page("Convoy reaches valley", STORY[0], head=head), URL) is not None


def test_paragraphs_are_joined_by_a_blank_line() -> None:
    article = clean(page("Convoy reaches valley", *STORY), URL)
    assert article is not None
    assert article.text == "\n\n".join(STORY)
    assert article.cleaner_version


def test_scripts_and_styles_are_never_text() -> None:
    html = page("Convoy reaches valley", *STORY, "<style>p{color:red}</style>", "<script>var x='hello there'</script>")
    article = clean(html, URL)
    assert article is not None
    assert article.text == "\n\n".join(STORY)


def test_menus_around_a_plain_page_are_left_out() -> None:
    menu = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(60))
    body = "".join(f"<p>{p}</p>" for p in STORY * 2)
    html = f"<html><body><ul>{menu}</ul><div id='text'><h1>Convoy reaches valley</h1>{body}</div><ul>{menu}</ul></body></html>"
    article = clean(html, URL)
    assert article is not None
    assert "Section 3" not in article.text
    assert STORY[0] in article.text


def test_prose_outside_paragraphs_is_not_missed() -> None:
    """Editors that write ``<div>``: the names point to the few ``<p>``, the prose stands beside them."""
    rows = "".join(f"<div><div>Stage {n}: {sentence}</div></div>" for n, sentence in enumerate(STORY * 6))
    quick = f"<div class='entry-content'><p>{STORY[0]}</p><p>{STORY[1]}</p><p>{STORY[2]}</p></div>"
    article = clean(
        f"<html><head><title>Stages of a convoy</title></head><body>{quick}<div class='rows'>{rows}</div></body></html>",
        URL,
    )
    assert article is not None
    assert "Stage 7: " in article.text


def test_a_home_page_of_headlines_is_no_article_and_one_of_prose_is() -> None:
    headlines = [f"Convoy number {n} reaches the valley after a week of snow" for n in range(20)]
    assert judge(page("Gazette", *headlines), "https://gazette.example/").outcome == "index"
    prose = [f"We carry flour, fuel and mail over pass number {n} in every season of the year." for n in range(5)]
    assert judge(page("Pass Haulage", *prose), "https://haulage.example/").outcome == "ok"
