"""How well the demo is read, against the answers in its stories (``python -m pipelines.demo.expected``).

The bars stand below what is measured: they catch a fall, they are not the aim.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.console import Console

from pipelines.demo.expected import Score, measure, read_edition, text_faults
from pipelines.demo.report import TRY, loads, near, print_report
from pipelines.demo.stories import Expected, Story, load_stories
from pipelines.events import merge
from pipelines.incidents import extract_article
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import Article, Page
from warehouse.staging import write_staged

BARS = {
    "found": 0.85,
    "type": 0.65,
    "place": 0.75,
    "country": 0.8,
    "day": 0.85,
    "killed": 0.65,
    "injured": 0.75,
    "actor": 0.55,
    "target": 0.7,
    "quiet": 0.7,
}

Read = list[tuple[Story, Article | None]]


@pytest.fixture(scope="module")
def read() -> Read:
    return read_edition(2)


@pytest.fixture(scope="module")
def score(read: Read) -> Score:
    given = {story.slug: extract_article(article) if article else [] for story, article in read}
    stories = {story.slug: story for story, _ in read}
    return measure(stories.values(), lambda story: given[story.slug])


def test_every_story_is_an_article_with_its_title_day_and_author(read: Read) -> None:
    for story, article in read:
        assert article is not None, story.slug
        assert article.title == story.title
        assert article.published_at is not None
        assert article.published_at.date() == story.published.date()


def test_no_paragraph_of_a_story_is_lost(read: Read) -> None:
    assert [(story.slug, lost) for story, article in read if (lost := text_faults(story, article)[1])] == []


def test_boilerplate_is_gone_from_most_stories(read: Read) -> None:
    leaks = {story.slug: leaked for story, article in read if (leaked := text_faults(story, article)[0])}
    assert len(leaks) <= 0.3 * len(read), leaks


@pytest.mark.parametrize("field", BARS)
def test_the_incidents_are_read_as_a_careful_reader_would(score: Score, field: str) -> None:
    assert score.asked[field] > 0
    assert score.share(field) >= BARS[field], "\n".join(score.lines())


def test_a_score_counts_what_is_wrong() -> None:
    """A reader that finds nothing gets nothing, except for the stories where nothing happened."""
    stories = [story for story in load_stories() if story.edition == 1]
    blind = measure(stories, lambda story: [])
    assert blind.share("found") == blind.share("killed") == 0
    assert blind.share("quiet") == 1
    assert blind.asked["found"] == len([story for story in stories if story.incidents])
    assert all(isinstance(expected, Expected) for story in stories for expected in story.incidents)


def test_the_report_tells_pages_lines_incidents_and_sql_that_runs(read: Read, tmp_path: Path) -> None:
    layout, day, seen = Layout(tmp_path / "data"), date(2026, 11, 24), datetime(2026, 11, 24, 3, tzinfo=UTC)
    known = {"source_id": "demo", "page_id": "page", "crawl_day": day, "first_seen": seen, "last_seen": seen}
    articles = [replace(article, **known) for story, article in read if article and "newsquare" in story.outlets]
    page = Page(
        page_id="page",
        source_id="demo",
        crawl_day=day,
        url="http://127.0.0.1/",
        canonical_url="http://127.0.0.1/",
        purpose="article",
        via="live",
        fetched_at=seen,
        outcome="ok",
    )
    write_staged(layout, "pages", "demo", day, [page])
    write_staged(layout, "verdicts", "demo", day, [])
    write_staged(layout, "articles", "demo", day, articles)
    write_staged(
        layout, "incidents", "demo", day, [found for article in articles for found in extract_article(article)]
    )
    load_day(layout, day, merge=merge)
    publish(layout)
    with connect(layout) as connection:
        for statement in TRY:
            connection.execute(statement).fetchall()

    def report(before: int, width: int) -> list[str]:
        out = io.StringIO()
        print_report(layout, Console(file=out, width=width), loads_before=before)
        return [line.rstrip() for line in out.getvalue().splitlines()]

    first = report(0, 80)
    for told in ("Pages by outcome", "- Recommended News ×7", "Kaduna, NG", "“kidnapped 15 pupils”", *TRY):
        assert any(told in line for line in first), told
    assert first[-1].startswith("This run added ")
    assert len(first) <= 130
    # the commands stay in one piece, to be copied; all else fits
    assert [line for line in first if len(line) > 80 and not ("--data" in line or line.endswith(".duckdb"))] == []

    held = loads(layout)
    load_day(layout, day, merge=merge)
    publish(layout)
    assert report(held, 120)[-1] == "This run changed nothing in the warehouse: no row added, changed or removed."


def test_nothing_is_published_before_the_first_load(tmp_path: Path) -> None:
    assert loads(Layout(tmp_path)) == 0


def test_a_path_is_told_as_one_would_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert near(tmp_path / "here" / "data") == near(Path("data")) == "data"
    assert near(tmp_path / "elsewhere") == str(tmp_path / "elsewhere")
