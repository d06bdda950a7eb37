"""Places of the template: where other things than the story stand, new words there go too."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.cleaning import clean_site, judge
from pipelines.cleaning.places import CARD, Places, read

URL = "https://gazette.example/0"
PROMOTED = ["Ferries run again after the storm", "A baker wins the island race", "Old maps found in a barn of oak"]
TEASED = [
    "Sailings had been stopped for nine days, and the bread had run out on the outer isles.",
    "She trained before dawn between two batches of rolls, and nobody had put money on her.",
    "The sheets show a harbour that nobody alive has seen, drawn by a hand that nobody knows.",
]


def told(number: int) -> list[str]:
    return [
        f"Report {number} tells of a convoy of {number + 3} lorries that reached the valley ahead of the snow.",
        f"A driver whom the police held for {number + 1} hours said that he had taken the road by the quarry, as ever.",
        f"Villagers of parish {number} said the bridge had been closed since the flood and supplies ran short.",
    ]


def card(number: int) -> str:
    return (
        f'<div class="unit"><p class="unit-title"><a href="/other/{number}">{PROMOTED[number]}</a></p>'
        f'<p class="unit-text">{TEASED[number]}</p></div>'
    )


def page(number: int, between: str = "", below: str = "") -> tuple[str, str]:
    first, *rest = (f"<p>{line}</p>" for line in told(number))
    title = f"Convoy {number} reaches the valley"
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><div class='body'>"
        f"{first}{between}{''.join(rest)}</div>{below}</article></body></html>",
        f"https://gazette.example/{number}",
    )


def test_a_line_beside_a_link_in_a_box_of_their_own_is_in_a_card() -> None:
    tree = html.fromstring(page(0, card(0))[0])
    story, teaser, missing = read(tree, [told(0)[0], TEASED[0], "Nowhere on the page."], URL).lines
    assert teaser.startswith(CARD)
    assert story
    assert not story.startswith(CARD)
    assert missing == ""


def test_a_card_may_hold_a_link_to_another_site_before_its_own() -> None:
    links = f'<a href="https://shop.example/x">Buy the chart</a> <a href="/other/1">{PROMOTED[1]}</a>'
    tree = html.fromstring(f'<body><div class="unit">{links}<p>{TEASED[1]}</p></div></body>')
    assert read(tree, [TEASED[1]], URL).lines[0].startswith(CARD)


@pytest.mark.parametrize(
    "box",
    [
        '<div class="unit"><p class="unit-text">{}</p></div>',
        '<div class="unit"><a href="/x">More</a><p class="unit-text">{}</p></div>',
        '<div class="unit"><p class="unit-text">{}</p><p>Two ships waited outside until the fog had gone. '
        '<a href="/x">Read how the pilots were trained</a></p></div>',
        '<div class="answers"><h3><a href="#answer-3">Who pays for the pilots of the isles?</a></h3><p>{}</p></div>',
        '<div class="unit"><a href="https://shop.example/x">Buy the chart of the isles</a><p>{}</p></div>',
        '<div class="unit"><a href="https://shop.example/x">A chart</a> <a href="/x">Read more</a><p>{}</p></div>',
    ],
    ids=[
        "no link",
        "a link that says nothing",
        "more text beside it",
        "a link within the page",
        "a link to another site",
        "one to another site and one that says too little",
    ],
)
def test_what_is_no_card(box: str) -> None:
    (place,) = read(html.fromstring(f"<body>{box.format(TEASED[0])}</body>"), [TEASED[0]], URL).lines
    assert place
    assert not place.startswith(CARD)


def test_pages_of_one_template_have_the_same_places() -> None:
    first, second = (
        read(html.fromstring(page(n, card(n))[0]), [*told(n), TEASED[n]], f"https://gazette.example/{n}").lines
        for n in (0, 1)
    )
    assert first == second
    assert len(set(first)) == 2
    assert judge(*page(0), with_places=True).places.lines[1:] == first[:1] * len(told(0)), "after the headline"
    assert judge(*page(0)).places == Places()


def test_cards_on_two_stories_go_whatever_they_say() -> None:
    for number, found in enumerate(clean_site([page(n, card(n)) for n in range(3)])):
        assert found is not None
        assert found.text.split("\n\n") == told(number)
        assert "site-profile" in {line.rule for line in found.removed if line.text == TEASED[number]}


def test_a_card_on_one_story_alone_stays() -> None:
    first, *_ = clean_site([page(0, card(0)), page(1), page(2)])
    assert first is not None
    assert TEASED[0] in first.text


def test_where_known_rules_have_taken_most_the_rest_goes_too() -> None:
    notes = [f"Sign up for our newsletter number {n} and never miss a story" for n in range(2)]
    pages = [
        page(n, below=f'<div class="box"><p class="note">{note}</p></div>')
        for n, note in enumerate(
            [*notes, "The desk of the north wishes its readers a mild and quiet winter this year."]
        )
    ]
    *_, last = clean_site(pages)
    assert last is not None
    assert last.text.split("\n\n") == told(2)
    alone, *_ = clean_site(pages[-1:])
    assert alone is not None
    assert "mild and quiet winter" in alone.text


def test_where_only_subheadings_recur_the_others_stay() -> None:
    def section(heading: str, number: int) -> str:
        return f"<h3 class='sub'>{heading}</h3><p>{told(number)[2]}</p>"

    pages = [page(n, section("Pros", n) + section("Cons", n + 20) + section(f"Road {n}", n + 40)) for n in range(3)]
    for number, found in enumerate(clean_site(pages)):
        assert found is not None
        assert {"Pros", "Cons", f"Road {number}"} <= set(found.text.split("\n\n"))


def test_the_place_of_the_story_itself_is_never_furniture() -> None:
    ads = "".join(f"<p>Sign up for our newsletter number {n} and never miss a story</p>" for n in range(4))
    for number, found in enumerate(clean_site([page(n, ads) for n in range(3)])):
        assert found is not None
        assert found.text.split("\n\n") == told(number)


APPEAL = "Readers of the Gazette keep the lamps of this newspaper burning through the winter."


def around(text: str) -> str:
    return f'<aside class="unit"><p>{text}</p></aside>'


def test_what_stands_around_the_other_texts_goes_where_it_got_into_one() -> None:
    # the appeal stands in the text of the last page only, outside it on the two others
    pages = [*(page(n, below=f"<footer>{around(APPEAL)}</footer>") for n in range(2)), page(2)]
    html_of, url = pages[2]
    pages[2] = (html_of.replace("</div></article>", f"<p>{APPEAL}</p></div></article>"), url)
    found = clean_site(pages)
    assert all(article is not None for article in found)
    assert [article.text.split("\n\n") for article in found if article] == [told(0), told(1), told(2)]
    assert found[2] is not None
    assert found[2].removed[-1].text == APPEAL
    (alone,) = clean_site(pages[2:])
    assert alone is not None
    assert APPEAL in alone.text


@pytest.mark.parametrize(
    "block",
    [
        '<p><a href="/x">{}</a></p>',
        '<a href="/x"><h3>Another story altogether</h3><p>{}</p></a>',
        '<div><h3><a href="/x">Another story of the valley</a></h3><p>{}</p></div>',
    ],
    ids=["a link", "in a link", "in a card"],
)
def test_what_others_say_of_a_story_is_not_its_furniture(block: str) -> None:
    last = told(2)[-1]
    text = last if '"' not in block else last.upper()[::-1]
    pages = [*(page(n, below=f"<footer>{block.format(text)}</footer>") for n in range(2)), page(2)]
    found = clean_site(pages)[2]
    assert found is not None
    assert found.text.split("\n\n") == told(2)


def test_the_first_paragraph_and_a_quotation_stay_though_other_pages_show_them() -> None:
    first, quoted = (
        told(2)[0],
        "“We have seen worse winters than this one, and nobody left,” the keeper of the inn said.",
    )
    shown = f"<footer><p>{first}</p><p>{quoted}</p></footer>"
    pages = [*(page(n, below=shown) for n in range(2)), page(2)]
    html_of, url = pages[2]
    pages[2] = (html_of.replace("</div></article>", f"<p>{quoted}</p></div></article>"), url)
    found = clean_site(pages)[2]
    assert found is not None
    assert found.text.split("\n\n") == [*told(2), quoted]
