"""One source's day through cleaning and extraction, from a real page store to staged tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines import stages
from scrapers.pagestore import Exchange, PageWriter, read_index
from warehouse.layout import Layout
from warehouse.staging import write_staged

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
SOURCE = "herald"


def html(number: int, toll: int, note: str = "") -> bytes:
    return (
        f"<html lang='en'><head><title>Shells kill {toll} in Goma market</title></head><body><article>"
        f"<h1>Shells kill {toll} in Goma market</h1>"
        f"<p>At least {toll} people were killed when shells hit a market in Goma on Thursday, doctors said.</p>"
        f"<p>Traders had just opened their stalls for day {number} of the fair when the first shell fell.</p>"
        f"</article><footer>{note}</footer></body></html>"
    ).encode()


def crawl(layout: Layout, pages: dict[str, bytes], *, minutes: int = 0, day: date = DAY) -> None:
    """Store pages as a crawl would, and stage their rows."""
    with PageWriter(layout, SOURCE, day) as writer:
        for url, body in pages.items():
            writer.write(
                Exchange(
                    url=url,
                    canonical_url=url,
                    purpose="article",
                    fetched_at=AT + timedelta(minutes=minutes),
                    status=200,
                    response_headers=[("Content-Type", "text/html; charset=utf-8")],
                    body=body,
                    outcome="ok",
                )
            )
    write_staged(layout, "pages", SOURCE, day, read_index(layout, SOURCE, day))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def both(layout: Layout) -> tuple[list[str], list[int]]:
    """What the two stages said, and the tolls they read."""
    said: list[str] = []
    stages.clean_day(layout, SOURCE, DAY, said.append)
    _, incidents = stages.extract_day(layout, SOURCE, DAY, said.append)
    return said, sorted(claim.count_min for incident in incidents for claim in incident.claims)


@pytest.mark.slow
def test_a_second_run_reads_what_the_first_one_made(layout: Layout) -> None:
    crawl(layout, {"https://herald.example/news/a": html(1, 3), "https://herald.example/news/b": html(2, 8)})
    said, tolls = both(layout)
    assert not said
    assert {3, 8} <= set(tolls)
    staged = {stage: layout.staged(stage, SOURCE, DAY).stat().st_mtime_ns for stage in ("articles", "incidents")}
    said, again = both(layout)
    assert len(said) == 2
    assert again == tolls
    assert staged == {stage: layout.staged(stage, SOURCE, DAY).stat().st_mtime_ns for stage in staged}


@pytest.mark.slow
def test_a_new_page_or_new_rules_are_taken_up(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl(layout, {"https://herald.example/news/a": html(1, 3)})
    both(layout)
    crawl(layout, {"https://herald.example/news/b": html(2, 8)}, minutes=30)
    said, tolls = both(layout)
    assert not said
    assert 8 in tolls
    monkeypatch.setattr(stages, "code_of", lambda package, *libraries: "other rules")
    assert both(layout)[0] == []


@pytest.mark.slow
def test_captures_that_read_the_same_are_one_article(layout: Layout) -> None:
    url = "https://herald.example/news/a"
    crawl(layout, {url: html(1, 3)})
    crawl(layout, {url: html(1, 3, "advertisement of the hour")}, minutes=30)
    articles, _ = stages.clean_day(layout, SOURCE, DAY, print)
    assert [article.url for article in articles] == [url]
    assert articles[0].first_seen == AT
    assert articles[0].last_seen == AT + timedelta(minutes=30)


def test_the_code_has_one_name_and_its_files_decide_it() -> None:
    assert stages.code_of("pipelines.cleaning") == stages.code_of("pipelines.cleaning")
    assert stages.code_of("pipelines.cleaning") != stages.code_of("pipelines.incidents")
    assert stages.code_of("pipelines.cleaning") != stages.code_of("pipelines.cleaning", "trafilatura")
