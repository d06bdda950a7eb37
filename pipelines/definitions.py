"""Everything Dagster sees, on one screen."""

from __future__ import annotations

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
    load_job,
    nightly_crawl,
    nightly_summary,
    nightly_upkeep,
    summary_job,
    upkeep_job,
)
from pipelines.scrapy_client import ScrapyPipesClient
from pipelines.sensors import failure_alert, health_alert

defs = dg.Definitions(
    assets=[pages, articles, incidents, warehouse, published, upkeep, archive_pages, archive_incidents, archive_load],
    jobs=[crawl_job, load_job, archive_job, summary_job, upkeep_job],
    schedules=[nightly_crawl, cutoff_load, nightly_summary, nightly_upkeep],
    sensors=[failure_alert, health_alert],
    resources={"scrapy": ScrapyPipesClient(), "retries": Retries.from_environment()},
    executor=dg.in_process_executor,
)
