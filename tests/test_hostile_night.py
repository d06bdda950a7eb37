"""One hostile site through a whole night of the real thing: crawl, clean, extract, load, publish, show.

The site is crawled once by ``dateline crawl``; each test looks at another place where its words come out.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import psutil
import pytest

from pipelines.assets import pages
from pipelines.causes import Retries
from pipelines.instance import environment
from pipelines.partitions import key
from pipelines.scrapy_client import ScrapyPipesClient
from tests.attacks import OK, STEERING, STEERS, raw
from tests.conftest import PROJECT, dateline
from tests.markup import Tags
from tests.processes import gone, today
from tests.test_cleaning import PAGES
from tests.web import declare, page, rss, served
from warehouse.layout import Layout

pytestmark = pytest.mark.slow

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
SQL = "'); DROP TABLE store.articles; DROP VIEW articles; --"
POISON = f"{MARKUP} [link=file:///etc/passwd]y[/link] {SQL} ](javascript:alert(3)) | a | {{{{7*7}}}} {STEERING}"
TITLE = f'=HYPERLINK("https://evil.example","Shells") hit a market in Goma {POISON}'
BYLINE = f"Robert {SQL}"
PATH = "/news/o'brien-'%29;-drop-table-store.pages;--"

TEXT = [
    f"At least 12 people were killed when shells hit a market in Goma on Thursday, the {POISON} police said.",
    "=cmd|' /C calc'!A0 was how one trader began to tell it, and three others who stood beside him told the same.",
    f"Soldiers of the {MARKUP} brigade came to the market in the afternoon and took the wounded to two hospitals.",
]


def article(title: str, *paragraphs: str, head: str = "") -> str:
    """A page whose words are these, whatever signs they hold."""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f"<html lang=en><head><meta charset=utf-8><title>{escape(title)}</title>{head}</head>"
        f"<body><article><h1>{escape(title)}</h1>{body}</article></body></html>"
    )


def dated(day: str) -> str:
    told = json.dumps({"@type": "NewsArticle", "headline": "Lorries cross the pass", "datePublished": day})
    return f"<script type='application/ld+json'>{told}</script>"


LORRIES = [
    "Forty lorries carried flour and fuel over the pass near Tillabéri, where snow had closed the road for a week.",
    "Nobody was hurt on the way, a driver told reporters, though two lorries had to be left behind near the summit.",
    "The convoy reached the valley town before dawn on Tuesday, officials said, two days later than had been planned.",
]

FAR = article("Lorries cross the pass", *LORRIES[:2], head=dated("9999-12-31T23:59:59-14:00"))
OLD = article("Lorries cross the pass", *LORRIES[1:], head=dated("0001-01-01T00:00:00+14:00"))
STORY = article(TITLE, *TEXT, head=f'<meta name=author content="{escape(BYLINE)}">')
CUT = article("Lorries cross the pass", *LORRIES).encode()

#: Path -> what is served there, and the outcome it must have in the warehouse.
SITE: dict[str, tuple[Any, str]] = {
    PATH: (page(STORY), "ok"),
    "/news/charset-that-is-none": (page(article("Flour", *LORRIES), "text/html; charset=no-such"), "ok"),
    "/news/charset-of-another": (page(article("Fuel", *LORRIES[::-1]), "text/html; charset=utf-16"), "ok"),
    "/news/year-9999": (page(FAR), "ok"),
    "/news/year-1": (page(OLD), "ok"),
    "/news/cut-short": (raw(OK + b"Content-Length: 90000\r\n\r\n" + CUT), "truncated"),
    "/news/five-MB-of-p": (page(b"<p>" * 1_700_000), "too_large"),
    "/news/300,000-links": (page(b"<html><body>" + b"<a href='/x'>link</a> " * 300_000), "too_large"),
    "/news/8-MB-of-words": (page(b"<html><body><p>" + b"word " * 1_600_000), "too_large"),
    "/news/no-page": (page(b"\x00\xff\x1b[2J" * 9_000), "not_article"),
    **{f"/news/{kind}": (page(PAGES[kind][0]), kind) for kind in ("soft_404", "consent_wall", "paywall", "blocked")},
}

#: Calls several verbs in one process, as ``dateline`` does; what they say is told apart by their arguments.
VERBS = """
import json, sys
from pipelines.cli import main
for arguments in json.loads(sys.argv[1]):
    print("@", json.dumps(arguments), flush=True)
    sys.argv = ["dateline", *arguments]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, arguments
"""


@dataclass(frozen=True)
class Night:
    """The data directory after the night, the site's address, and what the command said."""

    layout: Layout
    base: str
    said: str

    @property
    def story(self) -> str:
        """The id of the poisoned story."""
        ((found,),) = self.ask(
                               "SELECT article_id FROM articles WHERE starts_with(title, '=HYPERLINK')")  # fmt: skip
        return str(found)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.layout.published), read_only=True) as connection:
            return connection.execute(statement).fetchall()

    def run(self, *calls: list[str]) -> list[str]:
        """What each of several calls of the command prints."""
        done = subprocess.run(
            [sys.executable, "-c", VERBS, json.dumps(calls)],
            cwd=PROJECT,
            env={**os.environ, "DATELINE_DATA": str(self.layout.data), "COLUMNS": "300"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        said = done.stdout.decode("utf-8")
        assert done.returncode == 0, said
        return re.split(r"^@ .*\n", said, flags=re.M)[1:]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("night")
    with served({path: answer for path, (answer, _) in SITE.items()}) as site:
        site.pages["/feed"] = rss(*(escape(path) for path in SITE))
        declare(folder / "sources", "hostile", site.base, f'feeds = ["{site.base}/feed"]')
        done = dateline("crawl", "hostile", data=folder / "data", check=False, DATELINE_SOURCES=str(folder / "sources"))
        assert done.returncode == 0, done.stdout + done.stderr
        yield Night(Layout(folder / "data"), site.base, done.stdout + done.stderr)


def test_each_page_ends_in_its_outcome_and_only_articles_are_articles(night: Night) -> None:
    found = dict(night.ask("SELECT url, outcome FROM pages WHERE purpose = 'article'"))
    assert {url.removeprefix(night.base): outcome for url, outcome in found.items()} == {
        path: outcome for path, (_, outcome) in SITE.items()
    }
    articles = {url.removeprefix(night.base) for (url,) in night.ask("SELECT url FROM articles")}
    assert articles == {path for path, (_, outcome) in SITE.items() if outcome == "ok"}


def test_a_wrong_charset_in_the_header_costs_no_letter(night: Night) -> None:
    texts = night.ask("SELECT text FROM articles WHERE url LIKE '%charset%'")
    assert len(texts) == 2
    assert all(LORRIES[0] in text for (text,) in texts)


def test_dates_beyond_all_tables_cost_no_page(night: Night) -> None:
    dates = night.ask("SELECT published_at FROM articles WHERE url LIKE '%/news/year-%'")
    assert [published for (published,) in dates if published is not None and published.year in (1, 9999, 10_000)] == []


def test_sql_in_titles_bylines_and_addresses_is_text(night: Night) -> None:
    ((title, authors, url),) = night.ask("SELECT title, authors, url FROM articles WHERE starts_with(title, '=HYPER')")
    assert SQL in title
    assert any("DROP TABLE store.articles" in author for author in authors)
    assert url == night.base + PATH
    ((killed, place),) = night.ask("SELECT killed_min, place_name FROM incidents WHERE killed_min IS NOT NULL")
    assert (killed, place) == (12, "Goma")
    tables = {name for (name,) in night.ask("SELECT table_name FROM information_schema.tables")}
    assert {"articles", "pages", "incidents"} <= tables


def test_nothing_of_it_steers_a_terminal(night: Night) -> None:
    calls = [
        ["explain", night.base + PATH],
        ["sql", "SELECT * FROM articles"],
        ["sql", "--json", "SELECT * FROM articles"],
        ["sql", "--csv", "SELECT * FROM articles"],
        ["sql", "SELECT url, error, outcome FROM pages"],
        ["query", "latest_incidents"],
        ["status"],
    ]
    said = dict(zip(map(str, calls), night.run(*calls), strict=True))
    assert "DROP TABLE" in said[str(calls[0])]
    assert not [call for call, words in said.items() if not words.strip() or STEERS.search(words)]


def test_the_explained_page_shows_its_markup_as_text(night: Night, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    night.run(["explain", night.story, "--html", str(path)])
    text = path.read_text("utf-8")
    tags = Tags(text).found
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    found = {tag for tag, _ in tags}
    assert not found & {"img", "script", "iframe", "object"}
    assert escape("<img src=x onerror=alert(1)>") in text
    assert not STEERS.search(text)


def test_no_cell_of_the_csv_is_a_formula(night: Night) -> None:
    (said,) = night.run(["sql", "--csv", "SELECT title, text, authors, url FROM articles"])
    rows = list(csv.reader(io.StringIO(said)))
    assert len(rows) == 1 + sum(outcome == "ok" for _, outcome in SITE.values())
    assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


METADATA = """
import json, sys
from dagster import AssetKey, DagsterInstance, MarkdownMetadataValue
told = []
with DagsterInstance.get() as instance:
    for run in instance.get_run_records():
        for entry in instance.all_logs(run.dagster_run.run_id):
            event = entry.dagster_event
            data = event and event.event_specific_data
            values = getattr(getattr(data, "materialization", data), "metadata", None) or {}
            for name, value in values.items():
                told.append([name, isinstance(value, MarkdownMetadataValue), str(value.value)])
            told.append(["message", False, entry.user_message or ""])
json.dump(told, sys.stdout)
"""


def test_what_dagster_is_told_holds_no_word_of_a_page(night: Night) -> None:
    done = subprocess.run(
        [sys.executable, "-c", METADATA], cwd=PROJECT, env={**environment(night.layout), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    markdown = [value for _, is_markdown, value in told if is_markdown]
    assert len(markdown) >= 4, "outcomes, rules, set aside, types"
    assert not [value for value in markdown if re.search(r"alert|HYPERLINK|DROP|<|\[", value)]
    assert not [value for _, _, value in told if STEERS.search(value)]


def test_logs_and_file_names_are_tame_and_the_crawl_stayed_small(night: Night) -> None:
    (log,) = (night.layout.dagster / "crawls").glob("*.log")
    text = log.read_text("utf-8")
    assert not STEERS.search(text + night.said)
    peak = re.search(r"'memusage/max': (\d+)", text)
    assert peak is not None
    assert int(peak[1]) < 300e6, "bytes"
    for folder in ("pages", "frontier", "staging", "published", "warehouse"):
        for path in (night.layout.data / folder).rglob("*"):
            assert re.fullmatch(r"[a-z0-9][a-zA-Z0-9._-]{0,99}", path.name), path


def test_a_crawl_that_does_not_end_is_killed_at_its_limit(
    own_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer drips for longer than the crawl may take: none comes, and no process is left."""
    with served() as site:
        site.other = raw(OK + b"Content-Length: 9000\r\n\r\n", *[b"."] * 600, pause=0.1)
        declare(tmp_path / "sources", "dripping", site.base, f'feeds = ["{site.base}/feed"]')
        monkeypatch.setenv("DATELINE_SOURCES", str(tmp_path / "sources"))
        resources = {"scrapy": ScrapyPipesClient(timeout_s=6), "retries": Retries(tries=1)}
        with dg.DagsterInstance.ephemeral() as instance:
            instance.add_dynamic_partitions("sources", ["dripping"])
            done = dg.materialize(
                [pages], partition_key=key("dripping", today()), instance=instance, resources=resources,
                raise_on_error=False,
            )  # fmt: skip
    assert not done.success
    (failure,) = done.get_step_failure_events()
    assert "still running after 6 s" in str(failure.step_failure_data.error)
    below = [child for child in psutil.Process().children(recursive=True) if not gone(child)]
    assert not [child for child in below if "pipelines.crawl_process" in child.cmdline()]
    assert not list(Layout(own_data).data.glob("staging/pages/**/*.parquet")), "half a crawl is no crawl"


def test_the_archived_bodies_are_as_they_came(night: Night) -> None:
    """Nothing is made harmless in the store: it is, where it is shown."""
    stored = b"".join(gzip.decompress(path.read_bytes()) for path in (night.layout.data / "pages").rglob("*.warc.gz"))
    assert STORY.encode() in stored
