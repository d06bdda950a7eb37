"""The definitions in three parts, each of which can be a code location with a server process of its own.

One machine loads them as one (:mod:`pipelines.definitions`). Several load each from where it is served
(``deploy/workspace.yaml``): a part can then be started again, or given another image, while the others go on.
"""

from __future__ import annotations

from typing import Any, Final

import dagster as dg

from pipelines.assets import (
    archive_incidents,
    archive_load,
    archive_pages,
    articles,
    incidents,
    pages,
    published,
    upkeep,
    warehouse,
)
from pipelines.causes import Retries
from pipelines.schedules import (
    archive_job,
    crawl_job,
    cutoff_load,
    daily_housekeeping,
    housekeeping,
    load_job,
    nightly_crawl,
    nightly_summary,
    nightly_upkeep,
    summary_job,
    upkeep_job,
)
from pipelines.scrapy_client import ScrapyPipesClient
from pipelines.sensors import failure_alert, health_alert

_SHARED: Final[dict[str, Any]] = {
    "resources": {"scrapy": ScrapyPipesClient(), "retries": Retries.from_environment()},
    "executor": dg.in_process_executor,
}

crawling = dg.Definitions(assets=[pages, articles, incidents], jobs=[crawl_job], schedules=[nightly_crawl], **_SHARED)

archives = dg.Definitions(assets=[archive_pages, archive_incidents, archive_load], jobs=[archive_job], **_SHARED)

loading = dg.Definitions(
    assets=[warehouse, published, upkeep],
    jobs=[load_job, summary_job, upkeep_job, housekeeping],
    schedules=[cutoff_load, nightly_summary, nightly_upkeep, daily_housekeeping],
    sensors=[failure_alert, health_alert],  # the first hears of every run, whichever location it is of
    **_SHARED,
)
