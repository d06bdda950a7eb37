"""``python -m tests.multiprocess_crawl SOURCE``: today's crawl under Dagster's multiprocess executor,
where a step has a process of its own below the run's (the project's own jobs run in one process)."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import dagster as dg

from pipelines import partitions
from pipelines.definitions import defs
from pipelines.instance import prepare
from warehouse.layout import Layout


def job() -> dg.JobDefinition:
    """The crawl job with the other executor; a function by name, so that step processes can rebuild it."""
    return defs.resolve_job_def("crawl").with_executor_def(dg.multiprocess_executor)


if __name__ == "__main__":
    from tests import multiprocess_crawl  # by its own name: __main__ means another module in a step's process

    instance = prepare(Layout.from_environment())
    tags = {
        "dagster/partition": partitions.key(sys.argv[1], datetime.now(UTC).date()),
        "dagster/partition/source": sys.argv[1],
        "dagster/partition/day": str(datetime.now(UTC).date()),
    }
    if not instance.has_dynamic_partition("sources", sys.argv[1]):
        instance.add_dynamic_partitions("sources", [sys.argv[1]])
    with dg.execute_job(dg.reconstructable(multiprocess_crawl.job), instance=instance, tags=tags) as result:
        sys.exit(0 if result.success else 1)
