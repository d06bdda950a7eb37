"""A source looked at before and after it is crawled: stories as a crawl would read them, and today against the past."""

from __future__ import annotations

import gzip
import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pebble import ProcessPool
from rich.console import Console

from pipelines.cleaning import judges
from pipelines.events import merge
from pipelines.onboarding import Past, Sample, candidates, compare, language_of, past_of, samples, terminal
from pipelines.onboarding.past import Listed
from scrapers.guest import Guest
from scrapers.probe import Route
from scrapers.propose import propose
from scrapers.source import Source, parse_source
from tests.attacks import STEERS
from tests.warehouse_records import DAY, article, page, stage
from tests.web import page as answer
from tests.web import rss, served
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.records import Removed

LOOPBACK = ("127.0.0.1",)
STORY = """<html lang=fr><head><title>Two shells hit the bridge at {n}</title></head><body><article>
<h1>Two shells hit the bridge at {n}</h1>
<p>Two mortar shells hit the old bridge at {n} on Thursday morning and wounded three drivers, the police said.</p>
<p>The town council closed the road and asked people to take the ferry until the engineers had been there.</p>
<p>More news: Rain is expected on the coast \u202e\x9b2J[red]today[/]</p>
<p>The bridge carries the only road between the two banks, and buses to the market had to turn back, a driver said.</p>
</article></body></html>"""


def line(text: str, rule: str, position: int) -> Removed:
    return Removed(text=text, rule=rule, position=position)


def guest() -> Guest:
    return Guest(allow_addresses=LOOPBACK, delay=0)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPool]:
    with judges(1) as found:
        yield found


def test_stories_are_read_until_three_are_articles_and_the_others_have_their_outcome(pool: ProcessPool) -> None:
    with served({f"/{n}": answer(STORY.format(n=n)) for n in range(4)}) as site:
        site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /shut\n")
        site.pages["/wall"] = answer("no", status=403)
        paths = ["/shut", "/wall", "/gone", "/0", "/1", "/2", "/3"]
        found = samples(guest(), [site.base + path for path in paths], pool=pool)
        assert [one.outcome for one in found] == ["robots_denied", "blocked", "error:http_404", "ok", "ok", "ok"]
        assert {"/shut", "/3"}.isdisjoint(site.paths()), "no page more than is needed, and none that is forbidden"
    assert language_of(found) == "en", "the text tells, not the template"
    assert all(one.words > 20 and 0.1 < one.removed < 0.5 for one in found if one.article)
    assert Sample("u", "blocked").as_dict() == {
        "url": "u", "outcome": "blocked", "detail": None, "reserved": (), "title": None, "words": 0, "removed": 0.0,
    }  # fmt: skip


def shown(found: list[Sample], width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    for part in terminal.stories(found, width):
        console.print(part)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [40, 120])
def test_removed_lines_stand_beside_the_text_and_steer_nothing(pool: ProcessPool, width: int) -> None:
    with served({"/a": answer(STORY.format(n="Harran"))}) as site:
        found = samples(guest(), [site.base + "/a"], pool=pool)
    said = shown(found, width)
    assert not STEERS.search(said)
    assert max(map(len, said.splitlines())) <= width
    words = re.sub(r"[\s│]+", " ", said)
    assert "teaser: More news: Rain is expected" in words
    assert "[red]today[/]" in words
    side_by_side = re.search(r"engineers|ferry .*│.*More news", said)
    assert bool(side_by_side and "│" in side_by_side[0]) == (width == 120)


def test_paragraphs_that_lost_nothing_are_counted_and_none_is_lost_from_the_count() -> None:
    text = "\n\n".join(f"Paragraph {n}." for n in range(10))
    lines = (line("before all", "a", 0), line("after five", "b", 7), line("at the end", "c", 12))
    said = shown([Sample("u", "ok", article=article(text=text, removed=lines))], 100)
    rows = [line.strip() for line in said.splitlines() if "Paragraph" in line or "…" in line]
    assert [re.sub(r" *│ *", " | ", row).strip() for row in rows] == [
        "Paragraph 0. |", "Paragraph 1. |", "… 3 paragraphs |", "Paragraph 5. | b: after five", "… 3 paragraphs |",
        "Paragraph 9. | c: at the end",
    ]  # fmt: skip


SOURCE = parse_source(
    'name = "Courier"\nhome = "https://courier.example/"\nlanguage = "en"\nfeeds = ["https://courier.example/feed"]\n',
    "courier", "a test",
)  # fmt: skip
FEED = "https://courier.example/feed"
NOW = datetime(2026, 3, 28, 9, tzinfo=UTC)
PAST = Past(
    days=10, first_day=date(2026, 3, 17), last_day=date(2026, 3, 27), articles=90, new_articles=9, last_new=8,
    words=400, removed=0.05, language="en", health="ok", because="8 new articles",
    listings={FEED: Listed(10, 10, 20)}, known=frozenset({"https://courier.example/news/1"}),
)  # fmt: skip
NEVER = replace(PAST, listings={FEED: Listed(10, 0, None)})
GOOD = Route("feed", FEED, 20, NOW, None, ("https://courier.example/news/1", "https://courier.example/news/2"))
READ = Sample("https://courier.example/news/2", "ok", article=article(text="word " * 380 + "end.", removed=()))


def changes(
    route: Route = GOOD, read: list[Sample] | None = None, past: Past = PAST, source: Source = SOURCE
) -> dict[str, str]:
    found = compare(source, [route], [READ] if read is None else read, past, NOW)
    return {figure.what: figure.means for figure in found if figure.means}


def test_what_is_as_usual_is_no_change() -> None:
    assert changes() == {}
    assert [(one.what, one.today) for one in compare(SOURCE, [GOOD], [READ], PAST, NOW)][:2] == [
        ("feed /feed", "20 named"),
        ("new stories", "1 of 2 stories named are not known yet"),
    ]


@pytest.mark.parametrize(
    ("what", "means", "change"),
    [
        ("feed /feed", "moved, gone or closed", {"route": Route("feed", FEED, trouble="HTTP 404")}),
        ("feed /feed", "far fewer", {"route": replace(GOOD, stories=7)}),
        ("feed /feed", "nothing all along", {"route": Route("feed", FEED, trouble="HTTP 404"), "past": NEVER}),
        ("feed /feed", "again", {"past": NEVER}),
        ("feed /new", "new in the declaration", {"route": Route("feed", FEED[:-4] + "new", trouble="HTTP 404")}),
        ("new stories", "the newest is 5 days old", {
            "route": replace(GOOD, newest=NOW - timedelta(days=5), named=GOOD.named[:1]),
        }),
        ("new stories", "not crawled for 9 days", {"past": replace(PAST, last_day=date(2026, 3, 18))}),
        ("articles", "they have changed", {"read": [Sample("u", "paywall")]}),
        ("words", "much shorter", {"past": replace(PAST, words=1200)}),
        ("taken out", "far more", {
            "read": [replace(READ, article=article(removed=(line("x" * 100, "site", 1),)))],
            "past": replace(PAST, words=10),
        }),
        ("language", "says en", {"past": replace(PAST, language="de")}),
    ],
)  # fmt: skip
def test_each_change_is_told_with_what_it_means(what: str, means: str, change: dict[str, object]) -> None:
    found = changes(**change)  # type: ignore[arg-type]
    assert set(found) == {what}
    assert means in found[what]


def test_a_first_day_is_no_history_to_call_a_listing_stale_by() -> None:
    old = replace(GOOD, newest=NOW - timedelta(days=30), named=GOOD.named[:1])
    assert changes(old, past=replace(PAST, days=1)) == {}


def test_the_past_is_read_from_the_published_warehouse(own_data: Path) -> None:
    layout = Layout(own_data)
    assert past_of(layout, "courier") is None
    for ago in range(2):
        day = DAY - timedelta(days=ago)
        listing = page(0, day=day, purpose="discovery", url=FEED, canonical_url=FEED, stories=5 + ago)
        posts = "https://courier.example/wp-json/wp/v2/posts?after="
        wordpress = page(50, day=day, purpose="discovery", url=f"{posts}{day}", canonical_url=f"{posts}{day}")
        numbers = range(10 * ago + 1, 10 * ago + 3 + ago)
        texts = [article(n, day=day, text="one two three four.", removed=(line("x", "a", 1),)) for n in numbers]
        stage(layout, day=day, pages=[listing, wordpress, *(page(n, day=day) for n in numbers)], articles=texts)
        load_day(layout, day, merge=merge)
    publish(layout)
    assert past_of(layout, "other") is None
    past = past_of(layout, "courier")
    assert past is not None
    assert (past.days, past.first_day, past.last_day) == (2, DAY - timedelta(days=1), DAY)
    assert (past.articles, past.new_articles, past.last_new, past.words, past.language) == (5, 2.5, 2, 4, "en")
    assert past.removed == pytest.approx(1 / 20)
    assert past.listings[FEED] == Listed(2, 2, 5.5)
    assert past.listings["https://courier.example/wp-json/wp/v2"].days == 2, "asked for other dates each day"
    assert "https://courier.example/11" in past.known
    assert "known" not in past.as_dict()


EVALUATION = Path(os.environ.get("DATELINE_EVAL") or "/nonexistent") / "data" / "cleaning" / "fundus_tests" / "html"


@pytest.mark.skipif(not EVALUATION.is_dir(), reason="$DATELINE_EVAL names no folder of evaluation data")
def test_real_pages_are_read_and_shown_as_a_new_user_would_see_them(pool: ProcessPool) -> None:
    files = [path for path in sorted(EVALUATION.iterdir())[::2] if path.name.startswith("us_")][:6]
    with served(
        {f"/news/story-number-{n}-of-six": answer(gzip.decompress(f.read_bytes())) for n, f in enumerate(files)}
    ) as site:
        site.pages["/feed"] = rss(*site.pages)
        site.pages["/"] = answer(gzip.decompress(files[0].read_bytes()))
        proposal = propose(site.base, source_id="replay", allow_addresses=LOOPBACK, delay=0)
        source = parse_source(proposal.toml, "replay", "the proposal")
        found = samples(guest(), candidates(source, proposal.kept), pool=pool)
    assert source.feeds == (site.base + "/feed",)
    assert sum(one.article is not None for one in found) == 3
    assert language_of(found) == "en"
    for width in (50, 140):
        said = shown(found, width)
        assert not STEERS.search(said)
        assert max(map(len, said.splitlines())) <= width
