"""Copies of one text found among the articles of all outlets: syndication, reprints, reports built on an agency's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from pipelines.duplicates.clusters import cluster
from pipelines.duplicates.pairs import overlaps
from pipelines.duplicates.words import fingerprints, words
from warehouse.records import Article, Copy, Story, content_id

__all__ = ["VERSION", "cluster", "find_copies", "overlaps", "story"]

#: Kept with each stored story; change it with any change that alters one, and all are made anew.
VERSION: Final = "duplicates-1"

#: A date without a time of day claims no more than that day: it must not come first by its midnight.
_DAY: Final = timedelta(hours=23, minutes=59)


def find_copies(articles: Iterable[Article]) -> list[Copy]:
    """The clusters of two or more articles that carry one text, a row a member.

    The outcome depends on the articles, not on their order. Of several revisions give the one that
    stands.
    """
    stories = [story(article) for article in articles]
    return cluster(stories, overlaps(stories))


def story(article: Article) -> Story:
    """What is compared of an article. Without a source it is of an outlet of its own; without a time it is
    the first of all."""
    return Story(
        article_id=article.article_id,
        source_id=article.source_id or article.article_id,
        told_at=_told(article).astimezone(UTC),
        text_id=content_id(*words(article.text)),
        fingerprints=fingerprints(article.text),
    )


def _told(article: Article) -> datetime:
    published, seen = article.published_at, article.first_seen
    if published is None:
        return seen or datetime.min.replace(tzinfo=UTC)
    if article.published_precision != "day":
        return published
    return published + _DAY if seen is None else min(published + _DAY, max(published, seen))
