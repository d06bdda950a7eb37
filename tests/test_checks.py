"""Asset checks find what they are for, and pass what is fine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines import checks, duplicates
from pipelines.checks import Partition
from pipelines.events import merge
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.records import Article, Evidence, Incident, Page, Removed
from warehouse.staging import write_staged

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def partition(tmp_path: Path) -> Partition:
    return Partition(Layout(tmp_path), "herald", DAY)


def page(number: int, outcome: str = "ok", day: date = DAY, warc: str | None = "f.warc.gz") -> Page:
    url = f"https://herald.example/{number}"
    return Page(
        page_id=f"{day}{number}", source_id="herald", crawl_day=day, url=url, canonical_url=url, purpose="article",
        via="live", fetched_at=AT, outcome=outcome, warc_file=warc,
    )  # fmt: skip


def article(number: int, text: str, published: datetime | None = AT) -> Article:
    url = f"https://herald.example/{number}"
    return Article(
        article_id=str(number), revision="r", url=url, canonical_url=url, title="t", lead=None, text=text,
        published_at=published, cluster_id=text, source_id="herald", crawl_day=DAY,
    )  # fmt: skip


def stage_articles(at: Partition, *articles: Article) -> None:
    write_staged(at.layout, "articles", at.source_id, at.day, list(articles))


def test_an_ok_page_without_a_stored_body_is_unaccounted_for(partition: Partition) -> None:
    write_staged(partition.layout, "pages", "herald", DAY, [page(1), page(2, "error:dns", warc=None)])
    assert checks.one_outcome_each(partition).passed
    write_staged(partition.layout, "pages", "herald", DAY, [page(1, warc=None)])
    assert not checks.one_outcome_each(partition).passed


def test_volume_is_held_against_the_sources_own_history(partition: Partition) -> None:
    write_staged(partition.layout, "pages", "herald", DAY, [page(1)])
    assert checks.usual_volume(partition).passed, "no history, no judgement"
    for ago in range(1, 6):
        day = DAY - timedelta(days=ago)
        write_staged(partition.layout, "pages", "herald", day, [page(n, day=day) for n in range(40)])
    assert not checks.usual_volume(partition).passed
    write_staged(partition.layout, "pages", "herald", DAY, [page(n) for n in range(30)])
    assert checks.usual_volume(partition).passed


def test_articles_without_text_or_from_the_future_are_found(partition: Partition) -> None:
    stage_articles(partition, article(1, "Words."), article(2, "More.", datetime.now(UTC) + timedelta(hours=12)))
    assert checks.no_empty_text(partition).passed
    assert checks.no_future_dates(partition).passed
    stage_articles(partition, article(1, " "), article(2, "More.", datetime.now(UTC) + timedelta(days=3)))
    assert not checks.no_empty_text(partition).passed
    assert not checks.no_future_dates(partition).passed


def test_a_line_in_many_articles_is_a_leak(partition: Partition) -> None:
    stage_articles(partition, *(article(n, f"Story {n}.\n\nSubscribe to our letter.") for n in range(4)))
    finding = checks.little_boilerplate_left(partition)
    assert not finding.passed
    assert finding.figures["lines"] == ["Subscribe to our letter."]
    stage_articles(partition, *(article(n, f"Story {n}.") for n in range(4)))
    assert checks.little_boilerplate_left(partition).passed


def test_a_rule_that_takes_far_more_than_it_used_to_is_told(partition: Partition) -> None:
    def day_of(ago: int, dropped: int, articles: int = 5) -> None:
        day = DAY - timedelta(days=ago)
        line = Removed(text="x" * dropped, rule="newsletter", position=1)
        staged = [replace(article(n, "y" * 400), crawl_day=day, removed=(line,)) for n in range(articles)]
        write_staged(partition.layout, "articles", "herald", day, staged)

    day_of(0, 300)
    assert checks.usual_drops(partition).passed, "no history, no judgement"
    for ago in range(1, 6):
        day_of(ago, 20)
    finding = checks.usual_drops(partition)
    assert not finding.passed
    assert "newsletter: 42.9% of the text in 5 articles, at most 4.8% before" in finding.words
    day_of(0, 40)
    assert checks.usual_drops(partition).passed, "less than twice as much is no jump"
    day_of(0, 300, articles=2)
    assert checks.usual_drops(partition).passed, "two articles are no trend"
    day_of(3, 200)
    day_of(0, 300)
    assert checks.usual_drops(partition).passed, "it has taken as much before"


def test_a_rule_never_seen_before_is_told_once_it_takes_something_worth_a_look(partition: Partition) -> None:
    def day_of(ago: int, dropped: int) -> None:
        day = DAY - timedelta(days=ago)
        lines = (Removed(text="x" * dropped, rule="new", position=1),) if dropped else ()
        staged = [replace(article(n, "y" * 1000), crawl_day=day, removed=lines) for n in range(5)]
        write_staged(partition.layout, "articles", "herald", day, staged)

    for ago in range(1, 6):
        day_of(ago, 0)
    day_of(0, 15)
    assert checks.usual_drops(partition).passed
    day_of(0, 50)
    assert not checks.usual_drops(partition).passed


def test_copies_of_one_story_are_counted(partition: Partition) -> None:
    stage_articles(partition, *(article(n, "The same.") for n in range(3)))
    assert not checks.few_duplicates(partition).passed


def test_copies_that_differ_a_little_are_counted_too(partition: Partition) -> None:
    text = " ".join(f"The {n}th witness said that she had heard the {n}th shot." for n in range(12))
    stage_articles(partition, *(article(n, f"{text} Seen {n} times.") for n in range(2)))
    assert checks.few_duplicates(partition).figures["share"] == 1 / 2


def test_a_series_that_was_joined_is_told(partition: Partition) -> None:
    text = " ".join(f"The {n}th witness said that she had heard the {n}th shot." for n in range(12))
    for joined in (5, 6):
        write_staged(partition.layout, "pages", "herald", DAY, [])
        seen = {"first_seen": AT, "last_seen": AT}
        stage_articles(partition, *(replace(article(n, text), page_id=f"p{n}", **seen) for n in range(joined)))
        load_day(partition.layout, DAY, merge=merge, duplicates=duplicates)
        publish(partition.layout)
        assert checks.no_series_joined(partition).passed == (joined == 5)


def test_a_quote_that_is_not_where_it_says_is_an_error(partition: Partition) -> None:
    def incident(start: int) -> Incident:
        return Incident(
            incident_id="i", event_type="Battles", sub_event_type="Armed clash", status="happened", confidence=1.0,
            evidence=(Evidence(field="event_type", start=start, end=start + 7, quote="clashed"),),
            article_id="1", revision="r", source_id="herald", crawl_day=DAY,
        )  # fmt: skip

    stage_articles(partition, article(1, "They clashed."))
    write_staged(partition.layout, "incidents", "herald", DAY, [incident(5)])
    assert checks.evidence_matches(partition).passed
    write_staged(partition.layout, "incidents", "herald", DAY, [incident(4)])
    assert not checks.evidence_matches(partition).passed
