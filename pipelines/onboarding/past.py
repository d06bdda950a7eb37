"""What the crawls of a source gave over their last days, from the published warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from scrapers.urls import canonical, without_secrets
from warehouse.engine import engine
from warehouse.layout import Layout
from warehouse.query import connect

#: Crawled days looked back: two weeks hold two of each weekday.
DAYS = 14


@dataclass(frozen=True, slots=True)
class Listed:
    """What one listing named: on how many days it was asked and read, and the median of the stories on it (None for
    one that was never read anew, or an index of others)."""

    days: int
    good_days: int
    stories: float | None


@dataclass(frozen=True, slots=True)
class Past:
    """The last :data:`DAYS` days of crawls. ``new_articles`` is their median a day; ``words`` the median of their
    articles', ``removed`` the share of all their extracted characters that cleaning took out (both None without an
    article); ``health`` how the last day was, and why; ``known``: canonical addresses ever asked for."""

    days: int
    first_day: date
    last_day: date
    articles: int
    new_articles: float
    last_new: int
    words: float | None
    removed: float | None
    language: str | None
    health: str
    because: str
    listings: Mapping[str, Listed] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    def as_dict(self) -> dict[str, Any]:
        """As plain values, without the addresses of its stories."""
        return {key: value for key, value in asdict(self).items() if key != "known"}


_DAYS = """
SELECT count(*), min(crawl_day), max(crawl_day), sum(articles)::BIGINT, median(new_articles),
    arg_max(new_articles, crawl_day), arg_max(health, crawl_day), arg_max(because, crawl_day)
FROM (
    SELECT * FROM source_health WHERE source_id = $source AND listings > 0 ORDER BY crawl_day DESC LIMIT $days
)
"""

_TEXTS = """
SELECT median(len(string_split_regex(trim("text"), '\\s+'))), mode(language[:2]),
    sum(dropped) / nullif(sum(length("text")) + sum(dropped), 0)
FROM (
    SELECT "text", language, coalesce(list_sum(list_transform(removed, line -> length(line."text"))), 0) AS dropped
    FROM store.articles WHERE source_id = $source AND crawl_day BETWEEN $first AND $last
)
"""

_LISTINGS = """
SELECT any_value(url), count(DISTINCT crawl_day),
    count(DISTINCT crawl_day) FILTER (WHERE outcome IN ('ok', 'not_modified')), median(stories)
FROM store.pages
WHERE source_id = $source AND purpose = 'discovery' AND crawl_day BETWEEN $first AND $last
GROUP BY split_part(canonical_url, '/posts?', 1)
"""


def listing_key(url: str) -> str:
    """What a listing is called from day to day: WordPress is asked for other dates each time."""
    return canonical(without_secrets(url)).partition("/posts?")[0]


def past_of(layout: Layout, source_id: str) -> Past | None:
    """What a source gave, or None where nothing is published or no crawl of it is in.

    Raises:
        WarehouseError: the published file cannot be read.
    """
    if engine(layout).published_at() is None:
        return None
    with connect(layout) as connection:
        named: dict[str, Any] = {"source": source_id}
        row = connection.execute(_DAYS, named | {"days": DAYS}).fetchone()
        if row is None or not row[0]:
            return None
        days, first, last, articles, new, last_new, health, because = row
        span = named | {"first": first, "last": last}
        words, language, removed = connection.execute(_TEXTS, span).fetchone() or (None, None, None)
        listings = connection.execute(_LISTINGS, span).fetchall()
        known = connection.execute("SELECT DISTINCT canonical_url FROM store.pages WHERE source_id = $source", named)
        return Past(
            days=days, first_day=first, last_day=last, articles=articles, new_articles=new, last_new=last_new,
            words=words, removed=removed, language=language, health=health, because=because,
            listings={listing_key(url): Listed(asked, good, stories) for url, asked, good, stories in listings},
            known=frozenset(url for (url,) in known.fetchall()),
        )  # fmt: skip
