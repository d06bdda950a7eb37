"""The residue filter: each kind of residue goes, with its rule and its place; the story stays word for word."""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.cleaning import clean, residue

HEADLINE = "Patrol boats exchange fire off northern port as talks stall"

STORY = [
    "Two patrol boats exchanged fire for nearly an hour off the northern port on Tuesday, the coast guard said, "
    "the first such clash since the truce was signed in spring.",
    "The coast guard said four sailors were wounded and one vessel was towed back to harbour with a damaged engine.",
    '"We answered fire that was opened on us without warning", its spokesman told reporters on the quay.',
    "No civilians were hurt.",
    "Fishermen in the area said they had seen a third boat leave the bay before dawn, but nobody could say whose it was.",
    "Negotiators were due to meet again on Friday in the capital, where both delegations have stayed since the weekend.",
]

SLUG = "Patrol boats northern port"

#: What a careless template leaves inside the article, by where it stands.
ABOVE = [SLUG, SLUG]
BETWEEN = {
    2: "More news: Phone maker recalls a million chargers after kitchen fires",
    4: "ALSO READ: Five gardens to see before the summer is over",
}
BELOW = [
    "Recommended News",
    "We welcome your comments on this story and ask that you share your opinions politely.",
    "Comments may be shortened or published in the print edition of this newspaper.",
    "Thanks to all readers who leave their thoughts below.",
    "Sign up for our daily newsletter and get the headlines delivered to your inbox.",
    "© 2026 The Harbour Gazette. All rights reserved.",
]


def body() -> list[str]:
    lines = [HEADLINE, *ABOVE]
    for number, paragraph in enumerate(STORY):
        lines += [BETWEEN[number]] if number in BETWEEN else []
        lines.append(paragraph)
    return lines + BELOW


TEMPLATES = {
    "plain paragraphs in a div": "<html><head><title>{title}</title></head><body><div>{paragraphs}</div></body></html>",
    "semantic": "<html><head><title>{title} | Harbour Gazette</title></head><body><main><article><h1>{title}</h1>"
    "{paragraphs}</article></main></body></html>",
    "classes of a CMS": "<html><head><meta property='og:title' content='{title}'></head><body><div class='story'>"
    "<h1 class='hed'>{title}</h1><div class='story-body'>{paragraphs}</div></div></body></html>",
    "WordPress": "<html><head><title>{title} - Gazette</title></head><body class='single'><div id='content'>"
    "<article class='post'><h1 class='entry-title'>{title}</h1><div class='entry-content'>{paragraphs}</div></article></div></body></html>",
}


def page(template: str, title: str, lines: list[str]) -> str:
    return TEMPLATES[template].format(title=title, paragraphs="".join(f"<p>{line}</p>\n" for line in lines))


@pytest.mark.parametrize("template", TEMPLATES)
def test_residue_goes_and_the_story_stays_in_every_template(template: str) -> None:
    article = clean(page(template, HEADLINE, body()), "https://gazette.example/2026/patrol-boats")
    assert article is not None
    assert article.text.split("\n\n") == STORY
    assert article.title == HEADLINE


def test_every_dropped_line_is_kept_with_its_rule_and_place() -> None:
    article = clean(page("semantic", HEADLINE, body()), "https://gazette.example/2026/patrol-boats")
    assert article is not None
    by_text = {line.text: line.rule for line in article.removed}
    assert by_text[BETWEEN[2]] == by_text[BETWEEN[4]] == "teaser"
    assert by_text["Recommended News"] == "heading"
    assert {by_text[line] for line in BELOW[1:4]} <= {"comment-policy", "teaser-block"}
    assert by_text[BELOW[4]] == "newsletter"
    assert by_text[BELOW[5]] == "copyright"
    rebuilt: dict[int, str] = {line.position: line.text for line in article.removed}
    kept = iter(article.text.split("\n\n"))
    everything = [
        rebuilt[n] if n in rebuilt else next(kept) for n in range(len(rebuilt) + len(article.text.split("\n\n")))
    ]
    assert [line for line in everything if line in STORY] == STORY
    assert next(kept, None) is None


SEED = Path(__file__).resolve().parent.parent.parent / "shared" / "seed-article.txt"

#: How the seed's residue begins: found by place and kind, so that the test itself holds no more of it than a label.
SEED_RESIDUE = ("More news:", "Recommended News", "We are pleased", "Some of the comments", "Thank you for taking")


@pytest.mark.skipif(not SEED.exists(), reason="the seed article is not beside this checkout (../shared)")
@pytest.mark.parametrize("template", TEMPLATES)
def test_the_seed_comes_out_clean(template: str) -> None:
    lines = [line.strip() for line in SEED.read_text("utf-8").splitlines() if line.strip()]
    title, slug = lines[0], lines[1]
    expected = [line for line in lines[1:] if line != slug and not line.startswith(SEED_RESIDUE)]
    article = clean(page(template, title, lines), "https://news.example/2018/story")
    assert article is not None
    assert article.text.split("\n\n") == expected
    assert {line.text for line in article.removed} >= {line for line in lines if line.startswith(SEED_RESIDUE)}


STAYS = [
    "Also present were the ministers of defence and trade, who left without speaking to reporters.",
    "Related charges against three officers were dropped in March after a witness withdrew his account.",
    '"Please leave your comments below", the message posted on the group\'s website said before the attack.',
    "Readers of the newspaper gathered outside its offices on Monday to protest against the arrest of its editor.",
    "The newsletter of the rebel movement said its fighters had taken the town of Marra without resistance.",
    "Copyright law was at the centre of the dispute, in which nobody was hurt.",
    "More news of the fighting reached the capital on Thursday, when the first refugees arrived.",
]


@pytest.mark.parametrize("line", STAYS)
@pytest.mark.parametrize("place", [1, 3, len(STORY)])
def test_sentences_of_the_story_that_sound_like_residue_stay(line: str, place: int) -> None:
    lines = [*STORY[:place], line, *STORY[place:]]
    article = clean(page("semantic", HEADLINE, lines), "https://gazette.example/a/b")
    assert article is not None
    assert article.text.split("\n\n") == lines


def test_a_paragraph_that_is_one_link_is_another_story() -> None:
    link = "<a href='/other'>Harbour master resigns after audit of dredging works</a>"
    article = clean(page("semantic", HEADLINE, [*STORY[:3], link, *STORY[3:]]), "https://gazette.example/a/b")
    assert article is not None
    assert article.text.split("\n\n") == STORY
    assert "link-only" in {line.rule for line in article.removed}


def test_the_rules_stand_down_rather_than_take_most_of_a_text() -> None:
    lines = ["Please sign up for our newsletter and get alerts in your inbox every day of the week."] * 3 + [
        "A short end."
    ]
    kept, removed = residue.sift(lines, residue.Hints(*[frozenset[str]()] * 5))
    assert kept == lines
    assert removed == []


POLICIES = [
    ["Have your say on this article below.", "Posts are approved by our night desk and may be cut.", "Stay on topic."],
    [
        "Our readers are invited to write what they think.",
        "Letters of a friendly tone have the best chance.",
        "We delete offensive remarks and contributions that repeat themselves.",
        "Many thanks for taking part.",
    ],
    ["Users are asked to keep to the point.", "Thank you for sharing your views with the community."],
]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_comment_policy_goes_in_any_words(policy: list[str]) -> None:
    article = clean(page("plain paragraphs in a div", HEADLINE, [*STORY, *policy]), "https://gazette.example/a/b")
    assert article is not None
    assert article.text.split("\n\n") == STORY
    assert {line.rule for line in article.removed} == {"comment-policy"}


ENDINGS = [
    "The ministry declined to comment on this report.",
    "Both sides agreed to stay on the subject of prisoners when they meet again.",
    "Readers of the state newspaper were told nothing of the clash.",
    "The harbour was quiet in the evening.",
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_plain_last_sentence_of_the_story_stays_above_a_comment_policy(ending: str) -> None:
    lines = [*STORY, BETWEEN[2], ending]
    article = clean(page("semantic", HEADLINE, [*lines, *POLICIES[0]]), "https://gazette.example/a/b")
    assert article is not None
    assert article.text.split("\n\n") == [*STORY, ending]


SIGNED = (
    "<meta name='author' content='Ida Holm'><meta property='article:published_time' content='2026-11-17T18:40:00Z'>"
)


@pytest.mark.parametrize(
    "line",
    ["Tuesday, November 17, 2026 - Ida Holm", "By Ida Holm", "17 Nov 2026, 18:40 GMT", "Nov. 17, 2026 | Newsroom"],
)
def test_a_line_that_repeats_date_and_author_goes(line: str) -> None:
    html = page("semantic", HEADLINE, [line, *STORY]).replace("<title>", SIGNED + "<title>")
    article = clean(html, "https://gazette.example/a/b")
    assert article is not None
    assert article.text.split("\n\n") == STORY
    assert [(removed.text, removed.rule) for removed in article.removed if removed.rule != "headline"] == [
        (line, "byline")
    ]


@pytest.mark.parametrize("line", ["Summer of 2019", "Ida Holm and the boat of 2026", "November 2019", "Newsroom"])
def test_a_subheading_with_a_year_or_a_name_is_no_byline(line: str) -> None:
    html = page("semantic", HEADLINE, [line, *STORY]).replace("<title>", SIGNED + "<title>")
    article = clean(html, "https://gazette.example/a/b")
    assert article is not None
    assert article.text.split("\n\n") == [line, *STORY]


@pytest.mark.parametrize(
    "lines",
    [
        ["Por Juan Pérez y María López", "3 de marzo de 2026"],
        ["Von Juan Pérez und María López", "3. März 2026 um 10.15 Uhr"],
        ["2026年3月3日"],
    ],
)
def test_bylines_and_date_lines_go_in_other_languages(lines: list[str]) -> None:
    signed = "<meta name='author' content='Juan Pérez, María López'><meta name='date' content='2026-03-03'>"
    html = page("semantic", HEADLINE, [*lines, *STORY]).replace("<title>", signed + "<title>")
    article = clean(html, "https://gazette.example/a/b")
    assert article is not None
    assert article.text.split("\n\n") == STORY
    assert {line.text: line.rule for line in article.removed}.items() >= dict.fromkeys(lines, "byline").items()
