"""The summary of a night: real loads on a real instance, told over real SMTP, about an outlet that is hostile."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines import runs, summary
from pipelines.definitions import defs
from pipelines.schedules import nightly_summary
from tests import site as sites
from tests.attacks import PAYLOADS, STEERS
from tests.markup import Tags
from tests.test_alerts import mailbox
from tests.test_schedules import tick
from tests.warehouse_records import DAY, article, claim, incident, page, stage, stage_day
from warehouse.layout import Layout

POISON = " ".join(PAYLOADS)


@dataclass(frozen=True)
class Told:
    layout: Layout
    instance: dg.DagsterInstance
    before: summary.Night


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A hostile outlet, one that was blocked, one that did not come; the load failed first, then went through."""
    layout, patch = Layout(tmp_path_factory.mktemp("night")), pytest.MonkeyPatch()
    sources = layout.data / "sources"
    for source in ("courier", "herald", "asleep"):
        sites.declare(sources, source, "http://127.0.0.1:1/feed.xml")
    toml = sources / "courier.toml"
    toml.write_text(toml.read_text("utf-8").replace('"courier"', '"<b onclick=alert(1)>Courier"', 1), "utf-8")
    patch.setenv("DATELINE_DATA", str(layout.data))
    for name in ("DAGSTER_HOME", "DATELINE_DAGSTER", "DATELINE_SOURCES"):
        patch.setenv(name, "")  # `opened` sets them; here they are taken back
    stage_day(layout)
    urls: dict[str, Any] = {"url": "javascript:window.owned=1"}
    stage(
        layout,
        "courier",
        DAY,
        articles=[article(n, title=POISON, **(urls if n == 1 else {})) for n in (1, 2, 3)],
        incidents=[incident(n, summary=POISON, claims=(claim(120),)) for n in (1, 2)],
    )
    listing = page(0, source="herald", purpose="discovery")
    stage(layout, "herald", DAY, pages=[listing, *(page(n, source="herald", outcome="blocked") for n in (1, 2, 3))])
    damaged = layout.staged("pages", "herald", DAY)
    whole, load = damaged.read_bytes(), defs.resolve_job_def("load")
    with runs.opened(layout) as instance:
        damaged.write_bytes(b"PAR1" + POISON.encode())
        load.execute_in_process(partition_key=str(DAY), instance=instance, raise_on_error=False)
        before = summary.night(layout, DAY, instance)
        damaged.write_bytes(whole)
        load.execute_in_process(partition_key=str(DAY), instance=instance)
        yield Told(layout, instance, before)
    patch.undo()


@pytest.fixture
def declared(night: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_SOURCES", str(night.layout.data / "sources"))


@pytest.mark.usefixtures("declared")
def test_it_tells_what_came_what_failed_and_what_needs_a_look(night: Told) -> None:
    found = summary.night(night.layout, DAY, night.instance)
    told = summary.text(found)
    assert told.startswith(
        f"Dateline {DAY}: 3 articles, 2 incidents, 3 things to look at\n\n"
        "3 new articles and 0 corrections from 2 sources; 2 incidents in 1 event. "
        "9 pages asked for, 4 set aside, 0 failed."
    )
    assert "\nNothing loaded of\n- asleep\n" in told
    assert f"\n- herald: blocked since {DAY}, the site refused 3 of 4 pages\n" in told
    assert "\nChecks that did not pass\n- published: crawl health of 2026-03-14: herald is blocked" in told
    assert (
        "\nTo look at first, of 2 in the review queue\n- Shelling/artillery/missile attack, Harran, 2026-03-13: "
        in told
    )
    assert f"dateline explain {article(1).article_id}\n" in told
    empty = summary.text(summary.night(night.layout, DAY + timedelta(days=1), night.instance))
    assert f"\nNothing is loaded of this day. The last that is loaded is {DAY}.\n" in empty


@pytest.mark.usefixtures("declared")
def test_a_load_that_failed_is_told_with_its_cause_until_it_is_tried_again(night: Told) -> None:
    assert summary.subject(night.before) == f"Dateline {DAY}: nothing came in, 4 things to look at"
    told = summary.text(night.before)
    assert f"\nFailed\n- load of {DAY}: " in told
    assert f"herald/{DAY}.parquet: cannot be read" in told
    assert not summary.night(night.layout, DAY, night.instance).failed


def test_it_is_mailed_as_text_and_page_and_nothing_hostile_acts_in_either(
    night: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailbox() as (target, lines):
        monkeypatch.setenv("DATELINE_SUMMARY", target)
        monkeypatch.setenv("DATELINE_DATA", str(night.layout.data))
        done = defs.resolve_job_def("summary").execute_in_process(partition_key=str(DAY), instance=night.instance)
        assert done.success
    start = next(number for number, line in enumerate(lines) if line.startswith("Subject:"))
    message = email.message_from_string("\n".join(lines[start : lines.index(".")]), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"].startswith(f"Dateline {DAY}: 3 articles")
    assert message.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in message.iter_parts())
    for told in (plain, html):
        assert "window.owned" in told
        assert not STEERS.search(told)
    tags = Tags(html).found
    assert not {"script", "img", "svg", "iframe", "object", "base", "link", "form"} & {tag for tag, _ in tags}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"]
    links = {attributes["href"] for tag, attributes in tags if tag == "a"}
    assert links == {"https://courier.example/2"}, "and none of the first article, whose address is a script"
    assert "&lt;b onclick" in html
    assert "\n- Failed" not in plain
    assert len(max(plain.splitlines(), key=len)) < 320, "a hostile text is cut and begins no line of its own"


def test_the_schedule_asks_for_yesterday_where_a_target_is_named(night: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 3, 15, 7, 0, tzinfo=UTC)
    assert "DATELINE_SUMMARY names no target" in (tick(nightly_summary, night.instance, at).skip_message or "")
    monkeypatch.setenv("DATELINE_SUMMARY", "log:")
    requests = tick(nightly_summary, night.instance, at).run_requests or []
    assert [(request.run_key, request.partition_key) for request in requests] == [("2026-03-14", "2026-03-14")]


def test_without_a_warehouse_it_says_so(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        told = summary.text(summary.night(Layout(own_data), DAY, instance))
    assert told == f"Dateline {DAY}: nothing came in\n\nNothing is published yet.\n"
