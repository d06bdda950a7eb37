"""Copies of one text among the articles of all sources, kept up to date by each load.

Overlaps of two stories are stored, and so is what they were measured on; a load measures again only
those that what it changed can alter (load/overlaps_due.sql), and makes again only the clusters that
those lead to. tests/test_copies.py holds the outcome to that of looking at everything at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, Protocol

import duckdb
import pyarrow as pa

from warehouse.records import Article, Copy, Overlap, Story
from warehouse.schema import arrow_schema, to_table
from warehouse.tables import Changes, change, put_aside, records, run, sql
from warehouse.window import COPY_DAYS

#: Stories made into rows at a time.
_TOGETHER: Final = 2000


class Duplicates(Protocol):
    """What the load must be given: the module ``pipelines.duplicates`` is one."""

    @property
    def VERSION(self) -> str:
        """Changes with whatever alters a story."""

    def story(self, article: Article) -> Story:
        """What is compared of an article."""

    def overlaps(self, stories: Iterable[Story]) -> list[Overlap]:
        """Those of the stories that share much; what COPY_DAYS around a story are, decides about it."""

    def cluster(self, stories: Iterable[Story], overlaps: Iterable[Overlap]) -> list[Copy]:
        """The members of clusters; stories that overlaps link, however remotely, come together."""


def look_for_copies(connection: duckdb.DuckDBPyConnection, duplicates: Duplicates) -> dict[str, Changes]:
    """Bring stories, overlaps and copies up to date after ``store.articles``; inside the load's transaction.

    ``affected`` (load/affected.sql) names the articles that the load may have touched.
    """
    articles = records(connection.execute(sql("stories_due"), {"version": duplicates.VERSION}), Article)
    put_aside(connection, "new_stories", _stories(articles, duplicates))
    done = {"stories": change(connection, "stories")}
    if not connection.execute("SELECT 1 FROM changed_stories LIMIT 1").fetchall():
        return done | {"overlaps": Changes(), "copies": Changes()}
    run(connection, "overlaps_due", days=COPY_DAYS)
    again = {article_id for (article_id,) in connection.execute("FROM due").fetchall()}
    seen = records(connection.execute("FROM seen_stories"), Story)
    measured = [one for one in duplicates.overlaps(seen) if one.one_id in again or one.two_id in again]
    _put_aside(connection, "new_overlaps", Overlap, measured)
    done["overlaps"] = change(connection, "overlaps")
    run(connection, "reach")
    members = duplicates.cluster(
        list(records(connection.execute("FROM reached_stories"), Story)),
        list(records(connection.execute("FROM store.overlaps WHERE one_id IN (FROM reached)"), Overlap)),
    )
    _put_aside(connection, "new_copies", Copy, members)
    run(connection, "regrouped_days")
    return done | {"copies": change(connection, "copies")}


def _stories(articles: Iterator[Article], duplicates: Duplicates) -> pa.Table:
    """The rows of ``store.stories``, a batch at a time: a first load reads the whole warehouse."""
    schema = arrow_schema(Story).append(pa.field("version", pa.string()))
    batches = [schema.empty_table()]
    while stories := [duplicates.story(article) for article in islice(articles, _TOGETHER)]:
        version = pa.array([duplicates.VERSION] * len(stories), pa.string())
        batches.append(to_table(Story, stories).append_column("version", version))
    return pa.concat_tables(batches)


def _put_aside(connection: duckdb.DuckDBPyConnection, name: str, record: type, rows: Iterable[Any]) -> None:
    put_aside(connection, name, to_table(record, list(rows)))
