"""Everything Dagster sees."""

from __future__ import annotations

import dagster as dg

from pipelines import locations

defs = dg.Definitions.merge(locations.crawling, locations.archives, locations.loading)
