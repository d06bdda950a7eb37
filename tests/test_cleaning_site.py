"""The site profile: what recurs over a site's stories goes, and an unchanged page reads the same on every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cleaning import Overrides, clean, clean_site, drop_recurring, learn, observe
from pipelines.cleaning.judge import revision
from warehouse.records import Article, Removed, SiteLine, content_id

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


def recorded(
    cleaned: list[Article], history: list[SiteLine] | None = None, *, day: date = DAY, source: str = "gazette"
) -> list[SiteLine]:
    """What a day leaves for the profiles of later days."""
    return list(observe(learn(cleaned, history or []), cleaned, source, day))


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
    history = recorded([replace(before[1], crawl_day=DAY - timedelta(days=1))], day=DAY - timedelta(days=1))
    assert drop_recurring(before[:1], history) == before[:1]


def test_the_title_and_the_lead_of_a_story_stay() -> None:
    first = replace(article(1, [FURNITURE, *story_of(1)]), lead=FURNITURE)
    second = article(2, [FURNITURE, *story_of(2)])
    assert [found.text.split("\n\n")[0] for found in drop_recurring([first, second])] == [FURNITURE, story_of(2)[0]]


def test_a_new_page_alone_on_its_day_loses_what_the_days_before_have_taught() -> None:
    history = recorded(drop_recurring([found for p in site_of(3) if (found := clean(*p)) is not None]))
    alone = article(9, [*story_of(9), FURNITURE], day=DAY + timedelta(days=1))
    assert drop_recurring([alone])[0].text == alone.text
    assert drop_recurring([alone], history)[0].text.split("\n\n") == story_of(9)


def long_story(number: int) -> list[str]:
    """Two paragraphs of prose, as long as those of stories are."""
    return [
        f"Report number {number} tells of a convoy of {number + 3} lorries that reached the valley on the evening of "
        f"day {number}, after the road had been cleared of snow for the first time.",
        f"A driver whom the police had held for {number + 1} hours said that guards of post {number} had let him pass, "
        "and that he would take the same road again before the week was over.",
    ]


def test_a_subheading_of_the_house_stays_between_paragraphs_and_goes_below_them() -> None:
    first, *_, last = drop_recurring(
        [article(n, [long_story(n)[0], "Analysis", long_story(n)[1], "Also in the news"]) for n in range(4)]
    )
    assert first.text.split("\n\n") == [long_story(0)[0], "Analysis", long_story(0)[1]]
    assert [line.text for line in last.removed] == ["Also in the news"]


def test_a_paragraph_of_background_that_two_stories_share_stays() -> None:
    background = (
        "The valley has been cut off from the coast since the bridge at its mouth was blown up in the second winter of "
        "the war, and most of what its people eat comes over the pass."
    )
    pages = [article(n, [long_story(n)[0], background, long_story(n)[1]]) for n in (0, 1)]
    others = [article(n, long_story(n)) for n in range(2, 8)]
    assert drop_recurring([*pages, *others]) == [*pages, *others]
    everywhere = [article(n, [long_story(n)[0], background, long_story(n)[1]]) for n in range(8)]
    assert all(background not in found.text for found in drop_recurring(everywhere))


def test_each_host_has_a_profile_of_its_own() -> None:
    def moved(found: Article) -> Article:
        return replace(found, canonical_url=found.canonical_url.replace("gazette", "herald"))

    gazette = [article(n, [*story_of(n), FURNITURE]) for n in range(3)]
    elsewhere = [moved(article(9, [*story_of(9), FURNITURE])), moved(article(8, story_of(8)))]
    found = drop_recurring([*gazette, *elsewhere])
    assert all(FURNITURE not in cleaned.text for cleaned in found[:3])
    assert found[3:] == elsewhere


def test_two_sources_on_one_host_teach_each_other() -> None:
    ours = recorded([article(1, [*story_of(1), FURNITURE])], source="gazette")
    theirs = recorded([article(2, [*story_of(2), FURNITURE])], source="gazette-sport")
    alone = article(9, [*story_of(9), FURNITURE], day=DAY + timedelta(days=1))
    taught = [drop_recurring([alone], history) for history in ([*ours, *theirs], [*theirs, *ours])]
    assert taught[0] == taught[1]
    assert taught[0][0].text.split("\n\n") == story_of(9)


def test_a_day_records_what_it_showed_and_the_text_of_what_recurs_only() -> None:
    cleaned = drop_recurring([article(n, [*story_of(n), FURNITURE]) for n in range(3)])
    history = recorded(cleaned)
    assert {line.text for line in history} == {FURNITURE, None}
    (furniture,) = (line for line in history if line.text)
    assert (furniture.standing, furniture.stories, furniture.of_stories, furniture.first_seen) == ("learnt", 3, 3, DAY)
    assert furniture.held == furniture.dropped == tuple(sorted(found.article_id for found in cleaned))
    assert len(history) == 3 * len(story_of(0)) + 1


def test_what_a_person_says_of_a_line_comes_first() -> None:
    pages = [article(n, [*story_of(n), FURNITURE]) for n in range(3)]
    kept = drop_recurring(pages, overrides=Overrides(keep=("the gazette has told * since before the RAILWAY came",)))
    assert kept == pages
    by_rule = replace(
        pages[0], text="\n\n".join(story_of(0)), removed=(Removed(text=FURNITURE, rule="teaser", position=3),)
    )
    (restored,) = drop_recurring([by_rule], overrides=Overrides(keep=(FURNITURE,)))
    assert (restored.text, restored.removed, restored.revision) == (pages[0].text, (), pages[0].revision)
    (cut,) = drop_recurring([article(1, story_of(1))], overrides=Overrides(drop=("A driver named by police *",)))
    assert cut.text.split("\n\n") == [story_of(1)[0], story_of(1)[2]]
    assert [(line.rule, line.position) for line in cut.removed] == [("source-drop", 1)]


def test_what_a_person_said_is_forgotten_once_it_is_unsaid() -> None:
    said = Overrides(drop=(story_of(1)[0],))
    (cut,) = drop_recurring([article(1, story_of(1))], overrides=said)
    history = list(observe(learn([cut], overrides=said), [cut], "gazette", DAY))
    again = article(1, story_of(1), day=DAY + timedelta(days=1))
    assert drop_recurring([again], history) == [again]


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
    history: list[SiteLine] = []
    kept: dict[int, tuple[str, str, tuple[str, ...]]] = {}
    for back, batch in enumerate(days):
        day = DAY + timedelta(days=back)
        for number, shared in batch.items():
            first.setdefault(number, shared)  # pages never change
        found = drop_recurring([article(n, lines_of(n, first[n]), day) for n in batch], history)
        for number, cleaned in zip(batch, found, strict=True):
            assert kept.setdefault(number, told(cleaned)) == told(cleaned)
            assert cleaned.revision == revision(cleaned.title, cleaned.text)
        history += recorded(found, history, day=day)
    for number in kept:  # each alone, a day later
        alone = article(number, lines_of(number, first[number]), DAY + timedelta(days=len(days)))
        assert told(drop_recurring([alone], history)[0]) == kept[number]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_order_of_articles_and_history_does_not_matter(data: st.DataObject) -> None:
    numbers = st.lists(st.tuples(st.integers(0, 6), st.sets(st.sampled_from(SHARED), max_size=3)), max_size=6)
    today = [article(n, lines_of(n, shared)) for n, shared in data.draw(numbers)]
    history: list[SiteLine] = []
    for back in (2, 1):
        day = DAY - timedelta(days=back)
        history += recorded([article(n, lines_of(n, s), day) for n, s in data.draw(numbers)], day=day)
    expected = {a.text: b for a, b in zip(today, drop_recurring(today, history), strict=True)}
    mixed = data.draw(st.permutations(today))
    found = drop_recurring(mixed, data.draw(st.permutations(history)))
    assert [expected[a.text] for a in mixed] == found
