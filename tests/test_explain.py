"""``dateline explain``: each field's words marked in the article, for terminal and browser; hostile text stays text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pipelines.cli.explain import told
from pipelines.events import merge
from pipelines.explain import Told, page, show
from pipelines.explain.fields import Field
from pipelines.explain.marks import Mark, Paragraph, paragraphs, plain
from pipelines.incidents import extract_article
from tests.attacks import PAYLOADS, STEERS
from tests.browser import Browser, chromium, contrast, needs_chromium
from tests.markup import Tags
from tests.warehouse_records import DAY, at, claim, incident, stage
from tests.warehouse_records import article as some_article
from tests.warehouse_records import page as page_record
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.records import Evidence, Removed, content_id

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)

TEXT = (
    "A suicide bomber blew himself up at a market in Maiduguri on Tuesday, killing at least 12 people, including "
    "three children, and wounding 30 others, the police said.\n\nThe rebels denied that they had sent him."
)


def read(text: str = TEXT, **changes: Any) -> Told:
    article = some_article(text=text, published_at=datetime(2026, 11, 25, 9, tzinfo=UTC), **changes)
    return Told.of(article, extract_article(article))


def in_terminal(explained: Told, width: int = 100, *, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system="truecolor" if colour else None)
    for part in show(explained):
        console.print(part)
    return out.getvalue()


def made(explained: Told) -> str:
    return page(explained, made_at=AT)


# marks


def field(number: int, *words: tuple[int, int]) -> Field:
    return Field(number, 0, "killed", "", words, ())


def test_marks_nest_and_a_word_may_fill_several_fields() -> None:
    text = "Shells killed 12 people."
    inner, outer, same = field(1, (14, 16)), field(2, (7, 23)), field(3, (14, 16))
    (found,) = paragraphs(some_article(text=text, removed=()), [inner, outer, same])
    assert isinstance(found, Paragraph)
    assert found.parts == ("Shells ", Mark((outer,), ("killed ", Mark((inner, same), ("12",)), " people")), ".")


def test_marks_that_cross_are_cut_and_keep_their_field() -> None:
    first, second = field(1, (0, 5)), field(2, (3, 8))
    (found,) = paragraphs(some_article(text="abcdefgh", removed=()), [first, second])
    assert isinstance(found, Paragraph)
    assert found.parts == (Mark((first,), ("abc", Mark((second,), ("de",)))), Mark((second,), ("fgh",)))


def _covered(parts: tuple[Mark | str, ...], start: int, inside: tuple[int, ...] = ()) -> Iterator[tuple[int, int]]:
    """(offset, field number) of every marked character."""
    for part in parts:
        if isinstance(part, str):
            yield from ((start + n, number) for n in range(len(part)) for number in inside)
        else:
            yield from _covered(part.parts, start, (*inside, *(found.number for found in part.fields)))
        start += len(plain(part))


@given(
    st.text("ab\n", max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=6),
)
def test_any_spans_mark_just_their_characters_and_no_word_is_lost(text: str, spans: list[tuple[int, int]]) -> None:
    fields = [field(n, (start, min(start + size, len(text)))) for n, (start, size) in enumerate(spans)]
    fields = [each for each in fields if each.words[0][0] < each.words[0][1]]
    found = [part for part in paragraphs(some_article(text=text, removed=()), fields) if isinstance(part, Paragraph)]
    assert "\n\n".join("".join(map(plain, part.parts)) for part in found) == text
    marked, start = set[tuple[int, int]](), 0
    for part in found:
        marked.update(_covered(part.parts, start))
        start += sum(len(plain(piece)) for piece in part.parts) + 2
    between = {n + side for match in re.finditer("\n\n", text) for n in [match.start()] for side in (0, 1)}
    wanted = {(n, each.number) for each in fields for n in range(*each.words[0])}
    assert {(n, number) for n, number in marked if n not in between} == {
        (n, number) for n, number in wanted if n not in between
    }


def test_removed_lines_stand_where_they_stood() -> None:
    removed = tuple(Removed(text=f"r{n}", rule="teaser", position=n) for n in (0, 2, 3, 9))
    found = paragraphs(some_article(text="one\n\ntwo\n\nthree", removed=removed), [])
    told = [part.text if isinstance(part, Removed) else "".join(map(plain, part.parts)) for part in found]
    assert told == ["r0", "one", "r2", "r3", "two", "three", "r9"]


def test_every_field_of_an_incident_is_told_with_its_words() -> None:
    explained = read()
    for one, fields in zip(explained.incidents, explained.fields, strict=True):
        marked = {words for each in fields for words in each.words}
        assert {(item.start, item.end) for item in one.evidence} == marked
        assert all(each.quotes or each.note for each in fields)


def test_a_date_without_words_says_where_it_is_from() -> None:
    explained = read("Gunmen killed 4 people in Maiduguri, the police said.")
    (date,) = (each for each in explained.all_fields() if each.kind == "date")
    assert (date.words, date.quotes) == ((), ())
    assert "day of publication" in (date.note or "")


# terminal


def test_the_terminal_names_fields_in_brackets_so_that_colour_is_not_needed() -> None:
    shown = in_terminal(read(), 200)
    assert "\x1b" not in shown
    assert "[Maiduguri|place]" in shown
    assert "[at least 12 people|" in shown or "at least [12 people|target]|killed]" in shown
    assert "- removed by newsletter: Sign up for our newsletter" in shown
    assert "30 others" in shown


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_terminal_wraps_and_loses_no_word(width: int) -> None:
    explained = read()
    lines = in_terminal(explained, width).splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    bare = re.sub(r"\|[a-z, 0-9]+\]|\[", "", " ".join(" ".join(lines).split()))
    assert " ".join(TEXT.split()) in bare


def test_several_incidents_are_told_apart_by_number() -> None:
    explained = read(
        "Gunmen killed 4 farmers in Maiduguri on Tuesday.\n\nIn Kano, a car bomb killed 9 people on Monday."
    )
    assert len(explained.incidents) == 2
    shown = in_terminal(explained, 200)
    assert "[Maiduguri|1 place]" in shown
    assert "[Kano|2 place]" in shown


def test_colour_adds_nothing_but_colour() -> None:
    bare = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(read(), 80, colour=True))
    assert bare == in_terminal(read(), 80)


# page


def hostile() -> Told:
    """An article whose every text is an attack, and an incident whose fields quote it."""
    poison = " ".join(PAYLOADS)
    explained = read(TEXT.replace("the police", f"{poison} the police"))
    article = explained.article
    article = replace(
        article, title=poison, url="javascript:window.owned=1", source_id=poison, language='"onload=x',
        removed=(Removed(text=poison, rule=poison, position=1),),
    )  # fmt: skip
    whole = Evidence(field="status", start=0, end=len(article.text), quote=article.text)
    incidents = [
        replace(one, summary=poison, attributes=(poison,), evidence=(*one.evidence, whole))
        for one in explained.incidents
    ]
    return Told.of(article, incidents)


def test_hostile_text_stays_text_on_the_page() -> None:
    html = made(hostile())
    assert not STEERS.search(html)
    tags = Tags(html).found
    assert not {"script", "img", "svg", "iframe", "object", "base", "link", "form"} & {tag for tag, _ in tags}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"]
    assert {attributes["href"][:2] for tag, attributes in tags if tag == "a" and attributes["href"]} <= {"#i", "#w"}
    assert "&lt;script&gt;" in html


def test_the_page_forbids_scripts_and_everything_from_elsewhere() -> None:
    (policy,) = (a["content"] for t, a in Tags(made(read())).found if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/]+='; base-uri 'none'; form-action 'none'", policy)


def test_only_web_addresses_become_links() -> None:
    for url, linked in (
        ("https://a.example/1?x=1&y=2", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
    ):
        html = made(read(url=url))
        hrefs = [attributes["href"] for tag, attributes in Tags(html).found if tag == "a"]
        assert (url in hrefs) is linked


def test_every_quote_leads_to_its_words() -> None:
    tags = Tags(made(read())).found
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"] for tag, attributes in tags if tag == "a"} - {None}
    assert {str(target).removeprefix("#") for target in targets if str(target).startswith("#")} <= set(ids)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def written(path: Path, explained: Told) -> Path:
    path.write_text(made(explained), "utf-8")
    return path


OUTLINE = "getComputedStyle(document.querySelector('mark.k-place')).outlineStyle"


@needs_chromium
@pytest.mark.slow
def test_in_a_browser_nothing_hostile_runs_and_nothing_is_fetched(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path / "page.html", hostile())
    browser.open(path)
    assert browser.value("typeof window.owned") == "undefined"
    assert browser.value("document.scripts.length") == 0
    assert [told["request"]["url"] for told in browser.told("Network.requestWillBeSent")] == [path.as_uri()]
    assert browser.told("Log.entryAdded") == [], "the policy had nothing to refuse, our own style included"
    assert browser.value("document.querySelectorAll('.field').length") > 5


@needs_chromium
@pytest.mark.slow
def test_in_a_browser_a_field_lights_up_its_words_by_mouse_and_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(tmp_path / "page.html", read()))
    assert browser.value(OUTLINE) == "none"
    browser.point(".field:has(.k-place) dd")
    assert browser.value(OUTLINE) == "solid"
    browser.point("h1")
    assert browser.value(OUTLINE) == "none"
    for _ in range(30):
        browser.press("Tab")
        if browser.value(OUTLINE) == "solid":
            break
    assert browser.value("document.activeElement.textContent") == "“Maiduguri”"
    browser.press("Enter")
    assert browser.value("document.querySelector(':target').textContent") == "Maiduguri"


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1300, False), (1300, True)])
def test_in_a_browser_it_fits_a_phone_and_a_desk_by_day_and_night(
    browser: Browser, tmp_path: Path, width: int, dark: bool
) -> None:
    browser.open(written(tmp_path / "page.html", read()), width=width, dark=dark)
    assert browser.value("document.documentElement.scrollWidth") <= width
    beside = browser.value("incidents.getBoundingClientRect().left > document.querySelector('article').clientWidth")
    assert beside is (width > 1000)
    for pair in ("mark.k-place", ".removed del", ".note", "h1"):
        assert contrast(browser, pair) >= 4.5, pair


# what is explained


@pytest.fixture
def loaded(own_data: Path) -> Layout:
    """A warehouse with an article that was corrected."""
    layout = Layout(own_data)
    first = some_article(1)
    fixed = some_article(
        1,
        text=first.text.replace("12", "13"),
        first_seen=at(hour=12),
        last_seen=at(hour=12),
        page_id=content_id("later"),
    )
    stage(
        layout,
        pages=[page_record(1), page_record(1, page_id=content_id("later"), fetched_at=at(hour=12))],
        articles=[first, fixed],
        incidents=[incident(1, text=fixed.text, claims=(claim(13),), revision=fixed.revision)],
    )
    load_day(layout, DAY, merge=merge)
    publish(layout)
    return layout


@pytest.mark.parametrize("name", ["id", "prefix", "url", "url with a campaign"])
def test_an_article_of_the_warehouse_is_found_by_id_and_address(loaded: Layout, name: str) -> None:
    first = some_article(1)
    what = {
        "id": first.article_id, "prefix": first.article_id[:8].upper(), "url": first.url,
        "url with a campaign": first.url + "?utm_source=feed#top",
    }[name]  # fmt: skip
    explained = told(what, None, None, fresh=False)
    assert "13 people" in explained.article.text, "the revision that stands"
    (one,) = explained.incidents
    assert [figure.count_min for figure in one.claims] == [13]
    assert told(what, None, None, fresh=True).incidents[0].extractor_version != one.extractor_version


def test_an_unknown_or_ambiguous_id_is_named(loaded: Layout) -> None:
    with pytest.raises(SettingError, match="no article of the warehouse has this id"):
        told("00000000", None, None, fresh=False)


def test_a_page_and_plain_text_are_read_alike(tmp_path: Path) -> None:
    text = tmp_path / "story.txt"
    text.write_text(TEXT.replace("\n", "\r\n"), "utf-8")
    from_text = told(str(text), "Blast in Maiduguri", AT, fresh=False)
    assert (from_text.article.title, from_text.article.text) == ("Blast in Maiduguri", TEXT)
    html = tmp_path / "story.html"
    paragraphs_ = "".join(f"<p>{line}</p>" for line in TEXT.split("\n\n"))
    html.write_text(f"<html><title>Blast in Maiduguri</title><article>{paragraphs_}</article></html>", "utf-8")
    from_page = told(str(html), None, None, fresh=False)
    assert [one.sub_event_type for one in from_page.incidents] == [one.sub_event_type for one in from_text.incidents]
    assert from_page.article.url == "", "the stand-in address is not shown"
