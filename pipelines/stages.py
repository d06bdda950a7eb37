"""What the assets run: one source's day taken through cleaning and through extraction.

Each writes its staged records together with a name for what they were made from (the input, the
code, the libraries). A run that would make the same again reads what is there instead, so that
running a partition a second time costs next to nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date, timedelta

from pipelines.cleaning import HISTORY_DAYS, Overrides, Places, apply_profile, host_of, judge_many, learn, observe
from pipelines.code import CLEANING, EXTRACTION, code_of
from pipelines.incidents import extract_article
from pipelines.incidents.places.geonames import added_files
from pipelines.workers import extract_over, judge_over
from scrapers.pagestore import payloads_elsewhere
from scrapers.source import beside as beside_of
from scrapers.source import declared, survey
from warehouse.errors import WarehouseError
from warehouse.layout import Layout
from warehouse.loader import SourceName
from warehouse.records import Article, Incident, Page, SiteLine, Verdict, content_id
from warehouse.staging import made_from, read_staged, staged_paths, write_staged

#: Takes one line for the run's log.
Say = Callable[[str], None]

#: Seconds between two progress lines.
PROGRESS_EVERY_S = 10.0


def rules_of(source_id: str) -> tuple[Overrides, list[str]]:
    """What a source's declaration gives to cleaning: its word on single lines, the sources beside it.

    Raises:
        SourceError: the declaration is broken.
    """
    source = declared(source_id)
    if source is None:
        return Overrides(), []
    return Overrides(source.cleaning.drop, source.cleaning.keep), beside_of(source, survey()[0].values())


def source_names() -> list[SourceName]:
    """What the warehouse keeps of each declared source; broken declarations are left out."""
    return [
        SourceName(
            source_id=source.id, name=source.name, home=source.home, country=source.country, language=source.language
        )
        for source in survey()[0].values()
    ]


def clean_day(
    layout: Layout,
    source_id: str,
    day: date,
    say: Say,
    *,
    overrides: Overrides | None = None,
    beside: Sequence[str] = (),
    pool: Executor | None = None,
    pages: Sequence[Page] | None = None,
) -> tuple[list[Article], list[Verdict]]:
    """Clean the captures of one source's day; stage the articles, a verdict on each page that is none, and
    what the day showed of its sites' lines.

    Args:
        overrides: what the source's declaration says of single lines.
        beside: other sources with stories on the same hosts; what they recorded is learnt from as well.
        pool: where to clean the pages, several at once; in a process of its own, one by one, when left out.
        pages: the partition's captures as they are staged, where they have been read already.
    """
    overrides = overrides or Overrides()
    sources = sorted({source_id, *beside})
    captures = _captures(read_staged(layout, "pages", source_id, day) if pages is None else pages)
    before = _staged_before(layout, day, sources)
    inputs = _cleaned_from(layout, captures, overrides, before)
    if made_from(layout, "articles", source_id, day) == inputs:
        say(f"the same {len(captures)} pages were cleaned before, by the same rules")
        return read_staged(layout, "articles", source_id, day), read_staged(layout, "verdicts", source_id, day)
    found: list[Article] = []
    places: list[Places] = []
    # what has no bytes is not read back
    verdicts = [_no_article(page, "not_article", "an empty answer") for page in captures if not page.payload_digest]
    said = time.monotonic()
    judged = judge_many(payloads_elsewhere(layout, captures)) if pool is None else judge_over(pool, layout, captures)
    for page, cleaned in judged:
        if cleaned.article is None:
            verdicts.append(_no_article(page, cleaned.outcome, cleaned.detail))
        else:
            places.append(cleaned.places)
            found.append(
                replace(
                    cleaned.article,
                    source_id=source_id,
                    page_id=page.page_id,
                    crawl_day=day,
                    first_seen=page.fetched_at,
                    last_seen=page.fetched_at,
                )
            )
        if time.monotonic() - said > PROGRESS_EVERY_S:
            said = time.monotonic()
            say(f"{len(found) + len(verdicts)} of {len(captures)} pages cleaned")
    profiles = learn(found, _lines_of(layout, before, say), overrides, places)
    found = [apply_profile(profiles[host_of(article)], article, at) for article, at in zip(found, places, strict=True)]
    write_staged(layout, "verdicts", source_id, day, verdicts)
    lines = observe(profiles, found, source_id, day, places)
    write_staged(layout, "profiles", source_id, day, lines, made_from=inputs)
    found = _once_each(found)
    write_staged(layout, "articles", source_id, day, found, made_from=inputs)  # last: its mark speaks for all
    return found, verdicts


def _no_article(page: Page, outcome: str, detail: str | None) -> Verdict:
    return Verdict(
        page_id=page.page_id, source_id=page.source_id, crawl_day=page.crawl_day, outcome=outcome, detail=detail
    )


def is_clean(
    layout: Layout,
    source_id: str,
    day: date,
    pages: Sequence[Page],
    *,
    overrides: Overrides | None = None,
    beside: Sequence[str] = (),
) -> bool:
    """Whether :func:`clean_day` would find the partition as it would make it of these captures."""
    before = _staged_before(layout, day, sorted({source_id, *beside}))
    inputs = _cleaned_from(layout, _captures(pages), overrides or Overrides(), before)
    return made_from(layout, "articles", source_id, day) == inputs


def _captures(pages: Sequence[Page]) -> list[Page]:
    """The captures that should be articles."""
    return [page for page in pages if page.purpose == "article" and page.outcome == "ok"]


def _cleaned_from(
    layout: Layout, captures: Sequence[Page], overrides: Overrides, before: Sequence[tuple[date, str]]
) -> str:
    """Names all that a partition's articles are made from."""
    return content_id(
        code_of("pipelines.cleaning", *CLEANING),
        *(page.page_id for page in captures),
        overrides,
        *(made_from(layout, "profiles", source, day) for day, source in before),
    )


def extract_day(
    layout: Layout, source_id: str, day: date, say: Say, *, pool: Executor | None = None
) -> tuple[list[Article], list[Incident]]:
    """Read the incidents out of one source's articles of a day and stage them.

    Args:
        pool: where to read the articles, several at once; here, one by one, when left out.
    """
    texts = read_staged(layout, "articles", source_id, day)
    inputs = _extracted_from(layout, source_id, day)
    if made_from(layout, "incidents", source_id, day) == inputs:
        say(f"the same {len(texts)} articles were read before, by the same rules")
        return texts, read_staged(layout, "incidents", source_id, day)
    found: list[Incident] = []
    said = time.monotonic()
    read = map(extract_article, texts) if pool is None else extract_over(pool, texts)
    for number, incidents in enumerate(read, 1):
        found.extend(incidents)
        if time.monotonic() - said > PROGRESS_EVERY_S:
            said = time.monotonic()
            say(f"{number} of {len(texts)} articles read, {len(found)} incidents")
    write_staged(layout, "incidents", source_id, day, found, made_from=inputs)
    return texts, found


def is_extracted(layout: Layout, source_id: str, day: date) -> bool:
    """Whether :func:`extract_day` would find the partition as it would make it."""
    return made_from(layout, "incidents", source_id, day) == _extracted_from(layout, source_id, day)


def _extracted_from(layout: Layout, source_id: str, day: date) -> str:
    """Names all that a partition's incidents are made from."""
    return content_id(
        code_of("pipelines.incidents", *EXTRACTION),
        *(f"{file.name} {file.stat().st_mtime_ns}" for file in added_files(layout)),
        made_from(layout, "articles", source_id, day),
    )


def _staged_before(layout: Layout, day: date, sources: Sequence[str]) -> list[tuple[date, str]]:
    """Which of the days before recorded something of the sites' lines, for which of the sources: never the day itself
    or later ones, so that a partition cleaned twice learns the same."""
    window = {(day - timedelta(days=back)).isoformat() for back in range(1, HISTORY_DAYS + 1)}
    staged = [(path.stem, source) for source in sources for path in staged_paths(layout, "profiles", source_id=source)]
    return [(date.fromisoformat(name), source) for name, source in sorted(staged) if name in window]


def _lines_of(layout: Layout, before: Sequence[tuple[date, str]], say: Say) -> Iterator[SiteLine]:
    """What the days before recorded."""
    for day, source_id in before:
        try:
            yield from read_staged(layout, "profiles", source_id, day)
        except WarehouseError as error:  # an old partition must not stop today's
            say(f"left out of the site profile: {error}")


def _once_each(articles: list[Article]) -> list[Article]:
    """Captures that read the same, word for word, made one: first seen by the earliest, last by the latest."""
    found: dict[tuple[str, str], Article] = {}
    for article in articles:
        key = article.article_id, article.revision
        known = found.get(key)
        if known is None:
            found[key] = article
            continue
        # captures come in the order of the page store, which is the order of time
        found[key] = replace(known, last_seen=article.last_seen)
    return list(found.values())
