"""Where everything lies on disk: the one home of every path below the data directory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from warehouse.errors import SettingError

#: The checkout: the folder that holds ``dagster.yaml``, ``scrapers/``, ``pipelines/`` and ``warehouse/``.
PROJECT = Path(__file__).resolve().parent.parent

#: Names the data directory for every process of a run (command, Dagster, Scrapy).
DATA_VARIABLE = "DATELINE_DATA"

#: Names the folder of tables compiled once from installed packages (the gazetteer).
COMPILED_VARIABLE = "DATELINE_COMPILED"

#: Names the warehouse where it is no file in the data directory: the address of a DuckLake (:mod:`warehouse.lake`).
WAREHOUSE_VARIABLE = "DATELINE_WAREHOUSE"

#: Names where staged files lie if not in the data directory: another folder, or an object store (``s3://bucket/folder``).
STAGING_VARIABLE = "DATELINE_STAGING"

#: Names the folder of source declarations in force.
SOURCES_VARIABLE = "DATELINE_SOURCES"


def _absolute(variable: str, default: Path) -> Path:
    value = os.environ.get(variable)
    if not value:
        return default
    path = Path(value)
    if not path.is_absolute():
        # a relative path would mean another folder in each process
        raise SettingError(f"{value!r} is a relative path", culprit=f"${variable}", mend="Give it an absolute path")
    return path


def _remote(address: str) -> Path:
    try:
        from upath import UPath

        # what other machines store must be seen at once: no listing is kept
        return cast(Path, UPath(address, use_listings_cache=False))
    except (ImportError, ValueError) as error:
        raise SettingError(
            f"{address!r} cannot be used ({error})",
            culprit=f"${STAGING_VARIABLE}",
            mend="For an object store give s3://BUCKET/FOLDER, and install what it needs with: pip install --no-deps"
            " --require-hashes -r requirements-cluster.lock",
        ) from error


def compiled_directory() -> Path:
    """Tables compiled once from installed packages; shared by all data directories, safe to delete.

    Raises:
        SettingError: ``$DATELINE_COMPILED`` is a relative path.
    """
    return _absolute(COMPILED_VARIABLE, PROJECT / "data" / "compiled")


def sources_directory() -> Path:
    """The folder whose ``*.toml`` files declare the sources: the one ``$DATELINE_SOURCES`` names, else
    ``sources/`` in the data directory where there is one, else the bundled declarations.

    Raises:
        SettingError: ``$DATELINE_SOURCES`` is a relative path.
    """
    own = Layout.from_environment().data / "sources"
    return _absolute(SOURCES_VARIABLE, own if own.is_dir() else PROJECT / "scrapers" / "sources")


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one data directory. File names are ids, hashes or dates, never text from the web."""

    data: Path

    @classmethod
    def from_environment(cls) -> Layout:
        """The layout ``$DATELINE_DATA`` names, else ``data/`` in the checkout.

        Raises:
            SettingError: the variable holds a relative path.
        """
        return cls(_absolute(DATA_VARIABLE, PROJECT / "data"))

    # pages as fetched
    @property
    def pages(self) -> Path:
        return self.data / "pages"

    def pages_of(self, source_id: str, day: date) -> Path:
        """Folder of the WARC and CDXJ files that one source's crawl of one day wrote."""
        return self.pages / source_id / day.isoformat()

    def frontier(self, source_id: str) -> Path:
        """The SQLite frontier of one source."""
        return self.data / "frontier" / f"{source_id}.sqlite"

    @property
    def archives(self) -> Path:
        """How far each archive has been read into the page store, and indexes made of WARC files that have none."""
        return self.data / "archives"

    # staged Parquet
    @property
    def staging(self) -> Path:
        """The folder of staged files; in an object store, a path that can do what paths can (:mod:`upath`).

        Raises:
            SettingError: ``$DATELINE_STAGING`` is a relative path, or needs what is not installed.
        """
        named = os.environ.get(STAGING_VARIABLE, "")
        return _remote(named) if "://" in named else _absolute(STAGING_VARIABLE, self.data / "staging")

    def staged(self, stage: str, source_id: str, day: date) -> Path:
        """The Parquet file that one stage wrote for one source and day."""
        return self.staging / stage / source_id / f"{day.isoformat()}.parquet"

    @property
    def places(self) -> Path:
        """Places added to the gazetteer: one SQLite file for each GeoNames dump."""
        return self.data / "places"

    # DuckDB
    @property
    def live(self) -> Path:
        """The live warehouse: only the loader ever opens it."""
        return self.data / "warehouse" / "live.duckdb"

    @property
    def writer(self) -> Path:
        """Holds the name of this data directory as a writer (:mod:`warehouse.ownership`)."""
        return self.live.parent / "writer"

    @property
    def published(self) -> Path:
        """The published copy: the file people query."""
        return self.data / "published" / "dateline.duckdb"

    @property
    def dagster(self) -> Path:
        """Dagster's run, event, schedule and log storage."""
        return self.data / "dagster"

    @property
    def sql_history(self) -> Path:
        """What was typed at the prompt of ``dateline sql``."""
        return self.data / "sql_history"

    @property
    def exports(self) -> Path:
        """Where ``dateline export`` writes unless another folder is named."""
        return self.data / "exports"
