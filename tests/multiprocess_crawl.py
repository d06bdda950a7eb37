"""``python -m tests.multiprocess_crawl SOURCE DAY``: a day's crawl under Dagster's multiprocess executor,
where a step has a process of its own below the run's (the project's own jobs run in one process)."""

from __future__ import annotations

import sys
from datetime import date

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
    source, day = sys.argv[1:]
    tags = {
        "dagster/partition": partitions.key(source, date.fromisoformat(day)),
        "dagster/partition/source": source,
        "dagster/partition/day": day,
    }
    if not instance.has_dynamic_partition("sources", source):
        instance.add_dynamic_partitions("sources", [source])
    with dg.execute_job(dg.reconstructable(multiprocess_crawl.job), instance=instance, tags=tags) as result:
        sys.exit(0 if result.success else 1)
