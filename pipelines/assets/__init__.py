"""The assets, in the order the data takes: pages, articles, incidents, warehouse, published; and an archive's.

Their modules do without ``from __future__ import annotations``: Dagster reads the annotations of
config and resource parameters as types, and cannot resolve them from strings.
"""

from pipelines.assets.archive import archive_incidents, archive_load, archive_pages
from pipelines.assets.articles import articles
from pipelines.assets.incidents import incidents
from pipelines.assets.pages import pages
from pipelines.assets.warehouse import published, upkeep, warehouse

__all__ = [
    "archive_incidents",
    "archive_load",
    "archive_pages",
    "articles",
    "incidents",
    "pages",
    "published",
    "upkeep",
    "warehouse",
]
