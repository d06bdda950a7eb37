"""What the campaign kills: ``python -m benchmarks.faults.work STAGE DATA`` does one stage's real work and ends.

Each says ``begin`` once its libraries are loaded and ``end`` when it is done, so that a kill falls into the work and
not into Python's start or end.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.stages import html_pages
from scrapers.frontier import Frontier
from scrapers.pagestore import Exchange, PageWriter, captures, read_index, writer
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.records import Article, Claim, Incident, content_id
from warehouse.staging import write_staged

DAY = date(2026, 11, 20)
#: The day that is in the warehouse before a load is killed.
BEFORE = DAY - timedelta(days=1)
SOURCE = "harbour"

#: Pages a killed writer writes, and the size (bytes) at which it begins another file, so that several get their names.
WARC_PAGES = 120
WARC_FILE_SIZE = 400_000
#: Pages that the staging reads, what it stages of them, and articles and incidents of a loaded day.
STAGED_PAGES = 8
STAGED = ("verdicts", "profiles", "articles")
LOADED = 400


def body_of(url: str) -> bytes:
    """The same bytes for a URL in every process: half of them do not compress."""
    return random.Random(url).randbytes(6000) + url.encode() * 100


def url_of(number: int) -> str:
    return f"https://harbour.example/world/story-{number}"


def began() -> None:
    print("begin", flush=True)


def warc(layout: Layout) -> None:
    """Fetched from memory: written, flushed, settled in the frontier, as a crawl does."""
    writer.FILE_SIZE = WARC_FILE_SIZE  # type: ignore[misc]  # half a gigabyte would take too long to fill
    began()
    with Frontier(layout.frontier(SOURCE)) as frontier, PageWriter(layout, SOURCE, DAY) as pages:
        frontier.start(DAY)
        frontier.reconcile(captures(layout, SOURCE, DAY))
        for number in range(WARC_PAGES):
            frontier.add(url_of(number), canonical_url=url_of(number), day=DAY, purpose="article")
        while entries := frontier.lease(7):
            written = []
            for entry in entries:
                exchange = Exchange(
                    url=entry.url, canonical_url=entry.canonical_url, purpose="article", status=200, outcome="ok",
                    fetched_at=datetime.now(UTC), body=body_of(entry.url),
                )  # fmt: skip
                written.append((entry, pages.write(exchange)))
            pages.flush()
            for entry, page in written:
                frontier.done(entry.url, page)


def store_pages(layout: Layout) -> None:
    """A page store with stories of the demo newspaper for the staging to read, its captures staged."""
    with PageWriter(layout, SOURCE, DAY) as pages:
        for number, html in enumerate(html_pages(None)[:STAGED_PAGES]):
            pages.write(
                Exchange(
                    url=url_of(number), canonical_url=url_of(number), purpose="article", status=200, outcome="ok",
                    fetched_at=datetime(2026, 11, 20, 3, number, tzinfo=UTC), body=html,
                    response_headers=[("Content-Type", "text/html; charset=utf-8")],
                )
            )  # fmt: skip
    write_staged(layout, "pages", SOURCE, DAY, read_index(layout, SOURCE, DAY))


def staging(layout: Layout) -> None:
    """Cleaned and staged; what extraction stages goes the same way, and its model would only take time to load."""
    from pipelines.stages import clean_day

    began()
    clean_day(layout, SOURCE, DAY, lambda line: None)


def stage_day(layout: Layout, day: date, first: int) -> None:
    """A day's records as if they had been read: what the load is given. ``first``: number of the first story."""
    seen = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    articles, incidents = [], []
    for number in range(first, first + LOADED):
        key, url = content_id(number), url_of(number)
        quote = f"killed {number} people"
        text = f"Gunmen {quote} in the village, the governor said. " + f"Word {number} of it. " * 40
        articles.append(
            Article(
                article_id=key, revision=key, url=url, canonical_url=url, title=f"Title {number}", lead=None, text=text,
                published_at=seen, source_id=SOURCE, page_id=key, crawl_day=day, first_seen=seen, last_seen=seen,
                cluster_id=key,
            )
        )  # fmt: skip
        at = text.index(quote)
        told = Claim(
            claim_id=key, party="people", party_start=None, party_end=None, party_name="people", outcome="killed",
            count_min=number, count_max=number, quantifier=str(number), start=at, end=at + len(quote), quote=quote,
            confidence=0.9,
        )  # fmt: skip
        incidents.append(
            Incident(
                incident_id=key, event_type="Battles", sub_event_type="Armed clash", status="happened", confidence=0.5,
                start_date=day, time_precision=1, claims=(told,), article_id=key, revision=key, source_id=SOURCE,
                crawl_day=day,
            )
        )  # fmt: skip
    write_staged(layout, "pages", SOURCE, day, [])
    write_staged(layout, "articles", SOURCE, day, articles)
    write_staged(layout, "incidents", SOURCE, day, incidents)


def load(layout: Layout) -> None:
    """A staged day merged into the live warehouse, copies and events included."""
    from pipelines import duplicates
    from pipelines.events import merge

    began()
    load_day(layout, DAY, merge=merge, duplicates=duplicates)


def published(layout: Layout) -> None:
    """The published file replaced by a copy of the live one."""
    began()
    publish(layout)


WORK: dict[str, Callable[[Layout], None]] = {"WARC write": warc, "staging": staging, "load": load, "publish": published}

if __name__ == "__main__":
    WORK[sys.argv[1]](Layout(Path(sys.argv[2])))
    print("end", flush=True)
