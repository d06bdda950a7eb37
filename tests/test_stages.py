"""One source's day through cleaning and extraction, from a real page store to staged tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines import stages
from pipelines.assets import articles
from pipelines.causes import Retries
from pipelines.checks import CHECKS
from pipelines.partitions import key
from scrapers.pagestore import Exchange, PageWriter, read_index
from warehouse.layout import Layout
from warehouse.staging import read_staged, write_staged

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


def test_an_empty_answer_is_no_article_whatever_its_status(layout: Layout) -> None:
    crawl(layout, {"https://herald.example/news/a": b""})
    found, (verdict,) = stages.clean_day(layout, SOURCE, DAY, print)
    assert not found
    assert (verdict.outcome, verdict.detail) == ("not_article", "an empty answer")


def both(layout: Layout) -> tuple[list[str], list[int]]:
    """What the two stages said of work done before, and the tolls they read."""
    said: list[str] = []
    stages.clean_day(layout, SOURCE, DAY, said.append)
    _, incidents = stages.extract_day(layout, SOURCE, DAY, said.append)
    before = [line for line in said if "before" in line]  # on a busy machine they tell how far they are, too
    return before, sorted(claim.count_min for incident in incidents for claim in incident.claims)


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
    found, _ = stages.clean_day(layout, SOURCE, DAY, print)
    assert [article.url for article in found] == [url]
    assert found[0].first_seen == AT
    assert found[0].last_seen == AT + timedelta(minutes=30)


def test_the_code_has_one_name_and_its_files_decide_it() -> None:
    assert stages.code_of("pipelines.cleaning") == stages.code_of("pipelines.cleaning")
    assert stages.code_of("pipelines.cleaning") != stages.code_of("pipelines.incidents")
    assert stages.code_of("pipelines.cleaning") != stages.code_of("pipelines.cleaning", "trafilatura")


SLOGAN = "The Herald has been printed beside the harbour since before the lighthouse was lit."


def stories(first: int) -> dict[str, bytes]:
    """Two stories of a day that share nothing but the slogan under them."""
    pages = {}
    for n in range(first, first + 2):
        told = f"Harbour report {n}: crews {n} to {n + 9} loaded {n + 40} crates of dates and sailed at {n} past noon."
        waiting = f"Pilots of shift {n} said that {n + 3} ships waited outside."
        paragraphs = f"<p>{told}</p><p>{waiting}</p><p>{SLOGAN}</p>"
        pages[f"https://herald.example/news/{n}"] = (
            f"<html lang='en'><head><title>Harbour report {n}</title></head>"
            f"<body><article><h1>Harbour report {n}</h1>{paragraphs}</article></body></html>"
        ).encode()
    return pages


def cleaned(layout: Layout, day: date) -> tuple[list[str], bytes]:
    """The texts of a day, and what it left for the site profile, byte for byte."""
    found, _ = stages.clean_day(layout, SOURCE, day, print)
    return [article.text for article in found], layout.staged("profiles", SOURCE, day).read_bytes()


@pytest.mark.slow
def test_days_cleaned_again_in_any_order_come_out_the_same(layout: Layout) -> None:
    days = [DAY - timedelta(days=2), DAY - timedelta(days=1), DAY]
    for number, day in enumerate(days):
        crawl(layout, stories(10 * number), day=day)
    first = {day: cleaned(layout, day) for day in days}
    assert not any(SLOGAN in text for texts, _ in first.values() for text in texts)
    for day in (days[2], days[0], days[1]):
        layout.staged("articles", SOURCE, day).unlink()  # its mark: the day is cleaned anew, not read back
        assert cleaned(layout, day) == first[day]


@pytest.mark.slow
def test_an_old_day_filled_later_learns_nothing_from_the_days_after_it(layout: Layout) -> None:
    alone = dict(list(stories(0).items())[:1])
    before = DAY - timedelta(days=1)
    crawl(layout, stories(10))
    cleaned(layout, DAY)
    crawl(layout, alone, day=before)
    (text,), _ = cleaned(layout, before)
    assert SLOGAN in text, "one story teaches nothing, and later days must not change an earlier one"
    crawl(layout, stories(20), day=DAY + timedelta(days=1))
    cleaned(layout, DAY + timedelta(days=1))
    again = DAY + timedelta(days=2)
    crawl(layout, alone, day=again)
    assert cleaned(layout, again)[0] == [text], "an unchanged page reads the same, though its site is known by now"


@pytest.mark.slow
def test_the_profile_of_another_source_on_the_host_counts(layout: Layout) -> None:
    before = DAY - timedelta(days=1)
    crawl(layout, stories(0), day=before)
    cleaned(layout, before)
    layout.staged("profiles", "twin", before).parent.mkdir(parents=True)
    rows = [replace(line, source_id="twin") for line in read_staged(layout, "profiles", SOURCE, before)]
    write_staged(layout, "profiles", "twin", before, rows)
    layout.staged("profiles", SOURCE, before).unlink()
    crawl(layout, dict(list(stories(10).items())[:1]))
    assert SLOGAN in cleaned(layout, DAY)[0][0]
    taught, _ = stages.clean_day(layout, SOURCE, DAY, print, beside=["twin"])
    assert SLOGAN not in taught[0].text


@pytest.mark.slow
def test_the_asset_obeys_the_declaration_and_runs_its_checks(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    declarations = tmp_path / "sources"
    declarations.mkdir()
    (declarations / f"{SOURCE}.toml").write_text(
        'name = "Herald"\nhome = "https://herald.example/"\nlanguage = "en"\nfeeds = ["https://herald.example/f"]\n'
        f'[cleaning]\nkeep = ["{SLOGAN}"]\ndrop = ["Pilots of shift *"]\n',
        "utf-8",
    )
    monkeypatch.setenv("DATELINE_DATA", str(layout.data))
    monkeypatch.setenv("DATELINE_SOURCES", str(declarations))
    crawl(layout, stories(0))
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("sources", [SOURCE])
        result = dg.materialize(
            [articles], partition_key=key(SOURCE, DAY), instance=instance, resources={"retries": Retries()},
            selection=[articles],
        )  # fmt: skip
    passed = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    assert passed == {check.__name__: True for check in CHECKS["articles"]}
    texts = [article.text.split("\n\n") for article in read_staged(layout, "articles", SOURCE, DAY)]
    assert [lines[-1] for lines in texts] == [SLOGAN, SLOGAN]
    assert [len(lines) for lines in texts] == [2, 2]
    standing = {line.text: line.standing for line in read_staged(layout, "profiles", SOURCE, DAY) if line.text}
    assert standing.pop(SLOGAN) == "keep"
    assert set(standing.values()) == {"drop"}
