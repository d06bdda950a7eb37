"""The site profile: what recurs over a site's stories goes, and an unchanged page reads the same on every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cleaning import clean, clean_site, drop_recurring
from pipelines.cleaning.judge import revision
from warehouse.records import Article, content_id

DAY = date(2026, 11, 20)
FURNITURE = "The Gazette has told the valley's stories since before the railway came."


def story_of(number: int) -> list[str]:
    return [
        f"Report number {number} tells of a convoy of {number + 3} lorries that reached the valley on day {number}.",
        f"A driver named by police as suspect {number} was held for {number + 1} hours at the northern checkpoint.",
        f"Villagers said the road had been closed since the storm of week {number} and that supplies were short.",
    ]


def page(title: str, lines: list[str]) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


def site_of(count: int) -> list[tuple[str, str]]:
    return [
        (page(f"Convoy {n} reaches the valley", [*story_of(n), FURNITURE]), f"https://gazette.example/{n}")
        for n in range(count)
    ]


def article(number: int, lines: list[str], day: date = DAY, title: str | None = None) -> Article:
    """What :func:`judge` makes of a page of these lines."""
    url, text = f"https://gazette.example/{number}", "\n\n".join(lines)
    title = title or f"Story {number}"
    return Article(
        article_id=content_id(url), revision=revision(title, text), url=url, canonical_url=url, title=title, lead=None,
        text=text, crawl_day=day,
    )  # fmt: skip


def told(found: Article) -> tuple[str, str, tuple[str, ...]]:
    return found.text, found.revision, tuple(line.text for line in found.removed)


def test_a_line_under_every_story_of_a_site_is_furniture() -> None:
    for number, found in enumerate(clean_site(site_of(4))):
        assert found is not None
        assert found.text.split("\n\n") == story_of(number)
        assert [line.rule for line in found.removed][-1] == "site-profile"
        assert found.removed[-1].position == max(line.position for line in found.removed)
        assert found.revision == revision(found.title, found.text)


def test_copies_of_one_story_do_not_make_its_lines_furniture() -> None:
    corrected = [*story_of(1)[:-1], "Negotiators are due to meet again on Sunday, not Friday as first told."]
    before = [article(1, story_of(1)), article(2, corrected)]
    assert drop_recurring(before) == before


def test_captures_of_one_article_are_one_story() -> None:
    revised = ["The report has been rewritten as a whole.", "Nothing of it is as it was.", FURNITURE]
    before = [article(1, [*story_of(1), FURNITURE]), article(1, revised)]
    assert drop_recurring(before) == before
    assert drop_recurring(before[:1], history=[replace(before[1], crawl_day=DAY - timedelta(days=1))]) == before[:1]


def test_the_title_and_the_lead_of_a_story_stay() -> None:
    first = replace(article(1, [FURNITURE, *story_of(1)]), lead=FURNITURE)
    second = article(2, [FURNITURE, *story_of(2)])
    assert [found.text.split("\n\n")[0] for found in drop_recurring([first, second])] == [FURNITURE, story_of(2)[0]]


def test_a_new_page_alone_on_its_day_loses_what_the_days_before_have_taught() -> None:
    history = drop_recurring([found for p in site_of(3) if (found := clean(*p)) is not None])
    alone = article(9, [*story_of(9), FURNITURE], day=DAY + timedelta(days=1))
    assert drop_recurring([alone])[0].text == alone.text
    assert drop_recurring([alone], history)[0].text.split("\n\n") == story_of(9)


#: A handful of lines shared at random between stories, so that some recur and some do not.
SHARED = [f"Standing line number {n} of this newspaper speaks to its readers." for n in range(4)]
DAYS = st.lists(
    st.dictionaries(st.integers(0, 6), st.sets(st.sampled_from(SHARED), max_size=3), max_size=5), min_size=1, max_size=4
)


def lines_of(number: int, shared: set[str]) -> list[str]:
    return [*story_of(number), *sorted(shared)]


@settings(max_examples=150, deadline=None)
@given(DAYS)
def test_an_unchanged_page_reads_the_same_whatever_is_crawled_with_it(
    days: list[dict[int, set[str]]],
) -> None:
    first: dict[int, set[str]] = {}
    history: list[Article] = []
    kept: dict[int, tuple[str, str, tuple[str, ...]]] = {}
    for back, batch in enumerate(days):
        day = DAY + timedelta(days=back)
        for number, shared in batch.items():
            first.setdefault(number, shared)  # pages never change
        found = drop_recurring([article(n, lines_of(n, first[n]), day) for n in batch], history)
        for number, cleaned in zip(batch, found, strict=True):
            assert kept.setdefault(number, told(cleaned)) == told(cleaned)
            assert cleaned.revision == revision(cleaned.title, cleaned.text)
        history += found
    for number in kept:  # each alone, a day later
        alone = article(number, lines_of(number, first[number]), DAY + timedelta(days=len(days)))
        assert told(drop_recurring([alone], history)[0]) == kept[number]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_order_of_articles_and_history_does_not_matter(data: st.DataObject) -> None:
    numbers = st.lists(st.tuples(st.integers(0, 6), st.sets(st.sampled_from(SHARED), max_size=3)), max_size=6)
    today = [article(n, lines_of(n, shared)) for n, shared in data.draw(numbers)]
    history = [article(n, lines_of(n, s), DAY - timedelta(days=1 + n % 2)) for n, s in data.draw(numbers)]
    expected = {a.text: b for a, b in zip(today, drop_recurring(today, history), strict=True)}
    mixed = data.draw(st.permutations(today))
    found = drop_recurring(mixed, data.draw(st.permutations(history)))
    assert [expected[a.text] for a in mixed] == found
