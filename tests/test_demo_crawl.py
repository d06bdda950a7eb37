"""The real spider over the demo: every route, every outcome, and a re-check that finds the correction."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from pipelines.demo.server import HOST, DemoNewspaper
from pipelines.demo.site import Site
from pipelines.demo.stories import edition_of, load_stories
from scrapers.pagestore import read_index
from scrapers.source import load_sources
from warehouse.layout import PROJECT, Layout
from warehouse.records import Page

DAY = "2026-11-24"


def free_ports() -> int:
    """A port with three free ones after it, below those the system hands out by itself."""
    for base in range(21_000, 30_000, 4):
        try:
            for port in range(base, base + 4):
                with socket.socket() as tried:
                    tried.bind((HOST, port))
        except OSError:
            continue
        return base
    raise AssertionError("no four free ports in a row")


def crawl(data: Path, source_id: str, *arguments: str) -> list[Page]:
    """One real crawl; what the page store then holds of the day."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "source",
            "-a",
            f"source={source_id}",
            "-a",
            f"day={DAY}",
            *arguments,
        ],
        cwd=PROJECT,
        env={**os.environ, "DATELINE_DATA": str(data), "DATELINE_SOURCES": str(data / "sources")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return read_index(Layout(data), source_id, date.fromisoformat(DAY))


@pytest.mark.slow
def test_a_recheck_finds_the_correction_and_still_obeys_robots_txt(tmp_path: Path) -> None:
    base, source_id = free_ports(), "demo-meridian"
    with DemoNewspaper(1, base) as paper:
        assert source_id in paper.write_sources(tmp_path / "sources")
        assert set(load_sources(tmp_path / "sources")) == {f"demo-{outlet}" for outlet in paper.outlets}
        first = crawl(tmp_path, source_id)
        (closed,) = (extra.path for extra in paper.outlets["meridian"].extras)
        stories = {paper.url_of("meridian", story) for story in paper.stories if "meridian" in story.outlets}
    outcomes = {page.url: page.outcome for page in first}
    assert outcomes[f"http://{HOST}:{base}{closed}"] == "robots_denied"
    assert {url for url in stories if outcomes.get(url) != "ok"} == set()

    with DemoNewspaper(2, base):
        second = crawl(tmp_path, source_id, "-a", "recheck=1")
    old, new = (
        Site(paper.outlets["meridian"], edition_of(load_stories(), edition), f"http://{HOST}:{base}").documents
        for edition in (1, 2)
    )
    # the corrected story, and those whose teasers name it
    changed = {path for path in old if old[path].etag != new[path].etag and f"http://{HOST}:{base}{path}" in stories}
    assert any(path.endswith("gunmen-raid-village-near-jos-at-night") for path in changed)
    assert 1 < len(changed) < len(stories)
    captures = Counter(page.url.removeprefix(f"http://{HOST}:{base}") for page in second if page.url in stories)
    assert captures == {path: 2 if path in changed else 1 for path in captures}
    assert changed < set(captures)
    assert {page.outcome for page in second if page.url.endswith(closed)} == {"robots_denied"}
